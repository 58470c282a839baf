from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring import ScoringError, chances_at, tabulate
from tests.scoring.builders import jury, ranked, rules, simulated


def test_at_the_tabulated_cut_the_chances_are_the_tabulated_ones():
    scores, _ = simulated(3, 14, 6, 3, (1.0, 0.5, 0.8))
    found = tabulate(scores, rules(cut=4, maximum=Decimal(100)))
    assert chances_at(found, 4) == {row.entry: row.p_cut for row in found.entries}


def test_another_cut_gives_what_tabulating_with_it_gives():
    scores, _ = simulated(3, 14, 6, 3, (1.0, 0.5, 0.8))
    found, other = (
        tabulate(scores, rules(cut=4, maximum=Decimal(100))),
        tabulate(scores, rules(cut=9, maximum=Decimal(100))),
    )
    assert chances_at(found, 9) == {row.entry: row.p_cut for row in other.entries}
    assert sum(chances_at(found, 9).values()) == pytest.approx(9, abs=1e-4)


def test_a_round_without_a_cut_can_be_asked_too():
    found = ranked([[9, 8], [5, 6], [2, 1]])
    assert {row.p_cut for row in found.entries} == {None}
    assert chances_at(found, 3) == {"e0": 1.0, "e1": 1.0, "e2": 1.0}


def test_where_all_are_equal_every_entry_has_the_same_chance():
    assert chances_at(ranked([[5, 5], [5, 5], [5, 5]]), 1) == dict.fromkeys(
        ("e0", "e1", "e2"), round(1 / 3, 6)
    )


def test_entries_nobody_scored_are_absent_and_no_place_is_refused():
    scores = jury([[9, 8], [5, 6]])
    found = tabulate(replace(scores, entries=("e0", "e1", "ghost")), rules())
    assert set(chances_at(found, 1)) == {"e0", "e1"}
    with pytest.raises(ScoringError, match="cut_not_positive"):
        chances_at(found, 0)
