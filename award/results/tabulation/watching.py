"""What stands out in the rounds that are judged now, at hand for the organiser's first page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from award.jury.proposals.problem import standing_pairs
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Juror
from award.models.seasons import Round, RoundState
from award.results.tabulation.tabulating import read_input
from award.results.tabulation.warning_queries import Warnings, stand_out

RUNNING = (RoundState.SET_UP, RoundState.OPEN)
LARGE = 5_000
"""Assignments above which a look is not taken again at each sheet: it costs seconds there."""
REST = timedelta(minutes=10)
MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Watched:
    """What stands out in one round, with the names of what it is about.

    jurors: public id -> name; entries: code -> (title, public id).
    """

    round: str
    found: Warnings
    jurors: Mapping[str, str]
    entries: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Looked:
    """One look: what it saw, when, and what the round was made of then."""

    state: tuple[int, ...]
    at: datetime
    found: Warnings

    def holds(self, state: tuple[int, ...], now: datetime) -> bool:
        return self.state == state or (state[0] > LARGE and self.at <= now < self.at + REST)


_kept: dict[str, _Looked] = {}
_guard = Lock()


def watch(
    session: Session, season_id: int, *, now: datetime, own_entries: Collection[int] = ()
) -> list[Watched]:
    """Return what stands out in each ranking round that is set up or open, in their order.

    Rounds where nothing does are left out. A look is taken anew when a sheet was handed in or given
    back or an assignment changed, in very large rounds every ten minutes at most: one statement
    where nothing changed, five more a round where it did, two for the names. own_entries: those
    whose team the reader is on; nothing is told about them.
    """
    looks = {
        public_id: _look(session, round_id, public_id, state, now)
        for round_id, public_id, state in _running(session, season_id)
    }
    looks = {public_id: found for public_id, found in looks.items() if found.count}
    if not looks:
        return []
    entries = _titles(session, season_id, looks.values(), own_entries)
    jurors = _names(session, looks.values())
    told = {public_id: _told(found, entries) for public_id, found in looks.items()}
    return [Watched(key, found, jurors, entries) for key, found in told.items() if found.count]


def look_now(session: Session, round_: Round, *, now: datetime) -> Warnings:
    """Return what stands out in one round, whatever its state and size, as it is at this moment.

    One statement where nothing changed since the last look, five more where something did.
    """
    for round_id, public_id, state in _made_of(session, Round.id == round_.id):
        return _look(session, round_id, public_id, state, now, rest=False)
    return stand_out(read_input(session, round_.id), frozenset())


def _running(session: Session, season_id: int) -> list[tuple[int, str, tuple[int, ...]]]:
    """Return (id, public id, what the round is made of) of the rounds that ``watch`` looks at."""
    return _made_of(
        session, Round.season_id == season_id, Round.state.in_(RUNNING), Round.ranks.is_(True)
    )


def _made_of(
    session: Session, *which: ColumnElement[bool]
) -> list[tuple[int, str, tuple[int, ...]]]:
    """Return (id, public id, what the round is made of) where something is assigned."""
    sent = ScoreSheet.state == SheetState.SUBMITTED
    rows = session.execute(
        select(
            Round.id,
            Round.public_id,
            func.count(Assignment.id),
            func.sum(Assignment.id),
            func.coalesce(func.sum(case((sent, ScoreSheet.id), else_=0)), 0),
            func.coalesce(func.sum(case((sent, ScoreSheet.version), else_=0)), 0),
        )
        .join(Assignment, Assignment.round_id == Round.id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(
            *which,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            Entry.state != EntryState.WITHDRAWN,
        )
        .group_by(Round.id)
        .order_by(Round.position)
    )
    return [(row[0], row[1], tuple(map(int, row[2:]))) for row in rows]


def _look(
    session: Session,
    round_id: int,
    public_id: str,
    state: tuple[int, ...],
    now: datetime,
    *,
    rest: bool = True,
) -> Warnings:
    with _guard:
        before = _kept.get(public_id)
    if before is not None and (before.holds(state, now) if rest else before.state == state):
        return before.found
    found = stand_out(read_input(session, round_id), standing_pairs(session, round_id))
    with _guard:
        _kept.pop(public_id, None)
        _kept[public_id] = _Looked(state, now, found)
        if len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    return found


def _titles(
    session: Session, season_id: int, looks: Iterable[Warnings], own_entries: Collection[int]
) -> dict[str, tuple[str, str]]:
    codes = {row.entry for found in looks for row in found.entries}
    if not codes:
        return {}
    rows = session.execute(
        select(Entry.code, Entry.title, Entry.public_id).where(
            Entry.season_id == season_id, Entry.code.in_(codes), Entry.id.not_in(own_entries)
        )
    )
    return {code: (title, public_id) for code, title, public_id in rows}


def _names(session: Session, looks: Iterable[Warnings]) -> dict[str, str]:
    wanted = {row.juror for found in looks for row in found.jurors}
    if not wanted:
        return {}
    rows = session.execute(select(Juror.public_id, Juror.name).where(Juror.public_id.in_(wanted)))
    return dict(rows.all())


def _told(found: Warnings, entries: Mapping[str, object]) -> Warnings:
    return replace(found, entries=tuple(row for row in found.entries if row.entry in entries))
