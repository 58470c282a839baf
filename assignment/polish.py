"""Lifts the worst entries within a stated price, by exchanges that hurt nobody below them.

Leximin by local search: the worst entry that can still rise takes a juror from another entry, which
either takes the dropped one back (swap) or a juror with a free place (chain). The largest total
with the best worst entry is NP-hard as a sum (Garg, Kavitha, Kumar, Mehlhorn, Mestre, "Assigning
papers to referees", Algorithmica 58, 2010), hence a search; its distance from the optimum is
stated, not hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assignment.instance import Bools, Instance
from assignment.state import Draft

Positions = NDArray[np.intp]

CEILING = 0.25
"""Entries above this quantile of the values before are not among the worst: the search ends
there.
"""
STEPS_PER_ENTRY = 4
EASE = 20.0
"""Thousandths added to each price when lift is weighed against it, so that a cheap crumb does not
win.
"""


@dataclass(frozen=True)
class _Move:
    worth: float
    cost: int
    other: int
    position: int
    replacement: int
    """The juror with a free place for the other entry, or -1: it takes the dropped one."""


def polish(instance: Instance, chosen: Bools, allowance: int, strong: int) -> Bools:
    """`chosen` with its worst entries lifted for at most `allowance` thousandths of total affinity.

    No exchange creates a pair without affinity, takes an entry's only strong juror or makes loads
    less even. Deterministic: among equal moves the first in the order of entries and jurors wins.
    """
    draft = Draft(instance, chosen, strong)
    if not len(draft.rows):
        return chosen
    settled = draft.made.sum(axis=1) == 0
    ceiling = float(np.quantile(draft.values[~settled], CEILING))
    for _ in range(STEPS_PER_ENTRY * len(settled)):
        worst = int(np.argmin(np.where(settled, np.inf, draft.values)))
        if settled[worst] or draft.values[worst] > ceiling:
            break
        move = _best_move(draft, worst, allowance)
        if move is None:
            settled[worst] = True
            continue
        _carry_out(draft, move)
        allowance -= move.cost
    return draft.made


def _carry_out(draft: Draft, move: _Move) -> None:
    if move.replacement < 0:
        draft.swap(move.position, move.other)
        return
    wanted = int(draft.columns[move.other])
    draft.replace(move.other, move.replacement)
    draft.replace(move.position, wanted)


def _best_move(draft: Draft, worst: int, allowance: int) -> _Move | None:
    own = [(int(p), _candidates(draft, worst, int(p))) for p in draft.pairs_of(worst)]
    for search in (_best_swap, _best_chain):
        found = [search(draft, position, others, allowance) for position, others in own]
        moves = [move for move in found if move is not None]
        if moves:
            return max(moves, key=lambda move: move.worth)
    return None


def _candidates(draft: Draft, row: int, position: int) -> Positions:
    """Pairs of other entries whose juror fits the entry better than the one it would drop."""
    instance = draft.instance
    dropped = draft.columns[position]
    better = instance.affinity[row] > instance.affinity[row, dropped]
    better &= instance.open[row] & ~draft.taken[row]
    return np.flatnonzero(better[draft.columns])


def _best_swap(draft: Draft, position: int, others: Positions, allowance: int) -> _Move | None:
    dropped = int(draft.columns[position])
    rows = draft.rows[others]
    others = others[draft.instance.open[rows, dropped] & ~draft.taken[rows, dropped]]
    replacement = np.full(len(others), dropped)
    best = _weigh(draft, position, others, replacement, allowance)
    return None if best is None else _Move(*best[:3], position=position, replacement=-1)


def _best_chain(draft: Draft, position: int, others: Positions, allowance: int) -> _Move | None:
    dropped = int(draft.columns[position])
    instance = draft.instance
    spare = _calmer(draft, dropped)
    if not len(spare) or not len(others) or draft.load[dropped] <= instance.low[dropped]:
        return None
    rows, which = np.unique(draft.rows[others], return_inverse=True)
    grid = np.ix_(rows, spare)
    gain = np.where(instance.open[grid] & ~draft.taken[grid], instance.affinity[grid], -1)
    pick = np.argmax(gain, axis=1)
    usable = gain[np.arange(len(pick)), pick] >= 0
    kept = usable[which]
    best = _weigh(draft, position, others[kept], spare[pick][which][kept], allowance)
    return None if best is None else _Move(*best[:3], position=position, replacement=best[3])


def _calmer(draft: Draft, dropped: int) -> Positions:
    """Jurors with a free place who, having taken it, are no fuller than the dropped one is now."""
    full = draft.full_load[dropped] / draft.reference[dropped]
    calmer = (draft.full_load + 1) / draft.reference <= full
    return np.flatnonzero((draft.load < draft.instance.high) & calmer)


def _weigh(
    draft: Draft,
    position: int,
    others: Positions,
    replacement: NDArray[np.int64],
    allowance: int,
) -> tuple[float, int, int, int] | None:
    """The best exchange: (worth, cost, the other pair, that entry's new juror); None if none helps.

    The entry at `position` takes the juror of a pair of `others`, whose entry takes `replacement`.
    """
    if not len(others):
        return None
    row, dropped = int(draft.rows[position]), int(draft.columns[position])
    affinity, values = draft.instance.affinity, draft.values
    rows, wanted = draft.rows[others], draft.columns[others]
    rise = affinity[row, wanted] - affinity[row, dropped]
    change = affinity[rows, replacement] - affinity[rows, wanted]
    after = np.minimum(
        values[row] + rise / draft.counts[row], values[rows] + change / draft.counts[rows]
    )
    cost = -(rise + change)
    usable = (after > values[row] + 1e-9) & (cost <= allowance) & (replacement != wanted)
    usable &= (affinity[rows, replacement] > 0) | (affinity[rows, wanted] == 0)
    usable &= _keeps_strong(draft, rows, wanted, replacement)
    usable &= _keeps_strong(draft, np.full(len(rows), row), np.full(len(rows), dropped), wanted)
    worth = np.where(usable, (after - values[row]) / (np.maximum(cost, 0) + EASE), -1.0)
    best = int(np.argmax(worth))
    if worth[best] <= 0:
        return None
    return float(worth[best]), int(cost[best]), int(others[best]), int(replacement[best])


def _keeps_strong(
    draft: Draft, rows: NDArray[np.int64], old: NDArray[np.int64], new: NDArray[np.int64]
) -> Bools:
    before = draft.strong_counts[rows]
    after = before - draft.strong[rows, old] + draft.strong[rows, new]
    return np.asarray((after >= 1) | (before == 0), dtype=np.bool_)
