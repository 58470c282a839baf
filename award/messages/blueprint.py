"""The blueprint that the pages of mails register on."""

from __future__ import annotations

from flask import Blueprint, request

bp = Blueprint("messages", __name__)
LAST_PAGE = 10_000


def page_number(name: str = "page") -> int:
    """Return the page of a list that the address asks for, 1 where it says nothing usable."""
    return min(max(request.args.get(name, 1, type=int), 1), LAST_PAGE)
