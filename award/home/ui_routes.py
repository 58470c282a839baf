"""Every macro in every state, for who builds pages: in a development installation only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, render_template

from award.errors import NotFoundError
from award.home.forms import samples
from award.permissions import public
from exports.languages import LANGUAGES

bp = Blueprint("ui", __name__)


@bp.get("/dev/ui")
@public
def gallery() -> Any:
    """The parts of templates/macros, as docs/ui.md lists them."""
    if not current_app.extensions["settings"].development:
        raise NotFoundError
    g.text_languages = LANGUAGES
    return render_template("dev/ui.html", **samples())
