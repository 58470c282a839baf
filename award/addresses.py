"""Addresses: those that came from outside, and the one that mails begin with."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app


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
