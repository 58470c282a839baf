"""How entries came in, beside the season before."""

from __future__ import annotations

from datetime import timedelta

from award.home.overview import arrivals
from tests import factories as make


def test_arrivals_grow_day_by_day_and_last_years_deadline_lies_over_this_ones(session, now):
    season = make.make_season(session)
    earlier = make.make_season(
        session,
        season.programme,
        opens_at=season.opens_at - timedelta(days=300),
        closes_at=season.closes_at - timedelta(days=300),
    )
    for days in (9, 3, 3):
        entry = make.make_submitted(session, season)
        entry.current_version.submitted_at = season.opens_at + timedelta(days=days)
    last = make.make_submitted(session, earlier)
    last.current_version.submitted_at = earlier.closes_at
    session.flush()
    found = arrivals.arrivals(session, season.id, now=now)
    assert found is not None
    assert [count for _day, count in found.days] == [0, 0, 0, 2, 2, 2, 2, 2, 2, 3, 3]
    assert (found.points[0], found.points[-1]) == ((0.0, 0), (0.5, 3))
    assert (found.before[-2][1], found.before[-1]) == (0, (1.0, 1))
    assert (found.deadline, found.top) == (1.0, 3)


def test_without_dates_or_entries_there_is_nothing_to_draw(session, now):
    assert arrivals.arrivals(session, make.make_season(session).id, now=now) is None
    undated = make.make_season(session, opens_at=None)
    make.make_submitted(session, undated)
    assert arrivals.arrivals(session, undated.id, now=now) is None
