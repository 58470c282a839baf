"""The style sheet and the logo that public pages carry for a programme."""

from __future__ import annotations

from flask import Response, current_app
from sqlalchemy import select

from award.db import db
from award.errors import NotFoundError
from award.models.entries import StoredFile
from award.models.seasons import Programme
from award.permissions import public
from award.seasons.blueprint import bp
from award.seasons.brand.style import style_sheet
from exports.errors import ExportError


@bp.get("/brand/<colour>.css")
@public
def brand(colour: str) -> Response:
    """The colours of a brand: nothing but its address decides what is in it."""
    try:
        sheet = style_sheet(colour)
    except ExportError as error:
        raise NotFoundError from error
    return Response(sheet, mimetype="text/css")


@bp.get("/logo/<file_id>.png")
@public
def logo(file_id: str) -> Response:
    """A programme's logo, as it is now: any other file is not there."""
    name = db.session.scalar(
        select(StoredFile.storage_name)
        .join(Programme, Programme.logo_id == StoredFile.id)
        .where(StoredFile.public_id == file_id)
    )
    if name is None:
        raise NotFoundError
    return Response(current_app.extensions["storage"].read(name), mimetype="image/png")
