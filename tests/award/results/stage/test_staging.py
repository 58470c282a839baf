from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from award import audit
from award.db import unit_of_work
from award.errors import AwardError, EditConflictError
from award.judging.service import submit_sheet
from award.jury.changes.service import recuse
from award.models.entries import EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState, RoundEntry
from award.models.operations import AuditRow
from award.models.seasons import RoundState
from award.models.stage import Phase, Stage
from award.results.stage import staging
from award.results.stage.queries import running_results, stage_revision, stage_view
from tests import factories as make
from tests.award.results.conftest import judge

MINUTE = timedelta(minutes=1)


@pytest.fixture
def live(session, now):
    """Six entries and three jurors in an open live round, the first juror its chair."""
    judged = judge(session, state=RoundState.OPEN, live=True, blind=False)
    judged.jurors[0].is_chair = True
    values = {"pitch_minutes": 3, "question_minutes": 2}
    staging.set_stage(session, judged.round.id, **values, **who(judged, now))
    session.commit()
    return judged


def who(judged, now):
    return {"actor_id": judged.organiser.id, "now": now}


def act(session, judged, call, *args, now, revision=None, **kwargs):
    seen = stage_revision(session, judged.round.id) if revision is None else revision
    call(session, judged.round.id, *args, revision=seen, **kwargs, **who(judged, now))


def refused(call, *args, **kwargs):
    with pytest.raises(AwardError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def view(session, judged, now):
    return stage_view(session, judged.round.id, "en", now=now)


def order(session, judged, now):
    return [turn.code for turn in view(session, judged, now).turns]


def test_the_order_is_that_of_the_codes_until_somebody_draws_drags_or_moves(session, live, now):
    codes = sorted(entry.code for entry in live.entries)
    assert order(session, live, now) == codes
    staging.draw_order(session, live.round.id, 7, **who(live, now))
    drawn = list(codes)
    random.Random(7).shuffle(drawn)
    assert (order(session, live, now), view(session, live, now).seed) == (drawn, 7)
    ids = {entry.code: entry.id for entry in live.entries}
    staging.move_slot(session, live.round.id, ids[drawn[0]], 1, **who(live, now))
    staging.move_slot(session, live.round.id, ids[drawn[5]], 1, **who(live, now))
    assert order(session, live, now)[:2] == [drawn[1], drawn[0]]
    staging.set_order(session, live.round.id, [ids[code] for code in codes], **who(live, now))
    assert order(session, live, now) == codes
    twice = [ids[codes[0]]] * 6
    assert refused(staging.set_order, session, live.round.id, twice, **who(live, now)) == (
        "order_stale"
    )
    assert audit.verify(session) == []


def test_who_joins_comes_last_and_who_withdraws_is_gone(session, live, now):
    late = make.make_submitted(session, live.season, state=EntryState.ELIGIBLE, code="AAA")
    session.add(RoundEntry(round_id=live.round.id, entry_id=late.id))
    live.entries[0].state = EntryState.WITHDRAWN
    session.flush()
    staging.draw_order(session, live.round.id, 1, **who(live, now))
    codes = {entry.code for entry in live.entries[1:]} | {"AAA"}
    assert set(order(session, live, now)) == codes


def test_the_clock_runs_by_the_servers_time_and_can_be_held(session, live, now):
    first = view(session, live, now).next
    act(session, live, staging.call_up, first.entry_id, now=now)
    clock = view(session, live, now + MINUTE).clock
    assert (clock.phase, clock.length, clock.running) == (Phase.CALLED, 0, False)
    act(session, live, staging.start_clock, Phase.PITCH, now=now)
    assert view(session, live, now + MINUTE).clock.left == 120
    act(session, live, staging.hold_clock, hold=True, now=now + MINUTE)
    assert view(session, live, now + 9 * MINUTE).clock.left == 120
    code = refused(act, session, live, staging.hold_clock, hold=True, now=now + 9 * MINUTE)
    assert code == "clock_not_running"
    act(session, live, staging.hold_clock, hold=False, now=now + 9 * MINUTE)
    over = view(session, live, now + 11 * MINUTE + timedelta(seconds=12)).clock
    assert (over.left, over.shown, over.running) == (-12, "+0:12", True)
    act(session, live, staging.start_clock, Phase.QUESTIONS, now=now)
    assert view(session, live, now).clock.shown == "2:00"


def test_a_turn_ends_with_the_next_one_called_up_until_all_have_pitched(session, live, now):
    turns = view(session, live, now).turns
    act(session, live, staging.call_up, turns[1].entry_id, now=now)
    act(session, live, staging.start_clock, Phase.PITCH, now=now)
    code = refused(act, session, live, staging.call_up, turns[0].entry_id, now=now)
    assert code == "stage_busy"
    act(session, live, staging.finish_turn, now=now)
    found = view(session, live, now)
    assert (found.on.code, found.clock.phase) == (turns[0].code, Phase.CALLED)
    assert [turn.state for turn in found.turns] == ["pitched", "on", *["waits"] * 4]
    for _turn in range(5):
        act(session, live, staging.finish_turn, now=now)
    found = view(session, live, now)
    assert (found.on, found.next, found.waiting) == (None, None, ())
    assert refused(act, session, live, staging.finish_turn, now=now) == "nobody_on_stage"
    act(session, live, staging.call_up, turns[3].entry_id, now=now)
    assert view(session, live, now).on.code == turns[3].code


def test_what_the_stage_cannot_do_is_said(session, live, now):
    values = {"pitch_minutes": 61, "question_minutes": 1}
    call, round_id = staging.set_stage, live.round.id
    assert refused(call, session, round_id, **values, **who(live, now)) == "minutes_out_of_range"
    values["pitch_minutes"] = 5
    code = refused(act, session, live, staging.start_clock, Phase.PITCH, now=now)
    assert code == "nobody_on_stage"
    stranger = make.make_submitted(session, live.season)
    assert refused(act, session, live, staging.call_up, stranger.id, now=now) == "not_found"
    act(session, live, staging.call_up, live.entries[0].id, now=now)
    live.round.state = RoundState.SET_UP
    code = refused(act, session, live, staging.start_clock, Phase.PITCH, now=now)
    assert code == "judging_not_open"
    live.round.state = RoundState.CLOSED
    assert refused(call, session, round_id, **values, **who(live, now)) == "stage_over"
    live.round.live = False
    assert refused(call, session, round_id, **values, **who(live, now)) == "round_not_live"


def press(app, live, now, revision):
    """Both leaders press "thank you, next" at once."""
    together, found = threading.Barrier(2), []

    def run():
        with app.app_context():
            together.wait()
            try:
                with unit_of_work() as unit:
                    seen = revision or unit.scalars(select(Stage).with_for_update()).one().revision
                    act(unit, live, staging.finish_turn, now=now, revision=seen)
                found.append("moved")
            except EditConflictError as error:
                found.append(error.code)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


@pytest.mark.parametrize(
    ("guarded", "found", "on"), [(True, ["moved", "stage_moved"], 1), (False, ["moved"] * 2, 2)]
)
def test_two_who_press_next_at_once_move_on_by_one_turn(
    app, session, live, now, guarded, found, on
):
    """Without what they saw (the control) both are carried out, and a team is skipped."""
    turns = view(session, live, now).turns
    act(session, live, staging.call_up, turns[0].entry_id, now=now)
    seen = stage_revision(session, live.round.id)
    session.commit()
    assert press(app, live, now, seen if guarded else 0) == found
    session.rollback()
    session.expire_all()
    assert view(session, live, now).on.code == turns[on].code


def results(session, judged, juror=None):
    return {
        row.code: (row.mean, row.place, row.submitted, row.withheld)
        for row in running_results(
            session,
            judged.round,
            user_id=juror.user_id if juror else judged.organiser.id,
            juror_id=juror.id if juror else None,
        )
    }


def sheet_of(session, judged, entry, juror):
    return session.scalars(
        select(ScoreSheet)
        .join(Assignment)
        .where(Assignment.entry_id == entry.id, Assignment.juror_id == juror.id)
    ).one()


def test_running_results_count_submitted_sheets_alone(session, live):
    first, second = live.entries[:2]
    # 9, 8, 9 and 8, 7, 8
    assert results(session, live)[first.code] == (pytest.approx(26 / 3), 1, 3, False)
    before = stage_revision(session, live.round.id, sheets=True)
    sheet_of(session, live, first, live.jurors[0]).state = SheetState.DRAFT
    sheet_of(session, live, first, live.jurors[2]).state = SheetState.DRAFT
    session.flush()
    found = results(session, live)
    assert found[first.code] == (8.0, 1, 1, False)
    assert found[second.code] == (pytest.approx(23 / 3), 2, 3, False)
    assert stage_revision(session, live.round.id, sheets=True) != before


def test_the_chair_sees_an_entry_only_after_her_own_sheet_and_never_one_she_left(
    session, live, now
):
    first, second, chair = live.entries[0], live.entries[1], live.jurors[0]
    sheet = sheet_of(session, live, first, chair)
    sheet.state = SheetState.DRAFT
    left = sheet_of(session, live, second, chair).assignment
    session.flush()
    assert first.code in results(session, live)
    assert results(session, live, chair)[first.code] == (None, None, 2, True)
    assert results(session, live, chair)[second.code][0] is not None
    session.refresh(sheet)
    submit_sheet(session, sheet.assignment_id, sheet.version, actor_id=chair.user_id, now=now)
    assert results(session, live, chair)[first.code][:2] == (pytest.approx(26 / 3), 1)
    sheet_of(session, live, second, chair).state = SheetState.DRAFT
    left.state = AssignmentState.ACTIVE
    session.flush()
    recuse(session, left.id, "I know them", conflict=True, actor_id=chair.user_id, now=now)
    assert second.code in results(session, live)
    assert second.code not in results(session, live, chair)


def test_a_juror_follows_to_her_sheet_and_is_told_what_she_waits_for(session, live, sign_in, now):
    base = f"/en/rounds/{live.round.public_id}/stage"
    juror, chair = (sign_in(one.user) for one in (live.jurors[1], live.jurors[0]))
    assert "Leave this page open" in juror.get(f"{base}/follow").text
    first = view(session, live, now).turns[0]
    sent = {"do": "call", "entry": first.public_id, "revision": 2}
    assert juror.post(f"{base}/clock", data=sent).status_code == 404
    assert chair.post(f"{base}/clock", data=sent | {"revision": 1}).status_code == 303
    assert "moved the stage on" in chair.get(base).text
    assert chair.post(f"{base}/clock", data=sent).status_code == 303
    state = juror.get(f"{base}/state").json
    assert (state["title"], state["phase"], state["desk"]) == (first.title, "called", "")
    assert f"Your sheet on “{first.title}” is in" in juror.get(f"{base}/follow").text
    session.rollback()
    entry = next(one for one in live.entries if one.code == first.code)
    sheet = sheet_of(session, live, entry, live.jurors[1])
    sheet.state = SheetState.DRAFT
    session.commit()
    desk = f"/en/assignments/{sheet.assignment.public_id}"
    assert juror.get(f"{base}/follow").headers["Location"] == f"{desk}#rubric"
    assert juror.get(f"{base}/state").json["desk"] == desk
    assert f"{base}/state" in juror.get(desk).text
    sent = {"action": "submit", "version": sheet.version, "points-impact": 9}
    sent |= {"points-innovation": 8, "points-team": 8}
    assert juror.post(desk, data=sent).headers["Location"] == f"{base}/follow"
    assert "8." in chair.get(base).text
    assert juror.get(base).status_code == 404
    screen = juror.get(f"{base}/screen").text
    assert (first.title in screen, "8.5" in screen) == (True, False)


def test_the_running_order_works_without_a_script(session, live, sign_in, now):
    base, organiser = f"/en/rounds/{live.round.public_id}/stage", sign_in(live.organiser)
    before = view(session, live, now).turns
    move = {"do": "up", "entry": before[1].public_id}
    assert organiser.post(f"{base}/order", data=move).status_code == 303
    session.rollback()
    assert view(session, live, now).turns[0].code == before[1].code
    dragged = " ".join(turn.public_id for turn in before)
    organiser.post(f"{base}/order", data={"do": "drag", "order": dragged})
    session.rollback()
    assert [turn.code for turn in view(session, live, now).turns] == [turn.code for turn in before]
    stale = organiser.post(f"{base}/order", data={"do": "drag", "order": "x y"})
    assert stale.status_code == 303
    assert "The order changed meanwhile" in organiser.get(base).text
    organiser.post(f"{base}/order", data={"do": "lot"})
    session.rollback()
    assert session.scalars(select(Stage.seed)).one() is not None
    assert organiser.post(base, data={"pitch": "many", "questions": 3}).status_code == 422
    assert organiser.post(f"{base}/clock", data={"do": "dance"}).status_code == 404
    rows = session.scalars(select(AuditRow.action).where(AuditRow.action == "stage.ordered"))
    assert len(list(rows)) == 3
