"""What somebody typed into a form, given back to her where it could not be taken."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

NEVER_SHOWN = ("csrf_token", "password", "secret")
FEWEST_WORDS = 3
"""A text of so many words is worth copying; a name or a number is quickly typed anew."""


def own_form() -> bool:
    """Whether one of our own pages sent a form; what another site sends is never shown again."""
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    return request.method == "POST" and bool(origin) and origin == request.host


def typed_fields() -> list[tuple[str, str]]:
    """Return (name, value) of what a form sent, in its order, to be sent once more.

    Empty where another site sent it, and where it holds what no page may repeat: files, passwords.
    """
    if not own_form() or any(one.filename for one in request.files.values()):
        return []
    fields = [(name, value) for name, value in request.form.items(multi=True)]
    if any(word in name for name, _value in fields for word in NEVER_SHOWN[1:]):
        return []
    return [(name, value) for name, value in fields if name != NEVER_SHOWN[0]]


def typed_texts() -> list[str]:
    """Return the longer texts of what a form sent, in its order; empty where there are none."""
    if not own_form():
        return []
    return [
        value
        for name, value in request.form.items(multi=True)
        if len(value.split()) >= FEWEST_WORDS and not any(word in name for word in NEVER_SHOWN)
    ]
