"""One graph for every stage: pool -> juror -> (strong gate of the entry) -> entry.

A juror's node has her minimum as supply, the pool sends the rest through one place after another at
a rising price, and every entry demands exactly what it needs. All tiers are integer prices on this
graph, so each stage is one exact minimum-cost flow and its result is integral.

The flow is solved on the pairs that are likely to be made; its dual prices then price every other
pair, and those that could improve it join until none is left (column generation: Ahuja, Magnanti
and Orlin, "Network Flows", 1993, section 17.4). The result is the optimum over all pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assignment.arcs import Arcs
from assignment.flow import SolverName, minimum_cost
from assignment.instance import Bools, Instance, Ints
from assignment.potentials import potentials

MOST_STEPS = 64
"""Places of one juror beyond this many share a price in blocks, so that jurors without a limit stay
cheap.
"""
SMALL = 60_000
"""Up to this many open pairs all of them are arcs from the start."""
SPARE, WIDER = 16, 4
"""Pairs an entry or juror gets beyond what it needs at first; how much wider the next attempt is
where those leave no flow.
"""
MOST_NEW = 16
BLOCK = 1 << 18
FAR = np.int64(1) << 60


@dataclass(frozen=True, eq=False)
class Prices:
    """What pairs and places cost.

    A pair costs minus `affinity` for each thousandth of its affinity, plus `zero` where it has
    none, minus `stay` where `stays` marks it. `strong` marks the pairs of which the first an entry
    gets earns `bonus`. `balance`: what the place at a juror's reference load costs; places before
    it cost proportionally less.
    """

    affinity: int = 1
    zero: int = 0
    stays: Bools | None = None
    stay: int = 0
    strong: Bools | None = None
    bonus: int = 0
    balance: int = 0


@dataclass(frozen=True, eq=False)
class Made:
    """The pairs of a cheapest flow, each with how often it is made, and the prices that prove it.

    `entry` and `juror`: what one more juror, one more place is worth, in the units of the prices.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    count: Ints
    shape: tuple[int, int]
    entry: Ints
    juror: Ints

    def chosen(self) -> Bools:
        """The pairs as a table entries x jurors."""
        table = np.zeros(self.shape, dtype=np.bool_)
        table[self.rows, self.columns] = True
        return table


def cheapest(
    instance: Instance,
    prices: Prices,
    seed: int,
    *,
    scale: int = 1,
    pair_limit: int = 1,
    solver: SolverName = "ortools",
) -> Made | None:
    """The cheapest assignment, or None if there is none.

    With `scale` 1 every pair is made once or not at all. With a larger one every need and load
    counts `scale` times and a pair at most `pair_limit` times: `assignment.lottery` reads the
    result as probabilities.
    """
    graph = _Graph(instance, prices, scale, pair_limit)
    if graph.supply[-1] < 0 or (instance.high < instance.low).any() or (instance.need < 0).any():
        return None
    usable = instance.open & (instance.need > 0)[:, None]
    width = int(-(-instance.need.max(initial=0) * scale // pair_limit)) + SPARE
    many = np.count_nonzero(usable) > SMALL
    while many and width < min(usable.shape):
        made = _priced(graph, usable, graph.likely(usable, width), seed, solver)
        if made is not None:
            return made
        width *= WIDER
    return _priced(graph, usable, usable, seed, solver)


def likely_arcs(
    instance: Instance, prices: Prices, kinds: Sequence[Bools]
) -> tuple[NDArray[np.intp], NDArray[np.intp], Arcs, Ints]:
    """(rows, columns, arcs, supplies) of the graph of the likely pairs, those of some kinds among
    them; the first arcs are the pairs.
    """
    graph = _Graph(instance, prices, 1, 1)
    usable = instance.open & (instance.need > 0)[:, None]
    active = usable
    if np.count_nonzero(usable) > SMALL:
        width = min(int(instance.need.max(initial=0)) + SPARE, *usable.shape)
        active = graph.likely(usable, width)
        for kind in kinds:
            active = active | graph.likely(usable & kind, min(4, *usable.shape))
    rows, columns = np.nonzero(active)
    return rows, columns, Arcs.join(graph.pairs(rows, columns), graph.fixed), graph.supply


def _priced(
    graph: _Graph, usable: Bools, active: Bools, seed: int, solver: SolverName
) -> Made | None:
    """The optimum over all usable pairs, begun with the active ones; None where those do not do."""
    while True:
        rows, columns = np.nonzero(active)
        arcs = Arcs.join(graph.pairs(rows, columns), graph.fixed)
        flow = minimum_cost(arcs, graph.supply, seed, solver)
        if flow is None:
            return None
        price = graph.tight(potentials(arcs, flow, len(graph.supply)), rows[flow[: len(rows)] > 0])
        more = graph.improving(price, usable, active)
        if more is None:
            return graph.made(rows, columns, flow[: len(rows)], price)
        active = active | more


@dataclass(frozen=True, eq=False)
class _Graph:
    instance: Instance
    prices: Prices
    scale: int
    pair_limit: int

    @property
    def jurors(self) -> int:
        return len(self.instance.jurors)

    @property
    def entries(self) -> int:
        return len(self.instance.entries)

    @cached_property
    def supply(self) -> Ints:
        """Jurors, then entries, then gates, then the pool."""
        instance = self.instance
        rest = instance.need.sum() - instance.low.sum()
        gates = np.zeros(self.entries, dtype=np.int64)
        parts = (instance.low, -instance.need, gates, [rest])
        return np.asarray(np.concatenate(parts) * self.scale, dtype=np.int64)

    @cached_property
    def gated(self) -> Bools | None:
        """The pairs that enter at a gate: strong ones of entries that keep none."""
        strong, instance = self.prices.strong, self.instance
        if strong is None:
            return None
        unserved = ~np.asarray((instance.kept & strong).any(axis=1))
        return np.asarray(instance.open & strong & unserved[:, None], dtype=np.bool_)

    @cached_property
    def fixed(self) -> Arcs:
        return Arcs.join(
            _places(self.instance, self.prices.balance, len(self.supply) - 1, self.scale),
            self._gates(),
        )

    def _gates(self) -> Arcs:
        instance = self.instance
        if self.gated is None:
            return Arcs.of([], [], [])
        rows = np.flatnonzero(self.gated.any(axis=1) & (instance.need > 0))
        gate, entry = self.jurors + self.entries + rows, self.jurors + rows
        return Arcs.join(
            Arcs.of(gate, entry, np.full(len(rows), self.scale), -self.prices.bonus),
            Arcs.of(gate, entry, (instance.need[rows] - 1) * self.scale),
        )

    def pairs(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Arcs:
        """The arcs of some pairs."""
        into = self.jurors + rows
        if self.gated is not None:
            into = into + np.where(self.gated[rows, columns], self.entries, 0)
        return Arcs.of(columns, into, self.pair_limit, self._cost((rows, columns)))

    def _cost(self, where: tuple[NDArray[np.intp], NDArray[np.intp]] | slice) -> Ints:
        affinity = self.instance.affinity[where]
        cost = affinity * np.int64(-self.prices.affinity)
        if self.prices.zero:
            cost[affinity == 0] += self.prices.zero
        if self.prices.stays is not None:
            cost[self.prices.stays[where]] -= self.prices.stay
        return cost

    def _blocks(self) -> Iterator[slice]:
        height = max(1, BLOCK // max(1, self.jurors))
        for first in range(0, self.entries, height):
            yield slice(first, min(self.entries, first + height))

    def likely(self, usable: Bools, width: int) -> Bools:
        """The `width` cheapest pairs of each entry, and for each juror those that her minimum may
        need.
        """
        active = np.zeros_like(usable)
        cost = np.empty(usable.shape, dtype=np.float32)
        for rows in self._blocks():
            block = np.where(usable[rows], self._cost(rows), FAR)
            np.put_along_axis(
                active[rows], np.argpartition(block, width - 1, axis=1)[:, :width], True, axis=1
            )
            cost[rows] = block
        deep = min(self.entries, int(self.instance.low.max(initial=0)) + width)
        for column in range(self.jurors):
            active[np.argpartition(cost[:, column], deep - 1)[:deep], column] = True
        return active & usable

    def tight(self, price: Ints, made: NDArray[np.intp]) -> Ints:
        """The potentials with those of gates at entries without a made pair as low as they may be:
        otherwise pairs through them would seem to improve the flow.
        """
        if self.gated is not None:
            idle = np.bincount(made, minlength=self.entries) == 0
            first = self.jurors + np.flatnonzero(idle)
            price[first + self.entries] = price[first] + self.prices.bonus
        return price

    def improving(self, price: Ints, usable: Bools, active: Bools) -> Bools | None:
        """The pairs left out that could improve the flow with these potentials: the MOST_NEW best
        of each entry; None where there is none.
        """
        if active is usable:
            return None
        juror = price[: self.jurors]
        entry, gate = np.split(price[self.jurors : -1], 2)
        more = np.zeros_like(usable)
        for rows in self._blocks():
            reduced = self._cost(rows) + juror[None, :] - entry[rows, None]
            if self.gated is not None:
                through = self.gated[rows]
                reduced += through * (entry[rows] - gate[rows])[:, None]
            better = (reduced < 0) & usable[rows] & ~active[rows]
            crowded = better.sum(axis=1) > MOST_NEW
            if crowded.any():
                worth = np.where(better[crowded], reduced[crowded], FAR)
                least = np.partition(worth, MOST_NEW - 1, axis=1)[:, MOST_NEW - 1]
                better[crowded] = worth <= least[:, None]
            more[rows] = better
        return more if more.any() else None

    def made(
        self, rows: NDArray[np.intp], columns: NDArray[np.intp], count: Ints, price: Ints
    ) -> Made:
        """The pairs of a flow with prices relative to the pool."""
        used = count > 0
        pool = price[-1]
        return Made(
            rows=rows[used],
            columns=columns[used],
            count=count[used],
            shape=(self.entries, self.jurors),
            entry=pool - price[self.jurors : self.jurors + self.entries],
            juror=price[: self.jurors] - pool,
        )


def _places(instance: Instance, balance: int, pool: int, scale: int) -> Arcs:
    reachable = np.minimum(instance.high, instance.open.sum(axis=0))
    free = np.maximum(reachable - instance.low, 0)
    if not balance:
        return Arcs.of(pool, np.arange(len(free)), free * scale)
    width = np.maximum(1, -(-free // MOST_STEPS))
    steps = -(-free // width)
    juror = np.repeat(np.arange(len(free)), steps)
    step = np.arange(len(juror)) - np.repeat(np.cumsum(steps) - steps, steps)
    first = step * width[juror]
    size = np.minimum(width[juror], free[juror] - first)
    load = instance.kept.sum(axis=0)[juror] + instance.low[juror] + first + 1
    price = np.rint(balance * load / instance.reference_load()[juror]).astype(np.int64)
    return Arcs.of(np.full(len(juror), pool), juror, size * scale, price)
