from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from scoring import Criterion, Rules, Scores, Swap, Weight, WithoutJuror, tabulate
from scoring.sensitivity import LARGEST
from tests.scoring.builders import SHROUT_FLEISS, ranked, row, rules, simulated


def without(table):
    return {item.juror: item for item in table.sensitivity.jurors}


def test_leaving_a_juror_out_is_ranking_the_others_sheets():
    table = [[9, 5, 6], [7, 8, 7], [6, 6, 9], [2, 3, 1]]
    found = without(ranked(table, rank_by="plain", cut=1))
    for j in range(3):
        rest = [[x for at, x in enumerate(line) if at != j] for line in table]
        fresh = ranked(rest, rank_by="plain", cut=1)
        first = tuple(sorted(item.entry for item in fresh.entries if item.place == 1))
        assert found[f"j{j}"].first == first
    assert found["j2"] == WithoutJuror(
        "j2", first=("e1",), enters=(), leaves=(), moved=1, unscored=()
    )
    # Without j1 the means are 7.5, 7, 7.5, 1.5: e1 falls from the first place to the third.
    assert found["j1"] == WithoutJuror(
        "j1", first=("e0", "e2"), enters=("e0", "e2"), leaves=("e1",), moved=2, unscored=()
    )


def test_an_entry_that_only_one_juror_saw_is_named():
    table = ranked([[9, 5], [7, 8], [6, 6], [None, 9]], cut=2)
    found = without(table)
    assert (found["j0"].unscored, found["j1"].unscored) == ((), ("e3",))


def test_without_the_only_juror_nothing_is_left_to_compare():
    assert ranked([[3], [5], [7]], cut=1).sensitivity.jurors == ()


def test_fair_scores_are_refitted_without_the_juror():
    # j2 is the only one who puts e0 above e1, and is severe to both.
    table = ranked([[6, 6, 5], [7, 7, 2], [3, 4, 1], [5, 5, 2]], cut=1)
    assert without(table)["j2"].first == ("e1",)


def test_a_very_large_jury_is_not_taken_apart_juror_by_juror():
    scores, _ = simulated(1, 200, LARGEST + 1, 4, (2.0, 1.0, 1.0))
    table = tabulate(scores, rules(maximum=Decimal(100), cut=5))
    assert len(table.jurors) == LARGEST + 1
    assert table.sensitivity.jurors is None


def two(lines, weights=(1, 1), **options):
    """lines: entry -> points on "one", points on "two", by a single juror; plain ranking."""
    rows = [
        row(entry, "x", points, key)
        for entry, both in lines.items()
        for key, points in zip(("one", "two"), both, strict=True)
    ]
    criteria = tuple(
        Criterion(key, weight=Decimal(weight))
        for key, weight in zip(("one", "two"), weights, strict=True)
    )
    return tabulate(Scores(tuple(rows)), Rules(criteria, rank_by="plain", **options)).sensitivity


def test_the_nearest_weights_that_draw_level_by_hand():
    # Leads of 4 and -2 vanish together at weights 1/3 and 2/3; the mean gap is 1 point.
    found = two({"a": (9, 5), "b": (5, 7)})
    weights = (Weight("one", 0.333333), Weight("two", 0.666667))
    assert found.swaps == (Swap("b", 1.0, weights, 0.166667),)


def test_no_weights_help_who_is_behind_everywhere():
    (swap,) = two({"a": (9, 8), "b": (5, 7)}).swaps
    assert (swap.entry, swap.weights, swap.change, swap.points) == ("b", (), None, 2.5)


def test_points_on_one_sheet_count_as_many_times_as_there_are_sheets():
    table = ranked([[9, 9], [8, 9], [2, 1]], rank_by="plain")
    swap = table.sensitivity.swaps[0]
    assert (swap.entry, swap.points) == ("e1", 1.0)


def test_shares_of_weightings_are_those_of_a_beta_distribution():
    # "a" is first while the weight of "one" exceeds 1/3; that weight is Beta(25, 25).
    found = {item.entry: item for item in two({"a": (9, 5), "b": (5, 7)}).weights}
    draws = np.random.default_rng(0).beta(25, 25, 100_000)
    assert found["a"].first == pytest.approx((draws > 1 / 3).mean(), abs=0.01)
    assert found["a"].first + found["b"].first == pytest.approx(1)


def test_above_counts_the_whole_cut():
    found = two({"a": (9, 5), "b": (5, 7), "c": (1, 1)}, cut=2).weights
    assert [(item.entry, item.above) for item in found] == [("a", 1.0), ("b", 1.0)]


def test_a_single_criterion_has_no_other_weights():
    assert ranked(SHROUT_FLEISS).sensitivity.weights == ()


def test_an_open_answer_is_filled_so_that_the_sheet_keeps_its_value():
    optional = tuple(Criterion(key, required=False) for key in ("one", "two"))
    rows = [
        row(f"e{i}", f"j{j}", points, key)
        for i, line in enumerate([[(8, 6), (7, None)], [(4, 5), (6, 7)], [(9, 9), (2, 3)]])
        for j, both in enumerate(line)
        for key, points in zip(("one", "two"), both, strict=True)
    ]
    table = tabulate(Scores(tuple(rows)), Rules(optional, rank_by="plain"))
    gaps = {swap.entry: swap.points for swap in table.sensitivity.swaps}
    means = {item.entry: float(item.mean) for item in table.entries}
    top = max(means.values())
    assert gaps == {
        name: pytest.approx(2 * (top - mean)) for name, mean in means.items() if mean < top
    }


def test_the_same_seed_draws_the_same_weights():
    assert two({"a": (9, 5), "b": (5, 7)}) == two({"a": (9, 5), "b": (5, 7)})


def test_sensitivity_needs_no_variances():
    assert ranked([[3], [5], [7]]).sensitivity.swaps[0].entry == "e1"
