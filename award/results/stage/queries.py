"""The stage as screens and phones show it, and its running results for who leads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.errors import NotFoundError
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, AssignmentState, RoundEntry
from award.models.seasons import Category, Round
from award.models.stage import Phase, Stage, StageSlot
from award.results.deliberation.queries import barred_entries
from award.results.tabulation.tabulating import read_input
from scoring.plain import plain_view

MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock at one moment. length and left are seconds; left is negative once time is up."""

    phase: Phase
    length: int
    left: float
    running: bool

    @property
    def shown(self) -> str:
        """What is left as 4:59, what is over as +0:12."""
        seconds = int(-self.left) if self.left < 0 else int(self.left + 0.999)
        minutes, rest = divmod(seconds, 60)
        return f"{'+' if self.left < 0 else ''}{minutes}:{rest:02d}"


@dataclass(frozen=True, slots=True)
class Turn:
    """An entry of the running order. state: pitched, on or waits; number counts from 1."""

    entry_id: int
    public_id: str
    code: str
    title: str
    category: str
    number: int
    state: str


@dataclass(frozen=True, slots=True)
class StageView:
    """The stage at one moment; on is None while nobody is on it, next once all have pitched."""

    round_id: int
    revision: int
    pitch_minutes: int
    question_minutes: int
    seed: int | None
    clock: Clock
    turns: tuple[Turn, ...]

    @property
    def on(self) -> Turn | None:
        """Who is on the stage."""
        return next((turn for turn in self.turns if turn.state == "on"), None)

    @property
    def next(self) -> Turn | None:
        """Who comes after."""
        return next((turn for turn in self.turns if turn.state == "waits"), None)

    @property
    def waiting(self) -> tuple[Turn, ...]:
        """Those who have not pitched, in their order, whoever is on the stage among them."""
        return tuple(turn for turn in self.turns if turn.state != "pitched")


def stage_view(
    session: Session, round_id: int, language: str, *, now: datetime
) -> StageView | None:
    """Return the stage of a round, None before it is set up; two statements."""
    stage = session.scalar(select(Stage).where(Stage.round_id == round_id))
    if stage is None:
        return None
    return StageView(
        round_id=round_id,
        revision=stage.revision,
        pitch_minutes=stage.pitch_seconds // 60,
        question_minutes=stage.question_seconds // 60,
        seed=stage.seed,
        clock=clock_of(stage, now),
        turns=_turns(session, stage, language),
    )


def running_order(session: Session, round_id: int, language: str) -> tuple[Turn, ...]:
    """Return the turns of a round's stage, those who pitched first; none before it is set up."""
    stage = session.scalar(select(Stage).where(Stage.round_id == round_id))
    return _turns(session, stage, language) if stage else ()


def _turns(session: Session, stage: Stage, language: str) -> tuple[Turn, ...]:
    """Return the entries in the order in which they pitched, then wait."""
    rows = session.execute(
        select(Entry.id, Entry.public_id, Entry.code, Entry.title, Category.name, StageSlot)
        .join(StageSlot, StageSlot.entry_id == Entry.id)
        .join(
            RoundEntry,
            and_(RoundEntry.entry_id == Entry.id, RoundEntry.round_id == stage.round_id),
        )
        .outerjoin(Category, Category.id == Entry.category_id)
        .where(StageSlot.stage_id == stage.id, Entry.state != EntryState.WITHDRAWN)
        .order_by(
            StageSlot.pitched_at.is_(None),
            StageSlot.pitched_at,
            StageSlot.position,
            StageSlot.id,
        )
    ).all()
    return tuple(
        Turn(
            entry_id,
            public_id,
            code,
            title,
            pick_text(category, language),
            number,
            "on" if entry_id == stage.entry_id else "pitched" if slot.pitched_at else "waits",
        )
        for number, (entry_id, public_id, code, title, category, slot) in enumerate(rows, start=1)
    )


def existing_stage(session: Session, round_id: int, language: str, *, now: datetime) -> StageView:
    """Return ``stage_view``; NotFoundError before the stage is set up."""
    found = stage_view(session, round_id, language, now=now)
    if found is None:
        raise NotFoundError
    return found


def entry_ids(session: Session, season_id: int, public_ids: Sequence[str]) -> list[int]:
    """Return the ids of a season's entries in the order of their public ids; unknown ones are out.

    One statement.
    """
    known = dict(
        session.execute(
            select(Entry.public_id, Entry.id).where(
                Entry.season_id == season_id, Entry.public_id.in_(public_ids)
            )
        ).all()
    )
    return [known[one] for one in public_ids if one in known]


def clock_of(stage: Stage, now: datetime) -> Clock:
    """Return what the clock of a stage shows at ``now``; the server's moments alone count."""
    length = {Phase.PITCH: stage.pitch_seconds, Phase.QUESTIONS: stage.question_seconds}.get(
        stage.phase, 0
    )
    if stage.began_at is None:
        return Clock(stage.phase, length, float(length), running=False)
    until = stage.paused_at or now
    passed = (until - stage.began_at).total_seconds() - stage.paused_seconds
    return Clock(stage.phase, length, length - passed, running=stage.paused_at is None)


def stage_revision(session: Session, round_id: int, *, sheets: bool = False) -> int:
    """Return a number that changes with the stage, 0 where there is none.

    sheets: with each score sheet that is handed in or given back, too.
    """
    found = session.scalar(select(Stage.revision).where(Stage.round_id == round_id)) or 0
    if not sheets or not found:
        return found
    handed_in = (
        select(func.count(ScoreSheet.id), func.coalesce(func.sum(ScoreSheet.version), 0))
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .where(Assignment.round_id == round_id, ScoreSheet.state == SheetState.SUBMITTED)
    )
    count, versions = session.execute(handed_in).one()
    return found * MANY + int(count) * 1000 + int(versions)


@dataclass(frozen=True, slots=True)
class OwnTurn:
    """What a juror has to do with who is on the stage: her assignment there, "" without one.

    state: open, offered (she has not said yes), submitted, out (she stepped back or was never
    assigned).
    """

    assignment: str
    state: str


def own_turn(session: Session, round_id: int, entry_id: int, juror_id: int | None) -> OwnTurn:
    """Return a juror's part in the turn of an entry; one statement."""
    row = session.execute(
        select(Assignment.public_id, Assignment.state, ScoreSheet.state)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(
            Assignment.round_id == round_id,
            Assignment.entry_id == entry_id,
            Assignment.juror_id == juror_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
        )
    ).one_or_none()
    if row is None:
        return OwnTurn("", "out")
    public_id, state, sheet = row
    if state is AssignmentState.OFFERED:
        return OwnTurn(public_id, "offered")
    return OwnTurn(public_id, "submitted" if sheet is SheetState.SUBMITTED else "open")


@dataclass(frozen=True, slots=True)
class RunningRow:
    """An entry's running result. mean: plain, of the submitted sheets, None before the first;
    place by it among those shown. withheld: the reader has not handed in her own sheet.
    """

    public_id: str
    code: str
    title: str
    submitted: int
    assigned: int
    mean: float | None
    place: int | None
    withheld: bool


def running_results(
    session: Session, round_: Round, *, user_id: int | None, juror_id: int | None
) -> tuple[RunningRow, ...]:
    """Return the running results for who leads, the highest mean first, then by title.

    Draft sheets count nowhere. An entry that the reader is barred from is not there; of one that
    she scores herself she sees nothing of the others before her own sheet is in.
    """
    found = read_input(session, round_.id)
    means = plain_view(found.scores, found.rules).mean if found.rules.criteria else {}
    barred = barred_entries(session, round_.season_id, user_id, juror_id)
    rows = [
        RunningRow(
            public_id,
            code,
            title,
            int(done),
            int(assigned),
            None if own or code not in means else float(means[code]),
            None,
            bool(own),
        )
        for entry_id, public_id, code, title, assigned, done, own in _counted(
            session, round_.id, juror_id
        )
        if entry_id not in barred
    ]
    known = [row.mean for row in rows if row.mean is not None]
    placed = [_placed(row, known) for row in rows]
    return tuple(sorted(placed, key=lambda row: (row.mean is None, -(row.mean or 0), row.title)))


def _counted(session: Session, round_id: int, juror_id: int | None) -> list[Any]:
    """Entry, its sheets and those submitted, and whether a live one of the juror is missing."""
    done = case((ScoreSheet.state == SheetState.SUBMITTED, 1), else_=0)
    own = case((and_(Assignment.juror_id == juror_id, done == 0), 1), else_=0)
    query = (
        select(
            Entry.id,
            Entry.public_id,
            Entry.code,
            Entry.title,
            func.count(Assignment.id),
            func.coalesce(func.sum(done), 0),
            func.coalesce(func.sum(own), 0),
        )
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .outerjoin(
            Assignment,
            and_(
                Assignment.round_id == RoundEntry.round_id,
                Assignment.entry_id == Entry.id,
                Assignment.state.in_(LIVE_ASSIGNMENTS),
            ),
        )
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
        .group_by(Entry.id)
    )
    return list(session.execute(query))


def _placed(row: RunningRow, known: Collection[float]) -> RunningRow:
    if row.mean is None:
        return row
    return replace(row, place=1 + sum(mean > row.mean for mean in known))
