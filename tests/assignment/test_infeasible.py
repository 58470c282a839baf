from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from assignment import (
    CannotAssign,
    EntryNeed,
    Impossible,
    JurorOffer,
    Options,
    Problem,
    assign,
    refuse,
    relax,
)
from tests.assignment.cases import problem, small_problems
from tests.assignment.oracle import best_total


def certificate(case: Problem, options: Options | None = None) -> Impossible:
    with pytest.raises(CannotAssign) as refusal:
        assign(case, options)
    return refusal.value.certificate


def test_it_names_only_the_entries_and_jurors_that_are_short_and_counts_what_others_can_add() -> (
    None
):
    blocked = tuple((f"e{i}", f"j{j}") for i in range(3) for j in (2, 3, 4) if (i, j) != (0, 2))
    case = problem([[500] * 5] * 6, 2, [(0, 2), (0, 2), (0, 9), (0, 9), (0, 9)], conflicts=blocked)
    proof = certificate(case)
    (only,) = proof.bottlenecks
    assert only.code == "entries_short"
    assert proof.entries == ("e0", "e1", "e2")
    assert proof.jurors == ("j0", "j1", "j2")
    assert (only.params["needed"], only.params["room"], only.params["elsewhere"]) == (6, 4, 1)
    assert proof.missing == 1
    assert [(r.code, r.by) for r in proof.relaxation] == [("raise_maximum", 1)]


def test_an_entry_that_has_too_few_jurors_left_is_named_alone() -> None:
    case = problem([[500] * 3] * 4, 2, conflicts=(("e2", "j0"), ("e2", "j1")))
    proof = certificate(case)
    assert (proof.entries, proof.jurors, proof.missing) == (("e2",), ("j2",), 1)
    assert [(r.code, r.entry, r.by) for r in proof.relaxation] == [("lower_per_entry", "e2", 1)]


def test_two_independent_shortages_are_two_bottlenecks() -> None:
    blocked = (("e0", "j1"), ("e1", "j1"), ("e2", "j0"), ("e3", "j0"))
    proof = certificate(problem([[500] * 2] * 4, 1, (0, 1), conflicts=blocked))
    assert [(b.entries, b.jurors, b.missing) for b in proof.bottlenecks] == [
        (("e0", "e1"), ("j0",), 1),
        (("e2", "e3"), ("j1",), 1),
    ]


def test_minimums_that_nobody_can_meet_name_the_juror() -> None:
    case = problem([[500] * 2] * 3, 1, [(2, 3), (0, 3)], conflicts=(("e0", "j0"), ("e1", "j0")))
    proof = certificate(case)
    assert [(b.code, b.jurors, b.missing) for b in proof.bottlenecks] == [
        ("minimums_short", ("j0",), 1)
    ]
    assert [(r.code, r.juror, r.by) for r in proof.relaxation] == [("lower_minimum", "j0", 1)]


def test_a_panel_without_enough_jurors_can_be_opened_but_a_conflict_never() -> None:
    entries = (EntryNeed("a", 2, panel="north"),)
    jurors = (JurorOffer("n", panel="north"), JurorOffer("s", panel="south"), JurorOffer("t"))
    proof = certificate(Problem(entries, jurors, {}, forbidden=frozenset({("a", "t")})))
    assert [(r.code, r.entry, r.juror) for r in proof.relaxation] == [("open_panel", "a", "s")]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (problem([[1]], 1, kept=(("e0", "j0"),), conflicts=(("e0", "j0"),)), "kept_conflict"),
        (problem([[1]], 0, kept=(("e0", "j0"),)), "kept_over_per_entry"),
        (problem([[1]], 1, (0, 0), kept=(("e0", "j0"),)), "kept_over_maximum"),
    ],
)
def test_kept_pairs_that_break_a_rule_are_named(case: Problem, code: str) -> None:
    proof = certificate(case)
    assert [(b.code, b.entries, b.jurors) for b in proof.bottlenecks] == [(code, ("e0",), ("j0",))]
    assert [(r.code, r.entry, r.juror) for r in proof.relaxation] == [("drop_kept", "e0", "j0")]


def test_a_lottery_that_is_too_fair_says_which_probability_would_do() -> None:
    case = problem([[500] * 3] * 3, 2, (2, 2))
    proof = certificate(case, Options(mode="random", max_probability=0.5))
    assert [b.code for b in proof.bottlenecks] == ["probability_too_low"]
    assert proof.entries == ("e0", "e1", "e2")
    (change,) = proof.relaxation
    assert change.to == pytest.approx(2 / 3, abs=1 / 64)
    assert assign(case, Options(mode="random", max_probability=change.to)).plan.load_max == 2


@settings(max_examples=150, deadline=None)
@given(small_problems(4, 3))
def test_the_relaxation_makes_it_possible_and_the_count_is_true(case: Problem) -> None:
    if best_total(case) is not None:
        refuse(case)
        return
    proof = certificate(case)
    assert proof.missing > 0
    assert all(one.missing > 0 for one in proof.bottlenecks)
    conflicts = {(c.entry, c.juror) for c in case.conflicts}
    for _ in range(3):
        case = relax(case, proof.relaxation)
        if best_total(case) is not None:
            break
        proof = certificate(case)
        assert proof.relaxation
    assert best_total(case) is not None
    assert {(c.entry, c.juror) for c in case.conflicts} == conflicts


@settings(max_examples=100, deadline=None)
@given(small_problems(4, 3))
def test_no_smaller_relaxation_of_maxima_exists(case: Problem) -> None:
    case = replace(case, kept=frozenset(), jurors=tuple(replace(j, minimum=0) for j in case.jurors))
    if best_total(case) is not None:
        return
    relaxation = certificate(case).relaxation
    raised = [change for change in relaxation if change.code == "raise_maximum"]
    for change in raised:
        smaller = tuple(replace(one, by=one.by - 1) if one is change else one for one in relaxation)
        assert best_total(relax(case, smaller)) is None
