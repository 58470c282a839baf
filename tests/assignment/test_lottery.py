from __future__ import annotations

from collections import Counter

import numpy as np

from assignment import Options, assign
from assignment.instance import compile_problem
from assignment.lottery import SCALE, draw, pair_limit, probabilities
from tests.assignment.cases import drawn, problem


def test_no_pair_gets_more_than_the_highest_probability() -> None:
    instance = compile_problem(drawn(30, 10, 2, seed=1))
    chances = probabilities(instance, pair_limit(0.5), seed=0)
    assert chances is not None
    assert chances.max() <= SCALE // 2
    assert (chances.sum(axis=1) == 2 * SCALE).all()


def test_draws_come_up_as_often_as_their_probabilities_say() -> None:
    instance = compile_problem(problem([[900, 500, 100], [900, 400, 300]], 1, (0, 2)))
    chances = probabilities(instance, pair_limit(0.6), seed=0)
    assert chances is not None
    total = sum(draw(instance, chances, seed).astype(int) for seed in range(2000))
    assert np.abs(total / 2000 - chances / SCALE).max() < 0.05


def test_a_probability_is_rounded_down_never_up() -> None:
    assert [pair_limit(q) for q in (0.0, 0.01, 0.3, 0.5, 1.0)] == [0, 0, 19, 32, 64]


def test_another_seed_draws_another_assignment_and_kept_pairs_stay() -> None:
    case = problem([[500] * 6] * 6, 2, (2, 2), kept=(("e0", "j0"),))
    plans = [assign(case, Options(mode="random", seed=seed)).plan for seed in (0, 0, 1)]
    assert plans[0] == plans[1]
    assert plans[0].pairs != plans[2].pairs
    for plan in plans:
        assert ("e0", "j0") in {pair.key for pair in plan.pairs}
        assert set(Counter(pair.juror for pair in plan.pairs).values()) == {2}
