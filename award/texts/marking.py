"""The mark that lets a text be found for translation where it is not yet translated."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Return the message unchanged."""
    return message
