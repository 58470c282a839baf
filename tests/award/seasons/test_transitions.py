"""The lives of a season and a round: every step that exists, and none that does not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from award.errors import RuleError
from award.models.operations import AuditRow
from award.models.seasons import RoundState, SeasonState
from award.seasons.transitions import set_round_state, set_season_state
from tests import factories as make

S, R = SeasonState, RoundState
SEASON = {
    (S.DRAFT, S.OPEN),
    (S.OPEN, S.CLOSED),
    (S.CLOSED, S.OPEN),
    (S.CLOSED, S.JUDGING),
    (S.JUDGING, S.DECIDED),
    (S.DECIDED, S.JUDGING),
    (S.DECIDED, S.ANNOUNCED),
    (S.ANNOUNCED, S.ARCHIVED),
}
ROUND = {
    (R.SET_UP, R.OPEN),
    (R.OPEN, R.CLOSED),
    (R.CLOSED, R.OPEN),
    (R.CLOSED, R.TABULATED),
    (R.TABULATED, R.OPEN),
    (R.TABULATED, R.TABULATED),
    (R.TABULATED, R.DECIDED),
    (R.DECIDED, R.TABULATED),
    (R.DECIDED, R.ANNOUNCED),
}


@pytest.mark.parametrize("before", S)
def test_a_season_takes_exactly_the_steps_of_its_life(session, now, monkeypatch, before):
    monkeypatch.setattr("award.seasons.transitions.missing_to_open", lambda *_: [])
    season = make.make_season(session)
    for to in S:
        season.state = before
        session.flush()
        if (before, to) in SEASON:
            assert set_season_state(session, season.id, to, actor_id=None, now=now).state is to
            continue
        with pytest.raises(RuleError, match="season_step"):
            set_season_state(session, season.id, to, actor_id=None, now=now)
        assert season.state is before


@pytest.mark.parametrize("before", R)
def test_a_round_takes_exactly_the_steps_of_its_life(session, now, before):
    round_ = make.make_round(session, make.make_season(session))
    for to in R:
        round_.state = before
        session.flush()
        if (before, to) in ROUND:
            assert set_round_state(session, round_.id, to, actor_id=None, now=now).state is to
            continue
        with pytest.raises(RuleError, match="round_step"):
            set_round_state(session, round_.id, to, actor_id=None, now=now)
        assert round_.state is before


def test_every_step_is_logged(session, now):
    season = make.make_season(session)
    set_season_state(session, season.id, S.CLOSED, actor_id=None, now=now)
    (row,) = session.scalars(select(AuditRow))
    assert (row.action, row.before, row.after, row.season_id) == (
        "season.closed",
        "open",
        "closed",
        season.id,
    )


def test_a_round_without_a_rubric_does_not_open(session, now):
    round_ = make.make_round(session, make.make_season(session), state=R.SET_UP, ties=[])
    round_.criteria.clear()
    session.flush()
    with pytest.raises(RuleError, match="round_without_rubric"):
        set_round_state(session, round_.id, R.OPEN, actor_id=None, now=now)


def test_a_round_whose_ties_name_a_criterion_that_is_gone_does_not_open(session, now):
    ties = [{"rule": "criterion", "criterion": "charm"}]
    round_ = make.make_round(session, make.make_season(session), state=R.SET_UP, ties=ties)
    with pytest.raises(RuleError, match="tie_without_criterion") as refused:
        set_round_state(session, round_.id, R.OPEN, actor_id=None, now=now)
    assert refused.value.params == {"criterion": "charm"}
