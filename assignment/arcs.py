"""The arcs of a network: what every solver takes and every network is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Arcs:
    """Directed arcs as equal-length integer arrays; parallel arcs are allowed."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints

    @staticmethod
    def of(tail: ArrayLike, head: ArrayLike, capacity: ArrayLike, cost: ArrayLike = 0) -> Arcs:
        """Arcs from anything that broadcasts to one common length."""
        columns = np.broadcast_arrays(*(np.atleast_1d(c) for c in (tail, head, capacity, cost)))
        return Arcs(*(np.ascontiguousarray(column, dtype=np.int64) for column in columns))

    @staticmethod
    def join(*parts: Arcs) -> Arcs:
        """All arcs, one part after another."""
        return Arcs(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("tail", "head", "capacity", "cost")
            )
        )

    def __len__(self) -> int:
        return len(self.tail)
