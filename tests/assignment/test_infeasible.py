from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignment import (
    CannotAssign,
    Conflict,
    EntryNeed,
    Impossible,
    JurorOffer,
    Options,
    Problem,
    Relaxation,
    assign,
    refuse,
    relax,
)
from benchmarks.assignment_instances import synthetic
from tests.assignment.cases import problem, small_problems


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
    ("case", "code", "changes"),
    [
        (
            problem([[1]], 1, kept=(("e0", "j0"),), conflicts=(("e0", "j0"),)),
            "kept_conflict",
            ["drop_kept", "lower_per_entry"],
        ),
        (problem([[1]], 0, kept=(("e0", "j0"),)), "kept_over_per_entry", ["drop_kept"]),
        (problem([[1]], 1, (0, 0), kept=(("e0", "j0"),)), "kept_over_maximum", ["raise_maximum"]),
    ],
)
def test_kept_pairs_that_break_a_rule_are_named(
    case: Problem, code: str, changes: list[str]
) -> None:
    proof = certificate(case)
    assert [(b.code, b.entries, b.jurors) for b in proof.bottlenecks] == [(code, ("e0",), ("j0",))]
    assert [change.code for change in proof.relaxation] == changes


def test_a_lottery_that_is_too_fair_says_which_probability_would_do() -> None:
    case = problem([[500] * 3] * 3, 2, (2, 2))
    proof = certificate(case, Options(mode="random", max_probability=0.5))
    assert [b.code for b in proof.bottlenecks] == ["probability_too_low"]
    assert proof.entries == ("e0", "e1", "e2")
    (change,) = proof.relaxation
    assert change.to == pytest.approx(2 / 3, abs=1 / 64)
    assert assign(case, Options(mode="random", max_probability=change.to)).plan.load_max == 2


PRICES = {
    "lower_minimum": 1,
    "raise_maximum": 2,
    "open_panel": 5,
    "drop_kept": 10,
    "lower_per_entry": 20,
}


def price(changes: Iterable[Relaxation]) -> int:
    return sum(PRICES[change.code] * change.by for change in changes)


def lowest_price(case: Problem) -> int:
    """The price of the cheapest set of changes, found by trying every set of pairs."""
    never = {(c.entry, c.juror) for c in case.conflicts} | case.forbidden
    panels = {e.key: e.panel for e in case.entries}, {j.key: j.panel for j in case.jurors}
    pairs = [pair for pair in product(*panels) if pair not in never]
    best = None
    for chosen in product((False, True), repeat=len(pairs)):
        made = {pair for pair, taken in zip(pairs, chosen, strict=True) if taken}
        got, load = Counter(e for e, _ in made), Counter(j for _, j in made)
        if any(got[entry.key] > entry.per_entry for entry in case.entries):
            continue
        cost = sum(20 * (entry.per_entry - got[entry.key]) for entry in case.entries)
        for juror in case.jurors:
            most = load[juror.key] if juror.maximum is None else juror.maximum
            cost += max(0, juror.minimum - load[juror.key]) + 2 * max(0, load[juror.key] - most)
        cost += 10 * len(case.kept - made)
        cost += 5 * sum(panels[0][e] not in ("", panels[1][j]) for e, j in made - case.kept)
        best = cost if best is None else min(best, cost)
    assert best is not None
    return best


@st.composite
def problems_with_panels(draw: st.DrawFn) -> Problem:
    case = draw(small_problems(3, 3))
    panel = st.sampled_from(["", "", "north", "south"])
    return replace(
        case,
        entries=tuple(replace(entry, panel=draw(panel)) for entry in case.entries),
        jurors=tuple(replace(juror, panel=draw(panel)) for juror in case.jurors),
    )


@settings(max_examples=120, deadline=None)
@given(problems_with_panels())
def test_the_relaxation_makes_it_possible_and_none_is_smaller(case: Problem) -> None:
    cheapest = lowest_price(case)
    if not cheapest:
        refuse(case)
        return
    proof = certificate(case)
    assert proof.missing > 0
    assert all(one.missing > 0 for one in proof.bottlenecks)
    assert price(proof.relaxation) == cheapest
    relaxed = relax(case, proof.relaxation)
    refuse(relaxed)
    assert relaxed.conflicts == case.conflicts


def test_opening_a_panel_leaves_a_kept_pair_of_another_one_standing() -> None:
    case = problem([[500, 500]], [2], (0, 2), kept=(("e0", "j1"),))
    case = replace(case, entries=(replace(case.entries[0], panel="north"),))
    changes = certificate(case).relaxation
    assert [(one.code, one.juror) for one in changes] == [("open_panel", "j0")]
    assert len(assign(relax(case, changes)).plan.pairs) == 2


def test_kept_pairs_beyond_a_rule_and_a_shortage_are_mended_by_one_relaxation() -> None:
    case = problem(
        [[500] * 2] * 3, [1, 2, 2], (0, 2), kept=(("e0", "j0"), ("e0", "j1")),
        conflicts=(("e1", "j0"),),
    )  # fmt: skip
    changes = certificate(case).relaxation
    assert sorted(change.code for change in changes) == ["drop_kept", "lower_per_entry"]
    assert len(assign(relax(case, changes)).plan.pairs) == 4


@pytest.mark.long
def test_a_large_round_that_is_impossible_names_who_is_short_and_what_would_do() -> None:
    case = synthetic(1000, 100)
    rare = {f"j{j}" for j in range(5)}
    shut = {Conflict(f"e{i}", f"j{j}") for i in range(124) for j in range(6, 100)}
    case = replace(case, conflicts=case.conflicts | shut)
    proof = certificate(case)
    assert set(proof.entries) <= {f"e{i}" for i in range(124)}
    assert rare <= set(proof.jurors) <= {f"j{j}" for j in range(6)}
    refuse(relax(case, proof.relaxation))
