"""The part of the assignment that somebody looks at: some entries down, some jurors across."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.i18n import fold, sort_key
from award.jury.board import PairState, pair_state
from award.jury.problem import found_conflicts
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

ROWS = 40
COLUMNS = 24


class Show(StrEnum):
    """Which entries: all, those with an empty place, or those whose match is weak."""

    ALL = "all"
    HOLES = "holes"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at. text is searched in codes and titles; page and window count from 1."""

    show: Show = Show.ALL
    panel: str = ""
    text: str = ""
    page: int = 1
    window: int = 1


@dataclass(frozen=True, slots=True)
class GridPair:
    """One cell with something in it; reason is what was said, source where a conflict comes from.

    broken: it is judged although a conflict stands against it.
    """

    public_id: str
    state: PairState
    affinity: float | None
    locked: bool
    reason: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class GridJuror:
    """A column: load counts live assignments in this round."""

    id: int
    public_id: str
    name: str
    panel: str
    load: int
    minimum: int
    maximum: int
    active: bool
    standby: bool

    @property
    def over(self) -> bool:
        """Whether she has more than she takes, or has something although she left."""
        return self.load > self.maximum or (self.load > 0 and not self.active)

    @property
    def under(self) -> bool:
        """Whether she has less than she was promised."""
        return self.active and self.load < self.minimum


@dataclass(frozen=True, slots=True)
class GridEntry:
    """A row: value is the mean affinity of its jurors from 0 to 1, None where none is known."""

    id: int
    public_id: str
    code: str
    title: str
    panel: str
    need: int
    live: int
    done: int
    value: float | None
    cells: Mapping[str, GridPair] = field(default_factory=dict)
    outside: int = 0

    @property
    def missing(self) -> int:
        """How many jurors it still needs; 0 where it has more than enough."""
        return max(0, self.need - self.live)


@dataclass(frozen=True, slots=True)
class Grid:
    """A window on a round's assignment. Entries: holes first, then the worst matches; jurors by
    panel and name. holes, weak, pairs, entries_count and jurors_count are those of the whole round,
    found is the number of entries that the look finds.
    """

    look: Look
    entries: tuple[GridEntry, ...]
    jurors: tuple[GridJuror, ...]
    found: int
    pages: int
    windows: int
    holes: int
    weak: int
    pairs: int
    entries_count: int
    jurors_count: int
    over: int
    under: int
    panels: tuple[str, ...]

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.look.page - 1) * ROWS + 1

    @property
    def first_juror(self) -> int:
        """The number of the first column shown."""
        return (self.look.window - 1) * COLUMNS + 1


def grid(
    session: Session, round_id: int, language: str, look: Look | None = None, *, strong: float = 0.5
) -> Grid:
    """Return what a look at a round shows, in at most twelve statements whatever the size.

    strong: from this mean affinity a match is not weak. Empty where no entry was admitted.
    """
    look = look or Look()
    entries = _entry_rows(session, round_id, language)
    jurors = _juror_rows(session, round_id, language)
    shown = [one for one in entries if _fits(one, look, strong)]
    columns = [one for one in jurors if not look.panel or one.panel in ("", look.panel)]
    page, pages = _within(look.page, len(shown), ROWS)
    window, windows = _within(look.window, len(columns), COLUMNS)
    rows = shown[(page - 1) * ROWS : page * ROWS]
    across = columns[(window - 1) * COLUMNS : window * COLUMNS]
    return Grid(
        look=replace(look, page=page, window=window),
        entries=_with_cells(session, round_id, rows, across),
        jurors=tuple(across),
        found=len(shown),
        pages=pages,
        windows=windows,
        holes=sum(one.missing for one in entries),
        weak=sum(_is_weak(one, strong) for one in entries),
        pairs=sum(one.live for one in entries),
        entries_count=len(entries),
        jurors_count=len(jurors),
        over=sum(one.over for one in jurors),
        under=sum(one.under for one in jurors),
        panels=tuple(
            sorted(({one.panel for one in entries} | {one.panel for one in jurors}) - {""})
        ),
    )


def entry_row(
    session: Session, round_id: int, entry_id: int, language: str
) -> tuple[GridEntry, tuple[GridJuror, ...]] | None:
    """Return one entry with all its cells, and the round's jurors; None where it does not compete.

    The number of statements does not depend on that of entries or jurors.
    """
    rows = _entry_rows(session, round_id, language, entry_id)
    if not rows:
        return None
    jurors = _juror_rows(session, round_id, language)
    (row,) = _with_cells(session, round_id, rows, jurors)
    return row, tuple(jurors)


def cell(
    session: Session, round_id: int, entry_id: int, juror_id: int, language: str
) -> tuple[GridEntry, GridJuror, int, int] | None:
    """Return an entry with the cell of one juror, her column, and the round's holes and pairs.

    None where the entry does not compete or the juror has nothing to do with the round.
    """
    entries = _entry_rows(session, round_id, language)
    rows = [one for one in entries if one.id == entry_id]
    across = [one for one in _juror_rows(session, round_id, language) if one.id == juror_id]
    if not rows or not across:
        return None
    (row,) = _with_cells(session, round_id, rows, across)
    holes, pairs = sum(one.missing for one in entries), sum(one.live for one in entries)
    return row, across[0], holes, pairs


def _within(wanted: int, count: int, size: int) -> tuple[int, int]:
    last = max(1, -(-count // size))
    return min(max(1, wanted), last), last


def _is_weak(entry: GridEntry, strong: float) -> bool:
    return entry.value is not None and entry.value < strong


def _fits(entry: GridEntry, look: Look, strong: float) -> bool:
    if look.show is Show.HOLES and not entry.missing:
        return False
    if look.show is Show.WEAK and not _is_weak(entry, strong):
        return False
    if look.panel and entry.panel not in ("", look.panel):
        return False
    words = fold(look.text).split()
    return all(word in fold(f"{entry.code} {entry.title}") for word in words)


def _entry_rows(
    session: Session, round_id: int, language: str, only: int | None = None
) -> list[GridEntry]:
    chosen = [] if only is None else [Entry.id == only]
    live = Assignment.state.in_(LIVE_ASSIGNMENTS)
    counts = (
        select(
            Assignment.entry_id,
            func.count(case((live, 1))).label("live"),
            func.count(case((Assignment.state == AssignmentState.DONE, 1))).label("done"),
            func.avg(case((live, Assignment.affinity))).label("value"),
        )
        .where(Assignment.round_id == round_id)
        .group_by(Assignment.entry_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Entry.id,
            Entry.public_id,
            Entry.code,
            Entry.title,
            Panel.name.label("panel"),
            func.coalesce(RoundEntry.jurors_per_entry, Round.jurors_per_entry).label("need"),
            counts.c.live,
            counts.c.done,
            counts.c.value,
        )
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .join(Round, RoundEntry.round_id == Round.id)
        .outerjoin(Panel, RoundEntry.panel_id == Panel.id)
        .outerjoin(counts, counts.c.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN, *chosen)
    ).all()
    made = [
        GridEntry(
            row.id,
            row.public_id,
            row.code,
            row.title,
            pick_text(row.panel, language),
            row.need,
            row.live or 0,
            row.done or 0,
            None if row.value is None else float(row.value),
        )
        for row in rows
    ]
    return sorted(made, key=_worst_first)


def _worst_first(entry: GridEntry) -> tuple[int, float, str]:
    return (-entry.missing, 1.0 if entry.value is None else entry.value, entry.code)


def _juror_rows(session: Session, round_id: int, language: str) -> list[GridJuror]:
    counts = (
        select(Assignment.juror_id, func.count().label("load"))
        .join(Entry, Assignment.entry_id == Entry.id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            Entry.state != EntryState.WITHDRAWN,
        )
        .group_by(Assignment.juror_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Juror.id,
            Juror.public_id,
            Juror.name,
            Panel.name.label("panel"),
            counts.c.load,
            Juror.minimum,
            Juror.maximum,
            Juror.state,
            Juror.standby,
        )
        .join(Round, Round.season_id == Juror.season_id)
        .outerjoin(Panel, Juror.panel_id == Panel.id)
        .outerjoin(counts, counts.c.juror_id == Juror.id)
        .where(Round.id == round_id)
    ).all()
    made = [
        GridJuror(
            row.id,
            row.public_id,
            row.name,
            pick_text(row.panel, language),
            row.load or 0,
            0 if row.standby else row.minimum,
            row.maximum,
            row.state is JurorState.ACTIVE,
            row.standby,
        )
        for row in rows
        if row.state is JurorState.ACTIVE or row.load
    ]
    return sorted(made, key=lambda one: (one.panel, sort_key(one.name)))


def _with_cells(
    session: Session, round_id: int, rows: Sequence[GridEntry], across: Sequence[GridJuror]
) -> tuple[GridEntry, ...]:
    if not rows:
        return ()
    ids = [one.id for one in rows]
    against = _conflicts(session, round_id, rows, across)
    pairs: dict[int, dict[str, GridPair]] = {one.id: {} for one in rows}
    for (entry_id, juror), reason in against.items():
        pairs[entry_id][juror] = GridPair("", PairState.CONFLICT, None, False, reason)
    shown = {one.public_id for one in across}
    outside = dict.fromkeys(ids, 0)
    for row in _pair_rows(session, round_id, ids):
        state = pair_state(row.state, row.sheet)
        live = row.state in LIVE_ASSIGNMENTS
        outside[row.entry_id] += live and row.juror not in shown
        pairs[row.entry_id][row.juror] = GridPair(
            row.public_id,
            state,
            None if row.affinity is None else float(row.affinity),
            row.locked or row.manual,
            row.reason,
            broken=live and (row.entry_id, row.juror) in against,
        )
    return tuple(replace(one, cells=pairs[one.id], outside=outside[one.id]) for one in rows)


def _pair_rows(session: Session, round_id: int, entry_ids: Iterable[int]) -> Sequence[Any]:
    return session.execute(
        select(
            Assignment.public_id,
            Assignment.entry_id,
            Juror.public_id.label("juror"),
            Assignment.state,
            Assignment.affinity,
            Assignment.locked,
            Assignment.manual,
            Assignment.reason,
            ScoreSheet.id.is_not(None).label("sheet"),
        )
        .join(Juror, Assignment.juror_id == Juror.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id, Assignment.entry_id.in_(entry_ids))
        .order_by(Assignment.position, Assignment.id)
    ).all()


def _conflicts(
    session: Session, round_id: int, rows: Sequence[GridEntry], across: Sequence[GridJuror]
) -> dict[tuple[int, str], str]:
    """(entry id, juror) -> reason: what somebody declared and what the data gives away."""
    ids = {one.code: one.id for one in rows}
    found = found_conflicts(session, round_id, list(ids.values()), [one.id for one in across])
    against = {(ids[code], juror): "" for code, juror in found}
    stored = session.execute(
        select(Conflict.entry_id, Juror.public_id, Conflict.reason)
        .join(Juror, Conflict.juror_id == Juror.id)
        .where(Conflict.entry_id.in_(ids.values()), Conflict.lifted_at.is_(None))
    ).all()
    return against | {(entry_id, juror): reason for entry_id, juror, reason in stored}
