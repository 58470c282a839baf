"""The desk and the work list: what is there, and what is not."""

from __future__ import annotations

import dataclasses

import pytest

from award.errors import NotFoundError
from award.judging.queries import Cell, QueueItem, desk, next_to_judge
from award.judging.sheets import total
from award.judging.work import work_list
from award.models.judging import SheetState
from award.models.jury import AssignmentState
from tests import factories as make


def everything(value):
    """All texts in a dataclass, however deep."""
    if dataclasses.is_dataclass(value):
        return " ".join(everything(getattr(value, f.name)) for f in dataclasses.fields(value))
    if isinstance(value, list | tuple):
        return " ".join(map(everything, value))
    if isinstance(value, dict):
        return " ".join(map(everything, value.values()))
    return str(value)


@pytest.fixture
def world(session):
    season = make.make_season(session)
    round_ = make.make_round(session, season)
    lead = make.make_user(session, name="Zinaida Secretova")
    entry = make.make_submitted(
        session, season, lead=lead, answers={"city": "Kungur", "organisation": "Perm State"}
    )
    entry.current_version.team = [{"name": lead.name, "role": "lead"}]
    juror = make.make_juror(session, season)
    assignment = make.make_assignment(session, round_, entry, juror, position=7)
    return season, round_, entry, juror, assignment


def test_a_blind_desk_has_no_field_for_names(session, world, now):
    _, round_, entry, _, assignment = world
    shown = everything(desk(session, assignment.id, "en", now=now))
    assert entry.title in shown
    for secret in ("Secretova", "Kungur", "Perm State", entry.code, entry.public_id):
        assert secret not in shown
    round_.blind = False
    session.flush()
    shown = everything(desk(session, assignment.id, "en", now=now))
    for known in ("Secretova", "Kungur", "Perm State", entry.code):
        assert known in shown


def test_past_totals_are_her_own_submitted_ones_only(session, world, now):
    season, round_, _, juror, assignment = world
    other = make.make_juror(session, season)
    points = {"impact": 8, "innovation": 6, "team": 6}
    for who, state in (
        (juror, SheetState.SUBMITTED),
        (juror, SheetState.DRAFT),
        (other, SheetState.SUBMITTED),
    ):
        entry = make.make_submitted(session, season)
        made = make.make_assignment(session, round_, entry, who)
        make.make_sheet(session, made, points, state=state)
    assert desk(session, assignment.id, "en", now=now).past == (7.0,)


def test_the_total_is_the_weighted_mean_of_what_is_scored(world):
    criteria = world[1].criteria
    points = {"impact": 8, "innovation": 5}
    assert total(points, criteria) == (7.0, 1.0, 10.0)
    assert total({}, criteria) == (None, 1.0, 10.0)


def test_totals_of_mixed_scales_run_from_0_to_100(world):
    criteria = world[1].criteria
    criteria[1].minimum, criteria[1].maximum = 0, 5
    points = {"impact": 10, "innovation": 5, "team": 10}
    assert total(points, criteria) == (100.0, 0.0, 100.0)


def test_a_recused_entry_keeps_its_cell_and_loses_its_door(session, world, now):
    season, round_, _, juror, assignment = world
    gone = make.make_assignment(
        session, round_, make.make_submitted(session, season), juror, position=8
    )
    gone.state = AssignmentState.RECUSED
    session.flush()
    found = desk(session, assignment.id, "en", now=now)
    assert [(i.position, i.cell, i.public_id) for i in found.queue] == [
        (7, Cell.TODO, assignment.public_id),
        (8, Cell.OUT, None),
    ]
    with pytest.raises(NotFoundError):
        desk(session, gone.id, "en", now=now)


def test_a_desk_and_a_list_cost_the_same_with_3_and_30_entries(session, world, now, count_queries):
    season, round_, _, juror, assignment = world

    def grow(count):
        for _ in range(count):
            made = make.make_assignment(
                session, round_, make.make_submitted(session, season), juror
            )
            make.make_sheet(session, made, {"impact": 5, "innovation": 5, "team": 5})

    def cost():
        session.flush()
        session.expunge_all()
        return (
            count_queries(lambda: desk(session, assignment.id, "en", now=now)),
            count_queries(lambda: work_list(session, [juror.id], "en", now=now)),
        )

    grow(3)
    few = cost()
    season, round_ = session.merge(season), session.merge(round_)
    grow(27)
    assert cost() == few


def test_the_work_list_counts_what_is_left(session, world, now):
    season, round_, _, juror, assignment = world
    done = make.make_assignment(session, round_, make.make_submitted(session, season), juror)
    make.make_sheet(session, done, {"impact": 8, "innovation": 6, "team": 6})
    (found,) = work_list(session, [juror.id], "en", now=now)
    assert (found.left, len(found.items), found.next.public_id) == (1, 2, assignment.public_id)
    assert [item.total for item in found.items] == [None, 7.0]
    assert work_list(session, [make.make_juror(session, season).id], "en", now=now) == ()
    after = round_.closes_at
    (closed,) = work_list(session, [juror.id], "en", now=after)
    assert (closed.left, closed.next, len(closed.items)) == (0, None, 2)


def test_offered_entries_come_after_those_she_has_accepted():
    queue = (
        QueueItem(1, "one", Cell.DONE, offered=False),
        QueueItem(2, "two", Cell.TODO, offered=True),
        QueueItem(3, "three", Cell.DRAFT, offered=False),
        QueueItem(4, None, Cell.OUT, offered=False),
    )
    assert next_to_judge(queue, "one") == "three"
    assert next_to_judge(queue, "three") == "two"
    assert next_to_judge(queue[:1], "one") is None
