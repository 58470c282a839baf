"""Which mails a season says in words of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.wordings import Wording
from award.wording import KINDS


@dataclass(frozen=True, slots=True)
class WordedKind:
    """One kind of mail; languages: those that the season has its own words in."""

    key: str
    to_jurors: bool
    languages: tuple[str, ...]


def worded_kinds(session: Session, season_id: int) -> list[WordedKind]:
    """Return every kind that may be reworded, in the order in which a season sends them."""
    rows = session.execute(
        select(Wording.kind, Wording.language)
        .where(Wording.season_id == season_id)
        .order_by(Wording.language)
    ).all()
    return [
        WordedKind(
            kind.key, kind.to_jurors, tuple(language for key, language in rows if key == kind.key)
        )
        for kind in KINDS.values()
    ]
