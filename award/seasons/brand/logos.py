"""A programme's logo: re-drawn by us, so that nothing but a picture is ever kept."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError
from award.models.entries import StoredFile
from award.models.seasons import Programme
from award.storage import Storage

LARGEST = (1200, 600)
MOST_PIXELS = 40_000_000


def store_logo(
    session: Session,
    storage: Storage,
    programme_id: int,
    content: bytes,
    *,
    actor_id: int,
    now: datetime,
) -> StoredFile:
    """Keep a logo that ``drawn_logo`` returned in place of the one there is."""
    stored = storage.write(content)
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
    programme = locked(session, Programme, programme_id)
    before = session.get(StoredFile, programme.logo_id) if programme.logo_id else None
    programme.logo_id = file.id
    session.flush()
    audit.record(
        session,
        "programme.logo_changed",
        programme,
        actor_id=actor_id,
        now=now,
        before=before and before.sha256,
        after=file.sha256,
        programme_id=programme_id,
    )
    return file


def drawn_logo(content: bytes) -> bytes:
    """Return a PNG or JPEG as a PNG of at most 1200 x 600, drawn anew.

    It takes its time, so it comes before any unit of work. Raises InputError("logo_not_a_picture"),
    for one of more than MOST_PIXELS too: unpacked, it would fill the memory.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InputError("logo_not_a_picture", field="logo")
            picture.thumbnail(LARGEST)
            drawn = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError("logo_not_a_picture", field="logo") from error
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()
