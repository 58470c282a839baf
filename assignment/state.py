"""An assignment that is being improved: pairs, loads and values, kept in step with each
exchange.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assignment.instance import Bools, Instance


class Draft:
    """`made` holds the pairs that may move, `taken` those and the kept ones."""

    def __init__(self, instance: Instance, chosen: Bools, strong: int) -> None:
        self.instance = instance
        self.made = chosen.copy()
        self.taken = chosen | instance.kept
        self.strong = instance.affinity >= strong
        self.load = chosen.sum(axis=0)
        self.full_load = self.taken.sum(axis=0)
        self.reference = instance.reference_load()
        self.sums = np.where(self.taken, instance.affinity, 0).sum(axis=1)
        self.counts = np.maximum(1, self.taken.sum(axis=1))
        self.strong_counts = (self.taken & self.strong).sum(axis=1)
        self.rows, self.columns = np.nonzero(self.made)

    @property
    def values(self) -> NDArray[np.float64]:
        """The mean affinity of each entry's jurors, in thousandths."""
        return np.asarray(self.sums / self.counts, dtype=np.float64)

    def pairs_of(self, row: int) -> NDArray[np.intp]:
        """Positions in `rows` and `columns` of the pairs of one entry that may move."""
        return np.flatnonzero(self.rows == row)

    def replace(self, position: int, column: int) -> None:
        """Gives the entry of one pair another juror."""
        row, old = int(self.rows[position]), int(self.columns[position])
        for juror, sign in ((old, -1), (column, 1)):
            self.made[row, juror] = self.taken[row, juror] = sign > 0
            self.load[juror] += sign
            self.full_load[juror] += sign
            self.sums[row] += sign * self.instance.affinity[row, juror]
            self.strong_counts[row] += sign * int(self.strong[row, juror])
        self.columns[position] = column

    def swap(self, first: int, second: int) -> None:
        """Exchanges the jurors of two pairs."""
        one, other = int(self.columns[first]), int(self.columns[second])
        self.replace(first, other)
        self.replace(second, one)
