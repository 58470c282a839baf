"""The part of the assignment that somebody looks at: some entries down, some jurors across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, select
from sqlalchemy.orm import Session

from assignment import JurorOffer
from award.db import pick_text
from award.i18n import fold, sort_key
from award.jury.assignment.window import (
    COLUMNS,
    ROWS,
    Grid,
    GridEntry,
    GridJuror,
    GridPair,
    Look,
    Show,
)
from award.jury.conflicts.barriers import barriers
from award.jury.pair_states import PairState, pair_state
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Juror,
    JurorState,
    Panel,
    RoundEntry,
)
from award.models.seasons import Round


def grid(
    session: Session, round_id: int, language: str, look: Look | None = None, *, strong: float = 0.5
) -> Grid:
    """Return what a look at a round shows, in at most twelve statements whatever the size.

    strong: from this mean affinity a match is not weak. Empty where no entry was admitted.
    """
    look = look or Look()
    entries = _entry_rows(session, round_id, language)
    jurors = _juror_rows(session, round_id, language)
    shown = _seen(entries, look, strong)
    columns = [one for one in jurors if not look.panel or one.panel in ("", look.panel)]
    page, pages = _within(look.page, len(shown), ROWS)
    window, windows = _within(look.window, len(columns), COLUMNS)
    rows = shown[(page - 1) * ROWS : page * ROWS]
    across = columns[(window - 1) * COLUMNS : window * COLUMNS]
    down = Assignment.entry_id.in_([one.id for one in rows])
    to_the_right = Assignment.juror_id.in_([one.id for one in across])
    pairs = _pair_rows(session, round_id, down | to_the_right)
    return Grid(
        lists=_lists({one.id: one for one in entries}, across, pairs),
        look=replace(look, page=page, window=window),
        entries=_with_cells(session, rows, across, pairs),
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


def looked_at(
    session: Session, round_id: int, language: str, look: Look, *, strong: float = 0.5
) -> list[GridEntry]:
    """Return all entries that a look finds, on whatever page, in the page's order; one statement.

    They have no cells. strong: as for ``grid``.
    """
    return _seen(_entry_rows(session, round_id, language), look, strong)


def _seen(entries: Sequence[GridEntry], look: Look, strong: float) -> list[GridEntry]:
    return [one for one in entries if _fits(one, look, strong)]


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
    pairs = _pair_rows(session, round_id, Assignment.entry_id == entry_id)
    (row,) = _with_cells(session, rows, jurors, pairs)
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
    found = _pair_rows(session, round_id, Assignment.entry_id == entry_id)
    (row,) = _with_cells(session, rows, across, found)
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
    counts = _counts_by_entry(round_id)
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
    return sorted((_grid_entry(row, language) for row in rows), key=_worst_first)


def _counts_by_entry(round_id: int) -> Subquery:
    live = Assignment.state.in_(LIVE_ASSIGNMENTS)
    return (
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


def _grid_entry(row: Any, language: str) -> GridEntry:
    return GridEntry(
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


def _worst_first(entry: GridEntry) -> tuple[int, float, str]:
    return (-entry.missing, 1.0 if entry.value is None else entry.value, entry.code)


def _juror_rows(session: Session, round_id: int, language: str) -> list[GridJuror]:
    loads = _loads(round_id)
    rows = session.execute(
        select(
            Juror.id,
            Juror.public_id,
            Juror.name,
            Panel.name.label("panel"),
            loads.c.load,
            Juror.minimum,
            Juror.maximum,
            Juror.state,
            Juror.standby,
            Juror.organisation,
            Juror.email,
        )
        .join(Round, Round.season_id == Juror.season_id)
        .outerjoin(Panel, Juror.panel_id == Panel.id)
        .outerjoin(loads, loads.c.juror_id == Juror.id)
        .where(Round.id == round_id)
    ).all()
    shown = [row for row in rows if row.state is JurorState.ACTIVE or row.load]
    made = [_grid_juror(row, language) for row in shown]
    return sorted(made, key=lambda one: (one.panel, sort_key(one.name)))


def _loads(round_id: int) -> Subquery:
    return (
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


def _grid_juror(row: Any, language: str) -> GridJuror:
    return GridJuror(
        row.id,
        row.public_id,
        row.name,
        pick_text(row.panel, language),
        row.load or 0,
        0 if row.standby else row.minimum,
        row.maximum,
        row.state is JurorState.ACTIVE,
        row.standby,
        row.organisation,
        row.email,
    )


def _with_cells(
    session: Session,
    rows: Sequence[GridEntry],
    across: Sequence[GridJuror],
    found: Sequence[Any],
) -> tuple[GridEntry, ...]:
    """Put the pairs of ``found`` and what keeps the jurors across from the entries into cells."""
    offers = [
        JurorOffer(one.public_id, organisation=one.organisation, email=one.email) for one in across
    ]
    against = barriers(session, [one.id for one in rows], offers) if rows else {}
    pairs: dict[int, dict[str, GridPair]] = {one.id: {} for one in rows}
    for (entry_id, juror), barrier in against.items():
        pairs[entry_id][juror] = GridPair("", PairState.CONFLICT, None, False, barrier.reason)
    shown = {one.public_id for one in across}
    outside = {one.id: 0 for one in rows}
    for row in found:
        if row.entry_id in pairs:
            live = row.state in LIVE_ASSIGNMENTS
            outside[row.entry_id] += live and row.juror not in shown
            broken = live and (row.entry_id, row.juror) in against
            pairs[row.entry_id][row.juror] = _pair(row, broken)
    return tuple(replace(one, cells=pairs[one.id], outside=outside[one.id]) for one in rows)


def _pair_rows(session: Session, round_id: int, chosen: ColumnElement[bool]) -> Sequence[Any]:
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
        .where(Assignment.round_id == round_id, chosen)
        .order_by(Assignment.position, Assignment.id)
    ).all()


def _lists(
    entries: Mapping[int, GridEntry], across: Sequence[GridJuror], pairs: Sequence[Any]
) -> dict[str, tuple[tuple[GridEntry, GridPair], ...]]:
    found: dict[str, list[tuple[GridEntry, GridPair]]] = {one.public_id: [] for one in across}
    for row in pairs:
        if row.juror in found and row.entry_id in entries:
            found[row.juror].append((entries[row.entry_id], _pair(row)))
    return {key: tuple(sorted(own, key=lambda one: one[0].code)) for key, own in found.items()}


def _pair(row: Any, broken: bool = False) -> GridPair:
    affinity = None if row.affinity is None else float(row.affinity)
    locked = row.locked or row.manual
    state = pair_state(row.state, row.sheet)
    return GridPair(row.public_id, state, affinity, locked, row.reason, broken)
