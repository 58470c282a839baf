from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from assignment import JurorOffer, Options, Problem, assign, rebalance, repair, top_up
from tests.assignment.cases import drawn, problem, small_problems
from tests.assignment.oracle import every_assignment


def without(case: Problem, juror: str) -> Problem:
    return replace(
        case,
        jurors=tuple(
            JurorOffer(j.key, 0, 0 if j.key == juror else (j.maximum or 0) + 3) for j in case.jurors
        ),
    )


def test_a_juror_who_drops_out_moves_nobody_else() -> None:
    case = drawn(40, 10, 3, seed=5)
    present = [pair.key for pair in assign(case).plan.pairs]
    made = repair(without(case, "j4"), present)
    left = [key for key in present if key[1] == "j4"]
    assert left
    assert list(made.removed) == sorted(left)
    assert len(made.added) == len(left)
    assert len(made.kept) == len(present) - len(left)


def test_a_recused_pair_is_replaced_and_never_made_again() -> None:
    case = drawn(20, 8, 2, seed=2)
    case = replace(case, jurors=tuple(replace(juror, minimum=0) for juror in case.jurors))
    present = [pair.key for pair in assign(case).plan.pairs]
    recused = present[0]
    made = repair(replace(case, forbidden=frozenset({recused})), present)
    assert made.removed == (recused,)
    assert [pair.entry for pair in made.added] == [recused[0]]
    assert recused not in {pair.key for pair in made.plan.pairs}


@settings(max_examples=60, deadline=None)
@given(small_problems(4, 3))
def test_repair_changes_as_few_pairs_as_any_assignment_can(case: Problem) -> None:
    solutions = [frozenset(pairs) for pairs in every_assignment(case)]
    if not solutions:
        return
    present = frozenset((e.key, j.key) for e, j in zip(case.entries, case.jurors, strict=False))
    made = repair(case, present)
    assert len(made.kept) == max(len(solution & (present | case.kept)) for solution in solutions)


def test_top_up_fills_holes_and_removes_nothing() -> None:
    case = drawn(20, 8, 2, seed=9)
    present = [pair.key for pair in assign(case).plan.pairs if pair.entry != "e3"]
    made = top_up(case, present)
    assert made.removed == ()
    assert {pair.entry for pair in made.added} == {"e3"}
    assert {pair.key for pair in made.kept} == set(present)


def test_top_up_leaves_what_people_made_beyond_the_rules() -> None:
    case = problem([[500, 500, 500]] * 2, 1, (0, 1))
    made = top_up(case, [("e0", "j0"), ("e0", "j1")])
    assert made.removed == ()
    assert [pair.key for pair in made.added] == [("e1", "j2")]


def test_rebalance_changes_only_what_is_worth_it() -> None:
    case = problem([[900, 100], [100, 900], [500, 490], [490, 500]], 1, (2, 2))
    present = [("e0", "j1"), ("e1", "j0"), ("e2", "j1"), ("e3", "j0")]
    options = Options(balance=0.0, strong=0.3)
    made = rebalance(case, present, options)
    assert made.removed == (("e0", "j1"), ("e1", "j0"))
    assert {pair.key for pair in made.kept} == {("e2", "j1"), ("e3", "j0")}


def test_the_mode_fewest_changes_is_a_repair_that_tolerates_who_is_gone() -> None:
    case = problem([[900, 100], [900, 100]], 1, (0, 2))
    made = assign(case, Options(mode="fewest-changes"), [("e0", "j1"), ("e1", "gone")])
    assert made.removed == (("e1", "gone"),)
    assert [pair.key for pair in made.kept] == [("e0", "j1")]
    assert [pair.key for pair in made.added] == [("e1", "j0")]
