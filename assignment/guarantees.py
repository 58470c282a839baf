"""Stage C: as few entries as possible without a strong juror (or another wanted kind), as few pairs
as possible without affinity, even loads, at a price that the budget allows.
"""

from __future__ import annotations

import math
from dataclasses import replace

from assignment.instance import Bools
from assignment.kinds import fewest_without, serve, without
from assignment.measure import Least
from assignment.model import THOUSANDTHS
from assignment.network import Prices, cheapest
from assignment.search import Search

FIRST_OF_KIND, ZERO_PAIR = THOUSANDTHS, THOUSANDTHS // 5
LADDER = (16.0, 4.0, 1.0, 0.25, 0.0625, 0.0)
"""Weights of the guarantees, tried from the highest until the budget is kept."""
TIE_UNIT = 100
"""Tie-breaks count in tenths of affinity: that keeps the lexicographic prices within 64 bits."""


def guaranteed(run: Search) -> tuple[Bools, Least]:
    """The strongest guarantees, and then the evenest loads, that the budget allows.

    Where the first prices do not reach the provable minimum, prices at which a guarantee outweighs
    everything are tried.
    """
    for weight in LADDER:
        made = _served(run, prices_of(run, weight))
        if run.instance.total(made) >= run.floor:
            fewest = least(run, made)
            return _lexicographic(run, made, fewest) if weight == LADDER[0] else made, fewest
    return run.optimum, least(run, run.optimum)


def least(run: Search, made: Bools) -> Least:
    """The provable minima; `made` is an assignment that may reach them already."""
    seed, solver = run.options.seed, run.options.solver
    counts = tuple(
        fewest_without(run.instance, kind, without(run.instance, made, kind), seed, solver)
        for kind in run.kinds
    )
    return Least(counts, _fewest_zero_pairs(run, zero_pairs(run, made)))


def prices_of(run: Search, weight: float) -> Prices:
    """The prices at which guarantees weigh `weight` times their usual worth."""
    return Prices(
        zero=round(ZERO_PAIR * weight),
        strong=run.kinds[0] if weight else None,
        bonus=round(FIRST_OF_KIND * weight),
        balance=run.balance,
    )


def zero_pairs(run: Search, made: Bools) -> int:
    """How many pairs, kept ones included, have no affinity."""
    return int(((made | run.instance.kept) & (run.instance.affinity == 0)).sum())


def outweighs(run: Search, prices: Prices) -> int:
    """More than all that `prices` can make of a difference between two assignments."""
    instance = run.instance
    loads = (instance.high + instance.kept.sum(axis=0)) / instance.reference_load()
    steepest = math.ceil(prices.balance * float(loads.max(initial=0.0))) + 1
    spread = THOUSANDTHS * prices.affinity + prices.zero
    return int(instance.need.sum()) * (spread + prices.bonus + steepest) + 1


def fairest_optimum(run: Search) -> Bools:
    """Among all assignments of the greatest total one with the best guarantees and the evenest
    loads.
    """
    side = prices_of(run, 1.0)
    tie = replace(
        side,
        affinity=0,
        zero=side.zero // TIE_UNIT,
        bonus=side.bonus // TIE_UNIT,
        balance=side.balance // TIE_UNIT,
    )
    return run.flow(replace(tie, affinity=outweighs(run, tie)))


def _served(run: Search, prices: Prices) -> Bools:
    """The flow at these prices; where further kinds are wanted, the program that knows them all.

    Beyond its size the first wanted kind has the gate to itself.
    """
    if run.problem.wanted and prices.bonus:
        plain = replace(prices, strong=None, bonus=0)
        found = serve(run.instance, plain, run.kinds, prices.bonus)
        if found is not None:
            return found
        prices = replace(prices, strong=run.kinds[1])
    return run.flow(prices)


def _lexicographic(run: Search, made: Bools, fewest: Least) -> Bools:
    reached = without(run.instance, made, run.kinds[0]), zero_pairs(run, made)
    if run.problem.wanted or reached == (fewest.without[0], fewest.zero_pairs):
        return made
    plain = Prices(balance=run.balance)
    zero = outweighs(run, plain)
    bonus = outweighs(run, replace(plain, zero=zero))
    strict = run.flow(replace(plain, zero=zero, strong=run.kinds[0], bonus=bonus))
    return strict if run.instance.total(strict) >= run.floor else made


def _fewest_zero_pairs(run: Search, reached: int) -> int:
    instance = run.instance
    useful = (instance.open & (instance.affinity > 0)).sum(axis=1)
    certain = int(zero_pairs(run, instance.kept)) + int((instance.need - useful).clip(0).sum())
    if certain == reached:
        return reached
    prices = Prices(zero=int(instance.need.sum()) * THOUSANDTHS + 1)
    made = cheapest(instance, prices, run.options.seed, solver=run.options.solver)
    return reached if made is None else zero_pairs(run, made.chosen())
