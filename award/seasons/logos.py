"""A programme's logo: re-drawn by us, so that nothing but a picture is ever kept."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session

from award.db import locked
from award.errors import InputError
from award.models.entries import StoredFile
from award.models.seasons import Programme
from award.storage import Storage

LARGEST = (1200, 600)


def store_logo(
    session: Session,
    storage: Storage,
    programme_id: int,
    content: bytes,
    *,
    actor_id: int,
    now: datetime,
) -> StoredFile:
    """Keep a PNG or JPEG as a PNG of at most 1200 x 600; InputError("logo_not_a_picture")."""
    picture = _redrawn(content)
    stored = storage.write(picture)
    file = StoredFile(
        programme_id=programme_id,
        name="logo.png",
        media_type="image/png",
        size=stored.size,
        sha256=stored.sha256,
        storage_name=stored.storage_name,
        uploaded_at=now,
        uploaded_by_id=actor_id,
    )
    session.add(file)
    session.flush()
    locked(session, Programme, programme_id).logo_id = file.id
    session.flush()
    return file


def _redrawn(content: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            picture.thumbnail(LARGEST)
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise InputError("logo_not_a_picture", field="logo") from error
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()
