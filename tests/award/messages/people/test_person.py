"""The log of one person's mails: what came, what bounced and why, and sending again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from award import mail
from award.models.accounts import StaffRole
from award.models.jury import JurorState
from award.models.operations import AuditRow, Mail, MailState
from award.texts import TEXTS
from tests import factories as make
from tests.award.pages import forms_of

CONTEXT = {"season": "S", "title": "River", "code": "C-1", "url": "http://localhost/x"}


@pytest.fixture
def log(session, sign_in, now):
    class Log:
        season = make.make_season(session)
        anna = make.make_user(session, name="Anna", email="anna@example.com")
        organiser = make.make_staff(session, season.programme)

        @classmethod
        def put(cls, key, state=MailState.SENT, template="thread_answered", **over):
            values = {"to": "anna@example.com", "user_id": cls.anna.id, "season_id": cls.season.id}
            made = mail.queue(
                session, template, key=key, now=now, language="en", name="Anna", context=CONTEXT,
                **(values | over),
            )  # fmt: skip
            made.state, made.subject = state, f"About {key}"
            session.commit()
            return made

        @classmethod
        def page(cls):
            return cls.client.get(cls.address).text

    make.make_entry(session, Log.season, Log.anna)
    session.commit()
    Log.client = sign_in(Log.organiser)
    Log.address = f"/en/seasons/{Log.season.public_id}/people/{Log.anna.public_id}/mails"
    session.commit()
    return Log


def send_again(log):
    form = next(one for one in forms_of(log.page()) if "copies" in one.values)
    return log.client.post(form.action, data=form.values, follow_redirects=True)


def test_the_log_holds_every_mail_of_the_season_to_the_person_and_no_other(log, session):
    other = make.make_season(session)
    log.put("first")
    log.put("by address", user_id=None, to="ANNA@example.com")
    log.put("elsewhere", season_id=other.id)
    log.put("somebody", user_id=None, to="boris@example.com")
    page = log.page()
    shown = [key for key in ("first", "by address", "elsewhere", "somebody") if key in page]
    assert shown == ["first", "by address"]
    assert "<h1>2 mails to Anna</h1>" in page
    assert "The organisers have written" in page


def test_a_bounce_says_what_the_server_said_and_leads_the_page(log, session):
    made = log.put("lost", MailState.DEAD)
    made.error = "550 no such user"
    trying = log.put("slow", MailState.QUEUED)
    trying.error, trying.attempts = "421 busy", 2
    session.commit()
    page = log.page()
    assert "<h1>1 mail did not reach Anna</h1>" in page
    assert "bounced" in page
    assert "The address does not take it:</b> 550 no such user" in page
    assert "Tried 2 times, will be tried again: 421 busy" in page


def test_a_mail_is_sent_again_word_for_word_to_the_present_address_and_once_for_two_clicks(
    log, session
):
    first = log.put("first")
    body = first.body
    log.anna.email = "new@example.com"
    session.commit()
    form = next(one for one in forms_of(log.page()) if "copies" in one.values)
    for _click in range(2):
        answer = log.client.post(form.action, data=form.values, follow_redirects=True)
        assert "On its way once more, to new@example.com." in answer.text
    session.rollback()
    [copy] = session.scalars(select(Mail).where(Mail.key.startswith("again:")))
    assert (copy.to_email, copy.body, copy.state) == ("new@example.com", body, MailState.QUEUED)
    actions = session.scalars(select(AuditRow.action)).all()
    session.rollback()
    assert actions == ["mail.sent_again"]
    assert "sent again once" in log.page()
    send_again(log)
    session.rollback()
    assert len(session.scalars(select(Mail.id)).all()) == 3


@pytest.mark.parametrize(
    ("state", "template", "sentence"),
    [
        (MailState.QUEUED, "thread_answered", "has not left yet"),
        (MailState.SENT, "reset_password", "a link that is a key"),
    ],
)
def test_what_cannot_be_sent_again_says_why(log, session, state, template, sentence):
    made = log.put("one", state, template)
    assert "Send again" not in log.page()
    answer = log.client.post(f"{log.address}/{made.public_id}", data={"copies": 0})
    assert answer.status_code == 409
    assert sentence in answer.text


def test_an_invited_juror_without_an_account_has_a_log_and_a_stranger_has_none(
    log, session, sign_in
):
    juror = make.make_juror(
        session, log.season, name="Jana", email="jana@example.com", state=JurorState.INVITED
    )
    juror.user_id = None
    stranger = make.make_user(session)
    auditor = make.make_staff(session, log.season.programme, StaffRole.AUDITOR)
    session.commit()
    log.put("invitation", user_id=None, to="jana@example.com")
    ids = juror.public_id, stranger.public_id
    session.commit()
    reader = sign_in(auditor)
    found = [reader.get(log.address.replace(log.anna.public_id, one)) for one in ids]
    assert [one.status_code for one in found] == [200, 404]
    assert "<h1>1 mail to Jana</h1>" in found[0].text
    assert "Send again" not in found[0].text
    session.commit()
    assert reader.post(f"{log.address}/nothing").status_code == 404


def test_the_pages_of_a_juror_and_of_an_entry_lead_to_the_log(log, session):
    juror = make.make_juror(session, log.season)
    entry = make.make_submitted(session, log.season, lead=log.anna)
    session.commit()
    pages = [f"/en/jurors/{juror.public_id}", f"/en/entries/{entry.public_id}/screening"]
    people = [juror.public_id, log.anna.public_id]
    session.commit()
    for page, person in zip(pages, people, strict=True):
        assert f"/people/{person}/mails" in log.client.get(page).text


def test_the_log_costs_the_same_for_few_and_many_mails(log, count_queries):
    log.put("one")
    log.page()
    few = count_queries(log.page)
    for number in range(20):
        log.put(f"more{number}")
    assert count_queries(log.page) == few


def test_every_mail_has_words_for_what_it_is():
    templates = Path(mail.TEMPLATES).glob("*.txt")
    assert {one.stem for one in templates if f"mail.{one.stem}" not in TEXTS} == set()
