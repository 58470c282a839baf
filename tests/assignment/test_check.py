from __future__ import annotations

import pytest

from assignment import PairKey, PlanBroken, Problem, check
from tests.assignment.cases import problem

GOOD: list[PairKey] = [("e0", "j0"), ("e1", "j1")]


@pytest.mark.parametrize(
    ("case", "pairs", "code"),
    [
        (problem([[1] * 2] * 2, conflicts=(("e0", "j0"),)), GOOD, "conflict"),
        (problem([[1] * 2] * 2, forbidden=(("e1", "j1"),)), GOOD, "forbidden"),
        (problem([[1] * 2] * 2, kept=(("e1", "j0"),)), GOOD, "kept_lost"),
        (problem([[1] * 2] * 2), GOOD[:1], "per_entry"),
        (problem([[1] * 2] * 2), [*GOOD, ("e1", "j0")], "per_entry"),
        (problem([[1] * 2] * 2), [*GOOD, GOOD[0]], "pair_twice"),
        (problem([[1] * 2] * 2), [*GOOD, ("e9", "j0")], "unknown_pair"),
        (problem([[1] * 2] * 2, 1, (0, 1)), [("e0", "j0"), ("e1", "j0")], "load"),
        (problem([[1] * 2] * 2, 1, (1, 2)), [("e0", "j0"), ("e1", "j0")], "load"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused(
    case: Problem, pairs: list[PairKey], code: str
) -> None:
    with pytest.raises(PlanBroken) as refusal:
        check(case, pairs)
    assert refusal.value.code == code


def test_a_plan_that_keeps_them_all_passes() -> None:
    check(problem([[1] * 2] * 2, 1, (1, 1), kept=(("e0", "j0"),)), GOOD)
