"""The handbook for organisers and the page for jurors, in place."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, url_for

from award.errors import NotFoundError
from award.home.guides.handbook import GUIDES, guide, picture_path
from award.languages import current_language
from award.permissions import public

bp = Blueprint("guides", __name__)


@bp.get(f"/help/<any({','.join(GUIDES)}):name>")
@public
def read(name: str) -> Any:
    """One guide with its sections; it holds nothing that only some may know."""
    found = guide(
        name,
        current_language(),
        picture=lambda one: url_for(".picture", name=one),
        page=lambda one: url_for(".read", name=one),
    )
    return render_template("home/guide.html", guide=found, name=name)


@bp.get("/help/pictures/<name>.webp")
@public
def picture(name: str) -> Any:
    """A picture of the handbook."""
    path = picture_path(name, current_language())
    if path is None:
        raise NotFoundError
    return Response(path.read_bytes(), mimetype="image/webp")
