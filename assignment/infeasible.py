"""Why no assignment exists, with names and numbers, and the smallest set of changes that would
help.

Two cuts decide (Mendelsohn and Dulmage 1958: needs that fit under the maxima and minima that fit
under the needs can be met together). For a set of entries and the jurors `full` that block it:

    missing = needed - room - elsewhere

`needed`: jurors these entries still need; `room`: free places of the full jurors; `elsewhere`:
what all other jurors can add, each at most once an entry. For minimums the roles are exchanged. The
counts exclude kept pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from assignment.arcs import Arcs
from assignment.flow import maximum
from assignment.instance import Bools, Instance, Ints, compile_problem
from assignment.model import Bottleneck, CannotAssign, Impossible, Param, Problem, Relaxation
from assignment.relaxation import smallest_relaxation


def certify(problem: Problem, instance: Instance) -> Impossible | None:
    """A certificate where no assignment keeps every rule; None where one exists.

    Bottlenecks come in the order of the problem's entries; kept pairs that break a rule by
    themselves are named first and alone, because every other count depends on them.
    """
    broken = certify_kept(problem, instance)
    if broken is not None:
        return broken
    bottlenecks = [*_short_entries(instance), *_short_minimums(instance)]
    if not bottlenecks:
        return None
    return Impossible(tuple(bottlenecks), smallest_relaxation(problem, instance))


def certify_kept(problem: Problem, instance: Instance) -> Impossible | None:
    """A certificate where kept pairs break a rule by themselves, else None."""
    if not problem.kept:
        return None
    broken = list(_broken_kept(problem, instance))
    return Impossible(tuple(broken), smallest_relaxation(problem, instance)) if broken else None


def refuse(problem: Problem) -> None:
    """Raises `CannotAssign` with the certificate where the problem has no solution."""
    certificate = certify(problem, compile_problem(problem))
    if certificate is not None:
        raise CannotAssign(certificate)


def too_unlikely(instance: Instance, limit: int, scale: int, enough: float) -> Impossible:
    """The certificate of mode "random" where only the highest probability stands in the way.

    `limit` of `scale` is the probability of a pair; from `enough` on it would be possible.
    """
    short = list(_short_entries(instance, limit, scale)) or list(
        _short_minimums(instance, limit, scale)
    )
    all_short = Impossible(tuple(short), (Relaxation("raise_probability", to=enough),))
    merged = Bottleneck(
        "probability_too_low",
        all_short.entries,
        all_short.jurors,
        all_short.missing,
        {"probability": limit / scale},
    )
    return replace(all_short, bottlenecks=(merged,))


def _broken_kept(problem: Problem, instance: Instance) -> Iterator[Bottleneck]:
    never = {(c.entry, c.juror): c.code for c in problem.conflicts}
    never = dict.fromkeys(problem.forbidden, "forbidden") | never
    for entry, juror in sorted(problem.kept & never.keys()):
        yield Bottleneck("kept_conflict", (entry,), (juror,), 1, {"reason": never[entry, juror]})
    for row in np.flatnonzero(instance.need < 0):
        kept = tuple(instance.jurors[c] for c in np.flatnonzero(instance.kept[row]))
        over = int(-instance.need[row])
        numbers = {"kept": len(kept), "per_entry": len(kept) - over}
        yield Bottleneck("kept_over_per_entry", (instance.entries[row],), kept, over, numbers)
    for column in np.flatnonzero(instance.high < 0):
        kept = tuple(instance.entries[r] for r in np.flatnonzero(instance.kept[:, column]))
        over = int(-instance.high[column])
        numbers = {"kept": len(kept), "maximum": len(kept) - over}
        yield Bottleneck("kept_over_maximum", kept, (instance.jurors[column],), over, numbers)


def _short_entries(instance: Instance, limit: int = 1, scale: int = 1) -> Iterator[Bottleneck]:
    """Entries whose needs exceed what the jurors open to them can give."""
    cut = _blocked(instance.open, instance.high * scale, instance.need * scale, limit)
    for rows, columns, others in cut:
        elsewhere = int(instance.open[np.ix_(rows, others)].sum()) * limit // scale
        needed, room = int(instance.need[rows].sum()), int(instance.high[columns].sum())
        numbers: dict[str, Param] = {
            "needed": needed,
            "room": room,
            "elsewhere": elsewhere,
            "full": tuple(instance.jurors[c] for c in columns),
            "others": tuple(instance.jurors[c] for c in others),
        }
        names = tuple(instance.jurors[c] for c in sorted([*columns, *others]))
        entries = tuple(instance.entries[r] for r in rows)
        missing = needed - room - elsewhere
        yield Bottleneck("entries_short", entries, names, missing, numbers)


def _short_minimums(instance: Instance, limit: int = 1, scale: int = 1) -> Iterator[Bottleneck]:
    """Jurors whose minimums exceed what the entries open to them need."""
    cut = _blocked(instance.open.T, instance.need * scale, instance.low * scale, limit)
    for columns, rows, others in cut:
        elsewhere = int(instance.open[np.ix_(others, columns)].sum()) * limit // scale
        needed, room = int(instance.low[columns].sum()), int(instance.need[rows].sum())
        numbers: dict[str, Param] = {"needed": needed, "room": room, "elsewhere": elsewhere}
        entries = tuple(instance.entries[r] for r in sorted([*rows, *others]))
        jurors = tuple(instance.jurors[c] for c in columns)
        missing = needed - room - elsewhere
        yield Bottleneck("minimums_short", entries, jurors, missing, numbers)


def _blocked(
    open_: Bools, room: Ints, wanted: Ints, limit: int
) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """For each independent shortage: (rows that want, columns that are full, columns that gave all
    they can).

    Rows want `wanted`, columns have `room`, a pair carries at most `limit`. The cut nearest to the
    sink is the smallest set that is short; it is split where its rows share no full column.
    """
    count, width = open_.shape
    rows, columns = np.nonzero(open_)
    source, sink = count + width, count + width + 1
    arcs = Arcs.join(
        Arcs.of(source, count + np.arange(width), np.maximum(room, 0)),
        Arcs.of(count + columns, rows, limit),
        Arcs.of(np.arange(count), sink, wanted),
    )
    value, _, side = maximum(arcs, source, sink)
    if value == wanted.sum():
        return
    short = [row for row in range(count) if row in side]
    full = [column for column in range(width) if count + column in side]
    for group, narrow in _split(open_, short, full):
        others = np.flatnonzero(open_[group].any(axis=0))
        yield group, narrow, [int(c) for c in others if count + c not in side]


def _split(open_: Bools, rows: list[int], columns: list[int]) -> list[tuple[list[int], list[int]]]:
    inner_rows, inner_columns = np.nonzero(open_[np.ix_(rows, columns)])
    size = len(rows) + len(columns)
    graph = coo_array(
        (np.ones(len(inner_rows)), (inner_rows, len(rows) + inner_columns)), shape=(size, size)
    )
    _, labels = connected_components(graph, directed=False)
    groups: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for position, row in enumerate(rows):
        groups[int(labels[position])][0].append(row)
    for position, column in enumerate(columns):
        groups[int(labels[len(rows) + position])][1].append(column)
    return [group for group in groups.values() if group[0]]
