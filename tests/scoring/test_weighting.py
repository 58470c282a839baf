"""Sheets of unequal weight."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from scoring import Scores, tabulate, weighting
from scoring.mixed import Design, solve
from tests.scoring.builders import jury, ranked, row, rules, simulated

CAREFUL = {"juror_weights": True, "draws": 200}


def by_entry(table):
    return {item.entry: item for item in table.entries}


def weights(table):
    return {item.juror: item.weight for item in table.jurors}


def strayed(seed, entries=40, jurors=8, each=4, odd=()):
    """A jury whose juror j0 scores anyhow; `odd`: sheets that are far too high."""
    rng = np.random.default_rng(seed)
    merit = 6 + rng.standard_normal(entries)
    rows = []
    for i in range(entries):
        for j in sorted(rng.choice(jurors, each, replace=False)):
            noise = rng.uniform(-4, 4) if j == 0 else 0.4 * rng.standard_normal()
            points = merit[i] + noise + (4 if (i, j) in odd else 0)
            rows.append(row(f"e{i}", f"j{j}", round(float(np.clip(points, 0, 10)), 2)))
    return Scores(tuple(rows))


def test_the_weighted_equations_are_generalised_least_squares():
    rng = np.random.default_rng(1)
    entry, juror = (index.ravel() for index in np.indices((5, 3)))
    y, weight = rng.standard_normal(15), rng.uniform(0.2, 2, 15)
    design = Design(y, entry, juror, np.zeros(5, dtype=np.int64), 5, 3, 1, weight)
    found = solve(design, 0.7, 1.9)
    merits, jurors = np.eye(5)[entry], np.eye(3)[juror]
    covariance = merits @ merits.T / 0.7 + jurors @ jurors.T / 1.9 + np.diag(1 / weight)
    inverse = np.linalg.inv(covariance)
    mean = (inverse @ y).sum() / inverse.sum()
    rest = inverse @ (y - mean)
    assert found.theta[0] == pytest.approx(mean)
    assert found.theta[1:] == pytest.approx(jurors.T @ rest / 1.9)
    assert found.merit == pytest.approx(merits.T @ rest / 0.7)
    assert found.q == pytest.approx((y - mean) @ rest)


def test_precisions_by_hand():
    shape, rate = weighting.precision(4, 8, np.array([8 * 0.5**2, 8 * 2.0**2]))
    assert (shape / rate).tolist() == pytest.approx([2, 1 / 3])


def test_a_juror_who_strays_weighs_less():
    found = weights(tabulate(strayed(1), rules(**CAREFUL)))
    assert min(found, key=found.get) == "j0"
    assert found["j0"] < 0.1 < 0.6 < min(w for juror, w in found.items() if juror != "j0")


def test_an_odd_sheet_weighs_less():
    odd = {(3, 5), (7, 5), (11, 6), (20, 4)}
    given = strayed(2, each=7, odd=odd)
    kept = Scores(tuple(item for item in given.rows if item.juror != "j0"))
    table = tabulate(kept, rules(robust=True, draws=200))
    pairs = {f"e{i}-j{j}" for i, j in odd}
    light = {f"{s.entry}-{s.juror}" for s in table.sheets if s.weight < 0.25}
    assert light & pairs == pairs & {f"{s.entry}-{s.juror}" for s in table.sheets}
    assert len(light) <= len(pairs) + 2


def test_without_the_rules_word_every_sheet_weighs_one():
    table = tabulate(strayed(1), rules())
    assert {sheet.weight for sheet in table.sheets} == {1.0}
    assert set(weights(table).values()) == {1.0}


def test_the_fair_score_is_the_weighted_mean_of_what_is_printed():
    table = tabulate(strayed(3), rules(**CAREFUL, robust=True))
    severity = {item.juror: item.severity for item in table.jurors}
    for entry in table.entries[:5]:
        sheets = [sheet for sheet in table.sheets if sheet.entry == entry.entry]
        fair = sum(s.weight * (float(s.value) + severity[s.juror]) for s in sheets)
        assert entry.score == pytest.approx(fair / sum(s.weight for s in sheets), abs=1e-5)
        assert entry.low < entry.score < entry.high


def test_same_seed_same_numbers():
    scores = strayed(4, entries=12)
    first, again = (tabulate(scores, rules(**CAREFUL, seed=5)) for _ in range(2))
    assert first == again
    assert first.engine.method == "weighed"


def test_what_cannot_be_weighed_counts_the_same_and_says_so():
    for table in (ranked([[3], [5], [7]], **CAREFUL), ranked([[3, 3], [5, 5], [8, 8]], **CAREFUL)):
        assert {sheet.weight for sheet in table.sheets} == {1.0}
        assert "weights_not_estimable" in [notice.code for notice in table.notices]


def test_an_incomplete_sheet_has_no_say_in_the_weights():
    rows = (*strayed(6, entries=10).rows, row("e0", "late", None))
    table = tabulate(Scores(rows), rules(**CAREFUL))
    (late,) = [sheet for sheet in table.sheets if sheet.juror == "late"]
    assert (late.value, late.weight) == (None, 1.0)


def test_leaving_out_a_juror_keeps_the_others_weights():
    table = tabulate(strayed(1), rules(**CAREFUL, cut=5))
    moved = {item.juror: item.moved for item in table.sensitivity.jurors}
    assert min(moved, key=moved.get) == "j0"


@pytest.mark.long
def test_few_and_many_jurors_are_drawn_from_the_same_posterior(monkeypatch):
    scores, _ = simulated(5, 60, 20, 5, (3.0, 1.0, 2.0))
    options = {"maximum": Decimal(100), "juror_weights": True, "robust": True, "draws": 4000}
    with threadpool_limits(limits=1, user_api="blas"):
        few = tabulate(scores, rules(**options))
        monkeypatch.setattr(weighting, "COLLAPSED_JURORS", 1)
        many = by_entry(tabulate(scores, rules(**options)))
    for item in few.entries:
        assert many[item.entry].low == pytest.approx(item.low, abs=0.35)
        assert many[item.entry].high == pytest.approx(item.high, abs=0.35)


def test_many_jurors_are_weighed_too(monkeypatch):
    monkeypatch.setattr(weighting, "COLLAPSED_JURORS", 1)
    table = tabulate(strayed(1), rules(**CAREFUL))
    assert min(weights(table), key=weights(table).get) == "j0"


def test_a_complete_table_of_careful_jurors_keeps_its_order():
    table = jury([[2, 3, 3], [4, 5, 4], [6, 7, 7], [8, 9, 9]])
    found = tabulate(table, rules(**CAREFUL, robust=True))
    assert [item.entry for item in found.entries] == ["e3", "e2", "e1", "e0"]
