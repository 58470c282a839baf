"""Reading the conflicts of one juror."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.entries import Entry
from award.models.jury import Conflict, ConflictSource


@dataclass(frozen=True, slots=True)
class ConflictItem:
    """A conflict of a juror, lifted or not."""

    id: int
    entry_code: str
    entry_title: str
    source: ConflictSource
    reason: str
    lifted: bool


def conflicts_of(session: Session, juror_id: int) -> tuple[ConflictItem, ...]:
    """Return a juror's conflicts by entry code, lifted ones too."""
    rows = session.execute(
        select(
            Conflict.id,
            Entry.code,
            Entry.title,
            Conflict.source,
            Conflict.reason,
            Conflict.lifted_at,
        )
        .join(Entry, Conflict.entry_id == Entry.id)
        .where(Conflict.juror_id == juror_id)
        .order_by(Entry.code, Conflict.id)
    ).all()
    return tuple(ConflictItem(*row[:5], row.lifted_at is not None) for row in rows)
