"""The finalists' gallery, each finalist's page, and their pictures."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, current_app, g, render_template, request
from flask import session as cookie

from award.db import db
from award.entries.files.downloads import send_content
from award.entries.files.neutral import neutral
from award.errors import NotFoundError, RuleError
from award.languages import current_language
from award.permissions import public
from award.results.blueprint import bp, let_go_of_store
from award.results.public.gallery_queries import (
    gallery,
    public_document,
    public_entry,
    public_picture,
)
from award.results.public.meta import (
    entry_card,
    entry_meta,
    gallery_card,
    gallery_meta,
    winners_card,
)
from award.results.public.pictures import WIDTHS, rendition
from award.results.public.routes import cover
from award.results.public.winner_queries import winners
from award.seasons.brand.sharing import send_card
from award.seasons.brand.style import brand_of
from exports.archive import safe_name

START = "gallery"


@bp.get("/<programme>/<season>/finalists")
@public
def finalists(programme: str, season: str) -> str:
    """All finalists on an even grid, in an order that begins elsewhere for each visitor."""
    start = cookie.setdefault(START, secrets.randbelow(1 << 16))
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
        "results/gallery.html",
        page=page,
        cover=cover,
        brand=brand,
        chosen=chosen,
        meta=gallery_meta(page, brand),
    )


@bp.get("/<programme>/<season>/finalists/<entry_code>")
@public
def finalist(programme: str, season: str, entry_code: str) -> str:
    """One finalist: what its team shows to everybody."""
    page = public_entry(db.session(), programme, season, entry_code, current_language(), now=g.now)
    brand = brand_of(db.session(), programme, current_language())
    return render_template(
        "results/finalist.html", page=page, cover=cover, brand=brand, meta=entry_meta(page, brand)
    )


@bp.get("/<programme>/<season>/finalists/<entry_code>/share-<mark>.png")
@public
def share(programme: str, season: str, entry_code: str, mark: str) -> Any:
    """The picture that a messenger shows for a finalist's page."""
    session, language = db.session(), current_language()
    page = public_entry(session, programme, season, entry_code, language, now=g.now)
    return send_card(entry_card(page, brand_of(session, programme, language)), mark)


@bp.get("/<programme>/<season>/winners/share-<mark>.png")
@public
def share_winners(programme: str, season: str, mark: str) -> Any:
    """The same for the winners' page."""
    session, language = db.session(), current_language()
    page = winners(session, programme, season, language, now=g.now)
    return send_card(winners_card(page, brand_of(session, programme, language)), mark)


@bp.get("/<programme>/<season>/finalists/share-<mark>.png")
@public
def share_finalists(programme: str, season: str, mark: str) -> Any:
    """The same for the gallery."""
    session, language = db.session(), current_language()
    page = gallery(session, programme, season, language, category="", start=0, now=g.now)
    return send_card(gallery_card(page, brand_of(session, programme, language)), mark)


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


@bp.get("/works/<file_id>-<mark>.<any(pdf,mp4):extension>")
@public
def work_file(file_id: str, mark: str, extension: str) -> Response:
    """A PDF or video of a finalist's page, without what its metadata tells of its makers."""
    file, shown = public_document(db.session(), file_id, mark, current_language(), now=g.now)
    if extension != shown.extension:
        raise NotFoundError
    storage = current_app.extensions["storage"]
    name, media_type = file.storage_name, file.media_type
    let_go_of_store()
    try:
        content = current_app.extensions["cache"].get(
            f"{file.sha256}-neutral.{extension}", lambda: neutral(storage.read(name), extension)
        )
    except (FileNotFoundError, RuleError) as error:
        raise NotFoundError from error
    return send_content(content, media_type, f"{safe_name(shown.caption)}.{extension}")
