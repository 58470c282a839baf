"""What an optimum could still exchange: shortest paths among jurors in its residual graph.

One step j -> k moves an entry from juror k to juror j and costs the affinity that is lost; the pool
takes a place back (j -> pool) or hands out a free one (pool -> k). No cycle of an optimum is
negative, so the shortest path is the exact price of a change (Ahuja, Magnanti and Orlin, "Network
Flows", 1993, sections 9.2 and 9.3), where a reduced cost is only a lower bound of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assignment.instance import Bools, Instance, Ints

FAR = 1 << 40
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Paths:
    """Shortest paths from some jurors: `distance` in thousandths (FAR: none) and the step before.

    Index `len(jurors)` is the pool. `before` is NOBODY where a path starts.
    """

    distance: Ints
    before: Ints


class Residual:
    """The graph of the jurors around the pairs `chosen`, which must be an optimum."""

    def __init__(self, instance: Instance, chosen: Bools) -> None:
        self.instance = instance
        self.chosen = chosen
        jurors = len(instance.jurors)
        self.price = np.full((jurors + 1, jurors + 1), FAR, dtype=np.int64)
        self.entry = np.full((jurors, jurors), NOBODY, dtype=np.int64)
        for juror in range(jurors):
            self._steps_to(juror)
        load = chosen.sum(axis=0)
        self.price[:jurors, jurors][load > instance.low] = 0
        self.price[jurors, :jurors][load < instance.high] = 0

    def _steps_to(self, juror: int) -> None:
        rows = np.flatnonzero(self.chosen[:, juror])
        if not len(rows):
            return
        affinity = self.instance.affinity[rows].astype(np.int64)
        lost = affinity[:, [juror]] - affinity
        lost[~self.instance.open[rows] | self.chosen[rows]] = FAR
        least = lost.argmin(axis=0)
        columns = np.arange(lost.shape[1])
        self.price[: len(columns), juror] = lost[least, columns]
        self.entry[:, juror] = rows[least]

    def paths(self, sources: Ints, offsets: Ints) -> Paths:
        """Shortest paths from `sources`, each beginning at the price `offsets` (Bellman-Ford; a
        round starts from those jurors only whose distance the one before made less).
        """
        size = len(self.price)
        distance = np.full(size, FAR, dtype=np.int64)
        distance[sources] = offsets
        before = np.full(size, NOBODY, dtype=np.int64)
        fresh = np.asarray(sources)
        for _ in range(size):
            reached = distance[fresh, None] + self.price[fresh]
            last = reached.argmin(axis=0)
            nearer = reached[last, np.arange(size)]
            better = nearer < distance
            if not better.any():
                break
            distance = np.where(better, nearer, distance)
            before = np.where(better, fresh[last], before)
            fresh = np.flatnonzero(better)
        distance[distance >= FAR // 2] = FAR
        return Paths(distance, before)

    def to_pool(self) -> Ints:
        """The shortest distance from each juror to the pool, at most FAR."""
        distance = self.price[:, -1].copy()
        distance[-1] = 0
        for _ in range(len(distance)):
            nearer = np.minimum(distance, (self.price + distance[None, :]).min(axis=1))
            if np.array_equal(nearer, distance):
                break
            distance = nearer
        return np.where(distance >= FAR // 2, FAR, distance)[:-1]

    def moves(self, paths: Paths, juror: int) -> Iterator[tuple[int, int, int]]:
        """(entry, juror who leaves it, juror who takes it) along the path that ends at `juror`."""
        pool = len(self.instance.jurors)
        while (previous := int(paths.before[juror])) != NOBODY:
            if pool not in (previous, juror):
                yield int(self.entry[previous, juror]), juror, previous
            juror = previous

    def start(self, paths: Paths, juror: int) -> int:
        """The source of the path that ends at `juror`."""
        while (previous := int(paths.before[juror])) != NOBODY:
            juror = previous
        return juror
