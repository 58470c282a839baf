"""The jury's list: its order, and what it costs."""

from __future__ import annotations

from award.jury.people.queries import juror_rows
from award.models.jury import JurorState
from tests import factories as make


def test_the_list_is_by_name_with_those_who_left_at_the_end(session):
    season = make.make_season(session)
    for name, state in (
        ("Яна", JurorState.ACTIVE),
        ("Ёлка", JurorState.ACTIVE),
        ("Анна", JurorState.REMOVED),
        ("Борис", JurorState.INVITED),
    ):
        make.make_juror(session, season, name=name, state=state)
    names = [row.name for row in juror_rows(session, season.id, "ru")]
    assert names == ["Борис", "Ёлка", "Яна", "Анна"]


def test_the_list_costs_the_same_for_3_and_30_jurors(session, count_queries):
    round_ = make.make_round(session, make.make_season(session))

    def grow(count):
        for _ in range(count):
            entry = make.make_submitted(session, round_.season)
            make.make_assignment(session, round_, entry, make.make_juror(session, round_.season))
        session.flush()

    grow(3)
    few = count_queries(lambda: juror_rows(session, round_.season_id, "en"))
    grow(27)
    assert len(juror_rows(session, round_.season_id, "en")) == 30
    assert count_queries(lambda: juror_rows(session, round_.season_id, "en")) == few
