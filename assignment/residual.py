"""What an optimum could still exchange: shortest paths among jurors in its residual graph.

One step j -> k moves an entry from juror k to juror j and costs the affinity that is lost; the pool
takes a place back (j -> pool) or hands out a free one (pool -> k). No cycle of an optimum is
negative, so the shortest path is the exact price of a change (Ahuja, Magnanti and Orlin, "Network
Flows", 1993, sections 9.2 and 9.3), where a reduced cost is only a lower bound of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assignment.instance import Bools, Instance, Ints

FAR = 1 << 28
"""No step and no path is as long: those of 100,000 jurors stay below."""
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Paths:
    """Shortest paths from some jurors: `distance` in thousandths (FAR: none) and the step before.

    Index `len(jurors)` is the pool. `before` is NOBODY where a path starts.
    """

    distance: Ints
    before: Ints


@dataclass(frozen=True, eq=False)
class Residual:
    """The graph of the jurors around an optimum.

    `price[j, k]` in thousandths is that of the step from j to k, FAR where there is none; the last
    row and column are the pool's. `entry[j, k]` is the row of the entry that it moves, else NOBODY.
    """

    price: NDArray[np.int32]
    entry: NDArray[np.int32]

    @classmethod
    def around(cls, instance: Instance, chosen: Bools) -> Residual:
        """The graph around the pairs `chosen`, which must be an optimum of the instance."""
        jurors = len(instance.jurors)
        price = np.full((jurors + 1, jurors + 1), FAR, dtype=np.int32)
        entry = np.full((jurors, jurors), NOBODY, dtype=np.int32)
        for juror in range(jurors):
            rows = np.flatnonzero(chosen[:, juror])
            if len(rows):
                lost = instance.affinity[rows][:, [juror]] - instance.affinity[rows]
                lost[~instance.open[rows] | chosen[rows]] = FAR
                least = lost.argmin(axis=0)
                price[:jurors, juror] = lost[least, np.arange(jurors)]
                entry[:, juror] = rows[least]
        load = chosen.sum(axis=0)
        price[:jurors, jurors][load > instance.low] = 0
        price[jurors, :jurors][load < instance.high] = 0
        return cls(price, entry)

    @cached_property
    def potential(self) -> Ints:
        """Each juror's shortest distance from anybody, at most 0 (Bellman-Ford); with it no step
        has a negative reduced price, because no cycle is negative.
        """
        distance = np.zeros(len(self.price), dtype=np.int64)
        while True:
            nearer = np.minimum(distance, (distance[:, None] + self.price).min(axis=0))
            if np.array_equal(nearer, distance):
                return distance
            distance = nearer

    @cached_property
    def _reduced(self) -> Ints:
        reduced = self.price + self.potential[:, None] - self.potential[None, :]
        return np.where(self.price >= FAR, FAR, reduced)

    def paths(self, sources: Ints, offsets: Ints) -> Paths:
        """Shortest paths from `sources`, each beginning at the price `offsets` (Dijkstra on reduced
        prices: Johnson, "Efficient algorithms for shortest paths in sparse networks", J. ACM 24,
        1977).
        """
        size = len(self.price)
        distance = np.full(size, FAR, dtype=np.int64)
        distance[sources] = offsets - self.potential[sources]
        before = np.full(size, NOBODY, dtype=np.int64)
        waiting = distance.copy()
        while (nearest := int(waiting.min())) < FAR // 2:
            at = int(waiting.argmin())
            waiting[at] = FAR
            reached = nearest + self._reduced[at]
            better = np.flatnonzero(reached < distance)
            distance[better] = waiting[better] = reached[better]
            before[better] = at
        found = distance + self.potential
        return Paths(np.where(distance >= FAR // 2, FAR, found), before)

    def to_pool(self) -> Ints:
        """The shortest distance from each juror to the pool, at most FAR."""
        distance = self.price[:, -1].astype(np.int64)
        distance[-1] = 0
        for _ in range(len(distance)):
            nearer = np.minimum(distance, (self.price + distance[None, :]).min(axis=1))
            if np.array_equal(nearer, distance):
                break
            distance = nearer
        return np.where(distance >= FAR // 2, FAR, distance)[:-1]

    def full(self) -> Bools:
        """Which jurors have no place left."""
        return np.asarray(self.price[-1, :-1] >= FAR)

    def moves(self, paths: Paths, juror: int) -> Iterator[tuple[int, int, int]]:
        """(entry, juror who leaves it, juror who takes it) along the path that ends at `juror`."""
        pool = len(self.entry)
        while (previous := int(paths.before[juror])) != NOBODY:
            if pool not in (previous, juror):
                yield int(self.entry[previous, juror]), juror, previous
            juror = previous

    def start(self, paths: Paths, juror: int) -> int:
        """The source of the path that ends at `juror`."""
        while (previous := int(paths.before[juror])) != NOBODY:
            juror = previous
        return juror
