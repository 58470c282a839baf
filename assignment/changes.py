"""New plans that stay close to the present one: what `rebalance` and `repair` ask for."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from assignment.guarantees import outweighs, prices_of
from assignment.instance import Bools, Instance
from assignment.model import DualPrices, Options, PairKey, Plan, Problem
from assignment.network import Prices, cheapest
from assignment.proof import upper_bound
from assignment.search import Search, compiled, start


def closest(problem: Problem, options: Options, present: frozenset[PairKey], bonus: int) -> Plan:
    """The plan in which each present pair that stays earns `bonus` thousandths."""
    run = start(problem, options)
    options.stage("changes")
    return run.plan(run.flow(_staying(run, _stays(run.instance, present), bonus)))


def fewest_changes(
    problem: Problem,
    options: Options,
    present: frozenset[PairKey],
    prices: DualPrices | None = None,
) -> Plan:
    """The plan that keeps most of the present pairs, and of those the one with the best fit.

    With the `prices` of an earlier plan the bound is added up from those, where no present pair
    has to move; it holds as strictly, but may lie a little above the optimum.
    """
    started = time.perf_counter()
    if prices is not None:
        instance = compiled(problem)
        stays = _stays(instance, present)
        bound = upper_bound(instance, prices)
        quick = Search(problem, instance, options, started, stays, prices, bound)
        options.stage("changes")
        filled = _holes_filled(quick, stays)
        if filled is not None:
            return quick.plan(filled)
    run = start(problem, options)
    options.stage("changes")
    stays = _stays(run.instance, present)
    filled = _holes_filled(run, stays)
    if filled is None:
        filled = run.flow(_staying(run, stays, outweighs(run, prices_of(run, 1.0))))
    return run.plan(filled)


def _staying(run: Search, stays: Bools, worth: int) -> Prices:
    return replace(prices_of(run, 1.0), stays=stays, stay=worth)


def _stays(instance: Instance, present: frozenset[PairKey]) -> Bools:
    """The present pairs that may stay: none of a juror who takes nothing any more."""
    stays = np.zeros_like(instance.open)
    rows = {key: index for index, key in enumerate(instance.entries)}
    columns = {key: index for index, key in enumerate(instance.jurors)}
    for entry, juror in present:
        if entry in rows and juror in columns:
            stays[rows[entry], columns[juror]] = True
    return stays & instance.open & (instance.high > 0) & (instance.need > 0)[:, None]


def _holes_filled(run: Search, stays: Bools) -> Bools | None:
    """All of `stays` and the best pairs for what is then missing; None where something must move.

    Where it is not None nothing can change fewer pairs: what is gone had to go, and every pair that
    is added fills a hole.
    """
    instance = run.instance
    load = stays.sum(axis=0)
    left = replace(
        instance,
        kept=instance.kept | stays,
        open=instance.open & ~stays,
        need=instance.need - stays.sum(axis=1),
        low=np.maximum(instance.low - load, 0),
        high=instance.high - load,
    )
    made = cheapest(left, prices_of(run, 1.0), run.options.seed, solver=run.options.solver)
    return None if made is None else made.chosen() | stays
