"""Who judges what in a round: the assignment as rows and columns. Points are never read here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.i18n import sort_key
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Conflict,
    Juror,
    JurorState,
    Panel,
    RoundEntry,
)
from award.models.seasons import Round


class PairState(StrEnum):
    """What a pair shows to the organiser: BEGUN says that there is a draft, never what is in it."""

    OFFERED = "offered"
    ACTIVE = "active"
    BEGUN = "begun"
    DONE = "done"
    RECUSED = "recused"
    EXCLUDED = "excluded"
    CONFLICT = "conflict"


LIVE_PAIRS = frozenset({PairState.OFFERED, PairState.ACTIVE, PairState.BEGUN, PairState.DONE})


@dataclass(frozen=True, slots=True)
class Pair:
    """One assignment on the board; affinity from 0 to 1, None where a hand made it."""

    public_id: str
    juror: str
    state: PairState
    affinity: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class BoardJuror:
    """A column of the board."""

    public_id: str
    name: str
    panel: str
    load: int
    minimum: int
    maximum: int
    active: bool

    @property
    def initials(self) -> str:
        """Two letters for the head of a narrow column."""
        return "".join(part[0] for part in self.name.split()[:2]).upper()


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """A row of the board: value is the mean affinity of its jurors, None where none is known."""

    public_id: str
    code: str
    title: str
    panel: str
    need: int
    pairs: tuple[Pair, ...]
    value: float | None

    @property
    def live(self) -> int:
        """How many jurors it has."""
        return sum(pair.state in LIVE_PAIRS for pair in self.pairs)

    @property
    def missing(self) -> int:
        """How many jurors it still needs; 0 where it has more than enough."""
        return max(0, self.need - self.live)

    @property
    def by_juror(self) -> dict[str, Pair]:
        """Pairs by juror, for the cells of the board."""
        return {pair.juror: pair for pair in self.pairs}


@dataclass(frozen=True, slots=True)
class Board:
    """The assignment of a round. Entries: holes first, then the worst matches; jurors by name."""

    entries: tuple[BoardEntry, ...]
    jurors: tuple[BoardJuror, ...]

    @property
    def holes(self) -> int:
        """How many places are empty."""
        return sum(entry.missing for entry in self.entries)

    @property
    def pairs(self) -> int:
        """How many live assignments there are."""
        return sum(entry.live for entry in self.entries)


def board(session: Session, round_id: int, language: str) -> Board:
    """Return who judges what, in four statements whatever the size."""
    season_id = session.scalar(select(Round.season_id).where(Round.id == round_id))
    rows = _pair_rows(session, round_id)
    conflicts = session.execute(
        select(Conflict.entry_id, Juror.public_id, Conflict.reason)
        .join(Juror, Conflict.juror_id == Juror.id)
        .where(Juror.season_id == season_id, Conflict.lifted_at.is_(None))
    ).all()
    pairs: dict[int, dict[str, Pair]] = {}
    for entry_id, juror, reason in conflicts:
        pairs.setdefault(entry_id, {})[juror] = Pair("", juror, PairState.CONFLICT, None, reason)
    for row in rows:
        affinity = None if row.affinity is None else float(row.affinity)
        pair = Pair(
            row.public_id, row.juror, pair_state(row.state, row.sheet), affinity, row.reason
        )
        pairs.setdefault(row.entry_id, {})[row.juror] = pair
    loads: dict[str, int] = {}
    for row in rows:
        if row.state in LIVE_ASSIGNMENTS:
            loads[row.juror] = loads.get(row.juror, 0) + 1
    entries = _board_entries(session, round_id, pairs, language)
    return Board(entries, _board_jurors(session, season_id or 0, loads, language))


def pair_state(state: AssignmentState, begun: bool) -> PairState:
    """Return what an assignment shows: begun where an active one has a sheet."""
    if state is AssignmentState.ACTIVE and begun:
        return PairState.BEGUN
    return PairState(state.value)


def _pair_rows(session: Session, round_id: int) -> Sequence[Any]:
    return session.execute(
        select(
            Assignment.public_id,
            Assignment.entry_id,
            Juror.public_id.label("juror"),
            Assignment.state,
            Assignment.affinity,
            Assignment.reason,
            ScoreSheet.id.is_not(None).label("sheet"),
        )
        .join(Juror, Assignment.juror_id == Juror.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id)
        .order_by(Assignment.position, Assignment.id)
    ).all()


def _board_entries(
    session: Session, round_id: int, pairs: dict[int, dict[str, Pair]], language: str
) -> tuple[BoardEntry, ...]:
    rows = session.execute(
        select(
            Entry.id,
            Entry.public_id,
            Entry.code,
            Entry.title,
            Panel.name.label("panel"),
            func.coalesce(RoundEntry.jurors_per_entry, Round.jurors_per_entry).label("need"),
        )
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .join(Round, RoundEntry.round_id == Round.id)
        .outerjoin(Panel, RoundEntry.panel_id == Panel.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
    ).all()
    made = []
    for row in rows:
        own = tuple(pairs.get(row.id, {}).values())
        known = [p.affinity for p in own if p.state in LIVE_PAIRS and p.affinity is not None]
        value = sum(known) / len(known) if known else None
        panel = pick_text(row.panel, language)
        made.append(BoardEntry(row.public_id, row.code, row.title, panel, row.need, own, value))
    return tuple(sorted(made, key=_worst_first))


def _worst_first(entry: BoardEntry) -> tuple[int, float, str]:
    return (-entry.missing, 1.0 if entry.value is None else entry.value, entry.code)


def _board_jurors(
    session: Session, season_id: int, loads: dict[str, int], language: str
) -> tuple[BoardJuror, ...]:
    rows = session.execute(
        select(Juror.public_id, Juror.name, Panel.name, Juror.minimum, Juror.maximum, Juror.state)
        .outerjoin(Panel, Juror.panel_id == Panel.id)
        .where(Juror.season_id == season_id)
    ).all()
    made = [
        BoardJuror(
            public_id,
            name,
            pick_text(panel, language),
            loads.get(public_id, 0),
            low,
            high,
            state is JurorState.ACTIVE,
        )
        for public_id, name, panel, low, high, state in rows
        if state is JurorState.ACTIVE or loads.get(public_id)
    ]
    return tuple(sorted(made, key=lambda one: (one.panel, sort_key(one.name))))
