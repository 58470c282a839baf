"""The smallest relaxation: one flow in which every rule but a conflict has a price.

Prices, lowest first: a lower minimum, a higher maximum, a juror of another panel, one review less.
The cheapest flow is the smallest relaxation by this price list; conflicts, recusals and kept pairs
have no price.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from assignment.flow import Arcs, minimum_cost
from assignment.instance import Instance, Ints
from assignment.model import Problem, Relaxation, SolverFailed

LOWER_MINIMUM, RAISE_MAXIMUM, OPEN_PANEL, LOWER_PER_ENTRY = 1, 2, 5, 20
RAISE_STEPS = 3


def smallest_relaxation(instance: Instance) -> tuple[Relaxation, ...]:
    """The changes of the least total price that together make an assignment possible, by kind and
    key.
    """
    jurors, entries = len(instance.jurors), len(instance.entries)
    juror, entry = np.arange(jurors), jurors + np.arange(entries)
    source = jurors + entries
    unit = RAISE_STEPS * int(instance.need.sum()) + 1
    rows, columns = np.nonzero(instance.open)
    panel_rows, panel_columns = np.nonzero(instance.panel_only)
    parts = (
        Arcs.of(np.full(jurors, source), juror, instance.low, -LOWER_MINIMUM * unit),
        Arcs.of(np.full(jurors, source), juror, instance.high - instance.low, 0),
        _raises(instance, source, unit),
        Arcs.of(np.full(entries, source), entry, instance.need, LOWER_PER_ENTRY * unit),
        Arcs.of(panel_columns, jurors + panel_rows, 1, OPEN_PANEL * unit),
        Arcs.of(columns, jurors + rows, 1),
    )
    supply = np.concatenate([np.zeros(jurors, np.int64), -instance.need, [instance.need.sum()]])
    flow = minimum_cost(Arcs.join(*parts), supply)
    if flow is None:
        raise SolverFailed("relaxation")
    low, _, beyond, dropped, opened, _ = np.split(flow, np.cumsum([len(p) for p in parts[:-1]]))
    return (
        *_per_juror("lower_minimum", instance, instance.low - low),
        *_per_juror("raise_maximum", instance, beyond.reshape(RAISE_STEPS, jurors).sum(axis=0)),
        *(
            Relaxation("open_panel", entry=instance.entries[r], juror=instance.jurors[c])
            for r, c in zip(panel_rows[opened > 0], panel_columns[opened > 0], strict=True)
        ),
        *(
            Relaxation("lower_per_entry", entry=instance.entries[row], by=int(dropped[row]))
            for row in np.flatnonzero(dropped)
        ),
    )


def _raises(instance: Instance, source: int, unit: int) -> Arcs:
    """Places beyond the maximum, in steps of half of it that rise by less than any other price:
    among equally small relaxations none piles everything onto one juror.
    """
    jurors, entries = len(instance.jurors), len(instance.entries)
    half = np.maximum(1, instance.high // 2)
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
    forbidden = (problem.forbidden | outside) - {(change.entry, change.juror)}
    return replace(problem, entries=entries, forbidden=forbidden)


def _per_juror(code: str, instance: Instance, amounts: Ints) -> Iterator[Relaxation]:
    for column in np.flatnonzero(amounts):
        yield Relaxation(code, juror=instance.jurors[column], by=int(amounts[column]))
