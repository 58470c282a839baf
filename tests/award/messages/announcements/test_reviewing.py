"""The mails of an announcement: read before it, released with it, never one that no longer holds."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from award import jobs
from award.messages.announcements import reviewing
from award.models.accounts import StaffRole
from award.models.entries import EntryState, TeamMembership, TeamRole
from award.models.operations import AuditRow, Mail
from award.models.results import Outcome
from award.models.wordings import Wording
from award.results import service
from award.results.announcement.announcing import announce_due
from award.results.announcement.mails import result_mails
from tests import factories as make
from tests.award.results.conftest import decide_all, judge


@pytest.fixture
def eve(session, sign_in, now):
    """A decided round an hour before its announcement, and its organiser's browser."""

    class Eve:
        judged = judge(session)
        round = judged.round
        now_is = now

        @classmethod
        def page(cls, query=""):
            return cls.client.get(f"{cls.address}{query}").text

        @classmethod
        def read(cls):
            seen = re.search(r'name="seen" value="(\w+)"', cls.page())[1]
            return cls.client.post(f"{cls.address}/reviewed", data={"seen": seen})

        @classmethod
        def change(cls, entry, outcome):
            """Open the decisions again, decide an entry otherwise, close them."""
            session.rollback()
            who = {"actor_id": cls.judged.organiser.id, "now": now}
            service.reopen_decisions(session, cls.round.id, reason="A slip.", **who)
            service.decide(
                session, cls.round.id, entry.id, outcome=outcome, prize_id=None,
                place=3 if outcome is Outcome.WINNER else None,
                reason="The jury met again.", **who,
            )  # fmt: skip
            service.close_decisions(session, cls.round.id, **who)
            session.commit()

        @classmethod
        def announce(cls):
            with time_machine.travel(now + timedelta(hours=2)):
                announce_due()
                jobs.sweep()
            session.rollback()
            rows = session.scalars(select(Mail).where(Mail.template == "results_announced"))
            found = {row.to_email: (row.subject, row.body) for row in rows}
            session.rollback()
            return found

    decide_all(session, Eve.judged, now)
    Eve.address = f"/en/rounds/{Eve.round.public_id}/announcement"
    Eve.client = sign_in(Eve.judged.organiser)
    return Eve


def test_what_is_read_before_is_letter_for_letter_what_leaves(eve, session, settings):
    season_id, round_id = eve.judged.season.id, eve.round.id
    own = {"subject": "Hurrah, {name}", "body": "{title} {feedback_link} {appeals_until}"}
    row = Wording(season_id=season_id, kind="result_place", language="en", **own)
    row.changed_at = eve.now_is
    session.add(row)
    session.commit()
    read = {
        one.email: reviewing.as_sent(session, season_id, one)
        for one in result_mails(session, round_id, settings.base_url)
    }
    session.rollback()
    assert len(read) == 6
    assert sum(subject.startswith("Hurrah, ") for subject, _body in read.values()) == 2
    assert eve.announce() == read


def test_the_page_shows_every_mail_with_its_outcome_and_writes_nothing(eve, session):
    page = eve.page()
    assert "<h1>6 mails leave with the announcement" in page
    assert page.count("<small>place ") == 2
    winner, other = eve.judged.leads[0], eve.judged.leads[5]
    assert f"“{eve.judged.entries[0].title}” has won" in page
    assert winner.email in page
    assert other.email in eve.page("?outcome=finalist")
    assert winner.email not in eve.page("?outcome=finalist")
    assert session.scalars(select(Mail)).all() == []


def test_a_review_holds_until_a_decision_changes_and_then_says_which_mail(eve, session):
    assert "not read yet" in eve.page()
    assert eve.read().status_code == 303
    assert "changed since" not in eve.page()
    eve.change(eve.judged.entries[2], Outcome.WINNER)
    page = eve.page()
    assert "<h1>One mail has changed since it was read" in page
    row = next(row for row in page.split("<tr>") if eve.judged.leads[2].email in row)
    assert "changed since" in row
    session.rollback()
    reviews = select(AuditRow.action).where(AuditRow.action == "round.mails_reviewed")
    assert len(session.scalars(reviews).all()) == 1


def test_a_changed_decision_takes_its_unsent_mail_with_it(eve, session):
    entry, lead = eve.judged.entries[0], eve.judged.leads[0]
    title, email = entry.title, lead.email
    assert f"“{title}” has won" in eve.page()
    eve.change(entry, Outcome.FINALIST)
    subject, body = eve.announce()[email]
    assert (subject, "Congratulations" in body) == (f"The results of the final: “{title}”", False)


def test_an_entry_that_withdraws_no_longer_gets_the_mail_that_was_read(eve, session):
    eve.read()
    session.rollback()
    eve.judged.entries[1].state = EntryState.WITHDRAWN
    session.commit()
    page = eve.page()
    assert "One of those no longer leaves." in page
    assert len(eve.announce()) == 5


def test_what_changed_while_the_page_was_open_is_not_signed_off(eve, session):
    seen = re.search(r'name="seen" value="(\w+)"', eve.page())[1]
    eve.change(eve.judged.entries[2], Outcome.WINNER)
    answer = eve.client.post(f"{eve.address}/reviewed", data={"seen": seen})
    assert answer.status_code == 409
    assert "A mail has changed since" in answer.text
    assert "not read yet" in answer.text


def test_a_trial_goes_to_the_organiser_alone(eve, session):
    answer = eve.client.post(f"{eve.address}/try?as=2&outcome=winner", follow_redirects=True)
    assert "nobody else gets it" in answer.text
    session.rollback()
    [trial] = session.scalars(select(Mail))
    assert (trial.to_email, trial.template) == (eve.judged.organiser.email, "trial")
    assert "has won" in trial.subject


def test_after_the_announcement_the_page_follows_the_mails(eve, session, sign_in):
    auditor = make.make_staff(session, eve.judged.programme, StaffRole.AUDITOR)
    session.commit()
    eve.announce()
    with time_machine.travel(eve.now_is + timedelta(hours=3)):
        page = sign_in(auditor).get(eve.address).text
        assert "<h1>0 of 6 have left" in page
        assert eve.judged.leads[0].email in page
        assert eve.client.post(f"{eve.address}/try").status_code == 404


def test_the_page_costs_the_same_for_few_and_many_mails(eve, session, count_queries):
    few = count_queries(eve.page)
    session.rollback()
    for entry in eve.judged.entries:
        for _one in range(3):
            member = TeamMembership(
                entry_id=entry.id, user_id=make.make_user(session).id, role=TeamRole.MEMBER,
                joined_at=make.NOW,
            )  # fmt: skip
            session.add(member)
    session.commit()
    assert count_queries(eve.page) == few
    assert few <= 16
