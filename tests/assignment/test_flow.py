from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from assignment import CannotAssign, Options, Problem, assign, network
from assignment.arcs import Arcs
from assignment.flow import maximum, minimum_cost, solver
from assignment.instance import compile_problem
from assignment.network import Prices, cheapest
from assignment.proof import named, upper_bound
from tests.assignment.cases import drawn, small_problems
from tests.assignment.oracle import best_total

SOLVERS = ("ortools", "highs")


def diamond() -> Arcs:
    """Four nodes from 0 to 3: two units go 0-2-3, two go 0-1-2-3, which costs 6 + 8."""
    return Arcs.of([0, 0, 1, 1, 2], [1, 2, 2, 3, 3], [4, 2, 2, 3, 5], [2, 2, 1, 3, 1])


@pytest.mark.parametrize("name", SOLVERS)
def test_both_solvers_find_the_cheapest_and_the_largest_flow(name: network.SolverName) -> None:
    arcs = diamond()
    flow = minimum_cost(arcs, np.array([4, 0, 0, -4]), 0, name)
    assert flow is not None
    assert int((flow * arcs.cost).sum()) == 14
    assert minimum_cost(arcs, np.array([9, 0, 0, -9]), 0, name) is None
    value, _, side = maximum(arcs, 0, 3, name)
    assert value == 6
    into = [a for a in range(len(arcs)) if arcs.head[a] in side and arcs.tail[a] not in side]
    assert int(arcs.capacity[into].sum()) == value


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_highs_reaches_the_same_optimum_as_trying_everything(case: Problem) -> None:
    best = best_total(case)
    options = Options(mode="optimum", solver="highs")
    if best is None:
        with pytest.raises(CannotAssign):
            assign(case, options)
        return
    plan = assign(case, options).plan
    assert round(plan.total * 1000) == best
    assert plan.bound == plan.total


@pytest.mark.parametrize("seed", range(3))
def test_both_solvers_agree_on_larger_problems_in_every_stage(seed: int) -> None:
    case = drawn(80, 20, 3, seed)
    plans = [assign(case, Options(solver=name)).plan for name in SOLVERS]
    assert plans[0].bound == plans[1].bound
    assert plans[0].served == plans[1].served
    assert plans[0].zero_minimum == plans[1].zero_minimum
    instance = compile_problem(case)
    strong = instance.affinity >= 500
    prices = Prices(zero=200, strong=strong, bonus=1000, balance=400)
    totals = []
    for name in SOLVERS:
        made = cheapest(instance, prices, seed, solver=name)
        assert made is not None
        totals.append(_value(prices, made.chosen(), instance))
    assert totals[0] == totals[1]


@pytest.mark.parametrize("seed", range(4))
def test_pricing_finds_the_optimum_of_all_pairs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = compile_problem(drawn(120, 40, 3, seed))
    strong = instance.affinity >= 700
    options = (Prices(), Prices(zero=300, strong=strong, bonus=900, balance=300))
    whole = [cheapest(instance, prices, seed) for prices in options]
    monkeypatch.setattr(network, "SMALL", 0)
    monkeypatch.setattr(network, "SPARE", 1)
    monkeypatch.setattr(network, "MOST_NEW", 2)
    priced = [cheapest(instance, prices, seed) for prices in options]
    for prices, one, other in zip(options, whole, priced, strict=True):
        assert one is not None
        assert other is not None
        if prices.strong is None:
            assert instance.total(one.chosen()) == instance.total(other.chosen())
            bound = upper_bound(instance, named(instance, other.entry, other.juror))
            assert bound == instance.total(one.chosen())
        else:
            values = [_value(prices, made.chosen(), instance) for made in (one, other)]
            assert values[0] == values[1]


def _value(prices: Prices, chosen: np.ndarray, instance: network.Instance) -> int:
    load = chosen.sum(axis=0)
    steps = np.arange(1, int(load.max()) + 1)
    places = np.rint(prices.balance * steps[None, :] / instance.reference_load()[:, None])
    counted = (steps[None, :] <= load[:, None]) & (steps[None, :] > instance.low[:, None])
    served = int((chosen & prices.strong).any(axis=1).sum())
    zero = int((chosen & (instance.affinity == 0)).sum())
    paid = int(places[counted].sum())
    return instance.total(chosen) + prices.bonus * served - prices.zero * zero - paid


def test_an_unknown_module_falls_back_to_highs(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "assignment.ortools_flow", None)
    assert type(solver("ortools")).__name__ == "HighsSolver"
