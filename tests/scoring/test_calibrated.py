from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import kendalltau

from scoring import Scores, ScoringError, Variance, mixed, tabulate
from scoring import calibrated as engine
from scoring.mixed import Design
from scoring.reml import estimate
from tests.scoring import builders
from tests.scoring.builders import SHROUT_FLEISS, grouped, jury, ranked, row, rules, simulated


def by_entry(table):
    return {item.entry: item for item in table.entries}


def severities(table):
    return {item.juror: item.severity for item in table.jurors}


def test_balanced_variances_are_those_of_the_analysis_of_variance():
    # Mean squares 11.2417, 32.4861, 1.0194 on 6 entries and 4 jurors.
    assert ranked(SHROUT_FLEISS).variance == Variance(
        merit=pytest.approx((11.241667 - 1.019444) / 4, abs=1e-5),
        severity=pytest.approx((32.486111 - 1.019444) / 6, abs=1e-5),
        residual=pytest.approx(1.019444, abs=1e-5),
    )


def test_severity_is_the_shrunken_deviation_and_positive_for_the_stricter_juror():
    found = severities(ranked(SHROUT_FLEISS))
    shrink = 5.244444 / (5.244444 + 1.019444 / 6)
    means = np.array(SHROUT_FLEISS).mean(axis=0)
    expected = shrink * (means.mean() - means)
    assert [found[f"j{j}"] for j in range(4)] == pytest.approx(expected.tolist(), abs=1e-5)


def test_the_fair_score_takes_the_severity_of_ones_own_jurors_off():
    # j0 gives two points less than j1 on what both saw; e4 met only j0, e5 only j1.
    table = ranked([[4, 6], [5, 7], [3, 5], [6, 8], [5, None], [None, 7]])
    found = by_entry(table)
    assert (found["e4"].mean, found["e5"].mean) == (5, 7)
    assert found["e4"].score == pytest.approx(found["e5"].score, abs=1e-3)


def test_the_calibrated_view_never_replaces_the_plain_one_silently():
    table = ranked([[4, 6], [5, 7], [3, 5], [6, 8], [5, None], [None, 6]], rank_by="plain")
    assert [item.place for item in table.entries] == [item.mean_place for item in table.entries]
    other = ranked([[4, 6], [5, 7], [3, 5], [6, 8], [5, None], [None, 6]])
    assert {item.entry for item in other.moved()} >= {"e4"}


def test_the_dense_and_the_conjugate_gradient_paths_agree(monkeypatch):
    scores, _ = simulated(5, 120, 30, 5, (3.0, 1.5, 3.0))
    sheets = tabulate(scores, rules(maximum=Decimal(100))).sheets
    entries = sorted({s.entry for s in sheets})
    jurors = sorted({s.juror for s in sheets})
    y = np.array([float(s.value) for s in sheets if s.value is not None])
    design = Design(
        (y - y.mean()) / y.std(),
        np.array([entries.index(s.entry) for s in sheets]),
        np.array([jurors.index(s.juror) for s in sheets]),
        np.zeros(len(entries), dtype=np.int64),
        len(entries),
        len(jurors),
        1,
    )
    dense = estimate(design)
    monkeypatch.setattr(mixed, "DENSE_LIMIT", 1)
    sparse = estimate(design)
    assert sparse.criterion is None
    at_dense = mixed.solve(design, dense.solution.lf, dense.solution.lb)
    assert at_dense.theta == pytest.approx(dense.solution.theta, abs=1e-6)
    assert (sparse.merit, sparse.residual) == pytest.approx((dense.merit, dense.residual), rel=0.05)


def test_large_juries_draw_without_a_factor(monkeypatch):
    scores, truth = simulated(6, 60, 20, 5, (3.0, 1.0, 2.0))
    dense = by_entry(tabulate(scores, rules(maximum=Decimal(100), cut=10)))
    monkeypatch.setattr(mixed, "DENSE_LIMIT", 1)
    monkeypatch.setattr(engine, "GRID_JURORS", 1)
    table = tabulate(scores, rules(maximum=Decimal(100), cut=10))
    sparse = by_entry(table)
    assert (table.engine.method, table.engine.draws) == ("plug-in", 400)
    gaps = [abs(dense[name].low - sparse[name].low) for name in truth]
    assert max(gaps) < 1
    assert sum(item.p_cut for item in table.entries) == pytest.approx(10, abs=1e-4)


def test_ninety_percent_intervals_cover_and_beat_the_mean():
    covered, total, gains = 0, 0, []
    for seed in range(12):
        scores, truth = simulated(seed, 30, 8, 4, (1.2, 0.9, 1.2))
        table = tabulate(scores, rules(maximum=Decimal(100)))
        covered += sum(item.low <= truth[item.entry] <= item.high for item in table.entries)
        total += len(truth)
        real = [truth[item.entry] for item in table.entries]
        fair = kendalltau(real, [item.score for item in table.entries]).statistic
        plain = kendalltau(real, [float(item.mean) for item in table.entries]).statistic
        gains.append(fair - plain)
    assert 0.84 <= covered / total <= 0.96
    assert np.mean(gains) > 0.02


def test_panels_that_share_no_juror_get_their_own_mean_and_a_notice():
    panels = [[4, 6, None, None], [5, 8, None, None], [None, None, 7, 9], [None, None, 8, 10]]
    table = ranked(panels)
    assert (table.connected.connected, table.connected.parts) == (False, 2)
    assert table.parts == (("e0", "e1"), ("e2", "e3"))
    assert "parts_not_connected" in [notice.code for notice in table.notices]
    found = by_entry(table)
    means = [(found[a].score + found[b].score) / 2 for a, b in (("e0", "e1"), ("e2", "e3"))]
    assert means == pytest.approx([5.75, 8.5], abs=0.01)


def test_groups_get_their_own_mean():
    table = [[4, 5, None], [5, 6, None], [None, 8, 9], [None, 9, 9]]
    groups = {"e0": "a", "e1": "a", "e2": "b", "e3": "b"}
    found = tabulate(grouped(jury(table), groups), rules())
    assert {item.entry: item.group for item in found.entries} == groups
    assert found.connected.connected


def test_an_entry_in_two_groups_is_refused():
    scores = Scores(
        (row("a", "x", 5),), groups=(builders.Group("a", "one"), builders.Group("a", "two"))
    )
    with pytest.raises(ScoringError) as refusal:
        tabulate(scores, rules())
    assert refusal.value.code == "group_twice"


def test_one_juror_gives_the_order_of_the_points_and_no_severity():
    table = ranked([[3], [5], [7]], cut=1)
    assert [(item.entry, item.place, item.score) for item in table.entries] == [
        ("e2", 1, 7),
        ("e1", 2, 5),
        ("e0", 3, 3),
    ]
    assert severities(table) == {"j0": pytest.approx(0, abs=1e-6)}
    assert table.variance == Variance()
    assert all(0 <= item.low < item.score < item.high <= 10 for item in table.entries)


def test_one_entry_is_first_with_certainty():
    (entry,) = ranked([[3, 5, 7]], cut=1).entries
    assert (entry.place, entry.place_low, entry.place_high, entry.p_cut) == (1, 1, 1, 1)
    assert entry.score == pytest.approx(5)


def test_a_single_sheet_has_no_interval():
    table = ranked([[4]], cut=1)
    (entry,) = table.entries
    assert (entry.score, entry.low, entry.high, entry.p_cut) == (4, None, None, 1)
    assert "one_sheet" in [notice.code for notice in table.notices]


def test_all_equal_means_all_tied():
    table = ranked([[5, 5]] * 4, cut=1)
    assert [(item.place, item.place_high, item.p_cut) for item in table.entries] == [
        (1, 4, 0.25)
    ] * 4
    assert table.variance == Variance(0, 0, 0)


def test_constant_jurors_rank_nobody_even_where_the_mean_would():
    table = ranked([[3, 8, None], [3, None, 9], [None, 8, 9], [3, 8, 9]])
    assert [item.place for item in table.entries] == [1, 1, 1, 1]
    assert len({item.mean_place for item in table.entries}) > 1
    assert [(item.juror, item.severity) for item in table.jurors] == [
        ("j0", pytest.approx(11 / 3, abs=1e-6)),
        ("j1", pytest.approx(-4 / 3, abs=1e-6)),
        ("j2", pytest.approx(-7 / 3, abs=1e-6)),
    ]


def test_one_constant_juror_among_others_is_no_obstacle():
    table = ranked([[5, 6, 7], [5, 8, 8], [5, 2, 3], [5, 9, 7]])
    assert [item.entry for item in table.entries][-1] == "e2"


def test_perfect_agreement_leaves_no_residual():
    table = ranked([[3, 3, 3], [5, 5, 5], [8, 8, 8]])
    assert table.variance == Variance(
        pytest.approx(19 / 3, abs=1e-3), pytest.approx(0, abs=1e-6), pytest.approx(0, abs=1e-6)
    )
    assert [item.score for item in table.entries] == [8, 5, 3]


def test_jurors_who_share_no_entries_still_get_an_answer_with_a_warning():
    table = ranked([[4, None, None], [None, 6, None], [None, None, 9]])
    codes = {notice.code for notice in table.notices}
    assert codes >= {"parts_not_connected", "parts_too_small", "variances_not_estimable"}
    assert [item.place for item in table.entries] == [1, 2, 3]


def test_a_very_large_jury_that_shares_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(mixed, "DENSE_LIMIT", 2)
    with pytest.raises(ScoringError) as refusal:
        ranked([[4, None, None], [None, 6, None], [None, None, 9]])
    assert refusal.value.code == "severity_not_separable"


def test_an_entry_nobody_scored_is_listed_last_without_a_place():
    scores = Scores(jury(SHROUT_FLEISS).rows, entries=("nobody",))
    table = tabulate(scores, rules(cut=2))
    last = table.entries[-1]
    assert (last.entry, last.place, last.mean, last.score, last.p_cut) == ("nobody", *[None] * 4)
    assert len(table.entries) == 7


def test_a_juror_whose_only_sheet_is_incomplete_is_listed_as_not_used():
    rows = (row("a", "x", 5, "one"), row("a", "x", 5, "two"), row("a", "y", 5, "one"))
    table = tabulate(Scores(rows), rules(("one", "two")))
    assert [(item.juror, item.sheets) for item in table.jurors] == [("x", 1), ("y", 0)]


@pytest.mark.parametrize("factor", ["0.000000001", "1000000000000"])
def test_tiny_and_huge_scales_rank_like_ordinary_ones(factor):
    unit = Decimal(factor)
    table = [[float(unit * value) for value in line] for line in SHROUT_FLEISS]
    scaled = tabulate(jury(table), rules(maximum=10 * unit, cut=2))
    plain = ranked(SHROUT_FLEISS, cut=2)
    assert [item.place for item in scaled.entries] == [item.place for item in plain.entries]
    expected = [item.score * float(unit) for item in plain.entries]
    assert [item.score for item in scaled.entries] == pytest.approx(expected, rel=1e-5)
    assert [item.p_cut for item in scaled.entries] == [item.p_cut for item in plain.entries]


def test_a_juror_who_scores_at_random_is_called_erratic():
    scores, _ = simulated(3, 40, 9, 6, (3.0, 1.0, 1.0))
    rng = np.random.default_rng(1)
    noise = {f"e{i}": float(rng.uniform(40, 60)) for i in range(40)}
    rows = [
        row(item.entry, item.juror, round(noise[item.entry], 3)) if item.juror == "j4" else item
        for item in scores.rows
    ]
    table = tabulate(Scores(tuple(rows)), rules(maximum=Decimal(100)))
    assert [item.juror for item in table.jurors if item.erratic] == ["j4"]


def test_same_seed_same_numbers_other_seed_other_draws():
    first, again = ranked(SHROUT_FLEISS, seed=1, cut=2), ranked(SHROUT_FLEISS, seed=1, cut=2)
    other = ranked(SHROUT_FLEISS, seed=2, cut=2)
    assert first == again
    assert [item.score for item in first.entries] == [item.score for item in other.entries]
    assert [item.low for item in first.entries] != [item.low for item in other.entries]


def test_entries_between_clearly_in_and_clearly_out_are_undecided():
    table = ranked(SHROUT_FLEISS, cut=2)
    assert {item.entry for item in table.undecided()} == {"e2", "e0"}


def test_a_very_large_jury_that_shares_nothing_can_still_be_ranked_plainly(monkeypatch):
    monkeypatch.setattr(mixed, "DENSE_LIMIT", 2)
    table = ranked([[4, None, None], [None, 6, None], [None, None, 9]], rank_by="plain", cut=1)
    assert [(item.entry, item.low, item.p_cut) for item in table.entries] == [
        ("e2", None, None),
        ("e1", None, None),
        ("e0", None, None),
    ]
    assert "severity_not_separable" in [notice.code for notice in table.notices]


def test_the_worked_example_of_the_documentation():
    table = ranked([[9, 2], [6, 1], [8, 4]])
    assert table.variance == Variance(
        pytest.approx(7 / 6, abs=1e-5),
        pytest.approx(83 / 6, abs=1e-4),
        pytest.approx(7 / 6, abs=1e-5),
    )
    assert severities(table) == {
        "j0": pytest.approx(-2.5938, abs=1e-4),
        "j1": pytest.approx(2.5938, abs=1e-4),
    }
    assert [item.score for item in table.entries] == pytest.approx([6, 5.5, 3.5], abs=1e-6)
    assert (table.reliability.g, table.reliability.phi) == pytest.approx((0.6667, 0.1346), abs=1e-4)
