"""A season's timeline: what is set, last time's moved on, and a usual season."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from award.seasons.dates import dates_of
from tests import factories as make

MOSCOW = ZoneInfo("Europe/Moscow")
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def local(dates):
    return {
        one.key: one.now.astimezone(MOSCOW).strftime("%a %d %b %Y %H:%M")
        for one in dates
        if isinstance(one.now, datetime)
    }


def empty(session, **over):
    season = make.make_season(session, opens_at=None, closes_at=None, **over)
    make.make_round(
        session, season, state="set_up", opens_at=None, closes_at=None, announces_at=None
    )
    session.refresh(season)
    return season


def test_a_first_season_begins_next_monday_and_goes_its_usual_way(session):
    assert local(dates_of(empty(session), None, now=WEDNESDAY)) == {
        "opens_at": "Mon 30 Nov 2026 10:00",
        "closes_at": "Sun 10 Jan 2027 23:59",
        "round_1_opens_at": "Mon 18 Jan 2027 10:00",
        "round_1_closes_at": "Sun 31 Jan 2027 23:59",
        "round_1_announces_at": "Fri 05 Feb 2027 12:00",
    }


def test_last_time_comes_again_and_what_is_set_stays(session):
    last = make.make_season(
        session,
        opens_at=datetime(2025, 3, 3, 9, 0, tzinfo=MOSCOW),
        closes_at=datetime(2025, 4, 6, 23, 59, tzinfo=MOSCOW),
        age_on=date(2024, 2, 29),
    )
    make.make_round(
        session,
        last,
        opens_at=datetime(2025, 4, 14, 9, 0, tzinfo=MOSCOW),
        closes_at=datetime(2025, 4, 20, 21, 0, tzinfo=MOSCOW),
        announces_at=None,
    )
    session.refresh(last)
    season = empty(session)
    season.opens_at = datetime(2027, 3, 10, 12, 0, tzinfo=MOSCOW)
    found = dates_of(season, last, now=WEDNESDAY)
    assert local(found) == {
        "opens_at": "Wed 10 Mar 2027 12:00",
        "closes_at": "Sun 04 Apr 2027 23:59",
        "round_1_opens_at": "Mon 12 Apr 2027 09:00",
        "round_1_closes_at": "Sun 18 Apr 2027 21:00",
        "round_1_announces_at": "Fri 23 Apr 2027 12:00",
    }
    assert [one.now for one in found if one.key == "age_on"] == [date(2026, 2, 28)]
    assert [one.before for one in found][:2] == [last.opens_at, last.closes_at]


def test_a_moved_date_that_would_come_too_early_gives_way(session):
    last = make.make_season(session, closes_at=WEDNESDAY + timedelta(days=3))
    season = empty(session)
    season.opens_at = WEDNESDAY + timedelta(weeks=60)
    closes = next(one for one in dates_of(season, last, now=WEDNESDAY) if one.name == "closes_at")
    assert closes.now == datetime(2028, 2, 29, 23, 59, tzinfo=MOSCOW)
