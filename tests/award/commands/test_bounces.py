"""``award bounces``: what came back later stands with the mail, and nobody else's word counts."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from award import mail
from award.cli import main
from award.models.operations import AuditRow, Mail, MailState
from tests import factories as make

REPORT = """\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: award@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

--B1
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Wed, 25 Nov 2026 14:00:00 +0000

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address
    rejected: User unknown

--B1
Content-Type: {returned}

{blank}From: award@example.org
To: {address}
Message-ID: <{mail_id}@example.org>
Subject: Your entry

--B1--
"""


def report(mail_id, **over):
    values = {
        "address": "Anna@example.com", "action": "failed", "status": "5.1.1",
        "returned": "text/rfc822-headers", "blank": "",
    } | over  # fmt: skip
    return REPORT.format(mail_id=mail_id, **values).encode()


@pytest.fixture
def sent(session, now, as_installation):
    season = make.make_season(session)
    made = mail.queue(
        session, "trial", to="anna@example.com", key="sent", now=now, season_id=season.id,
        context={"subject": "Your entry", "text": "Dear Anna"},
    )  # fmt: skip
    made.state = MailState.SENT
    session.commit()
    as_installation()
    return made


def run(content, *words):
    return CliRunner().invoke(main, ["bounces", "-", *words], input=content, catch_exceptions=False)


def state_of(session, sent):
    session.expire_all()
    found = session.get_one(Mail, sent.id)
    answer = (found.state, found.error)
    session.rollback()
    return answer


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_mail_that_came_back_is_marked_as_one_refused_at_once_and_logged(session, sent, returned):
    again = report(sent.public_id, returned=returned)
    done = run(again, "--json")
    assert done.exit_code == 0, done.stderr
    reason = "550 5.1.1 <Anna@example.com>: Recipient address rejected: User unknown"
    assert json.loads(done.stdout)["marked"][0]["reason"] == reason
    assert state_of(session, sent) == (MailState.DEAD, reason)
    logged = session.scalars(select(AuditRow).where(AuditRow.action == "mail.bounced")).one()
    assert (logged.subject_id, logged.after) == (sent.public_id, {"status": "5.1.1"})
    session.rollback()
    assert json.loads(run(again, "--json").stdout) == {"marked": [], "other": []}


@pytest.mark.parametrize(
    "over",
    [
        {"address": "boris@example.com"},
        {"action": "delayed", "status": "4.4.1"},
        {"action": "relayed", "status": "2.0.0"},
        {"mail_id": "0" * 20},
        {"mail_id": "not-ours"},
    ],
)
def test_another_address_a_delay_and_an_unknown_mail_change_nothing(session, sent, over):
    values = {"mail_id": sent.public_id} | over
    done = run(report(**values))
    assert (done.exit_code, done.stdout) == (0, "Mails marked as not delivered: 0.\n")
    assert state_of(session, sent) == (MailState.SENT, "")


@pytest.mark.parametrize(
    "content", [b"", b"Subject: I am on holiday\n\nUntil Monday.\n", b"\xff\0"]
)
def test_any_other_mail_is_named_and_refused(as_installation, content):
    as_installation()
    done = run(content)
    assert done.exit_code == 1
    assert "is no delivery-status message" in done.stderr
