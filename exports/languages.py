"""The languages of pages, mails and prints.

A further one is a code here and a catalogue in ``translations/``; dates, numbers and its own name
come from Babel. What is not written in it is read in English.
"""

from __future__ import annotations

LANGUAGES = ("ru", "en", "de")


def N_(message: str) -> str:  # noqa: N802 - the name under which gettext finds messages
    """Mark a message for the catalogues; it is translated where it is used."""
    return message
