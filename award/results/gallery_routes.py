"""The finalists' gallery, each finalist's page, and their pictures."""

from __future__ import annotations

import secrets

from flask import Response, current_app, g, render_template, request, session

from award.db import db
from award.errors import NotFoundError
from award.languages import current_language
from award.permissions import public
from award.results.blueprint import bp, let_go_of_store
from award.results.gallery_queries import gallery, public_entry, public_picture
from award.results.pictures import WIDTHS, rendition
from award.results.public_routes import cover
from award.seasons.brand import brand_of

START = "gallery"


@bp.get("/<programme>/<season>/finalists")
@public
def finalists(programme: str, season: str) -> str:
    """All finalists on an even grid, in an order that begins elsewhere for each visitor."""
    start = session.setdefault(START, secrets.randbelow(1 << 16))
    page = gallery(
        db.session(),
        programme,
        season,
        current_language(),
        category=request.args.get("category", ""),
        start=start,
        now=g.now,
    )
    brand = brand_of(db.session(), programme, current_language())
    chosen = request.args.get("category", "")
    return render_template(
        "results/gallery.html", page=page, cover=cover, brand=brand, chosen=chosen
    )


@bp.get("/<programme>/<season>/finalists/<entry_code>")
@public
def finalist(programme: str, season: str, entry_code: str) -> str:
    """One finalist: what its team shows to everybody."""
    page = public_entry(db.session(), programme, season, entry_code, current_language(), now=g.now)
    brand = brand_of(db.session(), programme, current_language())
    return render_template("results/finalist.html", page=page, cover=cover, brand=brand)


@bp.get("/pictures/<int:width>/<file_id>-<mark>.webp")
@public
def picture(width: int, file_id: str, mark: str) -> Response:
    """A picture of a finalist's page; the address of any other file is not there."""
    if width not in WIDTHS:
        raise NotFoundError
    file = public_picture(db.session(), file_id, mark, now=g.now)
    storage = current_app.extensions["storage"]
    name, key = file.storage_name, f"{file.sha256}-{width}.webp"
    let_go_of_store()
    try:
        drawn = current_app.extensions["cache"].get(
            key, lambda: rendition(storage.read(name), width)
        )
    except FileNotFoundError as error:
        raise NotFoundError from error
    return Response(drawn, mimetype="image/webp")
