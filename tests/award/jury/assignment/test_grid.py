"""The window on the assignment: what it shows, what it finds, what it costs."""

from __future__ import annotations

import pytest

from award.jury.assignment.grid import cell, entry_row, grid
from award.jury.assignment.window import COLUMNS, ROWS, Look, Show
from award.jury.pair_states import PairState
from award.models.jury import AssignmentState
from tests import factories as make


@pytest.fixture
def round_(session):
    return make.make_round(session, make.make_season(session), jurors_per_entry=1)


def pair(session, round_, juror, entry=None, **over):
    entry = entry or make.make_submitted(session, round_.season)
    return make.make_assignment(session, round_, entry, juror, **over)


def test_holes_come_first_then_the_worst_and_each_look_finds_its_own(session, round_):
    juror = make.make_juror(session, round_.season, maximum=1)
    good = pair(session, round_, juror, affinity="0.9")
    weak = pair(session, round_, juror, affinity="0.2", locked=True)
    hole = pair(session, round_, juror, state=AssignmentState.RECUSED)
    codes = [one.entry.code for one in (hole, weak, good)]
    found = grid(session, round_.id, "en")
    assert [row.code for row in found.entries] == codes
    assert (found.holes, found.weak, found.pairs, found.over) == (1, 1, 2, 1)
    assert found.entries[1].cells[juror.public_id].locked
    looks = (Look(Show.HOLES), Look(Show.WEAK), Look(text=good.entry.title.upper()), Look(page=9))
    shown = [[row.code for row in grid(session, round_.id, "en", one).entries] for one in looks]
    assert shown == [codes[:1], codes[1:2], codes[2:], codes]


def test_what_lies_beyond_the_columns_is_counted(session, round_):
    jurors = [
        make.make_juror(session, round_.season, name=f"Juror {number:02d}")
        for number in range(COLUMNS + 1)
    ]
    entry = pair(session, round_, jurors[-1]).entry
    first = grid(session, round_.id, "en")
    second = grid(session, round_.id, "en", Look(window=2))
    assert (first.windows, first.entries[0].outside, second.entries[0].outside) == (2, 1, 0)
    assert [one.public_id for one in second.jurors] == [jurors[-1].public_id]
    row, column, holes, pairs = cell(session, round_.id, entry.id, jurors[-1].id, "en")
    assert (row.live, column.load, holes, pairs) == (1, 1, 0, 1)


def test_a_conflict_in_the_data_shows_before_any_run(session, round_):
    juror = make.make_juror(session, round_.season)
    entry = pair(session, round_, juror).entry
    other = make.make_juror(
        session, round_.season, organisation=entry.current_version.answers["organisation"]
    )
    row, _ = entry_row(session, round_.id, entry.id, "en")
    shown = {key: one.state for key, one in row.cells.items()}
    assert shown[other.public_id] is PairState.CONFLICT
    assert shown[juror.public_id] in (PairState.ACTIVE, PairState.CONFLICT)


def test_the_window_costs_the_same_for_3_and_60_entries(session, round_, count_queries):
    def grow(count):
        for _ in range(count):
            pair(session, round_, make.make_juror(session, round_.season))
        session.flush()
        session.expunge_all()
        return count_queries(lambda: grid(session, round_.id, "en"))

    few, season = grow(3), round_.season_id
    round_ = session.merge(round_)
    assert round_.season_id == season
    many = grow(57)
    assert few == many <= 12
    assert len(grid(session, round_.id, "en").entries) == ROWS
