from __future__ import annotations

import pytest

from scoring import StudyPoint, Variance
from scoring.study import decision_study
from tests.scoring.builders import SHROUT_FLEISS, ranked


def test_the_study_of_shrout_and_fleiss_repeats_their_coefficients():
    study = ranked(SHROUT_FLEISS).study
    assert study is not None
    one, four = study.points[0], study.points[3]
    # ICC(3,1), ICC(2,1); ICC(3,4), ICC(2,4).
    assert (one.g, one.phi) == pytest.approx((0.7148, 0.2898), abs=5e-5)
    assert (four.g, four.phi) == pytest.approx((0.9093, 0.6201), abs=5e-5)


def test_the_jurors_needed_are_the_fewest_that_reach_the_goal():
    # 2 / (2 + 4 / n) reaches .8 at n = 8; with severity 2 / (2 + 5 / n) at n = 10.
    study = decision_study(Variance(2.0, 1.0, 4.0))
    assert study is not None
    assert (study.jurors_for_g, study.jurors_for_phi) == (8, 10)
    assert [point.g >= 0.8 for point in study.points] == [False] * 7 + [True] * 3


def test_neurips_2014_would_have_needed_five_reviewers_a_paper():
    # Lawrence's published variances of merit, reviewer and noise: 4.7, so 5.
    study = decision_study(Variance(1.2782, 0.2400, 1.2684))
    assert study is not None
    assert study.jurors_for_phi == 5


def test_no_jury_tells_apart_what_does_not_differ():
    study = decision_study(Variance(0.0, 1.0, 2.0))
    assert study is not None
    assert (study.jurors_for_g, study.jurors_for_phi) == (None, None)
    assert study.points[9] == StudyPoint(10, 0.0, 0.0)


def test_perfect_agreement_needs_one_juror():
    study = decision_study(Variance(3.0, 0.0, 0.0))
    assert study is not None
    assert (study.jurors_for_g, study.points[0]) == (1, StudyPoint(1, 1.0, 1.0))


def test_unknown_or_absent_variances_have_no_study():
    assert decision_study(Variance()) is None
    assert decision_study(Variance(0.0, 0.0, 0.0)) is None


@pytest.mark.parametrize("goal", [0, 1, 1.5])
def test_a_goal_outside_zero_to_one_is_refused(goal):
    with pytest.raises(ValueError, match="between 0 and 1"):
        decision_study(Variance(1.0, 1.0, 1.0), goal)
