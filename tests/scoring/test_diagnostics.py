from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from scoring import Criterion, Rules, Scores, tabulate
from tests.scoring.builders import SHROUT_FLEISS, jury, ranked, row, rules


def jurors(table):
    return {item.juror: item for item in table.diagnostics.jurors}


def criteria(table):
    return {item.criterion: item for item in table.diagnostics.criteria}


def test_spread_is_that_of_the_jurors_own_sheets_and_width_is_against_the_median_juror():
    table = ranked(SHROUT_FLEISS)
    own = np.std(np.array(SHROUT_FLEISS), axis=0, ddof=1)
    found = jurors(table)
    assert [found[f"j{j}"].spread for j in range(4)] == pytest.approx(own.tolist(), abs=1e-6)
    widths = (own / np.median(own)).tolist()
    assert [found[f"j{j}"].width for j in range(4)] == pytest.approx(widths, abs=1e-6)


def test_agreement_is_the_correlation_with_the_other_jurors():
    # Severity shifts the others' mean alike on all entries here, so it does not matter.
    values = np.array(SHROUT_FLEISS, dtype=float)
    expected = [
        np.corrcoef(values[:, j], np.delete(values, j, axis=1).mean(axis=1))[0, 1] for j in range(4)
    ]
    found = jurors(ranked(SHROUT_FLEISS))
    assert [found[f"j{j}"].agreement for j in range(4)] == pytest.approx(expected, abs=1e-6)


def test_a_constant_juror_agrees_with_nobody_and_disagrees_with_nobody():
    table = ranked([[5, 6, 7], [5, 8, 8], [5, 2, 3], [5, 9, 7]])
    found = jurors(table)["j0"]
    assert (found.spread, found.width, found.agreement) == (0.0, 0.0, None)


def test_one_sheet_says_nothing_about_its_juror():
    found = jurors(ranked([[9, 2, 5], [6, 1, None], [8, 4, None]]))["j2"]
    assert (found.spread, found.width, found.agreement, found.halo) == (None,) * 4


def test_halo_is_high_for_who_gives_one_mood_on_every_line():
    rng = np.random.default_rng(4)
    rows = []
    for i in range(12):
        for juror in ("a", "b", "c", "moody"):
            mood = rng.integers(-2, 3)
            for k in range(4):
                points = 5 + (mood if juror == "moody" else rng.integers(-2, 3))
                rows.append(row(f"e{i}", juror, int(points), f"k{k}"))
    found = jurors(tabulate(Scores(tuple(rows)), rules([f"k{k}" for k in range(4)])))
    assert found["moody"].halo > 0.6
    assert max(found[name].halo for name in "abc") < 0.35


def test_halo_by_hand():
    # y gives 5 throughout, so x's surplus is 2 1, -2 -1, 1 2, -1 -2, 0 0 and has mean 0 on both
    # criteria: MS between 2 · (4 · 1.5²) / 4 = 4.5, within 4 · (2 · 0.5²) / 5 = 0.4, halo 4.1 / 4.9.
    given = [(7, 6), (3, 4), (6, 7), (4, 3), (5, 5)]
    own = [(f"e{i}", "x", *both) for i, both in enumerate(given)]
    found = jurors(two_criteria(own + [(entry, "y", 5, 5) for entry, *_ in own]))
    assert found["x"].halo == found["y"].halo == pytest.approx(4.1 / 4.9, abs=1e-6)


def test_halo_needs_two_criteria():
    assert {item.halo for item in ranked(SHROUT_FLEISS).diagnostics.jurors} == {None}


def two_criteria(lines):
    """lines: entry, juror, points on "one", points on "two" (None: open)."""
    rows = [
        row(entry, juror, points, key)
        for entry, juror, *both in lines
        for key, points in zip(("one", "two"), both, strict=True)
    ]
    optional = (Criterion("one", required=False), Criterion("two", required=False))
    return tabulate(Scores(tuple(rows)), Rules(optional))


def test_criteria_by_hand():
    table = two_criteria(
        [("a", "x", 2, 1), ("a", "y", 4, 1), ("b", "x", 5, 4), ("b", "y", 5, 6), ("c", "x", 9, 4)]
    )
    found = criteria(table)
    # Within entries, on a scale of ten: (2, 4) and (5, 5) on one, (1, 1) and (4, 6) on two.
    assert found["one"].spread == pytest.approx(np.sqrt(2 / 2) / 10)
    assert found["two"].spread == pytest.approx(np.sqrt(2 / 2) / 10)
    expected = np.corrcoef([3, 5, 9], [1, 5, 4])[0, 1]
    assert found["one"].discrimination == pytest.approx(expected, abs=1e-6)
    assert [(item.criterion, item.value) for item in found["one"].correlations] == [
        ("two", pytest.approx(expected, abs=1e-6))
    ]


def test_an_entry_without_an_answer_is_left_out_of_a_correlation():
    lines = [("a", "x", 2, 1), ("b", "x", 5, 5), ("c", "x", 9, 4), ("d", "x", 1, None)]
    found = criteria(two_criteria(lines))
    expected = np.corrcoef([2, 5, 9], [1, 5, 4])[0, 1]
    assert found["two"].discrimination == pytest.approx(expected, abs=1e-6)


def test_a_criterion_on_which_all_are_equal_separates_nobody():
    found = criteria(two_criteria([(name, "x", at, 5) for at, name in enumerate("abcd")]))
    assert (found["two"].discrimination, found["one"].discrimination) == (None, None)


def test_a_sheet_far_from_its_entrys_others_is_named():
    table = [[5, 5, 6, 5], [7, 6, 7, 7], [3, 4, 3, 3], [8, 8, 9, 8], [5, 6, 6, 6], [4, 4, 4, 4]]
    assert ranked(table).diagnostics.odd == ()
    rng = np.random.default_rng(2)
    many = [
        [int(v) for v in np.clip(rng.normal(3 + i % 5, 0.5, 4).round(), 0, 10)] for i in range(40)
    ]
    many[7][2] = 10 if many[7][2] < 5 else 0
    (odd,) = ranked(many).diagnostics.odd
    assert (odd.entry, odd.juror, abs(odd.z) > 3) == ("e7", "j2", True)


def test_odd_sheets_are_measured_with_severity_taken_off():
    table = ranked([[9, 2], [6, 1], [8, 4]])
    assert table.diagnostics.odd == ()


@pytest.mark.parametrize("scale", ["0.001", "1000000"])
def test_figures_without_a_unit_do_not_depend_on_the_scale(scale):
    unit = Decimal(scale)
    scaled = [[float(unit * value) for value in line] for line in SHROUT_FLEISS]
    found = jurors(tabulate(jury(scaled), rules(maximum=10 * unit)))
    plain = jurors(ranked(SHROUT_FLEISS))
    assert {name: item.agreement for name, item in found.items()} == {
        name: pytest.approx(item.agreement, abs=1e-5) for name, item in plain.items()
    }
