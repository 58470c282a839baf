"""Landing by state, the overview's figures, and what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from award.errors import NotFoundError
from award.home import queries
from award.models.entries import EntryState
from award.models.jury import JurorState
from award.models.operations import Job, JobState, Mail, MailState
from award.models.seasons import Extension, RoundState, SeasonState
from award.permissions import load_actor
from tests import factories as make


def card(session, season, now):
    return queries.season_card(session, season.programme.slug, season.slug, "en", now=now)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("open", "open"),
        ("closed", "judging"),
        ("judging", "judging"),
        ("decided", "judging"),
        ("announced", "announced"),
        ("archived", "announced"),
    ],
)
def test_the_public_sees_no_more_of_a_state_than_it_may(session, now, state, shown):
    season = make.make_season(session, state=SeasonState(state))
    assert card(session, season, now).state == shown
    assert [one.state for one in queries.season_cards(session, "en", now=now)] == [shown]


def test_a_draft_is_not_there(session, now):
    season = make.make_season(session, state=SeasonState.DRAFT)
    assert queries.season_cards(session, "en", now=now) == []
    with pytest.raises(NotFoundError):
        card(session, season, now)


def test_results_are_out_at_their_minute_without_anybody_doing_anything(session, now):
    season = make.make_season(session, state=SeasonState.DECIDED)
    make.make_round(session, season, state=RoundState.DECIDED, announces_at=now)
    assert card(session, season, now - timedelta(seconds=1)).state == "judging"
    assert card(session, season, now).state == "announced"


def test_a_planned_minute_brings_no_results_that_nobody_decided(session, now):
    season = make.make_season(session, state=SeasonState.JUDGING)
    make.make_round(session, season, state=RoundState.OPEN, announces_at=now)
    assert card(session, season, now + timedelta(days=1)).state == "judging"


def test_a_door_is_open_until_its_second_and_longer_where_it_was_extended(session, now):
    season = make.make_season(session, closes_at=now)
    assert card(session, season, now - timedelta(seconds=1)).state == "open"
    assert card(session, season, now).state == "judging"
    later = now + timedelta(days=2)
    session.add(
        Extension(season_id=season.id, closes_at=later, reason="The site was slow", granted_at=now)
    )
    session.flush()
    assert (card(session, season, now).state, card(session, season, now).closes_at) == (
        "open",
        later,
    )


def test_an_extension_of_one_entry_opens_the_door_for_nobody_else(session, now):
    season = make.make_season(session, closes_at=now)
    entry = make.make_entry(session, season)
    later = now + timedelta(days=2)
    session.add(
        Extension(
            season_id=season.id, entry_id=entry.id, closes_at=later, reason="Ill", granted_at=now
        )
    )
    session.flush()
    assert card(session, season, now).state == "judging"


@pytest.mark.parametrize(
    ("state", "shown"),
    [("finalist", "eligible"), ("winner", "eligible"), ("ineligible", "ineligible")],
)
def test_a_team_learns_no_outcome_from_its_list_of_entries(session, state, shown):
    season = make.make_season(session)
    lead = make.make_user(session)
    make.make_submitted(session, season, lead=lead, state=EntryState(state))
    (row,) = queries.own_entries(session, load_actor(session, lead), "en")
    assert row.state == shown


def test_the_overview_counts_who_came_how_far(session):
    season = make.make_season(session)
    states = ("submitted", "eligible", "eligible", "ineligible", "finalist", "winner")
    for state in states:
        make.make_submitted(session, season, state=EntryState(state))
    make.make_entry(session, season)
    make.make_submitted(session, season, state=EntryState.WITHDRAWN)
    make.make_submitted(session)
    figures = queries.overview(session, season.id, "en")
    assert (figures.started, figures.handed_in, figures.eligible, figures.finalists) == (8, 7, 4, 2)
    assert figures.unscreened == 1


def test_the_overview_says_what_needs_somebody(session, now):
    season = make.make_season(session)
    round_ = make.make_round(session, season)
    make.make_juror(session, season, state=JurorState.INVITED)
    idle, busy = make.make_juror(session, season), make.make_juror(session, season)
    entry = make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    make.make_assignment(session, round_, entry, idle)
    make.make_sheet(session, make.make_assignment(session, round_, entry, busy), {"impact": 5})
    common = {"template": "x", "to_email": "a@b.org", "subject": "s", "body": "b"}
    for number, state in enumerate((MailState.DEAD, MailState.SENT)):
        session.add(
            Mail(
                key=f"k{number}",
                season_id=season.id,
                state=state,
                send_after=now,
                created_at=now,
                **common,
            )
        )
    session.add(
        Job(
            key="j",
            kind="k",
            arguments={},
            state=JobState.DEAD,
            run_at=now,
            created_at=now,
            season_id=season.id,
        )
    )
    session.flush()
    figures = queries.overview(session, season.id, "en")
    assert (figures.jurors_silent, figures.jurors_not_started) == (1, 1)
    assert (figures.mails_failed, figures.jobs_dead) == (1, 1)
    assert [(one.assigned, one.submitted) for one in figures.rounds] == [(2, 1)]


def test_an_empty_season_has_an_empty_overview(session):
    figures = queries.overview(session, make.make_season(session).id, "en")
    assert (figures.started, figures.handed_in, figures.rounds) == (0, 0, [])


def test_home_and_overview_cost_the_same_at_3_and_at_60_rows(session, count_queries, now):
    lead = make.make_user(session)
    programme = make.make_programme(session)
    season = make.make_season(session, programme)
    round_ = make.make_round(session, season)

    def grow(number):
        for _one in range(number):
            entry = make.make_submitted(session, season, lead=lead)
            make.make_assignment(session, round_, entry, make.make_juror(session, season))
            make.make_season(session, programme)

    def cost():
        session.expire_all()
        actor = load_actor(session, lead)
        calls = (
            lambda: queries.home(session, actor, "en"),
            lambda: queries.overview(session, round_.season_id, "en"),
            lambda: queries.season_cards(session, "en", now=now),
        )
        return [count_queries(call) for call in calls]

    grow(3)
    cost()
    few = cost()
    grow(57)
    assert cost() == few
