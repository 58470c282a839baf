from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from assignment import (
    CannotAssign,
    EntryNeed,
    InvalidProblem,
    JurorOffer,
    Options,
    PairKey,
    Problem,
    Wanted,
    assign,
    check,
)
from tests.assignment.cases import drawn, problem, small_problems
from tests.assignment.oracle import affinity_of, best_total, every_assignment


@settings(max_examples=120, deadline=None)
@given(small_problems())
def test_the_optimum_is_that_of_trying_everything_and_none_is_missed(case: Problem) -> None:
    best = best_total(case)
    if best is None:
        with pytest.raises(CannotAssign):
            assign(case, Options(mode="optimum"))
        return
    plan = assign(case, Options(mode="optimum")).plan
    assert round(plan.total * 1000) == best
    assert plan.bound == plan.total
    assert plan.share == 1.0


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_every_mode_keeps_every_rule_on_any_problem_that_has_a_solution(case: Problem) -> None:
    solutions = {frozenset(pairs) for pairs in every_assignment(case)}
    if not solutions:
        return
    for mode in ("default", "optimum", "fewest-changes", "random"):
        plan = assign(case, Options(mode=mode, max_probability=1.0)).plan
        assert frozenset(pair.key for pair in plan.pairs) in solutions


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_and_its_bound_equal_the_linear_program(seed: int) -> None:
    case = drawn(40, 12, 3, seed)
    plan = assign(case, Options(mode="optimum", seed=seed)).plan
    assert round(plan.total * 1000) == round(_linear_optimum(case))
    assert plan.bound == plan.total


@pytest.mark.parametrize("budget", [0.0, 0.01, 0.05])
def test_fairness_never_costs_more_than_the_budget(budget: float) -> None:
    case = drawn(60, 15, 3, seed=7)
    best = assign(case, Options(mode="optimum")).plan
    fair = assign(case, Options(budget=budget)).plan
    assert fair.bound == best.total
    assert fair.share >= 1 - budget
    assert fair.worst_entry >= best.worst_entry
    assert fair.weak_entries <= best.weak_entries


def test_a_larger_budget_lifts_the_worst_entry() -> None:
    table = [[900, 900, 300, 300], [900, 900, 300, 300], [300, 300, 100, 100], [300, 300, 100, 100]]
    case = problem(table, 2, (2, 2))
    greedy = assign(case, Options(mode="optimum")).plan
    fair = assign(case, Options(budget=1.0, strong=1.0, balance=0.0)).plan
    assert greedy.worst_entry == 0.1
    assert fair.worst_entry == pytest.approx(0.2)
    assert fair.connected


def test_as_few_entries_as_possible_are_left_with_only_weak_jurors() -> None:
    case = problem([[900, 500], [490, 100]], 1, (1, 1))
    assert assign(case, Options(mode="optimum", strong=0.45)).plan.weak_entries == 1
    assert assign(case, Options(strong=0.45, budget=0.3)).plan.weak_entries == 0


def test_loads_are_even_where_all_fit_alike() -> None:
    plan = assign(problem([[500] * 5] * 20, 2)).plan
    assert (plan.load_min, plan.load_max) == (8, 8)


def test_jurors_are_connected_where_one_exchange_can_do_it() -> None:
    table = [[800, 800, 790, 790]] * 4 + [[790, 790, 800, 800]] * 4
    case = problem(table, 2, (4, 4))
    assert not assign(case, Options(mode="optimum")).plan.connected
    plan = assign(case, Options(strong=0.9)).plan
    assert plan.connected
    assert plan.share >= 0.99


def test_a_panel_keeps_to_its_entries_and_the_plan_says_that_the_parts_are_apart() -> None:
    entries = tuple(
        EntryNeed(f"e{i}", 1, panel="Moscow" if i < 2 else "Petersburg") for i in range(4)
    )
    jurors = (JurorOffer("m", panel="Moscow"), JurorOffer("p", panel="Petersburg"))
    table = np.array([[0, 900], [0, 900], [900, 0], [900, 0]])
    plan = assign(Problem(entries, jurors, table)).plan
    assert {pair.juror for pair in plan.pairs[:2]} == {"m"}
    assert {pair.juror for pair in plan.pairs[2:]} == {"p"}
    assert (plan.connected, plan.parts) == (False, 2)
    assert assign(Problem(entries, jurors, table, panels=False)).plan.total == 3.6


def test_kept_pairs_stay_count_and_say_so() -> None:
    case = problem([[900, 100], [900, 100]], 1, (1, 1), kept=(("e0", "j1"),))
    made = assign(case, present=[("e0", "j1")])
    assert [(pair.key, pair.why[0].code) for pair in made.plan.pairs] == [
        (("e0", "j1"), "kept"),
        (("e1", "j0"), "given"),
    ]
    assert [pair.key for pair in made.kept] == [("e0", "j1")]
    assert made.plan.bound == made.plan.total == 1.0


def test_the_same_seed_gives_the_same_plan_and_another_may_break_ties_otherwise() -> None:
    case = problem([[500] * 6] * 12, 2, (4, 4))
    plans = [assign(case, Options(seed=seed)).plan for seed in (1, 1, 2)]
    assert plans[0] == plans[1]
    assert plans[0].pairs != plans[2].pairs


def test_every_figure_of_a_plan_is_what_it_says() -> None:
    plan = assign(problem([[800, 0], [0, 200], [0, 400]], 1, (1, 2)), Options(mode="optimum")).plan
    assert (plan.total, plan.bound, plan.share) == (1.4, 1.4, 1.0)
    assert (plan.worst_entry, plan.p5_entry) == (0.2, pytest.approx(0.22))
    assert (plan.weak_entries, plan.zero_pairs) == (2, 0)
    assert (plan.load_min, plan.load_max, plan.connected, plan.parts) == (1, 2, False, 2)


def test_nothing_to_assign_is_a_plan_without_pairs() -> None:
    plan = assign(problem([[500, 500]], 0)).plan
    assert (plan.pairs, plan.total, plan.share, plan.connected) == ((), 0.0, 1.0, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"entries": (EntryNeed("a", 1), EntryNeed("a", 1))}, "entry_twice"),
        ({"jurors": (JurorOffer("x", 3, 2),)}, "minimum_above_maximum"),
        ({"kept": frozenset({("a", "nobody")})}, "unknown_juror"),
        ({"affinity": {("a", "x"): 1001}}, "affinity_range"),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused(change: dict[str, object], code: str) -> None:
    parts: dict[str, object] = {
        "entries": (EntryNeed("a", 1),),
        "jurors": (JurorOffer("x"),),
        "affinity": {},
    }
    with pytest.raises(InvalidProblem) as refusal:
        assign(Problem(**(parts | change)))  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_larger_problem_keeps_every_rule_and_its_loads() -> None:
    case = drawn(150, 30, 4, seed=3)
    plan = assign(case).plan
    check(case, [pair.key for pair in plan.pairs])
    loads = Counter(pair.juror for pair in plan.pairs)
    assert (min(loads.values()), max(loads.values())) == (plan.load_min, plan.load_max)
    assert plan.connected


def _linear_optimum(case: Problem) -> float:
    table = np.asarray(case.affinity)
    rows, columns = table.shape
    blocked = np.zeros(table.shape, dtype=bool)
    for conflict in case.conflicts:
        blocked[int(conflict.entry[1:]), int(conflict.juror[1:])] = True
    per_entry = np.kron(np.eye(rows), np.ones(columns))
    per_juror = np.kron(np.ones(rows), np.eye(columns))
    low = np.array([juror.minimum for juror in case.jurors])
    high = np.array([juror.maximum for juror in case.jurors])
    result = linprog(
        -table.ravel(),
        A_ub=np.vstack([per_juror, -per_juror]),
        b_ub=np.concatenate([high, -low]),
        A_eq=per_entry,
        b_eq=[entry.per_entry for entry in case.entries],
        bounds=[(0, 0 if shut else 1) for shut in blocked.ravel()],
    )
    assert result.success
    return float(-result.fun)


def wanting(languages: list[tuple[str, ...]], entries: list[str], *kinds: Wanted) -> Problem:
    """Jurors by the languages they read, entries by theirs; strong matches are elsewhere."""
    table = np.array([[900 if i % 2 == j % 2 else 600 for j in range(len(languages))]
                      for i in range(len(entries))])  # fmt: skip
    return Problem(
        entries=tuple(EntryNeed(f"e{i}", 2, language=one) for i, one in enumerate(entries)),
        jurors=tuple(
            JurorOffer(f"j{j}", 0, len(entries), languages=own, panel="chairs" if j == 0 else "")
            for j, own in enumerate(languages)
        ),
        affinity=table,
        wanted=kinds,
    )


def test_every_entry_gets_a_native_reader_where_there_is_one() -> None:
    languages = [("ru", "de"), ("ru",), ("de",), ("en", "ru")]
    entries = ["ru", "de", "de", "en", "fr"]
    plain = wanting(languages, entries)
    kind = Wanted("native")
    options = Options(budget=0.2)
    made = assign(wanting(languages, entries, kind), options).plan
    assert [(one.code, one.without, one.minimum) for one in made.served] == [
        ("strong", 0, 0),
        ("native", 1, 1),
    ]
    without = [pair.key for pair in assign(plain, options).plan.pairs]
    assert ("e3", "j3") not in without or ("e1", "j2") not in without
    assert ("e3", "j3") in {pair.key for pair in made.pairs}


def test_the_chairs_panel_may_judge_entries_of_any_panel() -> None:
    entries = tuple(EntryNeed(f"e{i}", 2, panel="north") for i in range(3))
    jurors = (
        JurorOffer("n", panel="north"),
        JurorOffer("m", panel="north"),
        JurorOffer("c", panel="chairs"),
    )
    table = np.array([[900, 900, 400]] * 3)
    case = Problem(entries, jurors, table, wanted=(Wanted("panel", panel="chairs"),))
    made = assign(case, Options(budget=1.0)).plan
    assert [one.without for one in made.served] == [0, 0]
    assert sum(1 for pair in made.pairs if pair.juror == "c") == 3


@settings(max_examples=60, deadline=None)
@given(small_problems(4, 3), st.lists(st.booleans(), min_size=3, max_size=3))
def test_no_assignment_serves_more_entries_with_the_wanted_kinds(
    case: Problem, marked: list[bool]
) -> None:
    chosen = frozenset(f"j{j}" for j, mark in enumerate(marked) if mark)
    case = replace(case, wanted=(Wanted("jurors", jurors=chosen),))
    solutions = list(every_assignment(case))
    if not solutions:
        return
    options = Options(budget=1.0)
    plan = assign(case, options).plan
    judged = [entry.key for entry in case.entries if entry.per_entry]

    def lacking(pairs: Iterable[PairKey]) -> tuple[int, int]:
        strong = {e for e, j in pairs if affinity_of(case, (e, j)) >= 500}
        served = {e for e, j in pairs if j in chosen}
        return len(set(judged) - strong), len(set(judged) - served)

    fewest = [min(lacking(pairs)[at] for pairs in solutions) for at in (0, 1)]
    together = min(sum(lacking(pairs)) for pairs in solutions)
    assert [one.minimum for one in plan.served] == fewest
    assert sum(one.without for one in plan.served) == together


def test_how_well_severity_will_be_known_is_stated() -> None:
    everybody = assign(problem([[500] * 3] * 4, 3)).plan
    assert everybody.severity_variance == pytest.approx(2 / 3 / 4)
    apart = assign(problem([[900, 0], [0, 900]], 1, (1, 1))).plan
    assert apart.severity_variance is None


def test_the_bounds_of_a_plan_hold_for_every_assignment() -> None:
    case = drawn(40, 10, 3, seed=11)
    plans = [assign(case, Options(budget=budget)).plan for budget in (0.0, 0.02, 0.3)]
    assert all(plan.worst_entry <= plan.worst_bound + 1e-9 for plan in plans)
    assert all(plan.p5_entry <= plan.p5_bound + 1e-9 for plan in plans)
    assert plans[0].worst_bound == plans[2].worst_bound
