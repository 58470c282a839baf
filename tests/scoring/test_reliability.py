"""Published reference values."""

from __future__ import annotations

import numpy as np
import pytest

from scoring import Alpha, Icc, Variance
from scoring.reliability import alpha, complete_table, generalizability, kendall_w
from tests.scoring.builders import SHROUT_FLEISS, ranked

# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011): four observers, twelve units.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def test_shrout_and_fleiss_six_coefficients():
    assert ranked(SHROUT_FLEISS).reliability.icc == Icc(
        icc1=pytest.approx(0.1657, abs=5e-5),
        icc2=pytest.approx(0.2898, abs=5e-5),
        icc3=pytest.approx(0.7148, abs=5e-5),
        icc1k=pytest.approx(0.4428, abs=5e-5),
        icc2k=pytest.approx(0.6201, abs=5e-5),
        icc3k=pytest.approx(0.9093, abs=5e-5),
    )


def test_on_complete_data_g_and_phi_are_the_averaged_coefficients():
    found = ranked(SHROUT_FLEISS).reliability
    assert found.icc is not None
    assert (found.g, found.phi) == pytest.approx((found.icc.icc3k, found.icc.icc2k), abs=1e-5)


def test_krippendorff_four_levels():
    found = [
        (unit, value)
        for observer in KRIPPENDORFF
        for unit, value in enumerate(observer)
        if value is not None
    ]
    units, values = np.array(found).T
    assert alpha(units, values.astype(float)) == Alpha(
        nominal=pytest.approx(0.7434, abs=5e-5),
        ordinal=pytest.approx(0.8154, abs=5e-5),
        interval=pytest.approx(0.8491, abs=5e-5),
        ratio=pytest.approx(0.7974, abs=5e-5),
    )


def test_alpha_does_not_apply_without_pairs_or_differences():
    assert alpha(np.array([0, 1, 2]), np.array([1.0, 2.0, 3.0])) == Alpha()
    assert alpha(np.array([0, 0, 1, 1]), np.array([2.0, 2.0, 2.0, 2.0])) == Alpha()


def test_ratio_alpha_does_not_apply_below_zero():
    found = alpha(np.array([0, 0, 1, 1]), np.array([-1.0, 2.0, 3.0, 4.0]))
    assert found.ratio is None
    assert found.interval is not None


def test_kendall_w_corrects_for_ties():
    # Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: sums 2, 4.5, 5.5, 8 about 5; one pair tied, T = 6.
    table = np.array([[1.0, 1.0], [2.0, 2.0], [2.0, 3.0], [3.0, 4.0]])
    squares = 9 + 0.25 + 0.25 + 9
    assert kendall_w(table) == pytest.approx(12 * squares / (4 * 60 - 2 * 6), abs=1e-6)


def test_kendall_w_is_one_for_one_opinion_and_absent_for_none():
    assert kendall_w(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 5.0]])) == 1
    assert kendall_w(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])) is None
    assert kendall_w(np.array([[1.0, 2.0], [2.0, 4.0]])) is None


def test_a_coefficient_without_a_positive_variance_is_absent():
    found = ranked([["7", "6.5"], ["5.75", "6.75"]]).reliability.icc
    assert found is not None
    assert (found.icc2k, found.icc3k) == (None, pytest.approx(-1.25))


def test_an_incomplete_design_has_no_icc_and_no_w():
    found = ranked([[9, 2, 5], [6, 1, None], [8, 4, 6]]).reliability
    assert (found.icc, found.w) == (None, None)
    assert found.alpha.interval is not None


def test_a_table_needs_two_entries_and_two_jurors():
    one = np.array([0])
    assert complete_table(one, one, np.array([5.0]), 1, 1) is None


def test_generalizability_uses_the_harmonic_mean_of_jurors():
    g, phi = generalizability(Variance(2.0, 1.0, 4.0), [2, 4])
    assert (g, phi) == pytest.approx((2 / (2 + 4 * 0.375), 2 / (2 + 5 * 0.375)), abs=1e-6)
    assert generalizability(Variance(), [2]) == (None, None)
    assert generalizability(Variance(0.0, 0.0, 0.0), [2]) == (None, None)
