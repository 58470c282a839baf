"""A programme's own face on public pages: its colour as a style sheet, its logo."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.entries import StoredFile
from award.models.seasons import Programme
from exports.pdf.drawing import palette


@dataclass(frozen=True, slots=True)
class Brand:
    """What a public page shows of a programme; colour is six hex digits, logo a public id or ""."""

    programme: str
    colour: str
    logo: str


def brand_of(session: Session, programme_slug: str, language: str) -> Brand | None:
    """Return the brand of a programme by its part of addresses; None where there is none."""
    return _brand(session, language, Programme.slug == programme_slug)


def only_brand(session: Session, language: str) -> Brand | None:
    """Return the brand of the one programme of this installation; None for none and for several."""
    ids = session.scalars(select(Programme.id).limit(2)).all()
    return _brand(session, language, Programme.id == ids[0]) if len(ids) == 1 else None


def _brand(session: Session, language: str, which: object) -> Brand | None:
    row = session.execute(
        select(Programme.name, Programme.colour, StoredFile.public_id)
        .outerjoin(StoredFile, StoredFile.id == Programme.logo_id)
        .where(which)  # type: ignore[arg-type]
    ).first()
    if row is None:
        return None
    return Brand(pick_text(row.name, language), row.colour.lstrip("#").lower(), row.public_id or "")


def style_sheet(colour: str) -> str:
    """Return the colours of public pages for a programme's colour (six hex digits).

    The stage carries white text at 9:1 or better whatever the colour; the ink reads on white at
    5:1 or better, its pale mix on the dark theme's ground too. Raises ExportError
    ``colour_malformed``.
    """
    found = palette(f"#{colour}")
    light = f"color-mix(in oklab, {found.ink} 32%, white)"
    strong = f"color-mix(in oklab, {found.ink} 18%, white)"
    values = {
        "stage": found.stage,
        "stage-2": f"color-mix(in oklab, {found.stage} 88%, white)",
        "on-stage": "#ffffff",
        "on-stage-2": f"color-mix(in oklab, {found.stage} 20%, white)",
        "brand": f"light-dark({found.ink}, {light})",
        "brand-strong": f"light-dark({found.stage}, {strong})",
        "brand-soft": f"light-dark({found.pale}, {found.stage})",
        "on-brand": "light-dark(#ffffff, #08100d)",
    }
    lines = "\n".join(f"    --{name}: {value};" for name, value in values.items())
    return f"@layer area {{\n  :root {{\n{lines}\n  }}\n}}\n"
