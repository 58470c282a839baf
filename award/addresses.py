"""Addresses: those that came from outside, and the one that mails begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request, url_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """The rows of a longer list that one page shows. first counts the rows before them; previous
    and next are addresses, None where there is nothing.
    """

    rows: Sequence[T]
    first: int
    total: int
    previous: str | None
    next: str | None

    @property
    def last(self) -> int:
        """The number of the last row shown, counted from 1."""
        return self.first + len(self.rows)


def base_url() -> str:
    """Return what links in mails begin with."""
    return str(current_app.extensions["settings"].base_url)


def safe_next(target: str | None) -> str | None:
    """Return ``target`` if it is a path of this site, else None: no redirect leaves the house."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    odd = any(ord(letter) < 33 or letter == "\\" for letter in target)
    return None if parts.scheme or parts.netloc or odd else target


def asked() -> dict[str, Any]:
    """Return what the request's query says, as values for url_for: each name a list of texts.

    Left out are the page's own variables and what url_for would take for itself (``_scheme``,
    ``endpoint``): whoever writes an address decides neither where its links lead nor how.
    """
    own = {"endpoint", "lang", *(request.view_args or {})}
    return {
        name: values
        for name, values in request.args.lists()
        if name not in own and not name.startswith("_")
    }


def list_url(endpoint: str, **changes: Any) -> str:
    """Return a list's address as the request has it, but for ``changes``; "" drops a word."""
    public_id = request.view_args["public_id"] if request.view_args else ""
    kept = {**asked(), **changes}
    kept = {name: value for name, value in kept.items() if value not in ("", [""], None)}
    return url_for(endpoint, public_id=public_id, **kept)


def sort_url(endpoint: str, key: str, *, first: str = "", page: str = "from") -> tuple[str, str]:
    """Return a column's address and its present direction, for the head of a list.

    first: how the list is sorted where its address says nothing; page: the word for its page, which
    begins anew.
    """
    present = request.args.get("sort", first)
    direction = {key: "ascending", f"-{key}": "descending"}.get(present, "")
    turned = f"-{key}" if present == key else key
    return list_url(endpoint, **{"sort": turned, page: ""}), direction


def stretch(rows: Sequence[T], endpoint: str, size: int) -> Stretch[T]:
    """Return the rows that the request's ``from`` asks for, the first ones where it asks for none.

    ``from`` counts the rows before them; beyond the end the last page is shown.
    """
    asked_for = max(0, request.args.get("from", 0, type=int))
    first = min(asked_for, max(0, len(rows) - 1)) // size * size

    def at(number: int) -> str:
        return list_url(endpoint, **{"from": number or ""})

    following = first + size
    return Stretch(
        rows[first:following],
        first,
        len(rows),
        at(first - size) if first else None,
        at(following) if following < len(rows) else None,
    )
