"""Whom the jury honours in a round, and what it says about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.entries import Entry, EntryState
from award.models.results import Citation, Decision, Outcome
from award.models.seasons import Prize
from award.results.decisions.citing import HONOURS


@dataclass(frozen=True, slots=True)
class Honoured:
    """An entry that wins or gets a prize; words: the jury's, by language, {} for none yet."""

    entry_id: int
    public_id: str
    title: str
    place: int | None
    prizes: tuple[str, ...]
    words: dict[str, str]


def honoured(
    session: Session, round_id: int, language: str, barred: Collection[int] = frozenset()
) -> tuple[Honoured, ...]:
    """Return whom a round's decisions honour so far: winners by place, then prizes outside the
    ranking.

    barred: ids of entries that the reader may not talk about. One statement; empty before the first
    such decision.
    """
    rows = session.execute(
        select(Decision, Entry.public_id, Entry.title, Prize.title, Citation.words)
        .join(Entry, Entry.id == Decision.entry_id)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .outerjoin(
            Citation,
            and_(Citation.round_id == Decision.round_id, Citation.entry_id == Decision.entry_id),
        )
        .where(
            Decision.round_id == round_id,
            Decision.superseded_at.is_(None),
            Decision.outcome.in_(HONOURS),
            Entry.state != EntryState.WITHDRAWN,
            Entry.id.not_in(barred),
        )
        .order_by(Decision.outcome == Outcome.SPECIAL, Decision.place, Entry.title, Decision.id)
    )
    found: dict[int, Honoured] = {}
    for decision, public_id, title, prize, words in rows:
        known = found.get(decision.entry_id)
        found[decision.entry_id] = Honoured(
            entry_id=decision.entry_id,
            public_id=public_id,
            title=title,
            place=known.place if known else decision.place,
            prizes=(*(known.prizes if known else ()), *filter(None, [pick_text(prize, language)])),
            words=words or {},
        )
    return tuple(found.values())
