"""The outbox of a season and the mailbox of a development installation."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from award import mail
from award.models.accounts import StaffRole
from award.models.operations import AuditRow, Mail, MailState
from tests import factories as make


@pytest.fixture
def outbox(session, sign_in, now):
    class Outbox:
        season = make.make_season(session)
        organiser = make.make_staff(session, season.programme)
        auditor = make.make_staff(session, season.programme, StaffRole.AUDITOR)
        foreign = make.make_season(session)

        @staticmethod
        def put(state=MailState.QUEUED, season=season, to="sasha@example.com"):
            made = mail.queue(
                session,
                "reset_password",
                to=to,
                name="Sasha",
                key=f"k{len(session.scalars(select(Mail.id)).all())}",
                now=now,
                language="en",
                season_id=season.id,
                context={"url": "http://localhost/en/reset/the-secret"},
            )
            made.state = state
            session.commit()
            return made

    session.commit()
    Outbox.url = f"/en/seasons/{Outbox.season.public_id}/messages"
    Outbox.client = sign_in(Outbox.organiser)
    Outbox.reader = sign_in(Outbox.auditor)
    return Outbox


def state_of(session, one):
    session.expire_all()
    found = session.scalar(select(Mail.state).where(Mail.id == one.id))
    session.commit()
    return found


def test_the_outbox_is_led_by_what_failed(outbox):
    outbox.put(MailState.SENT)
    assert "<h1>One mail so far, none failed</h1>" in outbox.client.get(outbox.url).text
    outbox.put(MailState.DEAD)
    assert "<h1>One mail could not be delivered</h1>" in outbox.client.get(outbox.url).text


def test_the_outbox_shows_the_mails_of_its_season_only(outbox):
    outbox.put(to="mine@example.com")
    outbox.put(to="theirs@example.com", season=outbox.foreign)
    page = outbox.client.get(outbox.url).text
    assert "mine@example.com" in page
    assert "theirs@example.com" not in page


def test_a_mail_of_another_season_is_not_there(outbox, session):
    theirs = outbox.put(MailState.DEAD, season=outbox.foreign)
    assert outbox.client.get(f"{outbox.url}/{theirs.public_id}").status_code == 404
    assert outbox.client.post(f"{outbox.url}/{theirs.public_id}/retry").status_code == 404
    assert state_of(session, theirs) is MailState.DEAD


def test_mails_are_found_by_address_and_a_percent_sign_is_a_percent_sign(outbox):
    outbox.put(to="anna@example.com")
    outbox.put(to="boris@example.com")
    assert "boris@" not in outbox.client.get(f"{outbox.url}?text=ANNA").text
    assert "No mail found" in outbox.client.get(f"{outbox.url}?text=%25").text


def test_a_mail_is_read_without_the_keys_in_it(outbox):
    one = outbox.put()
    page = outbox.client.get(f"{outbox.url}/{one.public_id}").text
    assert "With this link you choose a new password" in page
    assert "the-secret" not in page
    assert "(a personal link)" in page


def test_a_failed_mail_is_tried_again_and_a_waiting_one_cancelled(outbox, session):
    dead, waiting = outbox.put(MailState.DEAD), outbox.put()
    assert outbox.client.post(f"{outbox.url}/{dead.public_id}/retry").status_code == 303
    assert outbox.client.post(f"{outbox.url}/{waiting.public_id}/cancel").status_code == 303
    assert state_of(session, dead) is MailState.QUEUED
    assert state_of(session, waiting) is MailState.CANCELLED
    assert set(session.scalars(select(AuditRow.action))) == {"mail.retried", "mail.cancelled"}


def test_failed_mails_are_found_by_their_state_tried_again_together_or_laid_aside(outbox, session):
    failed = [outbox.put(MailState.DEAD, to=f"{name}@example.com") for name in ("anna", "boris")]
    gone, sent = outbox.put(MailState.DEAD, to="gone@example.org"), outbox.put(MailState.SENT)
    page = outbox.client.get(f"{outbox.url}?state=dead").text
    assert [one.to_email in page for one in (*failed, gone, sent)] == [True, True, True, False]
    table = f"/en/seasons/{outbox.season.public_id}/tables/mails.json?state=dead"
    assert len(outbox.client.get(table).json["rows"]) == 3
    aside = outbox.client.post(f"{outbox.url}/{gone.public_id}/cancel?state=dead&text=gone")
    assert aside.location.endswith("/messages?state=dead&text=gone")
    again = outbox.client.post(f"{outbox.url}/retry?text=example.com", follow_redirects=True)
    assert "2 mails are tried again." in again.text
    assert [state_of(session, one) for one in (*failed, gone, sent)] == [
        MailState.QUEUED, MailState.QUEUED, MailState.CANCELLED, MailState.SENT,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "verb", "sentence"),
    [
        (MailState.SENT, "retry", "has not failed"),
        (MailState.QUEUED, "retry", "has not failed"),
        (MailState.SENT, "cancel", "has left already"),
        (MailState.CANCELLED, "cancel", "has left already"),
    ],
)
def test_what_cannot_be_done_with_a_mail_gets_a_sentence(outbox, session, state, verb, sentence):
    one = outbox.put(state)
    answer = outbox.client.post(f"{outbox.url}/{one.public_id}/{verb}")
    assert answer.status_code == 409
    assert sentence in answer.text
    assert state_of(session, one) is state


def test_an_auditor_reads_mails_and_changes_none(outbox, session):
    one = outbox.put(MailState.DEAD)
    assert outbox.reader.get(outbox.url).status_code == 200
    assert "Try again" not in outbox.reader.get(outbox.url).text
    assert outbox.reader.post(f"{outbox.url}/{one.public_id}/retry").status_code == 404
    assert state_of(session, one) is MailState.DEAD


def test_development_reads_all_mail_with_its_links(outbox, client):
    one = outbox.put()
    assert "sasha@example.com" in client.get("/en/dev/mail").text
    page = client.get(f"/en/dev/mail/{one.public_id}").text
    assert '<a href="http://localhost/en/reset/the-secret">' in page


def test_the_outbox_pages_and_costs_the_same_at_3_and_at_160_mails(outbox, session, count_queries):
    for _one in range(3):
        outbox.put()
    few = count_queries(lambda: outbox.client.get(outbox.url))
    for number in range(157):
        session.add(
            Mail(
                key=f"more{number}",
                template="x",
                to_email="a@b.org",
                subject="s",
                body="b",
                season_id=outbox.season.id,
                send_after=make.NOW,
                created_at=make.NOW,
            )
        )
    session.commit()
    assert count_queries(lambda: outbox.client.get(outbox.url)) == few
    assert outbox.client.get(outbox.url).text.count("<tr>") == 101
    last = outbox.client.get(f"{outbox.url}?page=2").text
    assert last.count("<tr>") == 61
    assert "Older mails" not in last
