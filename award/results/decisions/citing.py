"""What the jury says in public about those it honours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, NotFoundError, RuleError
from award.models.entries import Entry
from award.models.results import Citation, Decision, Outcome
from award.models.seasons import Round, RoundState

LONGEST = 500
HONOURS = (Outcome.WINNER, Outcome.SPECIAL)
CITABLE = (RoundState.TABULATED, RoundState.DECIDED, RoundState.ANNOUNCED)


def cite(
    session: Session,
    round_id: int,
    entry_id: int,
    words: Mapping[str, str],
    *,
    actor_id: int | None,
    now: datetime,
) -> Citation | None:
    """Keep what the jury says about a winner, by language; no words take it back (None).

    It decides nothing, so a slip may be mended after the announcement too; the log keeps which
    languages it had, not the words. Raises RuleError("round_not_tabulated") too early,
    NotFoundError where the entry is not honoured, InputError("citation_too_long") with ``most``.
    """
    round_ = locked(session, Round, round_id)
    if round_.state not in CITABLE:
        raise RuleError("round_not_tabulated")
    _check_honoured(session, round_id, entry_id)
    said = {language: text.strip() for language, text in words.items() if text.strip()}
    if any(len(text) > LONGEST for text in said.values()):
        raise InputError("citation_too_long", field="words", most=LONGEST)
    found = session.scalar(
        select(Citation).where(Citation.round_id == round_id, Citation.entry_id == entry_id)
    )
    before = sorted(found.words) if found else []
    kept = _keep(session, found, Citation(round_id=round_id, entry_id=entry_id), said)
    if kept is not None:
        kept.written_at, kept.written_by_id = now, actor_id
    session.flush()
    audit.record(
        session,
        "entry.cited",
        session.get_one(Entry, entry_id),
        actor_id=actor_id,
        now=now,
        before={"round": round_.public_id, "languages": before},
        after={"round": round_.public_id, "languages": sorted(said)},
        programme_id=round_.season.programme_id,
    )
    return kept


def _check_honoured(session: Session, round_id: int, entry_id: int) -> None:
    honoured = session.scalar(
        select(Decision.id).where(
            Decision.round_id == round_id,
            Decision.entry_id == entry_id,
            Decision.superseded_at.is_(None),
            Decision.outcome.in_(HONOURS),
        )
    )
    if honoured is None:
        raise NotFoundError


def _keep(
    session: Session, found: Citation | None, fresh: Citation, said: dict[str, str]
) -> Citation | None:
    if not said:
        if found is not None:
            session.delete(found)
        return None
    kept = found or fresh
    kept.words = said
    session.add(kept)
    return kept
