"""Real juries: figure skating, BuzzFeed News, CC BY 4.0; the data lies beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from award.commands.score_input import read_rubric, read_scores
from exports.tables.reading import read_table
from scoring import Rules, Tabulation, tabulate
from scoring.calibrated import counted_sheets
from scoring.mixed import Design
from scoring.reml import Estimate, estimate

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "skating"


@pytest.fixture(scope="module")
def table() -> Tabulation:
    if not FOLDER.is_dir():
        reason = (
            f"the real juries' scores are not at {FOLDER}: their published figures are UNTESTED"
        )
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    rubric = read_rubric(FOLDER / "rubric.toml")
    scores, _ = read_scores(read_table(FOLDER / "components.csv"), rubric, None)
    return tabulate(scores, Rules(rubric.criteria, cut=20))


@pytest.fixture(scope="module")
def fit(table: Tabulation) -> tuple[Estimate, tuple[str, ...]]:
    sheets = counted_sheets(table.sheets)
    y = np.array([float(value) for value in sheets.values])
    part, sizes = np.zeros_like(sheets.part), (len(sheets.entries), len(sheets.jurors), 1)
    with threadpool_limits(limits=1, user_api="blas"):
        found = estimate(Design(y, sheets.entry, sheets.juror, part, *sizes))
    return found, sheets.entries


def test_variances_are_those_of_lme4(table):
    found = table.variance
    assert (found.merit, found.severity, found.residual) == pytest.approx(
        (1.24627, 0.01989, 0.11560), rel=3e-4
    )


def test_mean_and_reml_criterion_are_those_of_lme4(fit):
    found, _ = fit
    assert found.solution.theta[0] == pytest.approx(7.54434, abs=5e-6)
    assert found.criterion == pytest.approx(18961.189, abs=5e-4)


def test_the_strictest_and_the_mildest_jurors_are_those_of_lme4(table):
    ends = [*table.jurors[:3], *table.jurors[-3:]]
    assert [item.juror for item in ends] == [
        *("judge-092", "judge-159", "judge-096"),
        *("judge-192", "judge-082", "judge-187"),
    ]
    assert [-item.severity for item in ends] == pytest.approx(
        [-0.527642642, -0.380091329, -0.369487719, 0.286168750, 0.314317560, 0.372175347], rel=5e-5
    )


def test_the_best_and_the_weakest_performances_are_those_of_lme4(fit):
    found, entries = fit
    merits = {"f19ff34a48": 2.23809706, "08c6ee8862": 2.23744640, "12444e94fb": -3.54510104}
    assert {name: found.solution.merit[entries.index(name)] for name in merits} == {
        name: pytest.approx(merit, rel=5e-5) for name, merit in merits.items()
    }


def test_every_performance_is_ranked_and_the_jury_connects(table):
    assert (len(table.entries), len(table.jurors), table.connected.parts) == (1726, 214, 1)
    assert sum(item.p_cut for item in table.entries) == pytest.approx(20, abs=1e-3)
