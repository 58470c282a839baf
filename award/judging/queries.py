"""Reading the juror's desk. Nobody else's sheet is ever read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.reading.juror_view import JurorEntry, NamedJurorEntry, entry_for_juror
from award.errors import NotFoundError
from award.judging.own_sheets import OwnSheet, own_sheets
from award.judging.sheets import SheetValues, total
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState, Juror
from award.models.seasons import Programme, Round, RoundState, Season
from award.seasons.queries import CriterionItem, Rubric, rubric_of

ENDED = (AssignmentState.RECUSED, AssignmentState.EXCLUDED)
SHOWN_ROUNDS = (RoundState.SET_UP, RoundState.OPEN, RoundState.CLOSED, RoundState.TABULATED)


class Cell(StrEnum):
    """What a cell of the queue shows: ``out`` is a recusal or an exclusion."""

    DONE = "done"
    DRAFT = "draft"
    OUT = "out"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One assigned entry in the juror's order. public_id is None where she may not open it."""

    position: int
    public_id: str | None
    cell: Cell
    offered: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the desk but the words of the interface.

    stage is the round's public id where it is live, else "". low and high are the ends of the
    scale of totals; past are the totals of her other submitted sheets in the round, ascending.
    locked is None or why nothing can be changed: submitted, not_open or closed. returnable: she may
    still make the submitted sheet a draft again. leads: she leads the stage.
    """

    public_id: str
    position: int
    season: str
    round: str
    stage: str
    blind: bool
    zone: str
    closes_at: datetime | None
    entry: JurorEntry | NamedJurorEntry
    rubric: Rubric
    values: SheetValues
    version: int
    state: SheetState | None
    edited_at: datetime | None
    submitted_at: datetime | None
    reopened_reason: str
    on_paper: bool
    locked: str | None
    returnable: bool
    leads: bool
    total: float | None
    low: float
    high: float
    past: tuple[float, ...]
    queue: tuple[QueueItem, ...]
    previous: str | None
    following: str | None

    @property
    def named(self) -> NamedJurorEntry | None:
        """The entry with its names where the round is not blind."""
        return self.entry if isinstance(self.entry, NamedJurorEntry) else None


def desk(session: Session, assignment_id: int, language: str, *, now: datetime) -> Desk:
    """Return the desk of one assignment in a constant number of statements.

    NotFoundError where the assignment has ended or the entry was withdrawn.
    """
    assignment, round_, season, zone, chairs = _place_of_work(session, assignment_id)
    rubric = rubric_of(session, round_.id, language)
    own = own_sheets(session, [assignment.juror_id], [round_.id])
    queue = own_queue(session, assignment.juror_id, round_.id)
    sheet = own.get(assignment.id)
    values = sheet.values if sheet else SheetValues()
    mine, low, high = total(values.points, rubric.criteria)
    before, after = _neighbours(queue, assignment.public_id)
    return Desk(
        public_id=assignment.public_id,
        position=assignment.position,
        season=pick_text(season.name, language),
        round=pick_text(round_.name, language),
        stage=round_.public_id if round_.live else "",
        blind=round_.blind,
        zone=zone,
        closes_at=round_.closes_at,
        entry=entry_for_juror(session, assignment.entry_id, blind=round_.blind, language=language),
        rubric=rubric,
        values=values,
        **_stored(sheet),
        locked=lock_of(round_, sheet.state if sheet else None, now),
        leads=round_.live and chairs,
        returnable=lock_of(round_, None, now) is None and not (round_.live and chairs),
        total=mine,
        low=low,
        high=high,
        past=_past_totals(own, assignment.id, rubric.criteria),
        queue=queue,
        previous=before,
        following=after,
    )


def _place_of_work(
    session: Session, assignment_id: int
) -> tuple[Assignment, Round, Season, str, bool]:
    """Return the assignment, where it belongs, the time zone, and whether the juror chairs."""
    row = session.execute(
        select(Assignment, Round, Season, Programme.time_zone, Juror.is_chair, Entry.state)
        .join(Round, Assignment.round_id == Round.id)
        .join(Season, Round.season_id == Season.id)
        .join(Programme, Season.programme_id == Programme.id)
        .join(Entry, Assignment.entry_id == Entry.id)
        .join(Juror, Assignment.juror_id == Juror.id)
        .where(Assignment.id == assignment_id)
    ).one_or_none()
    if row is None or row[0].state in ENDED or row[5] is EntryState.WITHDRAWN:
        raise NotFoundError
    assignment, round_, season, zone, chairs, _ = row
    return assignment, round_, season, zone, chairs


def _stored(sheet: OwnSheet | None) -> dict[str, Any]:
    """What the desk tells of a stored sheet; of one that is not begun yet, that it is empty."""
    return {
        "version": sheet.version if sheet else 0,
        "state": sheet.state if sheet else None,
        "edited_at": sheet.edited_at if sheet else None,
        "submitted_at": sheet.submitted_at if sheet else None,
        "reopened_reason": sheet.reopened_reason if sheet else "",
        "on_paper": sheet is not None and sheet.on_paper,
    }


def own_queue(session: Session, juror_id: int, round_id: int) -> tuple[QueueItem, ...]:
    """Return a juror's strip of cells in a round, in her order; one statement."""
    rows = session.execute(
        select(
            Assignment.position, Assignment.public_id, Assignment.state, ScoreSheet.id, Entry.state
        )
        .join(Entry, Assignment.entry_id == Entry.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.juror_id == juror_id, Assignment.round_id == round_id)
        .order_by(Assignment.position, Assignment.id)
    ).all()
    items = []
    for position, public_id, state, sheet_id, entry_state in rows:
        cell = cell_of(state, sheet_id is not None, entry_state)
        shown = None if cell is Cell.OUT else public_id
        items.append(QueueItem(position, shown, cell, state is AssignmentState.OFFERED))
    return tuple(items)


def _past_totals(
    own: Mapping[int, OwnSheet], current: int, criteria: tuple[CriterionItem, ...]
) -> tuple[float, ...]:
    values = [
        total(sheet.values.points, criteria)[0]
        for assignment_id, sheet in own.items()
        if assignment_id != current and sheet.state is SheetState.SUBMITTED
    ]
    return tuple(sorted(value for value in values if value is not None))


def cell_of(state: AssignmentState, begun: bool, entry_state: EntryState) -> Cell:
    """Return what the cell of an assignment shows; begun: whether a sheet is stored."""
    if state in ENDED or entry_state is EntryState.WITHDRAWN:
        return Cell.OUT
    if state is AssignmentState.DONE:
        return Cell.DONE
    return Cell.DRAFT if begun else Cell.TODO


def _neighbours(queue: tuple[QueueItem, ...], current: str) -> tuple[str | None, str | None]:
    open_ = [item.public_id for item in queue if item.public_id is not None]
    at = open_.index(current)
    return (open_[at - 1] if at else None), (open_[at + 1] if at + 1 < len(open_) else None)


def lock_of(round_: Round, state: SheetState | None, now: datetime) -> str | None:
    """Return why a sheet cannot be written now: submitted, not_open, closed; None if it can."""
    if state is SheetState.SUBMITTED:
        return "submitted"
    if state is SheetState.REOPENED and round_.state in SHOWN_ROUNDS[1:]:
        return None
    if round_.state is RoundState.SET_UP or (round_.opens_at and now < round_.opens_at):
        return "not_open"
    over = round_.closes_at is not None and now >= round_.closes_at
    return "closed" if over or round_.state is not RoundState.OPEN else None


def next_to_judge(queue: tuple[QueueItem, ...], current: str) -> str | None:
    """Return the next entry without a submitted sheet, starting over at the end; None if none.

    Entries that are only offered come last: they ask for a yes before they can be read.
    """
    open_ = [item for item in queue if item.public_id is not None]
    at = next((n for n, item in enumerate(open_) if item.public_id == current), -1)
    waiting = [i for i in open_[at + 1 :] + open_[: max(at, 0)] if i.cell is not Cell.DONE]
    first = min(waiting, key=lambda item: item.offered, default=None)
    return first.public_id if first else None
