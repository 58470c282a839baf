"""Nine of ten truths lie in their 90 % interval, on juries that the model did not draw."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.juries import SCENARIOS, drawn, rules
from scoring import tabulate

pytestmark = pytest.mark.long


def covered(letter, entries, juries, **options):
    """Shares of truths in their intervals of score and of place."""
    found = []
    for seed in range(2_000, 2_000 + juries):
        jury = drawn(SCENARIOS[letter], entries, seed)
        table = tabulate(jury.scores(), rules(jury.scenario, **options))
        place = {f"e{i}": at + 1 for at, i in enumerate(np.argsort(-jury.truth).tolist())}
        truth = {f"e{i}": value for i, value in enumerate(jury.truth.tolist())}
        ranked = [item for item in table.entries if item.low is not None]
        found += [
            (
                item.low <= truth[item.entry] <= item.high,
                item.place_low <= place[item.entry] <= item.place_high,
            )
            for item in ranked
        ]
    return np.mean(found, axis=0).tolist()


@pytest.mark.parametrize(
    ("letter", "entries", "juries"),
    [
        *((letter, 12, 150) for letter in "ABEH"),
        *((letter, 60, 40) for letter in "ABCDEGHS"),
        *((letter, 600, 4) for letter in "ABCDEGHS"),
    ],
)
def test_intervals_keep_their_promise(letter, entries, juries):
    score, place = covered(letter, entries, juries)
    assert score == pytest.approx(0.90, abs=0.02)
    assert 0.88 <= place <= 0.97


@pytest.mark.parametrize(
    ("letter", "entries", "juries"), [("G", 12, 80), ("G", 60, 15), ("F", 60, 15), ("G", 600, 2)]
)
def test_intervals_keep_their_promise_with_weights(letter, entries, juries):
    score, _ = covered(letter, entries, juries, juror_weights=True, robust=True)
    assert score == pytest.approx(0.90, abs=0.025)


def test_probabilities_of_the_cut_come_true():
    said, came = [], []
    for seed in range(40):
        jury = drawn(SCENARIOS["A"], 60, seed)
        table = tabulate(jury.scores(), rules(jury.scenario, cut=10))
        first = {f"e{i}" for i in np.argsort(-jury.truth)[:10].tolist()}
        open_ones = [item for item in table.entries if item.p_cut and 0.3 <= item.p_cut <= 0.7]
        said += [item.p_cut for item in open_ones]
        came += [item.entry in first for item in open_ones]
    assert np.mean(came) == pytest.approx(np.mean(said), abs=0.08)


def test_a_hundred_thousand_entries_are_ranked():
    jury = drawn(SCENARIOS["A"], 100_000, 1)
    table = tabulate(jury.scores(), rules(jury.scenario, cut=1_000))
    ranked = [item for item in table.entries if item.place is not None]
    assert len(ranked) == len(np.unique(jury.entry))
    assert all(item.low <= item.score <= item.high for item in ranked)
    assert sum(item.p_cut for item in ranked) == pytest.approx(1_000, abs=0.1)
