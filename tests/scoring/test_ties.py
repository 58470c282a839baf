from __future__ import annotations

import hashlib

import pytest

from scoring import Rules, Scores, ScoringError, TieRule, TieStep, tabulate
from scoring.rank import places, tied_groups
from tests.scoring.builders import ranked, row, rules


def order(table):
    return [(item.entry, item.place) for item in table.entries]


def test_competition_ranking_leaves_a_gap_after_a_tie():
    groups = tied_groups({"a": 5, "b": 7, "c": 5, "d": 1})
    assert places(groups) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_an_unresolved_tie_is_shared_and_said():
    table = ranked([[5, 7], [7, 5], [9, 9]], rank_by="plain")
    assert order(table) == [("e2", 1), ("e0", 2), ("e1", 2)]
    assert table.ties == (TieStep(("e0", "e1"), 2, "shared"),)


def two_criteria(ties: tuple[TieRule, ...]) -> tuple[Scores, Rules]:
    scores = Scores(
        (
            row("a", "x", 4, "impact"),
            row("a", "x", 8, "team"),
            row("b", "x", 7, "impact"),
            row("b", "x", 5, "team"),
        )
    )
    return scores, rules(("impact", "team"), rank_by="plain", ties=ties)


def test_the_declared_criterion_breaks_a_tie():
    table = tabulate(*two_criteria((TieRule("criterion", "impact"),)))
    assert order(table) == [("b", 1), ("a", 2)]
    assert table.ties == (TieStep(("a", "b"), 1, "criterion:impact"),)


def test_the_cascade_goes_on_where_a_step_decides_nothing():
    table = ranked(
        [[5, 5, 8], [6, 6, 6], [4, 7, 7]],
        rank_by="plain",
        ties=(TieRule("criterion", "merit"), TieRule("median")),
    )
    assert order(table) == [("e2", 1), ("e1", 2), ("e0", 3)]
    assert table.ties == (TieStep(("e0", "e1", "e2"), 1, "median"),)


def test_head_to_head_counts_jurors_who_scored_both():
    table = ranked([[6, 6, 3], [5, 5, 5]], rank_by="plain", ties=(TieRule("head_to_head"),))
    assert order(table) == [("e0", 1), ("e1", 2)]
    assert table.ties[0].step == "head_to_head"


def test_a_lot_can_be_redrawn_by_anyone():
    table = ranked([[5]] * 4, rank_by="plain", ties=(TieRule("lot"),), seed=7)
    drawn = {
        name: hashlib.sha256(f"7:{name}".encode()).hexdigest() for name in ("e0", "e1", "e2", "e3")
    }
    assert order(table) == [
        (name, place) for place, name in enumerate(sorted(drawn, key=drawn.get, reverse=True), 1)
    ]
    assert table.ties == (TieStep(("e0", "e1", "e2", "e3"), 1, "lot"),)


@pytest.mark.parametrize(
    ("tie", "code"),
    [
        (TieRule("fame"), "tie_rule_unknown"),
        (TieRule("criterion", "style"), "tie_criterion_unknown"),
        (TieRule("criterion"), "tie_criterion_unknown"),
    ],
)
def test_an_unknown_rule_is_refused_before_anything_is_ranked(tie, code):
    with pytest.raises(ScoringError) as refusal:
        tabulate(*two_criteria((tie,)))
    assert refusal.value.code == code
