"""The stages of one search, each an exact flow or a bounded improvement of its result.

A certificate where it is impossible; B optimum and its proof; C guarantees and even loads at a
price that the budget allows (`guarantees`); D one connected graph and the worst entries lifted,
within what is left of the budget.
"""

from __future__ import annotations

from assignment.connect import connect, parts
from assignment.guarantees import fairest_optimum, guaranteed, least
from assignment.infeasible import too_unlikely
from assignment.instance import Bools, Instance
from assignment.lottery import SCALE, draw, pair_limit, probabilities
from assignment.model import (
    CannotAssign,
    Options,
    Plan,
    Problem,
)
from assignment.polish import polish
from assignment.search import Search, start

POLISH_SHARES = (1.0, 0.5, 0.0)


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
