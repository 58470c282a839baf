"""The stages of one search, each an exact flow or a bounded improvement of its result.

A certificate where it is impossible; B optimum and its proof; C guarantees and even loads at a
price that the budget allows; D one connected graph and the worst entries lifted, within what is
left of the budget.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from assignment.check import check
from assignment.connect import connect, parts
from assignment.infeasible import certify, certify_kept, too_unlikely
from assignment.instance import Bools, Instance, compile_problem
from assignment.lottery import SCALE, draw, pair_limit, probabilities
from assignment.measure import make_plan
from assignment.model import (
    THOUSANDTHS,
    CannotAssign,
    Options,
    PairKey,
    Plan,
    Problem,
    SolverFailed,
)
from assignment.network import Prices, cheapest
from assignment.polish import polish
from assignment.proof import DualPrices, upper_bound

FIRST_STRONG, ZERO_PAIR = THOUSANDTHS, THOUSANDTHS // 5
LADDER = (16.0, 4.0, 1.0, 0.25, 0.0625, 0.0)
"""Weights of the guarantees, tried from the highest until the budget is kept."""
TIE_UNIT = 100
"""Tie-breaks count in tenths of affinity: that keeps the lexicographic prices within 64 bits."""
POLISH_SHARES = (1.0, 0.5, 0.0)


@dataclass(frozen=True)
class Search:
    """One problem being solved: its arrays, its options and the optimum with its proof."""

    problem: Problem
    instance: Instance
    options: Options
    started: float
    optimum: Bools
    prices: DualPrices
    bound: int

    @property
    def strong(self) -> int:
        """`options.strong` in thousandths."""
        return round(self.options.strong * THOUSANDTHS)

    @property
    def balance(self) -> int:
        """`options.balance` in thousandths."""
        return round(self.options.balance * THOUSANDTHS)

    @property
    def floor(self) -> int:
        """The total, in thousandths, below which the budget would be overdrawn."""
        return math.ceil(self.instance.total(self.optimum) * (1 - self.options.budget) - 1e-6)

    def plan(self, chosen: Bools) -> Plan:
        """The checked plan of `chosen`; raises `PlanBroken` where the independent check fails."""
        self.options.stage("check")
        plan = make_plan(
            self.problem,
            self.instance,
            chosen,
            bound=self.bound,
            strong=self.strong,
            seed=self.options.seed,
            seconds=time.perf_counter() - self.started,
        )
        check(self.problem, [pair.key for pair in plan.pairs])
        return plan


def start(problem: Problem, options: Options) -> Search:
    """Stages A and B: the optimum with its proof.

    Raises `CannotAssign` with a certificate where the problem has no solution and `InvalidProblem`
    where it contradicts itself.
    """
    started = time.perf_counter()
    instance = compile_problem(problem)
    broken = certify_kept(problem, instance)
    if broken is not None:
        raise CannotAssign(broken)
    options.stage("optimum")
    made = cheapest(instance, Prices(), options.seed, solver=options.solver)
    if made is None:
        options.stage("certificate")
        certificate = certify(problem, instance)
        if certificate is None:
            raise SolverFailed("no_certificate")
        raise CannotAssign(certificate)
    options.stage("proof")
    prices = DualPrices(made.entry, made.juror)
    bound = upper_bound(instance, prices)
    return Search(problem, instance, options, started, made.chosen(), prices, bound)


def search(problem: Problem, options: Options) -> Plan:
    """The plan that `options.mode` asks for ("fewest-changes" needs present pairs: `repair`)."""
    run = start(problem, options)
    if options.mode == "random":
        return run.plan(_drawn(run))
    if options.mode == "optimum":
        return run.plan(_fairest_optimum(run))
    return run.plan(_improved(run, _guaranteed(run)))


def closest(
    problem: Problem, options: Options, present: frozenset[PairKey], bonus: int | None
) -> Plan:
    """The plan in which each present pair that stays earns `bonus` thousandths.

    None makes it lexicographic: first the fewest changes, then the fit.
    """
    run = start(problem, options)
    options.stage("changes")
    stays = np.zeros_like(run.instance.open)
    rows = {key: index for index, key in enumerate(run.instance.entries)}
    columns = {key: index for index, key in enumerate(run.instance.jurors)}
    for entry, juror in present:
        if entry in rows and juror in columns:
            stays[rows[entry], columns[juror]] = True
    prices = _prices(run, 1.0, run.balance)
    worth = _outweighs(run, prices) if bonus is None else bonus
    return run.plan(_some(run, replace(prices, stays=stays, stay=worth)))


def _outweighs(run: Search, prices: Prices) -> int:
    """More than all that `prices` can make of a difference between two assignments."""
    instance = run.instance
    loads = (instance.high + instance.kept.sum(axis=0)) / instance.reference_load()
    steepest = math.ceil(prices.balance * float(loads.max(initial=0.0))) + 1
    spread = THOUSANDTHS * prices.affinity + prices.zero
    return int(instance.need.sum()) * (spread + prices.bonus + steepest) + 1


def _prices(run: Search, weight: float, balance: int) -> Prices:
    return Prices(
        zero=round(ZERO_PAIR * weight),
        strong=run.instance.affinity >= run.strong if weight else None,
        bonus=round(FIRST_STRONG * weight),
        balance=balance,
    )


def _guaranteed(run: Search) -> Bools:
    """Stage C: the strongest guarantees, and then the evenest loads, that the budget allows."""
    run.options.stage("guarantees")
    for weight in LADDER:
        made = _some(run, _prices(run, weight, run.balance))
        if run.instance.total(made) >= run.floor:
            return made
    return run.optimum


def _fairest_optimum(run: Search) -> Bools:
    """Among all assignments of the greatest total one with the best guarantees and the evenest
    loads.
    """
    run.options.stage("guarantees")
    side = _prices(run, 1.0, run.balance)
    tie = replace(
        side,
        affinity=0,
        zero=side.zero // TIE_UNIT,
        bonus=side.bonus // TIE_UNIT,
        balance=side.balance // TIE_UNIT,
    )
    return _some(run, replace(tie, affinity=_outweighs(run, tie)))


def _improved(run: Search, chosen: Bools) -> Bools:
    """Stage D: the worst entries lifted and the pieces joined, for what is left of the budget.

    Where lifting leaves nothing to join with, it is repeated with half of the rest, then without;
    where that joins nothing either (panels), the first attempt stands.
    """
    tried: list[Bools] = []
    for share in POLISH_SHARES:
        left = run.instance.total(chosen) - run.floor
        run.options.stage("polish")
        lifted = polish(run.instance, chosen, int(left * share), run.strong)
        run.options.stage("connect")
        rest = run.instance.total(lifted) - run.floor
        joined, _ = connect(run.instance, lifted, rest, run.strong)
        if parts(joined | run.instance.kept)[0] <= 1:
            return joined
        tried.append(joined)
    return tried[0]


def _drawn(run: Search) -> Bools:
    run.options.stage("lottery")
    limit = pair_limit(run.options.max_probability)
    chances = probabilities(run.instance, limit, run.options.seed)
    if chances is None:
        enough = _lowest_limit(run.instance, limit, run.options.seed) / SCALE
        raise CannotAssign(too_unlikely(run.instance, limit, SCALE, enough))
    return draw(run.instance, chances, run.options.seed)


def _lowest_limit(instance: Instance, too_low: int, seed: int) -> int:
    below, enough = too_low, int(SCALE)
    while enough - below > 1:
        middle = (below + enough) // 2
        if probabilities(instance, middle, seed) is None:
            below = middle
        else:
            enough = middle
    return enough


def _some(run: Search, prices: Prices) -> Bools:
    made = cheapest(run.instance, prices, run.options.seed, solver=run.options.solver)
    if made is None:
        raise SolverFailed("lost_solution")
    return made.chosen()
