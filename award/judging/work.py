"""Reading a juror's work list: what is assigned to her, what is done, what is left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.judging.own_sheets import OwnSheet, Rule, own_sheets, rules_of
from award.judging.pace import minutes_a_sheet
from award.judging.queries import SHOWN_ROUNDS, Cell, QueueItem, cell_of, lock_of
from award.judging.sheets import SheetValues, gaps, total
from award.models.deliberation import Deliberation
from award.models.entries import Entry, EntryState
from award.models.judging import SheetState
from award.models.jury import Assignment, AssignmentState, Juror, JurorState
from award.models.seasons import Category, Programme, Round, RoundState, Season

RUNNING = (RoundState.SET_UP, RoundState.OPEN)
RoundRow = Row[Round, str, dict[str, str], str, int | None]
AssignedRow = Row[int, str, int, AssignmentState, int, str, EntryState, dict[str, str]]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One entry of a work list; total is her own, None while nothing is scored.

    waiting: its sheet can be handed in now and is not. noted: she wrote herself a note.
    """

    public_id: str
    position: int
    title: str
    category: str
    cell: Cell
    offered: bool
    waiting: bool
    complete: bool
    reopened: bool
    noted: bool
    total: float | None


@dataclass(frozen=True, slots=True)
class WorkRound:
    """A round in which somebody judges. Items follow her own order, those she stepped back from
    are not among them. pace: her own minutes a sheet, None while too few are submitted. ranks is
    False for a calibration round; meets is True once the jury's meeting was opened, live while a
    stage can be followed, leads where she leads it. Who only meets or leads has no items.
    """

    public_id: str
    season_public_id: str
    season: str
    round: str
    ranks: bool
    meets: bool
    live: bool
    leads: bool
    zone: str
    blind: bool
    state: RoundState
    opens_at: datetime | None
    closes_at: datetime | None
    pace: float | None
    items: tuple[WorkItem, ...]
    queue: tuple[QueueItem, ...]

    @property
    def left(self) -> int:
        """How many sheets can still be submitted now."""
        return sum(item.waiting for item in self.items)

    @property
    def done(self) -> int:
        """How many sheets are submitted."""
        return sum(item.cell is Cell.DONE for item in self.items)

    @property
    def offered(self) -> int:
        """How many assignments wait for her yes."""
        return sum(item.offered for item in self.items)

    @property
    def ready(self) -> int:
        """How many sheets are complete and not yet submitted."""
        return sum(item.complete and item.waiting for item in self.items)

    @property
    def compared(self) -> str | None:
        """The assignment from which a closed calibration round shows how the jurors agree."""
        if self.ranks or self.state in {RoundState.SET_UP, RoundState.OPEN}:
            return None
        return next((item.public_id for item in self.items if item.cell is Cell.DONE), None)

    @property
    def next(self) -> WorkItem | None:
        """The first accepted entry whose sheet can be submitted now, else None."""
        return next((item for item in self.items if item.waiting and not item.offered), None)


def work_list(
    session: Session, juror_ids: Collection[int], language: str, *, now: datetime
) -> tuple[WorkRound, ...]:
    """Return the rounds in which these jurors (one person's) have assignments, meet or follow a
    stage, newest season first.

    Rounds that are decided are over and left out. The number of statements does not depend on the
    number of rounds or entries. Empty where there is nothing to do.
    """
    rows = _assigned(session, juror_ids)
    gathers = _gatherings(session, juror_ids)
    round_ids = sorted({row.round_id for row in rows} | gathers.keys())
    if not round_ids:
        return ()
    own = own_sheets(session, juror_ids, round_ids)
    criteria = rules_of(session, round_ids)
    found = []
    for about in _rounds(session, round_ids):
        round_, mine = about[0], [one for one in rows if one.round_id == about[0].id]
        made = _work_round(about, mine, own, criteria, language, now)
        found.append(replace(made, leads=round_.live and gathers.get(round_.id, False)))
    return tuple(found)


def _assigned(session: Session, juror_ids: Collection[int]) -> Sequence[AssignedRow]:
    """Return the assignments of rounds that are not decided yet, in the juror's order."""
    return session.execute(
        select(
            Assignment.id,
            Assignment.public_id,
            Assignment.position,
            Assignment.state,
            Assignment.round_id,
            Entry.title,
            Entry.state.label("entry_state"),
            Category.name.label("category"),
        )
        .join(Round, Assignment.round_id == Round.id)
        .join(Juror, Assignment.juror_id == Juror.id)
        .join(Entry, Assignment.entry_id == Entry.id)
        .outerjoin(Category, Entry.category_id == Category.id)
        .where(
            Assignment.juror_id.in_(juror_ids),
            Juror.state == JurorState.ACTIVE,
            Round.state.in_(SHOWN_ROUNDS),
        )
        .order_by(Assignment.position, Assignment.id)
    ).all()


def _gatherings(session: Session, juror_ids: Collection[int]) -> dict[int, bool]:
    """Return the rounds whose stage or meeting these jurors join, and whether one chairs it."""
    meets = select(Deliberation.id).where(Deliberation.round_id == Round.id).exists()
    rows = session.execute(
        select(Round.id, Juror.is_chair)
        .join(Juror, Juror.season_id == Round.season_id)
        .where(
            Juror.id.in_(juror_ids),
            Juror.state == JurorState.ACTIVE,
            Round.state.in_(SHOWN_ROUNDS),
            or_(Round.live & Round.state.in_(RUNNING), meets),
        )
    )
    return dict(rows.all())


def _rounds(session: Session, round_ids: Collection[int]) -> list[RoundRow]:
    return list(
        session.execute(
            select(Round, Season.public_id, Season.name, Programme.time_zone, Deliberation.id)
            .join(Season, Round.season_id == Season.id)
            .join(Programme, Season.programme_id == Programme.id)
            .outerjoin(Deliberation, Deliberation.round_id == Round.id)
            .where(Round.id.in_(round_ids))
            .order_by(Season.id.desc(), Round.position.desc())
        )
    )


def _work_round(
    about: RoundRow,
    rows: Sequence[AssignedRow],
    own: Mapping[int, OwnSheet],
    criteria: Mapping[int, list[Rule]],
    language: str,
    now: datetime,
) -> WorkRound:
    round_, season_public_id, season, zone, meeting = about
    rules = criteria.get(round_.id, [])
    sheets = [own[row.id] for row in rows if row.id in own]
    cells = [cell_of(row.state, row.id in own, row.entry_state) for row in rows]
    items = []
    for row, cell in zip(rows, cells, strict=True):
        if cell is not Cell.OUT:
            sheet = own.get(row.id)
            lock = lock_of(round_, sheet.state if sheet else None, now)
            items.append(_item(row, cell, sheet, rules, language, waiting=lock is None))
    return WorkRound(
        public_id=round_.public_id,
        season_public_id=season_public_id,
        season=pick_text(season, language),
        round=pick_text(round_.name, language),
        ranks=round_.ranks,
        meets=meeting is not None,
        live=round_.live and round_.state in RUNNING,
        leads=False,
        zone=zone,
        blind=round_.blind,
        state=round_.state,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        pace=minutes_a_sheet(sheet.submitted_at for sheet in sheets if sheet.submitted_at),
        items=tuple(items),
        queue=tuple(map(_place, rows, cells)),
    )


def _place(row: AssignedRow, cell: Cell) -> QueueItem:
    """Return one cell of the queue's strip; what is out has no address."""
    shown = None if cell is Cell.OUT else row.public_id
    return QueueItem(row.position, shown, cell, row.state is AssignmentState.OFFERED)


def _item(
    row: Row[int, str, int, AssignmentState, int, str, object, dict[str, str]],
    cell: Cell,
    sheet: OwnSheet | None,
    rules: list[Rule],
    language: str,
    *,
    waiting: bool,
) -> WorkItem:
    values = sheet.values if sheet else SheetValues()
    return WorkItem(
        public_id=row.public_id,
        position=row.position,
        title=row.title,
        category=pick_text(row.category, language),
        cell=cell,
        offered=row.state is AssignmentState.OFFERED,
        waiting=waiting,
        complete=sheet is not None and not gaps(values, rules),
        reopened=sheet is not None and sheet.state is SheetState.REOPENED,
        noted=bool(values.private_note.strip()),
        total=total(values.points, rules)[0],
    )
