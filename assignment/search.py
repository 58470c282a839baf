"""One search: a problem, its arrays, its options, and the optimum with its proof to start from."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property

from assignment.check import check
from assignment.infeasible import certify, certify_kept
from assignment.instance import Bools, Instance, compile_problem
from assignment.kinds import masks
from assignment.measure import Least, make_plan
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
from assignment.proof import named, upper_bound


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
