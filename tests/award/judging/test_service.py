"""Saving, submitting and reopening score sheets."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from award import audit
from award.errors import EditConflictError, InputError, RuleError
from award.judging.service import reopen_sheet, save_sheet, submit_sheet
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import AssignmentState
from award.models.operations import AuditRow, Mail
from award.models.seasons import RoundState
from tests import factories as make

FULL = {"points-impact": "8", "points-innovation": "7", "points-team": "10"}


@pytest.fixture
def assignment(session):
    season = make.make_season(session)
    entry = make.make_submitted(session, season)
    round_ = make.make_round(session, season)
    juror = make.make_juror(session, season)
    return make.make_assignment(
        session, round_, entry, juror, state=AssignmentState.OFFERED, position=1
    )


def stored(session, assignment):
    session.expire_all()
    return session.query(ScoreSheet).filter_by(assignment_id=assignment.id).one()


def test_the_first_touch_makes_the_sheet_and_accepts_the_offer(session, assignment, now):
    assert (
        save_sheet(session, assignment.id, {"points-impact": "8"}, 0, actor_id=None, now=now) == 2
    )
    sheet = stored(session, assignment)
    assert {s.criterion.key: s.points for s in sheet.scores} == {"impact": Decimal(8)}
    assert (sheet.state, assignment.state) == (SheetState.DRAFT, AssignmentState.ACTIVE)


def test_each_change_moves_the_version_even_at_the_same_moment(session, assignment, now):
    one = save_sheet(session, assignment.id, {"points-impact": "8"}, 0, actor_id=None, now=now)
    two = save_sheet(session, assignment.id, {"points-impact": "9"}, one, actor_id=None, now=now)
    assert two == one + 1
    assert (
        save_sheet(session, assignment.id, {"points-impact": "9"}, two, actor_id=None, now=now)
        == two
    )


def test_a_stale_save_overwrites_nothing_and_shows_what_is_stored(session, assignment, now):
    first = {"points-impact": "8", "team_comment": "Strong."}
    version = save_sheet(session, assignment.id, first, 0, actor_id=None, now=now)
    with pytest.raises(EditConflictError) as caught:
        save_sheet(session, assignment.id, {"points-impact": "2"}, 0, actor_id=None, now=now)
    assert caught.value.current["version"] == version
    assert caught.value.current["values"]["points-impact"] == "8"
    assert caught.value.current["values"]["team_comment"] == "Strong."
    assert stored(session, assignment).scores[0].points == Decimal(8)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("11", "points_off_scale"),
        ("0", "points_off_scale"),
        ("7.5", "points_off_scale"),
        ("seven", "points_not_a_number"),
        ("NaN", "points_not_a_number"),
    ],
)
def test_points_off_the_scale_are_refused_at_their_field(session, assignment, now, value, code):
    with pytest.raises(InputError) as caught:
        save_sheet(session, assignment.id, {"points-impact": value}, 0, actor_id=None, now=now)
    assert (caught.value.code, caught.value.field) == (code, "points-impact")


def test_scores_are_audited_with_before_and_after_but_notes_are_not(session, assignment, now):
    data = {"points-impact": "8", "private_note": "a secret thought"}
    version = save_sheet(session, assignment.id, data, 0, actor_id=None, now=now)
    save_sheet(
        session, assignment.id, data | {"points-impact": "6"}, version, actor_id=None, now=now
    )
    rows = session.query(AuditRow).filter_by(action="sheet.scored").order_by(AuditRow.id).all()
    assert [(row.before, row.after) for row in rows] == [
        ({}, {"impact": "8"}),
        ({"impact": "8"}, {"impact": "6"}),
    ]
    assert stored(session, assignment).private_note == "a secret thought"
    assert "secret thought" not in str([audit.as_mapping(row) for row in session.query(AuditRow)])


def test_an_incomplete_sheet_cannot_be_submitted_and_stays_saved(session, assignment, now):
    version = save_sheet(session, assignment.id, {"points-impact": "8"}, 0, actor_id=None, now=now)
    with pytest.raises(InputError) as caught:
        submit_sheet(session, assignment.id, version, actor_id=None, now=now)
    assert (caught.value.code, caught.value.params) == ("sheet_incomplete", {"count": 2})
    assert stored(session, assignment).state is SheetState.DRAFT


def test_a_required_comment_is_asked_for(session, assignment, now):
    assignment.round.criteria[0].comment_required = True
    session.flush()
    version = save_sheet(session, assignment.id, FULL, 0, actor_id=None, now=now)
    with pytest.raises(InputError, match="sheet_incomplete"):
        submit_sheet(session, assignment.id, version, actor_id=None, now=now)
    data = FULL | {"comment-impact": "It reaches many."}
    version = save_sheet(session, assignment.id, data, version, actor_id=None, now=now)
    sheet = submit_sheet(session, assignment.id, version, actor_id=None, now=now)
    assert sheet.state is SheetState.SUBMITTED


def test_a_submitted_sheet_is_read_only_until_reopened_with_a_reason(session, assignment, now):
    version = save_sheet(session, assignment.id, FULL, 0, actor_id=None, now=now)
    submit_sheet(session, assignment.id, version, actor_id=None, now=now)
    assert assignment.state is AssignmentState.DONE
    with pytest.raises(RuleError, match="sheet_submitted"):
        save_sheet(session, assignment.id, FULL, version + 1, actor_id=None, now=now)
    with pytest.raises(InputError, match="reason_missing"):
        reopen_sheet(session, assignment.id, "  ", actor_id=None, now=now)
    sheet = reopen_sheet(session, assignment.id, "Two criteria swapped", actor_id=None, now=now)
    assert (sheet.state, assignment.state) == (SheetState.REOPENED, AssignmentState.ACTIVE)
    mail = session.query(Mail).filter_by(template="sheet_reopened").one()
    assert "Two criteria swapped" in mail.body


def test_the_door_closes_to_the_second_and_a_reopened_sheet_has_its_own(session, assignment, now):
    round_ = assignment.round
    round_.closes_at = now
    session.flush()
    with pytest.raises(RuleError, match="judging_closed"):
        save_sheet(session, assignment.id, FULL, 0, actor_id=None, now=now)
    before = now - timedelta(seconds=1)
    version = save_sheet(session, assignment.id, FULL, 0, actor_id=None, now=before)
    submit_sheet(session, assignment.id, version, actor_id=None, now=before)
    round_.state = RoundState.CLOSED
    sheet = reopen_sheet(session, assignment.id, "A slip", actor_id=None, now=now)
    data = FULL | {"points-team": "9"}
    version = save_sheet(session, assignment.id, data, sheet.version, actor_id=None, now=now)
    assert submit_sheet(session, assignment.id, version, actor_id=None, now=now).submitted_at == now


def test_nothing_is_reopened_once_the_round_is_decided(session, assignment, now):
    version = save_sheet(session, assignment.id, FULL, 0, actor_id=None, now=now)
    submit_sheet(session, assignment.id, version, actor_id=None, now=now)
    assignment.round.state = RoundState.DECIDED
    with pytest.raises(RuleError, match="round_decided"):
        reopen_sheet(session, assignment.id, "Too late", actor_id=None, now=now)
