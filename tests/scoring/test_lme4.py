"""Penicillin (Davies and Goldsmith, Statistical Methods, 1972, table 6.6): what lme4 1.1 prints.

Twenty-four plates, six samples of the antibiotic, diameters of the zone without growth in mm.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from scoring import Tabulation, tabulate
from scoring.mixed import Design
from scoring.reml import Estimate, estimate
from tests.scoring.builders import jury, rules

DIAMETERS = """
    27 23 26 23 23 21  27 23 26 23 23 21  25 21 25 24 24 20  26 23 25 23 23 20
    25 22 26 22 23 20  24 22 25 23 22 19  24 20 23 21 22 19  26 22 26 24 24 21
    24 21 24 22 22 20  24 21 24 23 22 19  26 23 26 24 24 21  25 22 26 24 24 20
    26 24 26 24 25 22  26 23 26 23 23 20  26 23 25 24 24 22  25 22 25 23 23 20
    25 21 24 23 23 20  25 22 24 23 23 19  24 21 23 21 21 19  26 23 26 24 24 21
    25 21 24 22 22 18  25 22 25 22 22 20  24 21 24 22 24 19  24 21 24 22 21 18
"""
TABLE = np.array(DIAMETERS.split(), dtype=int).reshape(24, 6)
SAMPLES = (2.18705840, -1.01047635, 1.93789985, -0.09689499, -0.01384214, -3.00374477)
PLATES = """
    0.804546906 0.804546906 0.181671882 0.337390638 0.025953126 -0.441203142 -1.375515678
    0.804546906 -0.752640654 -0.752640654 0.960265662 0.493109394 1.427421930 0.493109394
    0.960265662 0.025953126 -0.285484386 -0.285484386 -1.375515678 0.960265662 -0.908359410
    -0.285484386 -0.596921898 -1.219796922
"""
FOUR_DIGITS = 5e-5


@pytest.fixture(scope="module")
def table() -> Tabulation:
    return tabulate(jury(TABLE.tolist()), rules(maximum=Decimal(40)))


@pytest.fixture(scope="module")
def found() -> Estimate:
    plate, sample = (index.ravel() for index in np.indices(TABLE.shape))
    design = Design(TABLE.ravel().astype(float), plate, sample, np.zeros(24, dtype=int), 24, 6, 1)
    with threadpool_limits(limits=1, user_api="blas"):
        return estimate(design)


def variances(table: Tabulation) -> tuple[float | None, ...]:
    return table.variance.merit, table.variance.severity, table.variance.residual


def test_variances_agree_to_four_digits(table):
    # lme4 stops at 3.731132; the criterion's minimum is below, in the next test.
    printed = (0.716905141, 3.731131843, 0.302414956)
    assert [f"{x:.4g}" for x in variances(table)] == [f"{x:.4g}" for x in printed]


def test_on_a_complete_table_variances_are_those_of_the_analysis_of_variance(table):
    plates, samples, grand = TABLE.mean(axis=1), TABLE.mean(axis=0), TABLE.mean()
    rest = TABLE - plates[:, None] - samples + grand
    between = 6 * np.sum((plates - grand) ** 2) / 23, 24 * np.sum((samples - grand) ** 2) / 5
    noise = np.sum(rest**2) / (23 * 5)
    exact = (between[0] - noise) / 6, (between[1] - noise) / 24, noise
    assert variances(table) == pytest.approx(exact, abs=1e-6)


def test_mean_and_reml_criterion(found):
    assert found.solution.theta[0] == pytest.approx(22.9722222, rel=1e-8)
    assert found.criterion == pytest.approx(330.860589, rel=1e-8)


def test_severities_are_the_samples_blups_with_the_sign_turned(table):
    severities = {item.juror: item.severity for item in table.jurors}
    assert [-severities[f"j{j}"] for j in range(6)] == pytest.approx(SAMPLES, rel=FOUR_DIGITS)


def test_merits_are_the_plates_blups(found):
    expected = [float(value) for value in PLATES.split()]
    assert found.solution.merit.tolist() == pytest.approx(expected, rel=FOUR_DIGITS)
