"""How far the jury is: order, states, and what they cost."""

from __future__ import annotations

import pytest

from award.jury.progress.queries import ROWS, By, ProgressFilters, progress
from award.models.judging import SheetState
from award.models.jury import AssignmentState
from tests import factories as make

ENTRIES = ProgressFilters(By.ENTRY)


@pytest.fixture
def round_(session):
    return make.make_round(session, make.make_season(session), jurors_per_entry=1)


def pair(session, round_, juror, **over):
    entry = make.make_submitted(session, round_.season)
    return make.make_assignment(session, round_, entry, juror, **over)


def test_progress_tells_what_is_begun_and_submitted_and_leaves_out_who_stepped_back(
    session, round_
):
    juror = make.make_juror(session, round_.season, name="Яна")
    begun = pair(session, round_, juror)
    make.make_sheet(session, begun, {"impact": 3}, state=SheetState.DRAFT)
    make.make_sheet(session, pair(session, round_, juror), {"impact": 3})
    pair(session, round_, juror, state=AssignmentState.OFFERED)
    gone = make.make_juror(session, round_.season, name="Анна")
    hole = pair(session, round_, gone, state=AssignmentState.RECUSED)
    found = progress(session, round_.id, "en")
    assert (found.done, found.all, found.jurors, found.entries) == (1, 3, 1, 4)
    (row,) = found.rows
    assert (row.name, row.all, row.begun, row.done, row.idle) == ("Яна", 3, 1, 1, 1)
    assert [sheet.state for sheet in row.sheets] == ["begun", "done", "offered"]
    entries = progress(session, round_.id, "en", ENTRIES).rows
    assert [one.all - one.done for one in entries] == [1, 1, 0, 0]
    assert entries[-1].public_id == hole.entry.public_id
    assert [sheet.name for sheet in entries[0].sheets] == ["Яна"]


def test_progress_is_searched_filtered_and_sorted(session, round_):
    judges = {
        name: make.make_juror(session, round_.season, name=name) for name in ("Ёлка", "Яна", "Bo")
    }
    make.make_sheet(session, pair(session, round_, judges["Яна"]), {"impact": 3})
    for juror in judges.values():
        pair(session, round_, juror)
    make.make_sheet(session, pair(session, round_, judges["Bo"]), {"impact": 3})
    pair(session, round_, judges["Bo"])

    def found(**said):
        asked = progress(session, round_.id, "en", ProgressFilters.read(said))
        assert asked.found == len(asked.rows)
        return [row.name for row in asked.rows]

    assert found() == ["Bo", "Ёлка", "Яна"]
    assert found(q="ЕЛК") == ["Ёлка"]
    assert found(state="idle") == ["Ёлка"]
    assert found(state="done") == []
    assert found(state="left", sort="-name") == ["Bo", "Яна", "Ёлка"]
    assert found(sort="left") == ["Ёлка", "Яна", "Bo"]


def test_progress_is_paged_and_a_page_beyond_the_last_is_the_last(session, round_):
    juror = make.make_juror(session, round_.season)
    codes = sorted(pair(session, round_, juror).entry.code for _ in range(ROWS + 2))
    first = progress(session, round_.id, "en", ENTRIES)
    last = progress(session, round_.id, "en", ENTRIES, 9)
    assert (first.pages, len(first.rows), last.page, last.first) == (2, ROWS, 2, ROWS + 1)
    assert [row.name for row in (*first.rows, *last.rows)] == codes


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
            count_queries(lambda: progress(session, round_.id, "en")),
            count_queries(lambda: progress(session, round_.id, "en", ENTRIES)),
        ]

    grow(3)
    few = cost()
    round_, juror = session.merge(round_), session.merge(juror)
    grow(27)
    assert cost() == few
