from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring import Criterion, Rules, Scores, ScoringError, tabulate
from scoring.exact import median_of, spread_of
from scoring.plain import plain_view
from tests.scoring.builders import jury, ranked, row, rules


def standing(table, entry):
    return next(item for item in table.entries if item.entry == entry)


def test_a_recusal_does_not_cost_points():
    table = ranked([[8, 8, None], [7, 7, 7]], rank_by="plain")
    assert [(item.entry, item.mean) for item in table.entries] == [("e0", 8), ("e1", 7)]


def test_weights_count_as_the_rubric_says():
    criteria = (
        Criterion("impact", weight=Decimal("0.3")),
        Criterion("team", weight=Decimal("0.1")),
    )
    scores = Scores((row("a", "x", 8, "impact"), row("a", "x", 4, "team")))
    table = tabulate(scores, Rules(criteria))
    assert table.entries[0].mean == 7


def test_criteria_on_different_scales_are_mapped_to_a_hundred():
    criteria = (Criterion("impact", maximum=Decimal(10)), Criterion("team", maximum=Decimal(5)))
    scores = Scores((row("a", "x", 5, "impact"), row("a", "x", 5, "team")))
    table = tabulate(scores, Rules(criteria))
    assert (table.entries[0].mean, table.scale.rubric_points) == (75, False)


def test_a_missing_required_criterion_makes_the_sheet_incomplete_and_the_entry_says_so():
    scores = Scores(
        (
            row("a", "x", 9, "impact"),
            row("a", "x", 9, "team"),
            row("a", "y", 1, "impact"),
            row("a", "y", None, "team"),
        )
    )
    table = tabulate(scores, rules(("impact", "team")))
    (entry,) = table.entries
    assert (entry.mean, entry.jurors, entry.incomplete) == (9, 1, 1)
    assert [sheet.missing for sheet in table.sheets] == [(), ("team",)]


def test_an_open_optional_criterion_is_neither_a_gift_nor_a_penalty():
    # The hard criterion averages 4, the easy one 8; b's juror left the hard one open.
    criteria = (Criterion("hard", required=False), Criterion("easy"))
    scores = Scores(
        (
            row("a", "x", 4, "hard"),
            row("a", "x", 8, "easy"),
            row("b", "y", 8, "easy"),
            row("c", "z", 9, "easy"),
            row("c", "z", 4, "hard"),
            row("d", "z", 7, "easy"),
            row("d", "z", 4, "hard"),
        )
    )
    view = plain_view(scores, Rules(criteria))
    assert view.mean == {"a": 6, "b": 6, "c": Fraction(13, 2), "d": Fraction(11, 2)}


def test_a_sheet_with_less_than_half_of_the_weight_does_not_count():
    criteria = (
        Criterion("impact", weight=Decimal(3), required=False),
        Criterion("team", weight=Decimal(1), required=False),
    )
    scores = Scores(
        (row("a", "x", 5, "impact"), row("a", "y", 9, "team"), row("b", "x", 4, "impact"))
    )
    view = plain_view(scores, Rules(criteria))
    assert [(s.entry, s.juror, s.value) for s in view.sheets] == [
        ("a", "x", 5),
        ("a", "y", None),
        ("b", "x", 4),
    ]


def test_means_are_exact_so_that_equal_is_equal():
    table = ranked([["0.1", "0.2", "0.3"], ["0.2", "0.2", "0.2"]], rank_by="plain")
    assert [(item.place, item.mean) for item in table.entries] == [(1, Fraction(1, 5))] * 2


def test_median_and_spread_of_few_values():
    assert median_of([10, 40, 20], 10) == 2
    assert median_of([1, 2], 1) == Fraction(3, 2)
    assert spread_of([10, 30], 10) == pytest.approx(2**0.5)
    assert spread_of([1], 1) is None


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((), "no_scores"),
        ((row("a", "x", 11),), "points_out_of_range"),
        ((row("a", "x", -1),), "points_out_of_range"),
        ((row("a", "x", "NaN"),), "points_not_finite"),
        ((row("a", "x", "sNaN"),), "points_not_finite"),
        ((row("a", "x", "1E-400"),), "points_too_long"),
        ((row("a", "x", 5), row("a", "x", 6)), "score_twice"),
        ((row("a", "x", 5, "style"),), "criterion_unknown"),
        ((row("a", "x", None),), "no_sheet_counts"),
    ],
)
def test_bad_rows_are_refused_with_a_code(rows, code):
    with pytest.raises(ScoringError) as refusal:
        tabulate(Scores(rows), rules())
    assert refusal.value.code == code


def test_a_refusal_names_the_row():
    with pytest.raises(ScoringError) as refusal:
        tabulate(Scores((row("a", "x", 11),)), rules())
    assert refusal.value.params == {
        "entry": "a",
        "juror": "x",
        "criterion": "merit",
        "points": "11",
        "minimum": "0",
        "maximum": "10",
    }


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (Rules(()), "rubric_empty"),
        (rules(("a", "a")), "criterion_twice"),
        (Rules((Criterion("a", weight=Decimal(0)),)), "weights_all_zero"),
        (Rules((Criterion("a", weight=Decimal(-1)),)), "weight_negative"),
        (Rules((Criterion("a", weight=Decimal("NaN")),)), "criterion_not_finite"),
        (rules(maximum=Decimal("1E+400")), "criterion_too_long"),
        (rules(minimum=Decimal(10)), "scale_empty"),
        (rules(cut=0), "cut_not_positive"),
        (rules(seed=-1), "seed_negative"),
        (rules(draws=10), "draws_too_few"),
        (rules(rank_by="luck"), "rank_by_unknown"),
    ],
)
def test_contradictory_rules_are_refused(broken, code):
    with pytest.raises(ScoringError) as refusal:
        tabulate(jury([[5]]), broken)
    assert refusal.value.code == code
