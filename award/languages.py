"""The language of a request."""

from __future__ import annotations

from flask import current_app, g, request
from flask_login import current_user

from award import i18n
from award.db import LANGUAGES


def current_language() -> str:
    """Return the language of the address, else of the person, the browser, the installation."""
    if g and "language" in g:
        return str(g.language)
    if request and current_user and current_user.is_authenticated:
        return i18n.known_language(current_user.language)
    wanted = request.accept_languages.best_match(LANGUAGES) if request else None
    return i18n.known_language(wanted, current_app.extensions["settings"].default_language)
