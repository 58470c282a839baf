"""An assignment that is being improved: pairs, loads and values, kept in step with each
exchange.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assignment.instance import Bools, Instance, Ints

Positions = NDArray[np.intp]


class Draft:
    """`made` holds the pairs that may move, `taken` those and the kept ones.

    A pair that may move has a position in `rows`, `columns`, `fit` (its affinity) and, for each
    wanted kind, `held` (whether its juror is of that kind for its entry). `have` counts an entry's
    jurors of each kind; `values` are the mean affinities of the entries' jurors, in thousandths.
    """

    def __init__(self, instance: Instance, chosen: Bools, kinds: Sequence[Bools] = ()) -> None:
        self.instance = instance
        self.made = chosen.copy()
        self.taken = chosen | instance.kept
        self.kinds = tuple(kinds)
        self.load = chosen.sum(axis=0)
        self.full_load = self.taken.sum(axis=0)
        self.reference = instance.reference_load()
        self.counts = np.maximum(1, self.taken.sum(axis=1))
        self.rows, self.columns = np.nonzero(self.made)
        self.fit = instance.affinity[self.rows, self.columns].astype(np.int64)
        self.sums = self._sums()
        self.values = self.sums / self.counts
        self.have = np.array([(self.taken & kind).sum(axis=1) for kind in kinds], dtype=np.int64)
        self.have = self.have.reshape(len(self.kinds), len(instance.entries))
        self.held = [kind[self.rows, self.columns] for kind in kinds]
        self._first = np.searchsorted(self.rows, np.arange(len(instance.entries) + 1))
        self._fill_slots()

    def _sums(self) -> Ints:
        rows, columns = np.nonzero(self.taken)
        affinity = self.instance.affinity[rows, columns]
        sums = np.bincount(rows, affinity, minlength=len(self.instance.entries))
        return np.asarray(np.rint(sums), dtype=np.int64)

    def _fill_slots(self) -> None:
        width = int(self.load.max(initial=0)) + 8
        self._slots = np.full((len(self.load), width), -1, dtype=np.int64)
        order = np.argsort(self.columns, kind="stable")
        place = np.arange(len(order)) - np.searchsorted(self.columns[order], self.columns[order])
        self._slots[self.columns[order], place] = order
        self._place = np.empty(len(order), dtype=np.int64)
        self._place[order] = place

    def pairs_of(self, row: int) -> Positions:
        """Positions of the pairs of one entry that may move."""
        return np.arange(self._first[row], self._first[row + 1])

    def pairs_with(self, columns: Positions) -> Positions:
        """Positions of the pairs of some jurors that may move."""
        found = self._slots[columns].ravel()
        return found[found >= 0]

    def replace(self, position: int, column: int) -> None:
        """Gives the entry of one pair another juror."""
        row, old = int(self.rows[position]), int(self.columns[position])
        fit = int(self.instance.affinity[row, column])
        for juror, sign in ((old, -1), (column, 1)):
            self.made[row, juror] = self.taken[row, juror] = sign > 0
            self.load[juror] += sign
            self.full_load[juror] += sign
        self.sums[row] += fit - self.fit[position]
        self.values[row] = self.sums[row] / self.counts[row]
        for kind, have, held in zip(self.kinds, self.have, self.held, strict=True):
            is_kind = bool(kind[row, column])
            have[row] += int(is_kind) - int(held[position])
            held[position] = is_kind
        self.fit[position] = fit
        self.columns[position] = column
        self._move_slot(position, old, column)

    def _move_slot(self, position: int, old: int, new: int) -> None:
        last, place = int(self.load[old]), int(self._place[position])
        moved = self._slots[old, last]
        self._slots[old, place], self._slots[old, last] = moved, -1
        self._place[moved] = place
        free = int(self.load[new]) - 1
        if free >= self._slots.shape[1]:
            wider = np.full_like(self._slots, -1)
            self._slots = np.concatenate([self._slots, wider], axis=1)
        self._slots[new, free] = position
        self._place[position] = free

    def swap(self, first: int, second: int) -> None:
        """Exchanges the jurors of two pairs."""
        one, other = int(self.columns[first]), int(self.columns[second])
        self.replace(first, other)
        self.replace(second, one)

    def keeps_kinds(self, positions: Positions, columns: NDArray[np.intp]) -> Bools:
        """Whether the pairs may get these jurors without an entry losing its only one of a kind."""
        rows = self.rows[positions]
        fine = np.ones(np.broadcast_shapes(positions.shape, columns.shape), dtype=np.bool_)
        for kind, have, held in zip(self.kinds, self.have, self.held, strict=True):
            fine &= ~held[positions] | (have[rows] > 1) | kind[rows, columns]
        return fine
