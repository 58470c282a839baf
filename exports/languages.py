"""The languages of pages, mails and prints.

A further one is a code here and a catalogue in ``translations/``; dates, numbers and its own name
come from Babel. What is not written in it is read in English.
"""

from __future__ import annotations

LANGUAGES = ("ru", "en", "de")
