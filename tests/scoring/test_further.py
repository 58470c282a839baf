"""The closed forms against brute force: the whole model inverted anew for every pair."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from scoring import ScoringError, next_best, tabulate
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


def brute_force(table, jurors):
    """Expected unsettled entries after each possible score, by simulating its points."""
    belief = believed(table, jurors=jurors)
    scored = {(sheet.entry, sheet.juror) for sheet in table.sheets}
    entries = sorted({sheet.entry for sheet in table.sheets})
    names = list(belief.jurors)
    near = [entries.index(entry) for entry in belief.entries]
    before = covariance(scored, entries, names, [0] * len(entries), table.variance)
    chance = ndtr(belief.margin / np.sqrt(np.diag(before)[near]))
    weight = chance * (1 - chance) / np.sum(chance * (1 - chance))
    shift = np.zeros((len(near), len(before)))
    shift[np.arange(len(near)), near] = 1
    shift[:, near] -= weight

    def margins(pairs):
        return np.diag(
            shift @ covariance(pairs, entries, names, [0] * len(entries), table.variance) @ shift.T
        )

    now, found = margins(scored), {}
    # Gauss-Hermite: 60 points make the expectation over a normal variable exact to 1e-9 here.
    at, mass = np.polynomial.hermite_e.hermegauss(60)
    for pair in set(product(belief.entries, names)) - scored:
        later = margins(scored | {pair})
        moved = belief.margin[:, None] + np.sqrt(np.maximum(now - later, 0))[:, None] * at
        p = ndtr(moved / np.sqrt(later)[:, None])
        found[pair] = float(np.sum((2 * p * (1 - p)) @ mass) / mass.sum())
    return found


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
    found = next_best(table, room=room, count=1).scores[0]
    everything = {
        pair: value
        for pair, value in brute_force(table, ["new"]).items()
        if pair[0] in {item.entry for item in table.undecided()}
    }
    best = min(everything, key=lambda pair: (round(everything[pair], 9), pair))
    assert (found.entry, found.juror) == best
    assert found.unsettled == pytest.approx(everything[best], abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_every_expectation_is_that_of_brute_force(seed):
    scores, _ = simulated(seed, 6, 4, 2, (2.0, 1.0, 1.0))
    table = tabulate(scores, rules(maximum=Decimal(100), cut=2))
    if min(table.variance.merit, table.variance.severity, table.variance.residual) < 0.05:
        return
    belief = believed(table)
    for (entry, juror), expected in brute_force(table, []).items():
        found = belief.unsettled_after(belief.entries.index(entry))
        assert found[belief.jurors.index(juror)] == pytest.approx(expected, abs=1e-6)


def test_a_chain_of_scores_is_one_update_after_another():
    table = ranked(SPARSE, cut=3)
    found = next_best(table, room=dict.fromkeys(("j0", "j1", "j2", "j3"), 2), count=3).scores
    assert len(found) == 3
    belief = believed(table)
    for score in found:
        before = belief.unsettled
        assert before - score.gain == pytest.approx(score.unsettled, abs=1e-9)
        now = belief.unsettled_after(belief.entries.index(score.entry))
        assert now[belief.jurors.index(score.juror)] == pytest.approx(score.unsettled, abs=1e-9)
        belief = belief.after(score.entry, score.juror)


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
