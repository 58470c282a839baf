"""The examples that docs/scoring.md works by hand; each other rule's stands in its own module."""

from __future__ import annotations

import pytest

from scoring import Scores, Variance
from scoring.answers import answer_table
from scoring.calibrated import counted_sheets
from scoring.diagnostics import diagnose
from scoring.plain import plain_view
from scoring.study import decision_study
from tests.scoring.builders import row, rules


def test_four_jurors_reach_the_goal_where_merit_and_residual_are_equal():
    study = decision_study(Variance(7 / 6, 83 / 6, 7 / 6))
    assert study is not None
    assert study.jurors_for_g == 4


def test_a_nine_among_fives_is_an_odd_sheet():
    criteria = rules().criteria
    scores = Scores(
        tuple(row("a", juror, value) for juror, value in zip("xyz", (5, 5, 9), strict=True))
    )
    view = plain_view(scores, rules())
    points, sheets = answer_table(view.points, criteria), counted_sheets(view.sheets)
    found = diagnose(points, criteria, sheets, dict.fromkeys("xyz", 0.0), Variance(1.0, 0.0, 1.0))
    assert [(odd.juror, odd.z) for odd in found.odd] == [("z", pytest.approx(3.27, abs=0.005))]
