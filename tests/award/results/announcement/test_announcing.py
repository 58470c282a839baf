from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from award import jobs
from award.errors import NotFoundError
from award.models.entries import EntryState, TeamMembership, TeamRole
from award.models.operations import AuditRow, Job, JobState, Mail
from award.models.seasons import RoundState, SeasonState
from award.results.announcement.announcing import announce_due
from award.results.public import queries as public_queries
from award.results.public import winner_queries
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all, judge


def reread(session: Session) -> None:
    session.rollback()
    session.expire_all()


def work_at(moment: datetime) -> None:
    """Do what the worker's sweep does at a moment."""
    with time_machine.travel(moment):
        announce_due()
        jobs.sweep()


def test_nothing_is_announced_before_its_minute(session, decided, now):
    assert announce_due(now=now + timedelta(minutes=59)) == 0
    reread(session)
    assert decided.round.state is RoundState.DECIDED
    assert {entry.state for entry in decided.entries} == {EntryState.ELIGIBLE}


def test_at_its_minute_the_round_is_announced_once(session, decided, now):
    late = now + timedelta(hours=2)
    assert [announce_due(now=late), announce_due(now=late)] == [1, 0]
    reread(session)
    assert (decided.round.state, decided.round.announced_at) == (RoundState.ANNOUNCED, late)
    assert decided.season.state is SeasonState.ANNOUNCED
    assert [entry.state for entry in decided.entries] == [
        EntryState.WINNER,
        EntryState.WINNER,
        *[EntryState.FINALIST] * 4,
    ]
    rows = session.scalars(select(AuditRow).where(AuditRow.action == "round.outcome_announced"))
    assert [row.subject_id for row in rows] == [decided.round.public_id]


def test_the_round_before_the_final_makes_finalists_and_leaves_the_season_judging(session, now):
    judged = judge(session)
    make.make_round(session, judged.season, position=2, state=RoundState.SET_UP, cut=1)
    session.commit()
    decide_all(session, judged, now)
    announce_due(now=now + timedelta(hours=2))
    reread(session)
    assert [entry.state for entry in judged.entries] == [
        EntryState.FINALIST,
        EntryState.FINALIST,
        *[EntryState.ELIGIBLE] * 4,
    ]
    assert judged.season.state is SeasonState.JUDGING


def test_each_member_of_each_team_gets_one_mail_with_her_result(session, decided, now):
    second = make.make_user(session, email="second@example.com", language="ru")
    left = make.make_user(session)
    for user, left_at in ((second, None), (left, now)):
        session.add(
            TeamMembership(
                entry_id=decided.entries[0].id,
                user_id=user.id,
                role=TeamRole.MEMBER,
                joined_at=now,
                left_at=left_at,
            )
        )
    session.commit()
    work_at(now + timedelta(hours=2))
    reread(session)
    job = session.scalars(select(Job)).one()
    mails = session.scalars(select(Mail).where(Mail.template == "results_announced")).all()
    assert (job.state, job.done_count, job.error) == (JobState.DONE, 7, "")
    expected = {*(user.email for user in decided.leads), "second@example.com"}
    assert sorted(mail.to_email for mail in mails) == sorted(expected)
    by_address = {mail.to_email: mail for mail in mails}
    first = by_address[decided.leads[0].email]
    assert "takes place 1" in first.body
    assert f"http://localhost/en/entries/{decided.entries[0].public_id}/feedback" in first.body
    assert "/ru/entries/" in by_address["second@example.com"].body


def test_mailing_again_sends_nothing_twice(session, decided, now):
    work_at(now + timedelta(hours=2))
    reread(session)
    job = session.scalars(select(Job)).one()
    job.state = JobState.QUEUED
    session.commit()
    work_at(now + timedelta(hours=3))
    reread(session)
    assert len(session.scalars(select(Mail)).all()) == 6


def public(session: Session, judged: Judged, at: datetime) -> Any:
    return winner_queries.winners(session, judged.programme.slug, judged.season.slug, "en", now=at)


def test_the_winners_appear_at_the_minute_without_any_worker(session, decided, now):
    with pytest.raises(NotFoundError):
        public(session, decided, decided.round.announces_at - timedelta(seconds=1))
    page = public(session, decided, decided.round.announces_at)
    assert [(item.title, item.place) for item in page.winners] == [
        (decided.entries[0].title, 1),
        (decided.entries[1].title, 2),
    ]
    assert page.winners[0].people == (decided.leads[0].name,)
    assert len(page.finalists) == 4
    assert all(item.people and item.summary for item in page.finalists)
    assert (page.entries, page.sheets, page.jurors) == (6, 18, 3)


def test_an_entry_that_withdrew_after_the_decision_is_not_announced(session, decided, now):
    decided.entries[0].state = EntryState.WITHDRAWN
    session.commit()
    announce_due(now=now + timedelta(hours=2))
    reread(session)
    assert decided.entries[0].state is EntryState.WITHDRAWN
    page = public(session, decided, now + timedelta(hours=2))
    assert [item.place for item in page.winners] == [2]


def test_a_team_reads_comments_without_names_in_a_stable_order(session, decided, now):
    entry, at = decided.entries[0], now + timedelta(hours=2)
    first = public_queries.feedback(session, entry.id, "en", now=at)
    assert first == public_queries.feedback(session, entry.id, "en", now=at)
    (round_,) = first.rounds
    assert sorted(round_.comments) == [f"Comment {number} on {entry.code}" for number in range(3)]
    assert (round_.outcome, round_.place) == ("winner", 1)
    assert [mean.mean for mean in round_.means] == pytest.approx([26 / 3] * 3)
    assert not {juror.name for juror in decided.jurors} & set(str(first).split("'"))


def test_the_order_of_comments_differs_between_entries(session, now):
    judged = judge(session, points=(9, 8, 7, 5, 3, 2, 4, 6))
    decide_all(session, judged, now)
    orders = set()
    for entry in judged.entries:
        found = public_queries.feedback(session, entry.id, "en", now=now + timedelta(hours=2))
        orders.add(tuple(text.split()[1] for text in found.rounds[0].comments))
    assert len(orders) > 1


def test_a_place_is_told_only_where_the_decision_shows_one(session, decided, now):
    found = public_queries.feedback(
        session, decided.entries[3].id, "en", now=now + timedelta(hours=2)
    )
    assert (found.rounds[0].outcome, found.rounds[0].place) == ("finalist", None)


def test_the_winners_page_counts_no_sheet_of_a_round_that_is_still_judged(session, decided, now):
    at = decided.round.announces_at
    before = public(session, decided, at)
    final = make.make_round(session, decided.season, position=3)
    judging = make.make_assignment(session, final, decided.entries[0], decided.jurors[0])
    make.make_sheet(session, judging, {"impact": 5})
    after = public(session, decided, at)
    counted = (before.entries, before.sheets, before.jurors)
    assert counted == (6, 18, 3) == (after.entries, after.sheets, after.jurors)
