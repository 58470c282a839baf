from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from award.jury.conflicts.service import declare_conflict
from award.jury.proposals.problem import load_problem
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Juror
from award.models.seasons import RoundState
from award.results.tabulation.tabulating import read_input
from award.results.tabulation.warning_queries import Warnings, warnings
from tests import factories as make
from tests.award.results.conftest import Judged, judge


@pytest.fixture
def running(session) -> Judged:
    """An open round of six entries, three jurors each, all sheets in and unsuspicious."""
    judged = judge(session, state=RoundState.OPEN, ties=[])
    for number, juror in enumerate(judged.jurors):
        # A mail domain of her own: that of the teams would be a conflict of interest.
        juror.email = juror.email_key = f"reader@house-{number}.example"
    give(session, judged, 1, 1)
    session.commit()
    return judged


def look(session: Any, judged: Judged) -> Warnings:
    session.flush()
    session.expire_all()
    state = load_problem(session, judged.round.id)
    return warnings(read_input(session, judged.round.id), state)


def give(session: Any, judged: Judged, number: int, points: int, entry: int | None = None) -> None:
    """Let one juror give these points, to one entry or to all."""
    for score in session.scalars(select(Score)):
        pair = score.sheet.assignment
        wanted = entry is None or pair.entry_id == judged.entries[entry].id
        if pair.juror_id == judged.jurors[number].id and wanted:
            score.points = Decimal(
                max(1, min(10, points if entry is not None else score.points + points))
            )


def test_a_jury_of_one_mind_gives_nothing_to_look_at(session, running):
    found = look(session, running)
    assert (found.count, found.sheets, found.early) == (0, 18, False)


def test_a_juror_far_below_the_colleagues_is_named_with_the_points(session, running):
    give(session, running, 1, -2)
    found = look(session, running)
    assert [row.juror for row in found.jurors] == [running.jurors[1].public_id]
    assert 1 < found.jurors[0].points < 11 / 6


def test_a_draft_changes_nothing_even_where_it_would_stand_out(session, running):
    give(session, running, 1, -2)
    assert look(session, running).jurors
    for sheet in session.scalars(select(ScoreSheet)):
        if sheet.assignment.juror_id == running.jurors[1].id:
            sheet.state = SheetState.DRAFT
    found = look(session, running)
    assert (found.jurors, found.sheets) == ((), 12)


def test_an_entry_that_splits_the_jury_shows_who_gave_what(session, running):
    give(session, running, 0, 10, entry=4)
    give(session, running, 2, 1, entry=4)
    found = look(session, running)
    assert [row.entry for row in found.entries] == [running.entries[4].code]
    assert found.entries[0].sheets[0][0] == running.jurors[0].public_id


def test_few_sheets_say_nothing_about_jurors_or_reliability(session, running):
    give(session, running, 1, -3)
    for sheet in session.scalars(select(ScoreSheet)).all()[9:]:
        sheet.state = SheetState.DRAFT
    found = look(session, running)
    assert found.early
    assert (found.jurors, found.unreliable) == ((), None)


def test_jurors_who_toss_coins_make_an_unreliable_round(session, running):
    for number, score in enumerate(session.scalars(select(Score).order_by(Score.id))):
        score.points = Decimal(1 + (number // 3 * 7919) % 10)
    weak = look(session, running).unreliable
    assert weak is not None
    assert weak.g < 0.7
    assert weak.jurors == 3


def apart(session: Any, judged: Judged) -> tuple[str, Juror]:
    """Add an entry that only a newcomer reads; return its code and the newcomer."""
    lead = make.make_user(session)
    entry = make.make_submitted(session, judged.season, lead=lead, state=judged.entries[0].state)
    email = "new@house.example"
    juror = make.make_juror(session, judged.season, email=email, email_key=email)
    make.make_assignment(session, judged.round, entry, juror)
    session.commit()
    return entry.code, juror


def test_an_assignment_that_falls_apart_says_what_would_join_it(session, running):
    assert look(session, running).apart is None
    code, newcomer = apart(session, running)
    found = look(session, running).apart
    assert [len(part) for part in found.parts] == [6, 1]
    ((entry, juror),) = found.links
    mine = (entry == code, juror == newcomer.public_id)
    assert mine in {(True, False), (False, True)}


def test_a_link_is_never_a_pair_with_a_conflict(session, running, now):
    code, newcomer = apart(session, running)
    lonely = load_problem(session, running.round.id).entry_ids[code]
    never = [(juror.id, lonely) for juror in running.jurors]
    never += [(newcomer.id, entry.id) for entry in running.entries]
    for juror_id, entry_id in never:
        declare_conflict(session, juror_id, entry_id, "friend", actor_id=None, now=now)
    found = look(session, running).apart
    assert (len(found.parts), found.links) == (2, ())


def test_one_click_joins_the_parts_and_no_juror_sees_the_page(session, sign_in, running):
    _code, newcomer = apart(session, running)
    address = f"/en/rounds/{running.round.public_id}/warnings"
    client = sign_in(running.organiser)
    assert "falls into 2 parts" in client.get(address).text
    assert client.post(f"{address}/link").status_code == 303
    assert look(session, running).apart is None
    assert "falls into" not in client.get(address).text
    for user in (running.jurors[0].user, newcomer.user):
        assert sign_in(user).get(address).status_code == 404
    session.rollback()
    newcomer.user_id = running.organiser.id
    session.commit()
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/link").status_code == 404
