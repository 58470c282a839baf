"""Lifts the worst entries within a stated price, by exchanges that hurt nobody below them.

Leximin by local search: the worst entry that can still rise takes a juror from another entry, which
either takes the dropped one back (swap) or a juror with a free place (chain). The largest total
with the best worst entry is NP-hard as a sum (Garg, Kavitha, Kumar, Mehlhorn, Mestre, "Assigning
papers to referees", Algorithmica 58, 2010), hence a search; its distance from the optimum is
stated, not hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assignment.instance import Bools, Instance
from assignment.state import Draft, Positions

CEILING = 0.25
"""Entries above this quantile of the values before are not among the worst: the search ends
there.
"""
STEPS_PER_ENTRY = 4
EASE = 20.0
"""Thousandths added to each price when lift is weighed against it, so that a cheap crumb does not
win.
"""
SUBSTITUTES = 16
"""A chain looks for its last juror among this many of the best for the entry."""
BLOCK = 1 << 18


@dataclass(frozen=True)
class _Move:
    worth: float
    cost: int
    other: int
    position: int
    replacement: int
    """The juror with a free place for the other entry, or -1: it takes the dropped one."""


def polish(instance: Instance, chosen: Bools, allowance: int, kinds: Sequence[Bools] = ()) -> Bools:
    """`chosen` with its worst entries lifted for at most `allowance` thousandths of total affinity.

    No exchange creates a pair without affinity, takes an entry's only juror of a wanted kind or
    makes loads less even. Deterministic: among equal moves the first in the order of entries and
    jurors wins.
    """
    draft = Draft(instance, chosen, kinds)
    if not len(draft.rows):
        return chosen
    search = _Search(draft)
    settled = draft.made.sum(axis=1) == 0
    ceiling = float(np.quantile(draft.values[~settled], CEILING))
    for _ in range(STEPS_PER_ENTRY * len(settled)):
        worst = int(np.argmin(np.where(settled, np.inf, draft.values)))
        if settled[worst] or draft.values[worst] > ceiling:
            break
        move = search.best(worst, allowance)
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


class _Search:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.best_of = _best_jurors(draft.instance)

    def best(self, row: int, allowance: int) -> _Move | None:
        """The exchange that lifts an entry most for its price: a swap, else a chain."""
        draft, instance = self.draft, self.draft.instance
        own = draft.pairs_of(row)
        affinity = instance.affinity[row]
        wanted = instance.open[row] & ~draft.taken[row] & (affinity > draft.fit[own].min())
        others = np.sort(draft.pairs_with(np.flatnonzero(wanted)))
        if not len(others):
            return None
        others = others[draft.values[draft.rows[others]] > draft.values[row] + 1e-9]
        rise = affinity[draft.columns[others]][None, :] - draft.fit[own][:, None]
        usable = (rise > 0) & draft.keeps_kinds(own[:, None], draft.columns[others][None, :])
        weigh = _Weigh(draft, row, own, others, rise, usable, allowance)
        return weigh.swap() or weigh.chain(self.best_of)


def _best_jurors(instance: Instance) -> NDArray[np.int32]:
    """The SUBSTITUTES best open jurors of each entry, best first."""
    width = min(SUBSTITUTES, len(instance.jurors))
    best = np.empty((len(instance.entries), width), dtype=np.int32)
    height = max(1, BLOCK // max(1, len(instance.jurors)))
    for first in range(0, len(instance.entries), height):
        rows = slice(first, first + height)
        worth = np.where(instance.open[rows], -instance.affinity[rows], 1)
        near = np.sort(np.argpartition(worth, width - 1, axis=1)[:, :width], axis=1)
        order = np.argsort(np.take_along_axis(worth, near, axis=1), axis=1, kind="stable")
        best[rows] = np.take_along_axis(near, order, axis=1)
    return best


@dataclass(frozen=True, eq=False)
class _Weigh:
    """The exchanges of one entry: own pairs down, pairs of other entries across."""

    draft: Draft
    row: int
    own: Positions
    others: Positions
    rise: NDArray[np.int64]
    usable: Bools
    allowance: int

    def swap(self) -> _Move | None:
        """The best exchange in which the other entry takes the dropped juror."""
        draft, rows = self.draft, self.draft.rows[self.others][None, :]
        dropped = draft.columns[self.own][:, None]
        free = draft.instance.open[rows, dropped] & ~draft.taken[rows, dropped]
        replacement = np.broadcast_to(dropped, self.rise.shape)
        return self._best(replacement, self.usable & free, chain=False)

    def chain(self, best_of: NDArray[np.int32]) -> _Move | None:
        """The best exchange in which the other entry takes a juror with a free place who, having
        taken it, is no fuller than the dropped one is now.
        """
        draft, instance = self.draft, self.draft.instance
        dropped = draft.columns[self.own]
        able = self.usable & (draft.load[dropped] > instance.low[dropped])[:, None]
        across = able.any(axis=0)
        if not across.any():
            return None
        substitutes = best_of[draft.rows[self.others[across]]]
        rows = draft.rows[self.others[across]][:, None]
        spare = (draft.load < instance.high)[substitutes]
        spare &= instance.open[rows, substitutes] & ~draft.taken[rows, substitutes]
        fullness = np.where(spare, ((draft.full_load + 1) / draft.reference)[substitutes], np.inf)
        now = (draft.full_load / draft.reference)[dropped]
        calm = fullness[None, :, :] <= now[:, None, None]
        picked = np.take_along_axis(substitutes[None, :, :], calm.argmax(axis=2)[:, :, None], 2)
        replacement = np.zeros(self.rise.shape, dtype=np.int64)
        replacement[:, across] = picked[:, :, 0]
        able[:, across] &= calm.any(axis=2)
        return self._best(replacement, able, chain=True)

    def _best(self, replacement: NDArray[np.int64], usable: Bools, *, chain: bool) -> _Move | None:
        draft, affinity = self.draft, self.draft.instance.affinity
        down, across = np.nonzero(usable)
        if not len(down):
            return None
        others, new = self.others[across], replacement[down, across]
        rows, value = draft.rows[others], draft.values[self.row]
        rise, change = self.rise[down, across], affinity[rows, new] - draft.fit[others]
        after = np.minimum(
            value + rise / draft.counts[self.row], draft.values[rows] + change / draft.counts[rows]
        )
        cost = -(rise + change)
        fine = (after > value + 1e-9) & (cost <= self.allowance) & (new != draft.columns[others])
        fine &= (change + draft.fit[others] > 0) | (draft.fit[others] == 0)
        fine &= draft.keeps_kinds(others, new)
        if not fine.any():
            return None
        worth = np.where(fine, (after - value) / (np.maximum(cost, 0) + EASE), -1.0)
        best = int(np.argmax(worth))
        return _Move(
            worth=float(worth[best]),
            cost=int(cost[best]),
            other=int(others[best]),
            position=int(self.own[down[best]]),
            replacement=int(new[best]) if chain else -1,
        )
