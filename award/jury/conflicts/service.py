"""Conflicts of interest that people declare or lift; ``problem`` of proposals finds the rest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, NotFoundError, RuleError
from award.jury.conflicts.barriers import barriers
from award.jury.proposals.problem import SOURCES, offer_of
from award.models.entries import Entry
from award.models.jury import (
    Assignment,
    AssignmentState,
    Conflict,
    ConflictSource,
    Juror,
)


def declare_conflict(
    session: Session,
    juror_id: int,
    entry_id: int,
    reason: str,
    *,
    source: ConflictSource = ConflictSource.DECLARED,
    actor_id: int | None,
    now: datetime,
) -> Conflict:
    """Keep that a juror may not judge an entry; a lifted conflict stands again.

    Said twice it is one conflict. source: DECLARED by the juror, RELATION where an organiser knows
    of one and says why; a juror need not. An assignment of the pair that is not submitted ends as
    recused. Raises InputError reason_missing or entry_elsewhere.
    """
    reason = reason.strip()
    if not reason and source is not ConflictSource.DECLARED:
        raise InputError("reason_missing", field="reason")
    juror = locked(session, Juror, juror_id)
    entry = locked(session, Entry, entry_id)
    if entry.season_id != juror.season_id:
        raise InputError("entry_elsewhere", field="entry")
    found = session.scalar(
        select(Conflict).where(
            Conflict.juror_id == juror_id, Conflict.entry_id == entry_id, Conflict.source == source
        )
    )
    conflict = found or Conflict(juror_id=juror_id, entry_id=entry_id, source=source, found_at=now)
    conflict.reason, conflict.lifted_at = reason, None
    session.add(conflict)
    _free_place(session, juror_id, entry_id, reason, now)
    session.flush()
    after = {"entry": entry.code, "source": source}
    _record(session, "conflict.declared", juror, after, actor_id, now)
    return conflict


def lift_conflict(
    session: Session, conflict_id: int, *, actor_id: int | None, now: datetime
) -> Conflict:
    """Say that a conflict is none: it stays on record, and the same reason is not found again.

    Raises RuleError("conflict_of_team"): nobody judges an entry of her own team.
    """
    conflict = locked(session, Conflict, conflict_id)
    if conflict.source is ConflictSource.TEAM:
        raise RuleError("conflict_of_team")
    conflict.lifted_at = conflict.lifted_at or now
    session.flush()
    juror = session.get_one(Juror, conflict.juror_id)
    entry = session.get_one(Entry, conflict.entry_id)
    after = {"entry": entry.code, "source": conflict.source}
    _record(session, "conflict.lifted", juror, after, actor_id, now)
    return conflict


def lift_found(
    session: Session,
    entry_id: int,
    juror_id: int,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say that nothing stands between a pair: what the data gives away and what was declared.

    It stays on record and is not found again. Raises RuleError("conflict_of_team") for a member of
    the team, NotFoundError where nothing stands against the pair.
    """
    juror = locked(session, Juror, juror_id)
    stored = select(Conflict).where(Conflict.juror_id == juror_id, Conflict.entry_id == entry_id)
    known = {one.source: one for one in session.scalars(stored)}
    for barrier in barriers(session, [entry_id], [offer_of(juror)]).values():
        source = SOURCES.get(barrier.code)
        if source is not None and source not in known:
            known[source] = Conflict(
                juror_id=juror_id, entry_id=entry_id, source=source, found_at=now
            )
            session.add(known[source])
    session.flush()
    standing = [one for one in known.values() if one.lifted_at is None]
    if not standing:
        raise NotFoundError
    for conflict in standing:
        lift_conflict(session, conflict.id, actor_id=actor_id, now=now)


def _free_place(session: Session, juror_id: int, entry_id: int, reason: str, now: datetime) -> None:
    rows = session.scalars(
        select(Assignment).where(
            Assignment.juror_id == juror_id,
            Assignment.entry_id == entry_id,
            Assignment.state.in_((AssignmentState.OFFERED, AssignmentState.ACTIVE)),
        )
    )
    for assignment in rows:
        assignment.state, assignment.reason = AssignmentState.RECUSED, reason
        assignment.ended_at = now


def _record(
    session: Session,
    action: str,
    juror: Juror,
    after: dict[str, str],
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        juror,
        actor_id=actor_id,
        now=now,
        after=after,
        programme_id=juror.season.programme_id,
    )
