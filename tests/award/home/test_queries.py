"""Landing by state, the overview's figures, and what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from award.errors import NotFoundError
from award.home import queries
from award.home.overview import arrivals, dashboard
from award.models.entries import EntryState
from award.models.seasons import Extension, RoundState, SeasonState
from award.models.threads import ThreadMessage, ThreadReading
from award.permissions import load_actor
from tests import factories as make


def card(session, season, now):
    return queries.season_card(session, season.programme.slug, season.slug, "en", now=now)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("open", "open"),
        ("closed", "closed"),
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
    assert card(session, season, now).state == "closed"
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
    assert card(session, season, now).state == "closed"


def test_a_season_that_opens_later_says_so_until_its_second(session, now):
    opens_at = now + timedelta(days=3)
    season = make.make_season(session, opens_at=opens_at, closes_at=now + timedelta(days=9))
    make.make_season(session, season.programme, opens_at=now - timedelta(days=1))
    assert card(session, season, opens_at - timedelta(seconds=1)).state == "before"
    assert card(session, season, opens_at).state == "open"
    cards = queries.season_cards(session, "en", now=now)
    assert [one.state for one in cards] == ["open", "before"]


@pytest.mark.parametrize(
    ("state", "shown"),
    [("finalist", "eligible"), ("winner", "eligible"), ("ineligible", "ineligible")],
)
def test_a_team_learns_no_outcome_from_its_list_of_entries(session, state, shown, now):
    season = make.make_season(session)
    lead = make.make_user(session)
    make.make_submitted(session, season, lead=lead, state=EntryState(state))
    (row,) = queries.own_entries(session, load_actor(session, lead), "en", now=now)
    assert row.state == shown


def test_home_counts_what_the_organisers_wrote_and_this_person_has_not_read(session, now):
    lead = make.make_user(session)
    entry, _other = (make.make_entry(session, lead=lead, title=title) for title in ("A", "B"))
    written = [
        ThreadMessage(
            key=f"m{number}", entry_id=entry.id, from_staff=number != 1, text="x", written_at=now
        )
        for number in range(4)
    ]
    session.add_all(written)
    session.flush()
    read = ThreadReading(entry_id=entry.id, user_id=lead.id, last_message_id=written[0].id)
    session.add(read)
    session.flush()
    rows = queries.own_entries(session, load_actor(session, lead), "en", now=now)
    assert {row.title: row.unread for row in rows} == {"A": 2, "B": 0}


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
            lambda: queries.home(session, actor, "en", now=now),
            lambda: dashboard.overview(session, round_.season_id, "en"),
            lambda: arrivals.arrivals(session, round_.season_id, now=now),
            lambda: queries.season_cards(session, "en", now=now),
        )
        return [count_queries(call) for call in calls]

    grow(3)
    cost()
    few = cost()
    grow(57)
    assert cost() == few


def test_after_the_first_rounds_minute_the_public_page_leads_to_the_finalists(session, now):
    season = make.make_season(session, state=SeasonState.JUDGING)
    hour = timedelta(hours=1)
    make.make_round(session, season, state=RoundState.DECIDED, announces_at=now)
    make.make_round(session, season, state=RoundState.SET_UP, position=2, announces_at=now + hour)
    before = card(session, season, now - timedelta(seconds=1))
    after = card(session, season, now)
    assert (before.state, before.announces_at) == ("judging", now)
    assert (after.state, after.announces_at) == ("finalists", now + hour)
