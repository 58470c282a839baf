"""Rounds and rubrics: what freezes when, and the rubrics to begin with."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from award.errors import InputError, RuleError
from award.models.seasons import RankBy, RoundState
from award.seasons.queries import rubric_of
from award.seasons.rounds import service as rules
from award.seasons.rounds.rubrics import READY
from tests import factories as make

LEVELS = {Decimal(1): {"en": "Weak"}, Decimal(10): {"en": "Strong"}}


@pytest.fixture
def round_(session):
    return make.make_round(session, make.make_season(session), state=RoundState.SET_UP)


@pytest.fixture
def opened(session, round_):
    round_.state = RoundState.OPEN
    session.flush()
    return round_


def values(criterion, **over):
    names = ("key", "title", "help", "weight", "minimum", "maximum", "step", "required")
    return {name: getattr(criterion, name) for name in names} | over


@pytest.mark.parametrize(
    "change",
    [
        {"rank_by": RankBy.CALIBRATED},
        {"cut": 5},
        {"ties": [{"rule": "lot"}]},
        {"ranks": False},
        {"blind": False},
    ],
)
def test_what_decides_the_ranking_is_frozen_once_the_round_has_opened(session, round_, now, change):
    rules.update_round(session, round_.id, change, actor_id=None, now=now)
    before = {name: getattr(round_, name) for name in change}
    round_.state = RoundState.OPEN
    back = {"rank_by": RankBy.PLAIN, "cut": 2, "ties": [], "ranks": True, "blind": True}
    with pytest.raises(RuleError, match="round_frozen"):
        rules.update_round(
            session, round_.id, {name: back[name] for name in change}, actor_id=None, now=now
        )
    session.rollback()
    assert before == change


def test_dates_and_names_move_also_afterwards(session, opened, now):
    change = {"name": {"en": "First"}, "closes_at": now, "cut": opened.cut}
    rules.update_round(session, opened.id, change, actor_id=None, now=now)
    assert (opened.name, opened.closes_at) == ({"en": "First"}, now)


def test_results_come_after_the_scoring_and_stay_out_once_they_are(session, round_, now):
    closes, before, after = now, now - timedelta(hours=1), now + timedelta(hours=1)

    def move(announces_at):
        change = {"closes_at": closes, "announces_at": announces_at}
        return rules.update_round(session, round_.id, change, actor_id=None, now=now)

    with pytest.raises(InputError, match="results_before_closing") as refused:
        move(before)
    assert refused.value.field == "announces_at"
    assert move(after).announces_at == after
    round_.state = RoundState.CLOSED
    assert move(before).announces_at == before
    round_.state = RoundState.DECIDED
    session.flush()
    for moment in (after, None):
        with pytest.raises(InputError, match="announced_already"):
            move(moment)
    assert move(before).announces_at == before


@pytest.mark.parametrize(
    "ties",
    [
        [{"rule": "charm"}],
        [{"rule": "criterion"}],
        [{"rule": "median", "criterion": "impact"}],
        [{"rule": ""}],
    ],
)
def test_a_tie_rule_that_the_scoring_does_not_know_is_refused(session, round_, now, ties):
    with pytest.raises(InputError, match="tie_unknown") as refused:
        rules.update_round(session, round_.id, {"ties": ties}, actor_id=None, now=now)
    assert refused.value.field == "ties"


def test_weights_and_scale_freeze_when_the_round_opens_and_words_do_not(session, opened, now):
    one = opened.criteria[0]
    for change in ({"weight": Decimal(3)}, {"maximum": Decimal(5)}, {"required": False}):
        with pytest.raises(RuleError, match="round_frozen"):
            rules.save_criterion(
                session, opened.id, one.id, values(one, **change), {}, actor_id=None, now=now
            )
        session.refresh(one)
    words = values(one, title={"en": "Impact on people"})
    rules.save_criterion(session, opened.id, one.id, words, LEVELS, actor_id=None, now=now)
    assert rubric_of(session, opened.id, "en").criteria[0].title == "Impact on people"
    with pytest.raises(RuleError, match="round_frozen"):
        rules.save_criterion(
            session, opened.id, None, values(one, key="new"), {}, actor_id=None, now=now
        )
    with pytest.raises(RuleError, match="round_frozen"):
        rules.remove_criterion(session, one.id, actor_id=None, now=now)


def test_levels_freeze_at_the_first_score(session, opened, now):
    one = opened.criteria[0]
    rules.save_criterion(session, opened.id, one.id, values(one), LEVELS, actor_id=None, now=now)
    entry = make.make_submitted(session, opened.season)
    juror = make.make_juror(session, opened.season)
    assignment = make.make_assignment(session, opened, entry, juror)
    make.make_sheet(session, assignment, {"impact": 7})
    rules.save_criterion(session, opened.id, one.id, values(one), LEVELS, actor_id=None, now=now)
    changed = LEVELS | {Decimal(5): {"en": "Middling"}}
    with pytest.raises(RuleError, match="levels_frozen"):
        rules.save_criterion(
            session, opened.id, one.id, values(one), changed, actor_id=None, now=now
        )


def test_two_criteria_of_a_rubric_have_different_keys(session, round_, now):
    one = round_.criteria[0]
    with pytest.raises(InputError, match="key_taken"):
        rules.save_criterion(session, round_.id, None, values(one), {}, actor_id=None, now=now)


@pytest.mark.parametrize("key", sorted(READY))
def test_a_ready_rubric_replaces_what_was_there_in_every_language(session, round_, now, key):
    rules.use_ready_rubric(session, round_.id, key, actor_id=None, now=now)
    ready = READY[key]
    for language in ("ru", "en", "de"):
        made = rubric_of(session, round_.id, language).criteria
        assert [one.title for one in made] == [one.title[language] for one in ready.criteria]
        assert all(level.text for one in made for level in one.levels)
    assert sum(one.share for one in made) == pytest.approx(1)


def test_the_ten_criteria_weigh_ten_together(session, round_, now):
    rules.use_ready_rubric(session, round_.id, "ten_criteria", actor_id=None, now=now)
    made = rubric_of(session, round_.id, "en").criteria
    assert len(made) == 10
    assert sum(one.weight for one in made) == 10
    assert {(one.minimum, one.maximum) for one in made} == {(0, 10)}


def test_no_rubric_is_taken_once_the_round_is_open_nor_one_that_is_unknown(session, opened, now):
    with pytest.raises(RuleError, match="round_frozen"):
        rules.use_ready_rubric(session, opened.id, "ten_criteria", actor_id=None, now=now)
    with pytest.raises(InputError, match="rubric_unknown"):
        rules.use_ready_rubric(session, opened.id, "nothing", actor_id=None, now=now)


def test_rounds_are_numbered_in_the_order_they_were_added(session, now):
    season = make.make_season(session)
    made = [
        rules.add_round(session, season.id, {"name": {"en": name}}, actor_id=None, now=now)
        for name in ("One", "Two")
    ]
    assert [one.position for one in made] == [1, 2]
