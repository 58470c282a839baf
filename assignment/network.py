"""One graph for every stage: pool -> juror -> (strong gate of the entry) -> entry.

A juror's node has her minimum as supply, the pool sends the rest through one place after another at
a rising price, and every entry demands exactly what it needs. All tiers are integer prices on this
graph, so each stage is one exact minimum-cost flow and its result is integral.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assignment.flow import Arcs, minimum_cost
from assignment.instance import Bools, Instance, Ints

MOST_STEPS = 64
"""Places of one juror beyond this many share a price in blocks, so that jurors without a limit stay
cheap.
"""


@dataclass(frozen=True, eq=False)
class Prices:
    """`pair`: what each pair costs (entries x jurors). `strong` marks the strong pairs, of which
    the first an entry gets earns `bonus`. `balance`: what the place at a juror's reference load
    costs; places before it cost proportionally less.
    """

    pair: Ints
    strong: Bools | None = None
    bonus: int = 0
    balance: int = 0


def cheapest(
    instance: Instance, prices: Prices, seed: int, *, scale: int = 1, pair_limit: int = 1
) -> Ints | None:
    """How often each pair is made in the cheapest assignment (entries x jurors), or None if there
    is none.

    With `scale` 1 the numbers are 0 or 1. With a larger one every need and load counts `scale`
    times and a pair at most `pair_limit` times: `assignment.lottery` reads the result as
    probabilities.
    """
    jurors, entries = len(instance.jurors), len(instance.entries)
    pool = jurors + 2 * entries
    supply = np.zeros(pool + 1, dtype=np.int64)
    supply[:jurors] = instance.low * scale
    supply[jurors : jurors + entries] = -instance.need * scale
    supply[pool] = (instance.need.sum() - instance.low.sum()) * scale
    if supply[pool] < 0 or (instance.high < instance.low).any() or (instance.need < 0).any():
        return None
    rows, columns = np.nonzero(instance.open & (instance.need > 0)[:, None])
    gated = _gated(instance, prices)
    into = np.where(gated[rows, columns], entries, 0) + jurors + rows
    arcs = Arcs.join(
        Arcs.of(columns, into, pair_limit, prices.pair[rows, columns]),
        _places(instance, prices.balance, pool, scale),
        _gates(instance, prices, gated, scale),
    )
    flow = minimum_cost(arcs, supply, seed)
    if flow is None:
        return None
    made = np.zeros((entries, jurors), dtype=np.int64)
    made[rows, columns] = flow[: len(rows)]
    return made


def _gated(instance: Instance, prices: Prices) -> Bools:
    if prices.strong is None:
        return np.zeros_like(instance.open)
    unserved = ~np.asarray((instance.kept & prices.strong).any(axis=1))[:, None]
    return np.asarray(instance.open & prices.strong & unserved, dtype=np.bool_)


def _gates(instance: Instance, prices: Prices, gated: Bools, scale: int) -> Arcs:
    jurors, entries = len(instance.jurors), len(instance.entries)
    rows = np.flatnonzero(gated.any(axis=1) & (instance.need > 0))
    gate, entry = jurors + entries + rows, jurors + rows
    return Arcs.join(
        Arcs.of(gate, entry, np.full(len(rows), scale), -prices.bonus),
        Arcs.of(gate, entry, (instance.need[rows] - 1) * scale),
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
