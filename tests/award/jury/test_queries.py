"""The board and the jury's list: order, states, and what they cost."""

from __future__ import annotations

import pytest

from award.jury.queries import PairState, board, juror_rows, progress_rows
from award.models.judging import SheetState
from award.models.jury import AssignmentState, Conflict, ConflictSource, JurorState
from tests import factories as make


@pytest.fixture
def round_(session):
    return make.make_round(session, make.make_season(session), jurors_per_entry=1)


def pair(session, round_, juror, **over):
    entry = make.make_submitted(session, round_.season)
    return make.make_assignment(session, round_, entry, juror, **over)


def test_holes_come_first_then_the_worst_matches(session, round_):
    juror = make.make_juror(session, round_.season)
    good = pair(session, round_, juror, affinity="0.9")
    weak = pair(session, round_, juror, affinity="0.2")
    hole = pair(session, round_, juror, state=AssignmentState.EXCLUDED)
    found = board(session, round_.id, "en")
    assert [row.code for row in found.entries] == [
        hole.entry.code,
        weak.entry.code,
        good.entry.code,
    ]
    assert (found.holes, found.pairs, found.jurors[0].load) == (1, 2, 2)


def test_each_state_shows_and_a_conflict_does_not_hide_an_assignment(session, round_, now):
    juror = make.make_juror(session, round_.season)
    begun = pair(session, round_, juror)
    make.make_sheet(session, begun, {"impact": 3}, state=SheetState.DRAFT)
    make.make_sheet(session, pair(session, round_, juror), {"impact": 3})
    pair(session, round_, juror, state=AssignmentState.OFFERED)
    alone = make.make_juror(session, round_.season)
    for who in (juror, alone):
        conflict = Conflict(
            juror_id=who.id,
            entry_id=begun.entry_id,
            source=ConflictSource.DECLARED,
            found_at=now,
        )
        session.add(conflict)
    session.flush()
    rows = {row.code: row for row in board(session, round_.id, "en").entries}
    states = {p.juror: p.state for p in rows[begun.entry.code].pairs}
    assert states == {
        juror.public_id: PairState.BEGUN,
        alone.public_id: PairState.CONFLICT,
    }
    progress = progress_rows(session, round_.id, "en")
    assert (progress.done, progress.all) == (1, 3)
    assert sorted(progress.jurors[0].states) == ["begun", "done", "offered"]


def test_the_list_is_by_name_with_those_who_left_at_the_end(session, round_):
    season = round_.season
    for name, state in (
        ("Яна", JurorState.ACTIVE),
        ("Ёлка", JurorState.ACTIVE),
        ("Анна", JurorState.REMOVED),
        ("Борис", JurorState.INVITED),
    ):
        make.make_juror(session, season, name=name, state=state)
    names = [row.name for row in juror_rows(session, season.id, "ru")]
    assert names == ["Борис", "Ёлка", "Яна", "Анна"]


def test_the_pages_cost_the_same_for_3_and_30_entries(session, round_, count_queries):
    juror = make.make_juror(session, round_.season)

    def grow(count):
        for _ in range(count):
            pair(session, round_, juror)
            pair(session, round_, make.make_juror(session, round_.season))

    def cost():
        session.flush()
        session.expunge_all()
        return [
            count_queries(lambda: board(session, round_.id, "en")),
            count_queries(lambda: progress_rows(session, round_.id, "en")),
            count_queries(lambda: juror_rows(session, round_.season_id, "en")),
        ]

    grow(3)
    few = cost()
    round_, juror = session.merge(round_), session.merge(juror)
    grow(27)
    assert cost() == few
