"""The smallest relaxation: one flow in which every rule but a conflict has a price.

Prices, lowest first: a lower minimum, a higher maximum, a juror of another panel, a kept pair given
up, one juror less. The cheapest flow is the smallest relaxation by this price list; conflicts and
recusals have no price, and kept pairs that meet one have to go whatever else happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from assignment.arcs import Arcs
from assignment.flow import minimum_cost
from assignment.instance import Instance, Ints
from assignment.model import Problem, Relaxation, SolverFailed

LOWER_MINIMUM, RAISE_MAXIMUM, OPEN_PANEL, DROP_KEPT, LOWER_PER_ENTRY = 1, 2, 5, 10, 20
RAISE_STEPS = 3


def smallest_relaxation(problem: Problem, instance: Instance) -> tuple[Relaxation, ...]:
    """The changes of the least total price that together make an assignment possible, by kind and
    key.
    """
    never = {(c.entry, c.juror) for c in problem.conflicts} | problem.forbidden
    doomed = sorted(problem.kept & never)
    if doomed:
        problem = replace(problem, kept=problem.kept - never)
    return (
        *(Relaxation("drop_kept", entry=entry, juror=juror) for entry, juror in doomed),
        *_cheapest_changes(problem, instance),
    )


def _cheapest_changes(problem: Problem, instance: Instance) -> Iterator[Relaxation]:
    jurors, entries = len(instance.jurors), len(instance.entries)
    juror, entry = np.arange(jurors), jurors + np.arange(entries)
    source = jurors + entries
    need = np.array([one.per_entry for one in problem.entries], dtype=np.int64)
    low = np.array([one.minimum for one in problem.jurors], dtype=np.int64)
    high = instance.high + instance.kept.sum(axis=0)
    unit = RAISE_STEPS * int(need.sum()) + 1
    rows, columns = np.nonzero(instance.open)
    panel_rows, panel_columns = np.nonzero(instance.panel_only)
    kept_rows, kept_columns = _kept(problem, instance)
    parts = (
        Arcs.of(np.full(jurors, source), juror, low, -LOWER_MINIMUM * unit),
        Arcs.of(np.full(jurors, source), juror, high - low, 0),
        _raises(high, entries, source, unit),
        Arcs.of(np.full(entries, source), entry, need, LOWER_PER_ENTRY * unit),
        Arcs.of(panel_columns, jurors + panel_rows, 1, OPEN_PANEL * unit),
        Arcs.of(kept_columns, jurors + kept_rows, 1, -DROP_KEPT * unit),
        Arcs.of(columns, jurors + rows, 1),
    )
    supply = np.concatenate([np.zeros(jurors, np.int64), -need, [need.sum()]])
    flow = minimum_cost(Arcs.join(*parts), supply)
    if flow is None:
        raise SolverFailed("relaxation")
    ends = np.cumsum([len(part) for part in parts[:-1]])
    lowest, _, beyond, dropped, opened, kept, _ = np.split(flow, ends)
    yield from _per_juror("lower_minimum", instance, low - lowest)
    yield from _per_juror(
        "raise_maximum", instance, beyond.reshape(RAISE_STEPS, jurors).sum(axis=0)
    )
    yield from _per_pair("open_panel", instance, panel_rows[opened > 0], panel_columns[opened > 0])
    yield from _per_pair("drop_kept", instance, kept_rows[kept == 0], kept_columns[kept == 0])
    for row in np.flatnonzero(dropped):
        yield Relaxation("lower_per_entry", entry=instance.entries[row], by=int(dropped[row]))


def _kept(problem: Problem, instance: Instance) -> tuple[Ints, Ints]:
    rows = {key: at for at, key in enumerate(instance.entries)}
    columns = {key: at for at, key in enumerate(instance.jurors)}
    pairs = sorted((rows[entry], columns[juror]) for entry, juror in problem.kept)
    table = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
    return table[:, 0], table[:, 1]


def _raises(high: Ints, entries: int, source: int, unit: int) -> Arcs:
    """Places beyond the maximum, in steps of half of it that rise by less than any other price:
    among equally small relaxations none piles everything onto one juror.
    """
    jurors = len(high)
    half = np.maximum(1, high // 2)
    steps = (half, half, np.full(jurors, entries))
    return Arcs.join(
        *(
            Arcs.of(np.full(jurors, source), np.arange(jurors), size, RAISE_MAXIMUM * unit + step)
            for step, size in enumerate(steps)
        )
    )


def relax(problem: Problem, relaxation: Iterable[Relaxation]) -> Problem:
    """`problem` with the changes made. Opening a panel to a juror lifts it for the whole entry in
    the result, because a `Problem` knows panels only by entry; all other jurors of other panels are
    forbidden.
    """
    for change in relaxation:
        problem = _changed(problem, change)
    return problem


def _changed(problem: Problem, change: Relaxation) -> Problem:
    if change.code == "drop_kept":
        return replace(problem, kept=problem.kept - {(change.entry, change.juror)})
    if change.code == "open_panel":
        return _with_panel_open(problem, change)
    entries = tuple(
        replace(e, per_entry=e.per_entry - change.by)
        if change.code == "lower_per_entry" and e.key == change.entry
        else e
        for e in problem.entries
    )
    jurors = tuple(
        replace(
            j,
            minimum=j.minimum - (change.by if change.code == "lower_minimum" else 0),
            maximum=None
            if j.maximum is None
            else j.maximum + (change.by if change.code == "raise_maximum" else 0),
        )
        if j.key == change.juror
        else j
        for j in problem.jurors
    )
    return replace(problem, entries=entries, jurors=jurors)


def _with_panel_open(problem: Problem, change: Relaxation) -> Problem:
    wanted = next(e.panel for e in problem.entries if e.key == change.entry)
    outside = (
        {(change.entry, j.key) for j in problem.jurors if j.panel != wanted} if wanted else set()
    )
    entries = tuple(replace(e, panel="") if e.key == change.entry else e for e in problem.entries)
    # A kept pair may cross panels: it stands.
    forbidden = (problem.forbidden | outside - problem.kept) - {(change.entry, change.juror)}
    return replace(problem, entries=entries, forbidden=forbidden)


def _per_pair(code: str, instance: Instance, rows: Ints, columns: Ints) -> Iterator[Relaxation]:
    for row, column in zip(rows, columns, strict=True):
        yield Relaxation(code, entry=instance.entries[row], juror=instance.jurors[column])


def _per_juror(code: str, instance: Instance, amounts: Ints) -> Iterator[Relaxation]:
    for column in np.flatnonzero(amounts):
        yield Relaxation(code, juror=instance.jurors[column], by=int(amounts[column]))
