"""How far a round's jurors are. Points are never read here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from award.db import pick_text
from award.i18n import fold, sort_key
from award.jury.pair_states import PairState, pair_state
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Juror,
    Panel,
    RoundEntry,
)

ROWS = 50
LIVE = Assignment.state.in_(LIVE_ASSIGNMENTS)
DONE = Assignment.state == AssignmentState.DONE


class By(StrEnum):
    """Whose progress: each juror's, or each entry's."""

    JUROR = "juror"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a row: its assignment, and the other side's name."""

    public_id: str
    name: str
    state: PairState


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How far one juror or entry is: how many sheets are expected, begun and submitted; no points.

    note: her panel, or its title. sheets: those expected, in the order of the work lists.
    """

    id: int
    public_id: str
    name: str
    note: str
    all: int
    begun: int
    done: int
    sheets: tuple[Sheet, ...] = ()

    @property
    def idle(self) -> int:
        """How many sheets are not even begun."""
        return self.all - self.begun - self.done


class How(StrEnum):
    """How far a row may be to be shown."""

    LEFT = "left"
    IDLE = "idle"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ProgressFilters:
    """What the list is narrowed to; state is one of How, "" for all; sort is a key of SORTS, "-"
    before it reverses, "" for those with the most left first.
    """

    by: By = By.JUROR
    text: str = ""
    state: str = ""
    sort: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> ProgressFilters:
        """Return what an address says: by, q, state and sort."""
        by = By.ENTRY if said.get("by") == By.ENTRY.value else By.JUROR
        return cls(by, *(said.get(name, "").strip()[:100] for name in ("q", "state", "sort")))


SORTS: Mapping[str, Callable[[ProgressRow], Any]] = {
    "name": lambda row: sort_key(row.name),
    "left": lambda row: row.all - row.done,
    "done": lambda row: row.done,
}
FITS: Mapping[str, Callable[[ProgressRow], bool]] = {
    "": lambda _row: True,
    How.LEFT: lambda row: row.done < row.all,
    How.IDLE: lambda row: row.all > 0 and row.idle == row.all,
    How.DONE: lambda row: row.all > 0 and row.done == row.all,
}


def narrowed(rows: Sequence[ProgressRow], filters: ProgressFilters) -> list[ProgressRow]:
    """Return the rows that fit, sorted; ties stay in the order given.

    The text is looked for in name and note, whatever the case, and ё is е. An unknown state or
    sort changes nothing.
    """
    words = fold(filters.text).split()
    fits = FITS.get(filters.state, FITS[""])
    kept = [
        row
        for row in rows
        if fits(row) and all(word in fold(f"{row.name} {row.note}") for word in words)
    ]
    key = SORTS.get(filters.sort.lstrip("-"))
    return sorted(kept, key=key, reverse=filters.sort.startswith("-")) if key else kept


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is: a page of its jurors or entries, narrowed and sorted as filters say.

    done and all count sheets of the whole round; jurors those who have any, entries all that
    compete; found those of either that fit. page counts from 1.
    """

    filters: ProgressFilters
    rows: tuple[ProgressRow, ...]
    done: int
    all: int
    jurors: int
    entries: int
    found: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.page - 1) * ROWS + 1


EVERYBODY = ProgressFilters()


def progress(
    session: Session,
    round_id: int,
    language: str,
    filters: ProgressFilters = EVERYBODY,
    page: int = 1,
) -> Progress:
    """Return how far each juror or entry is that fits, in three statements whatever the size.

    Unless sorted otherwise, those with the most left come first, entries that nobody judges at
    the end. A page beyond the last is the last.
    """
    jurors = juror_progress(session, round_id, language)
    entries = entry_progress(session, round_id)
    rows = narrowed(jurors if filters.by is By.JUROR else entries, filters)
    pages = max(1, -(-len(rows) // ROWS))
    page = min(max(1, page), pages)
    shown = rows[(page - 1) * ROWS : page * ROWS]
    return Progress(
        filters,
        _with_sheets(session, round_id, filters.by, shown),
        done=sum(row.done for row in entries),
        all=sum(row.all for row in entries),
        jurors=len(jurors),
        entries=len(entries),
        found=len(rows),
        page=page,
        pages=pages,
    )


def juror_progress(session: Session, round_id: int, language: str) -> list[ProgressRow]:
    """Return how far each juror is who has anything, those with the most left first, in one
    statement; the rows have no sheets. note is the panel.
    """
    rows = session.execute(
        _counted(select(Juror.id, Juror.public_id, Juror.name, Panel.name.label("note")))
        .join(Juror, Assignment.juror_id == Juror.id)
        .join(Entry, Assignment.entry_id == Entry.id)
        .outerjoin(Panel, Juror.panel_id == Panel.id)
        .where(Assignment.round_id == round_id, LIVE, Entry.state != EntryState.WITHDRAWN)
        .group_by(Juror.id, Juror.public_id, Juror.name, Panel.id)
    ).all()
    made = [_row(row, pick_text(row.note, language)) for row in rows]
    return sorted(made, key=lambda row: (row.done - row.all, sort_key(row.name)))


def entry_progress(session: Session, round_id: int) -> list[ProgressRow]:
    """Return how far each entry is, those with the most left first; the rows have no sheets.

    name is the code, note the title. One statement.
    """
    counts = (
        _counted(select(Assignment.entry_id))
        .where(Assignment.round_id == round_id, LIVE)
        .group_by(Assignment.entry_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Entry.id,
            Entry.public_id,
            Entry.code.label("name"),
            Entry.title.label("note"),
            *(func.coalesce(counts.c[name], 0).label(name) for name in ("all", "begun", "done")),
        )
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .outerjoin(counts, counts.c.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
    ).all()
    made = [_row(row, row.note) for row in rows]
    return sorted(made, key=lambda row: (row.done - row.all, row.all == 0, row.name))


def _counted(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Add how many assignments there are, how many are begun and how many submitted."""
    begun = (Assignment.state == AssignmentState.ACTIVE) & ScoreSheet.id.is_not(None)
    return (
        chosen.add_columns(
            func.count().label("all"),
            func.count(case((begun, 1))).label("begun"),
            func.count(case((DONE, 1))).label("done"),
        )
        .select_from(Assignment)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
    )


def _row(row: Any, note: str) -> ProgressRow:
    return ProgressRow(row.id, row.public_id, row.name, note, row.all, row.begun, row.done)


def _with_sheets(
    session: Session, round_id: int, by: By, rows: Sequence[ProgressRow]
) -> tuple[ProgressRow, ...]:
    ids = [row.id for row in rows]
    own, other = Assignment.juror_id, Entry.code
    if by is By.ENTRY:
        own, other = Assignment.entry_id, Juror.name
    sheets: dict[int, list[Sheet]] = {key: [] for key in ids}
    for sheet in _sheets(session, round_id, own, other, ids):
        state = pair_state(sheet.state, sheet.begun)
        sheets[sheet.own].append(Sheet(sheet.public_id, sheet.other, state))
    return tuple(replace(row, sheets=tuple(sheets[row.id])) for row in rows)


def _sheets(
    session: Session,
    round_id: int,
    own: InstrumentedAttribute[int],
    other: InstrumentedAttribute[str],
    ids: Sequence[int],
) -> Sequence[Any]:
    return session.execute(
        select(
            own.label("own"),
            Assignment.public_id,
            Assignment.state,
            other.label("other"),
            ScoreSheet.id.is_not(None).label("begun"),
        )
        .join(Juror, Assignment.juror_id == Juror.id)
        .join(Entry, Assignment.entry_id == Entry.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(
            Assignment.round_id == round_id,
            own.in_(ids),
            LIVE,
            Entry.state != EntryState.WITHDRAWN,
        )
        .order_by(Assignment.position, Assignment.id)
    ).all()
