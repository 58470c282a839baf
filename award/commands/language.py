"""The language of a terminal."""

from __future__ import annotations

import os

from award.i18n import known_language


def system_language() -> str:
    """Return the language that LC_ALL, LC_MESSAGES or LANG asks for, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return known_language(value[:2].lower(), fallback="en")
    return "en"
