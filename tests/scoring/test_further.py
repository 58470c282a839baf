"""The closed forms against brute force: the whole model inverted anew for every pair."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from scoring import ScoringError, further, next_best, tabulate
from scoring.further import believed
from tests.scoring.builders import SHROUT_FLEISS, grouped, jury, ranked, rules, simulated


def covariance(pairs, entries, jurors, cells, variance):
    """Posterior covariance of (merits with their mean, juror effects): no elimination, no factor.

    The flat prior of the means is a variance of 10^6 residuals; pairs are those with a score.
    """
    size = len(entries) + len(jurors) + max(cells) + 1
    prior = np.diag(
        [1 / variance.merit] * len(entries)
        + [1 / variance.severity] * len(jurors)
        + [1e-6 / variance.residual] * (max(cells) + 1)
    )
    for entry, juror in pairs:
        i = entries.index(entry)
        line = np.zeros(size)
        line[[i, len(entries) + jurors.index(juror), len(entries) + len(jurors) + cells[i]]] = 1
        prior += np.outer(line, line) / variance.residual
    full = np.linalg.inv(prior)
    take = np.zeros((len(entries) + len(jurors), size))
    for i in range(len(entries)):
        take[i, [i, len(entries) + len(jurors) + cells[i]]] = 1
    for j in range(len(jurors)):
        take[len(entries) + j, len(entries) + j] = 1
    return take @ full @ take.T


class BruteForce:
    """The expected number of unsettled entries after any scores, by simulating their points."""

    def __init__(self, table, jurors=()):
        self.table, belief = table, believed(table, jurors=jurors)
        self.near, self.margin, self.jurors = belief.entries, belief.margin, list(belief.jurors)
        self.scored = {(sheet.entry, sheet.juror) for sheet in table.sheets}
        self.entries = sorted({entry for entry, _ in self.scored})
        rows = [self.entries.index(entry) for entry in self.near]
        full = self.full(self.scored)
        chance = ndtr(self.margin / np.sqrt(np.diag(full)[rows]))
        self.shift = np.zeros((len(rows), len(full)))
        self.shift[np.arange(len(rows)), rows] = 1
        self.shift[:, rows] -= chance * (1 - chance) / np.sum(chance * (1 - chance))
        self.now = np.diag(self.shift @ full @ self.shift.T)

    def full(self, pairs):
        means = [0] * len(self.entries)
        return covariance(pairs, self.entries, self.jurors, means, self.table.variance)

    def after(self, *more):
        # Gauss-Hermite: 60 points make the expectation over a normal variable exact to 1e-9 here.
        at, mass = np.polynomial.hermite_e.hermegauss(60)
        later = np.diag(self.shift @ self.full(self.scored | set(more)) @ self.shift.T)
        later = np.maximum(later, 1e-200)
        moved = np.sqrt(np.maximum(self.now - later, 0))[:, None] * at
        p = ndtr((self.margin[:, None] + moved) / np.sqrt(later)[:, None])
        return float(np.sum((2 * p * (1 - p)) @ mass) / mass.sum())

    def open(self):
        return set(product(self.near, self.jurors)) - self.scored


SPARSE = [
    [9, 7, None, None],
    [6, None, 5, None],
    [None, 6, 8, None],
    [5, None, None, 6],
    [None, 4, None, 7],
    [None, None, 3, 2],
    [8, None, None, 9],
]


def test_the_best_pair_and_its_gain_are_those_of_brute_force():
    table = ranked(SPARSE, cut=3)
    room = dict.fromkeys(("j0", "j1", "j2", "j3", "new"), 1)
    proposal = next_best(table, room=room, count=1)
    (found,) = proposal.scores
    force = BruteForce(table, ["new"])
    band = {item.entry for item in table.undecided()}
    expected = {pair: force.after(pair) for pair in force.open() if pair[0] in band}
    best = min(expected, key=lambda pair: (round(expected[pair], 9), pair))
    assert (found.entry, found.juror) == best
    assert found.unsettled == pytest.approx(expected[best], abs=1e-6)
    assert proposal.unsettled == pytest.approx(force.after(), abs=1e-6)


@settings(max_examples=15, deadline=None)
@example(430)  # one entry alone is near the cut
@given(st.integers(0, 10_000))
def test_every_expectation_is_that_of_brute_force(seed):
    scores, _ = simulated(seed, 6, 4, 2, (2.0, 1.0, 1.0))
    table = tabulate(scores, rules(maximum=Decimal(100), cut=2))
    if min(table.variance.merit, table.variance.severity, table.variance.residual) < 0.05:
        return
    belief, force = believed(table), BruteForce(table)
    for entry, juror in force.open():
        found = belief.unsettled_after(belief.entries.index(entry))
        expected = force.after((entry, juror))
        assert found[belief.jurors.index(juror)] == pytest.approx(expected, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_estimate_is_the_slope_of_what_a_promise_settles(seed):
    scores, _ = simulated(seed, 8, 5, 2, (2.0, 1.0, 1.0))
    table = tabulate(scores, rules(maximum=Decimal(100), cut=3))
    if min(table.variance.merit, table.variance.severity, table.variance.residual) < 0.05:
        return
    # A sheet of a thousandfold noise tells so little that first order is all there is.
    belief = replace(believed(table), residual=1000 * table.variance.residual)
    for entry in range(len(belief.entries)):
        gains = belief.unsettled - belief.unsettled_after(entry)
        assert belief.estimates()[entry] == pytest.approx(gains, rel=0.02, abs=1e-7)


def test_of_very_many_pairs_the_likeliest_are_tried(monkeypatch):
    scores, _ = simulated(7, 60, 20, 3, (2.0, 1.0, 1.0))
    table = tabulate(scores, rules(maximum=Decimal(100), cut=12))
    room = {f"j{number}": 2 for number in range(20)}
    every = next_best(table, room=room, count=6)
    monkeypatch.setattr(further, "EXACT", 0)
    monkeypatch.setattr(further, "SHORTLIST", 40)
    assert next_best(table, room=room, count=6) == every


def test_each_further_score_is_counted_on_top_of_those_before():
    table = ranked(SPARSE, cut=3)
    found = next_best(table, room=dict.fromkeys(("j0", "j1", "j2", "j3"), 2), count=4)
    force, chosen, before = BruteForce(table), [], found.unsettled
    assert len(found.scores) == 4
    for score in found.scores:
        chosen.append((score.entry, score.juror))
        assert score.unsettled == pytest.approx(force.after(*chosen), abs=1e-6)
        assert score.gain == pytest.approx(before - score.unsettled, abs=1e-9)
        before = score.unsettled


def test_conflicts_are_never_proposed_and_loads_never_exceeded():
    table = ranked(SPARSE, cut=3)
    free = next_best(table, room=dict.fromkeys(("j0", "j1", "j2", "j3"), 5), count=20).scores
    first = (free[0].entry, free[0].juror)
    assert sum(score.juror == first[1] for score in free) > 1
    room = dict.fromkeys(("j0", "j1", "j2", "j3"), 1)
    found = next_best(table, room=room, forbidden={first}, count=20).scores
    assert first not in {(score.entry, score.juror) for score in found}
    assert sorted(score.juror for score in found) == ["j0", "j1", "j2", "j3"]


def test_who_has_scored_or_will_score_is_not_asked_again():
    table = ranked(SPARSE, cut=3)
    room = dict.fromkeys(("j0", "j1", "j2", "j3"), 9)
    first = next_best(table, room=room, count=1)
    pair = first.scores[0].entry, first.scores[0].juror
    later = next_best(table, room=room, pending=[pair], count=20)
    assert later.unsettled < first.unsettled + 1e-12
    given = {(sheet.entry, sheet.juror) for sheet in table.sheets} | {pair}
    assert not given & {(score.entry, score.juror) for score in later.scores}


def test_nothing_is_proposed_where_the_cut_is_clear():
    clear = [[9, 9, 9], [9, 8, 9], [2, 1, 2], [1, 2, 1], [2, 2, 1], [1, 1, 1]]
    table = ranked(clear, cut=2)
    assert table.undecided() == ()
    assert next_best(table, room={"j9": 5}).scores == ()


def test_nothing_is_proposed_where_nobody_has_room():
    assert next_best(ranked(SPARSE, cut=3), room={"j0": 0}).scores == ()


def test_groups_keep_their_own_means():
    scores = grouped(jury(SPARSE), {f"e{i}": "ab"[i % 2] for i in range(len(SPARSE))})
    table = tabulate(scores, rules(cut=3))
    found = next_best(table, room={"j0": 2, "j1": 2}, count=2)
    assert all(score.gain > 0 for score in found.scores)


def test_without_a_cut_there_is_nothing_to_settle():
    with pytest.raises(ScoringError) as refusal:
        next_best(ranked(SHROUT_FLEISS), room={"j0": 1})
    assert refusal.value.code == "no_cut"


def test_without_variances_there_is_nothing_to_go_by():
    with pytest.raises(ScoringError) as refusal:
        next_best(ranked([[3], [5], [7], [4]], cut=2), room={"new": 3})
    assert refusal.value.code == "variances_unknown"
