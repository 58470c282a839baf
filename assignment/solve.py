"""The stages of one search, each an exact flow or a bounded improvement of its result.

A certificate where it is impossible; B optimum and its proof; C guarantees and even loads at a
price that the budget allows (`guarantees`); D one connected graph and the worst entries lifted,
within what is left of the budget.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property

from assignment.check import check
from assignment.connect import connect, parts
from assignment.guarantees import Least, fairest_optimum, guaranteed, least
from assignment.infeasible import certify, certify_kept, too_unlikely
from assignment.instance import Bools, Instance, compile_problem
from assignment.kinds import masks
from assignment.lottery import SCALE, draw, pair_limit, probabilities
from assignment.measure import make_plan
from assignment.model import (
    THOUSANDTHS,
    CannotAssign,
    DualPrices,
    Options,
    Plan,
    Problem,
    SolverFailed,
)
from assignment.network import Prices, cheapest
from assignment.polish import polish
from assignment.proof import named, upper_bound

POLISH_SHARES = (1.0, 0.5, 0.0)


@dataclass(frozen=True)
class Search:
    """One problem being solved: its arrays, its options and the optimum with its proof.

    `optimum` is the best assignment, or, where earlier `prices` gave the bound, the present one.
    """

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

    @cached_property
    def kinds(self) -> tuple[Bools, ...]:
        """For the strong match and each wanted kind, the pairs that are of it."""
        return masks(self.problem, self.instance, self.strong)

    @property
    def balance(self) -> int:
        """`options.balance` in thousandths."""
        return round(self.options.balance * THOUSANDTHS)

    @property
    def floor(self) -> int:
        """The total, in thousandths, below which the budget would be overdrawn."""
        return math.ceil(self.instance.total(self.optimum) * (1 - self.options.budget) - 1e-6)

    def flow(self, prices: Prices) -> Bools:
        """The cheapest assignment at some prices; one exists, or there would be no search."""
        options = self.options
        made = cheapest(self.instance, prices, options.seed, solver=options.solver)
        if made is None:
            raise SolverFailed("lost_solution")
        return made.chosen()

    def plan(self, chosen: Bools, fewest: Least | None = None) -> Plan:
        """The checked plan of `chosen`; raises `PlanBroken` where the independent check fails."""
        self.options.stage("check")
        plan = make_plan(
            self.problem,
            self.instance,
            chosen,
            kinds=self.kinds,
            fewest=fewest or Least(),
            prices=self.prices,
            bound=self.bound,
            seed=self.options.seed,
            seconds=time.perf_counter() - self.started,
        )
        check(self.problem, [pair.key for pair in plan.pairs])
        return plan


def compiled(problem: Problem) -> Instance:
    """The arrays of a problem whose kept pairs break no rule; raises as `start`."""
    instance = compile_problem(problem)
    broken = certify_kept(problem, instance)
    if broken is not None:
        raise CannotAssign(broken)
    return instance


def start(problem: Problem, options: Options) -> Search:
    """Stages A and B: the optimum with its proof.

    Raises `CannotAssign` with a certificate where the problem has no solution and `InvalidProblem`
    where it contradicts itself.
    """
    started = time.perf_counter()
    instance = compiled(problem)
    options.stage("optimum")
    made = cheapest(instance, Prices(), options.seed, solver=options.solver)
    if made is None:
        options.stage("certificate")
        certificate = certify(problem, instance)
        if certificate is None:
            raise SolverFailed("no_certificate")
        raise CannotAssign(certificate)
    options.stage("proof")
    prices = named(instance, made.entry, made.juror)
    bound = upper_bound(instance, prices)
    return Search(problem, instance, options, started, made.chosen(), prices, bound)


def search(problem: Problem, options: Options) -> Plan:
    """The plan that `options.mode` asks for ("fewest-changes" needs present pairs: `repair`)."""
    run = start(problem, options)
    if options.mode == "random":
        return run.plan(_drawn(run))
    options.stage("guarantees")
    if options.mode == "optimum":
        chosen = fairest_optimum(run)
        return run.plan(chosen, least(run, chosen))
    chosen, fewest = guaranteed(run)
    return run.plan(_improved(run, chosen), fewest)


def _improved(run: Search, chosen: Bools) -> Bools:
    """Stage D: the worst entries lifted and the pieces joined, for what is left of the budget.

    Where lifting leaves nothing to join with, it is repeated with half of the rest, then without;
    where that joins nothing either (panels), the first attempt stands.
    """
    tried: list[Bools] = []
    for share in POLISH_SHARES:
        left = run.instance.total(chosen) - run.floor
        run.options.stage("polish")
        lifted = polish(run.instance, chosen, int(left * share), run.kinds)
        run.options.stage("connect")
        rest = run.instance.total(lifted) - run.floor
        joined, _ = connect(run.instance, lifted, rest, run.kinds)
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
