from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from award.errors import InputError, NotFoundError, RuleError
from award.jury.conflicts.service import declare_conflict
from award.models.deliberation import Deliberation, Minute, MinuteKind, SignOff
from award.models.entries import TeamMembership, TeamRole
from award.models.judging import Score
from award.models.operations import AuditRow
from award.models.results import Decision, Outcome
from award.models.seasons import RoundState
from award.results import live, service
from award.results.deliberation import deliberating
from award.results.deliberation.queries import _worth as worth_of
from award.results.deliberation.queries import board, revision_of
from award.results.tabulation.latest import latest
from tests import factories as make
from tests.award.results.conftest import Judged, judge

CLOSE = (9, 7, 6, 6, 6, 2)


@pytest.fixture
def meeting(session, now) -> Judged:
    """A tabulated round that others follow, with several entries at the cut; the meeting is open."""
    judged = judge(session, points=CLOSE, cut=3, ties=[])
    make.make_round(session, judged.season, position=2, state=RoundState.SET_UP)
    for number, score in enumerate(session.scalars(select(Score).order_by(Score.id))):
        score.points = max(1, score.points + (number * 7 % 3) - 1)
    judged.jurors[0].is_chair = True
    session.flush()
    service.tabulate_round(session, judged.round.id, reason="", actor_id=None, now=now)
    act("open_deliberation", session, judged, now)
    session.commit()
    return judged


def act(verb: str, session: Any, judged: Judged, now: Any, *args: Any, **over: Any) -> Any:
    values = {"actor_id": judged.organiser.id, "now": now} | over
    return getattr(deliberating, verb)(session, judged.round.id, *args, **values)


def seen(session: Any, judged: Judged, juror: Any = None, user: Any = None) -> Any:
    known = latest(session, judged.round.id, "en")
    user_id = juror.user_id if juror else (user or judged.organiser).id
    juror_id = juror.id if juror else None
    return board(session, judged.round, known, "en", user_id=user_id, juror_id=juror_id)


def by_title(judged: Judged, title: str) -> Any:
    return next(entry for entry in judged.entries if entry.title == title)


def test_the_agenda_holds_what_is_undecided_the_most_changeable_first(session, meeting):
    found = seen(session, meeting)
    assert found.agenda
    assert all(0.05 < item.chance < 0.95 for item in found.agenda)
    assert len(found.agenda) < len(meeting.entries)
    further = {title for _public_id, title in found.others}
    assert further == {one.title for one in meeting.entries} - {one.title for one in found.agenda}
    worth = [item.worth for item in found.agenda]
    assert worth == sorted(worth, reverse=True)
    # docs/scoring.md, 4p(1 - p) (1/2 + r/2): 4 · 1/2 · 1/2 · (1/2 + 1/2 · 6/10).
    assert worth_of(0.5, [2.0, 5.0, 8.0], {"scale": {"minimum": "0/1", "maximum": "10/1"}}) == 0.8
    assert found.left == len(found.agenda)


def test_a_decision_needs_a_reason_and_is_minuted(session, meeting, now):
    entry = by_title(meeting, seen(session, meeting).agenda[0].title)
    choice = {"outcome": Outcome.THROUGH, "place": None}
    with pytest.raises(InputError, match="reason_missing"):
        act("move", session, meeting, now, entry.id, **choice, reason=" ")
    assert session.scalars(select(Decision)).all() == []
    act("move", session, meeting, now, entry.id, **choice, reason="Two schools use it")
    found = seen(session, meeting)
    item = next(row for row in found.agenda if row.title == entry.title)
    assert (item.outcome, found.left) == ("through", len(found.agenda) - 1)
    line = found.minutes[-1]
    assert (line.kind, line.title, line.text) == ("decided", entry.title, "Two schools use it")
    assert session.scalars(select(Decision)).one().reason == "Two schools use it"


def test_who_stepped_back_finds_the_entry_nowhere(session, meeting, now):
    juror, other = meeting.jurors[1], meeting.jurors[2]
    entry = by_title(meeting, seen(session, meeting).agenda[0].title)
    act("show", session, meeting, now, entry.id)
    act("note", session, meeting, now, "They spoke long about it")
    before = seen(session, meeting, juror)
    assert before.screen.item.title == entry.title
    declare_conflict(session, juror.id, entry.id, "my pupil", actor_id=None, now=now)
    act("show", session, meeting, now, None)
    act("show", session, meeting, now, entry.id)
    hers, theirs = seen(session, meeting, juror), seen(session, meeting, other)
    assert (hers.screen, hers.hidden, hers.withheld) == (None, True, 1)
    assert entry.title not in {item.title for item in hers.agenda} | {
        one for _id, one in hers.others
    }
    assert not [line for line in hers.minutes if line.title or line.text]
    assert theirs.screen.absent == (juror.name,)
    assert theirs.minutes[-1].absent == (juror.name,)
    make.make_entry(session, make.make_season(session), code=entry.code)
    assert seen(session, meeting, juror) == hers


def test_an_organiser_on_the_team_does_not_see_it_either(session, meeting, now):
    entry = by_title(meeting, seen(session, meeting).agenda[0].title)
    session.add(
        TeamMembership(
            entry_id=entry.id, user_id=meeting.organiser.id, role=TeamRole.MEMBER, joined_at=now
        )
    )
    session.flush()
    found = seen(session, meeting)
    assert found.withheld == 1
    assert entry.title not in {item.title for item in found.agenda}


def test_minutes_are_signed_once_they_stand_and_a_later_line_voids_it(session, meeting, now):
    juror = meeting.jurors[0]
    with pytest.raises(RuleError, match="deliberation_open"):
        act("sign", session, meeting, now, juror.id)
    act("close_deliberation", session, meeting, now)
    with pytest.raises(RuleError, match="deliberation_closed"):
        act("note", session, meeting, now, "One more thing")
    act("sign", session, meeting, now, juror.id)
    assert [one.name for one in seen(session, meeting).signatures if one.at] == [juror.name]
    assert seen(session, meeting, juror).signed
    act("open_deliberation", session, meeting, now)
    act("note", session, meeting, now, "One more thing")
    act("close_deliberation", session, meeting, now)
    assert not seen(session, meeting, juror).signed
    act("sign", session, meeting, now, juror.id)
    assert seen(session, meeting, juror).signed
    assert len(session.scalars(select(SignOff)).all()) == 1
    actions = set(session.scalars(select(AuditRow.action)))
    assert {"round.deliberation_opened", "round.deliberation_closed", "round.minutes_signed"} <= (
        actions
    )


def test_every_change_moves_the_revision_and_showing_the_same_again_does_not(session, meeting, now):
    entry = by_title(meeting, seen(session, meeting).agenda[0].title)
    revisions = [revision_of(session, meeting.round.id)]
    for step in (entry.id, entry.id, None):
        act("show", session, meeting, now, step)
        revisions.append(revision_of(session, meeting.round.id))
    assert revisions[1] > revisions[0]
    assert revisions[2] == revisions[1]
    assert revisions[3] > revisions[2]


def test_an_entry_of_elsewhere_is_not_shown_and_a_decided_round_has_no_meeting(
    session, meeting, now
):
    stranger = make.make_submitted(session, meeting.season, lead=make.make_user(session))
    with pytest.raises(NotFoundError):
        act("show", session, meeting, now, stranger.id)
    meeting.round.state = RoundState.DECIDED
    session.flush()
    with pytest.raises(RuleError, match="round_not_tabulated"):
        act("show", session, meeting, now, meeting.entries[0].id)


def test_the_stream_tells_a_new_revision_once_and_ends_by_itself():
    looks, time = [3, 3, 4, 4], [0.0]

    def wait(seconds: float) -> None:
        time[0] = time[0] + seconds if looks else live.LONGEST

    told = list(live.revisions(lambda: looks.pop(0), 3, wait=wait, clock=lambda: time[0]))
    assert told == ["retry: 2000\n\n", "event: changed\ndata: 4\n\n"]


def test_a_quiet_stream_still_shows_that_it_lives():
    time = [0.0]

    def wait(seconds: float) -> None:
        time[0] += seconds

    told = list(live.revisions(lambda: 1, 1, wait=wait, clock=lambda: time[0]))
    assert len(told) > 10
    assert set(told[1:]) == {"event: beat\ndata: 1\n\n"}


def test_a_walk_of_the_chair_and_what_others_may_not(session, sign_in, meeting, now):
    base = f"/en/rounds/{meeting.round.public_id}/deliberation"
    chair = sign_in(meeting.jurors[0].user)
    juror = sign_in(meeting.jurors[1].user)
    item = seen(session, meeting).agenda[0]
    session.rollback()
    assert item.title in juror.get(base).text
    for path in ("show", "move", "note", "close"):
        assert juror.post(f"{base}/{path}", data={"entry": item.public_id}).status_code == 404
    assert chair.post(base).status_code == 404
    assert chair.post(f"{base}/show", data={"entry": item.public_id}).status_code == 303
    for page in (base, f"{base}/screen"):
        assert "Summary" in juror.get(page).text or item.title in juror.get(page).text
    empty = chair.post(f"{base}/move", data={"entry": item.public_id, "outcome": "through"})
    assert empty.status_code == 422
    done = {"entry": item.public_id, "outcome": "through", "reason": "It works already"}
    assert chair.post(f"{base}/move", data=done).status_code == 303
    assert "It works already" in juror.get(base).text
    stale = done | {"seen": "", "outcome": "out", "reason": "Not for me"}
    assert chair.post(f"{base}/move", data=stale).status_code == 409
    assert "Not for me" not in juror.get(base).text
    fresh = stale | {"seen": "through", "outcome": "through", "reason": "All agreed"}
    assert chair.post(f"{base}/move", data=fresh).status_code == 303
    assert chair.post(f"{base}/note", data={"text": ""}).status_code == 422
    assert chair.post(f"{base}/close").status_code == 303
    assert juror.post(f"{base}/sign").status_code == 303
    assert "1 of 3 have signed" in juror.get(base).text
    assert sign_in(meeting.organiser).post(f"{base}/sign").status_code == 404
    assert sign_in(meeting.leads[0]).get(base).status_code == 404
    assert session.scalars(select(Minute.kind).order_by(Minute.id)).all() == [
        MinuteKind.OPENED,
        MinuteKind.SHOWN,
        MinuteKind.DECIDED,
        MinuteKind.DECIDED,
        MinuteKind.CLOSED,
    ]


def test_where_all_streams_are_taken_the_page_asks_instead(sign_in, meeting):
    base = f"/en/rounds/{meeting.round.public_id}/deliberation"
    client = sign_in(meeting.jurors[1].user)
    taken = 0
    while live.take_stream():
        taken += 1
    try:
        assert client.get(f"{base}/events").status_code == 204
    finally:
        for _ in range(taken):
            live.give_back_stream()
    assert taken == live.LIMIT
    assert client.get(f"{base}/revision").json == {"revision": 2}


def test_before_it_is_opened_only_staff_find_the_meeting(session, sign_in, meeting):
    session.delete(session.scalars(select(Deliberation)).one())
    session.commit()
    base = f"/en/rounds/{meeting.round.public_id}/deliberation"
    assert "not open yet" in sign_in(meeting.organiser).get(base).text
    assert sign_in(meeting.jurors[0].user).get(base).status_code == 404


def test_the_meeting_costs_the_same_with_one_line_and_with_thirty(
    session, count_queries, meeting, now
):
    juror = meeting.jurors[1]
    costs = [count_queries(lambda: seen(session, meeting, juror))]
    for number in range(30):
        act("note", session, meeting, now, f"Line {number}")
    session.commit()
    costs.append(count_queries(lambda: seen(session, meeting, juror)))
    assert costs[0] == costs[1]
