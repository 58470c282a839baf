"""The figures that docs/benchmarks.md promises, without their times."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from assignment import Explanation, Options, Plan, Problem, assign
from assignment.instance import compile_problem
from assignment.lottery import SCALE, draw, pair_limit, probabilities
from benchmarks.assignment import balance_cost, drop_out, lottery_share
from benchmarks.assignment_bounds import linear_optimum, worst_entry_bound
from benchmarks.assignment_instances import synthetic

LARGE = [pytest.param(size, marks=pytest.mark.long) for size in ((5000, 500), (10000, 1000))]
SIZES = [(100, 20), (1000, 100), *LARGE]
Size = tuple[int, int]
FEWEST_WEAK = {(100, 20): 40, (1000, 100): 180, (5000, 500): 203, (10000, 1000): 103}
FEWEST_ZERO = {(100, 20): 4, (1000, 100): 27, (5000, 500): 0, (10000, 1000): 0}


@cache
def case(size: Size) -> Problem:
    return synthetic(*size)


@cache
def made(size: Size, options: Options) -> Plan:
    return assign(case(size), options).plan


OPTIMUM, DEFAULT, TWO_PERCENT = Options(mode="optimum"), Options(), Options(budget=0.02)


@pytest.mark.parametrize("size", SIZES)
def test_the_optimum_is_reached_with_its_proof(size: Size) -> None:
    plan = made(size, OPTIMUM)
    assert plan.share == 1.0
    assert plan.total == plan.bound


@pytest.mark.parametrize("size", [(100, 20), pytest.param((1000, 100), marks=pytest.mark.long)])
def test_the_bound_is_that_of_the_whole_linear_program(size: Size) -> None:
    assert round(made(size, OPTIMUM).bound * 1000) == round(linear_optimum(case(size)))


@pytest.mark.parametrize("size", SIZES)
def test_one_percent_buys_the_provable_minima_and_one_connected_jury(size: Size) -> None:
    plan = made(size, DEFAULT)
    assert plan.share >= 0.99
    assert plan.weak_entries == plan.served[0].minimum == FEWEST_WEAK[size]
    assert plan.zero_pairs == plan.zero_minimum == FEWEST_ZERO[size]
    assert plan.parts == 1
    assert plan.severity_variance is not None
    assert plan.severity_variance < 0.25


@pytest.mark.parametrize("size", SIZES)
def test_two_percent_lift_the_worst_entry_to_its_bound(size: Size) -> None:
    plan = made(size, TWO_PERCENT)
    bound = worst_entry_bound(case(size)) if size == (100, 20) else plan.worst_bound
    assert plan.share >= 0.98
    assert plan.worst_entry >= 0.95 * bound
    assert plan.worst_entry <= plan.worst_bound


@pytest.mark.parametrize("size", SIZES)
def test_loads_are_even_for_half_a_percent(size: Size) -> None:
    assert made(size, DEFAULT).load_spread <= 0.08
    assert balance_cost(case(size)) <= 0.005


@pytest.mark.parametrize("size", SIZES)
def test_a_juror_who_drops_out_moves_nobody_else(size: Size) -> None:
    assert drop_out(case(size), made(size, OPTIMUM))[0] == 0


@pytest.mark.parametrize("size", [(100, 20), pytest.param((1000, 100), marks=pytest.mark.long)])
def test_the_lottery_is_as_good_as_its_linear_program(size: Size) -> None:
    best = linear_optimum(case(size), 0.5) / made(size, OPTIMUM).bound / 1000
    assert lottery_share(case(size), 0.5) >= best * 0.995


@pytest.mark.parametrize("size", SIZES)
def test_no_pair_of_the_lottery_is_likelier_than_allowed_and_draws_keep_the_rules(
    size: Size,
) -> None:
    instance = compile_problem(case(size))
    chances = probabilities(instance, pair_limit(0.5), 0)
    assert chances is not None
    assert chances.max() <= SCALE // 2
    drawn = draw(instance, chances, 1)
    assert np.array_equal(drawn.sum(axis=1), instance.need)
    assert (drawn.sum(axis=0) >= instance.low).all()
    assert (drawn.sum(axis=0) <= instance.high).all()
    assert not (drawn & ~instance.open).any()


@pytest.mark.parametrize("size", SIZES)
def test_the_loss_stated_for_a_pair_is_that_of_a_forced_search(size: Size) -> None:
    explanation = Explanation(case(size), [])
    random = np.random.default_rng(7)
    asked = [(f"e{random.integers(size[0])}", f"j{random.integers(size[1])}") for _ in range(40)]
    answers = [explanation.why_not(*pair) for pair in asked]
    priced = [one for one in answers if one.loss]
    for one in priced[:3]:
        forced = replace(case(size), kept=frozenset({(one.entry, one.juror)}))
        total = assign(forced, OPTIMUM).plan.total
        assert round((made(size, OPTIMUM).bound - total) * 1000) == round((one.loss or 0) * 1000)
    assert len(priced) >= 3
