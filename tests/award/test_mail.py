"""The outbox against a mail server that is down, busy, or says no."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from typing import ClassVar

import pytest
import time_machine
from sqlalchemy import select

from award import mail
from award.db import unit_of_work
from award.models.operations import Mail, MailState
from tests import factories as make

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Server(socketserver.ThreadingTCPServer):
    """A mail server that counts its connections and keeps what it took.

    It answers RCPT with ``answer``, or what ``answers`` says for an address. full: how many mails
    it takes over one connection, and what it says to the next; "" hangs up without a word.
    """

    allow_reuse_address = True
    daemon_threads = True
    answer: ClassVar[str] = "250 ok"

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[str] = []
        self.answers: dict[str, str] = {}
        self.full = (1000, "")
        self.connections = 0
        self.hangs_up_after_data = False
        self.says_to_sender = "250 ok"


class Session(socketserver.StreamRequestHandler):
    carried = 0

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            if not self.answer(line):
                return

    def answer(self, line: str) -> bool:
        """Answer one line; returns whether the connection goes on."""
        verb, server = line.split(" ")[0].upper(), self.server
        if verb == "QUIT":
            self.say("221 bye")
            return False
        if verb == "MAIL" and self.carried >= server.full[0]:
            if server.full[1]:
                self.say(server.full[1])
            return False
        if verb == "DATA":
            self.say("354 go on")
            self._take()
            if server.hangs_up_after_data:
                return False
            self.say("250 taken")
        elif verb == "RCPT":
            address = line[line.index("<") + 1 : line.index(">")]
            self.say(server.answers.get(address, server.answer))
        else:
            self.say(server.says_to_sender if verb == "MAIL" else "250 ok")
        return True

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        self.carried += 1
        self.server.taken.append("".join(lines))


@pytest.fixture
def server():
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def smtp(settings, server):
    host, port = server.server_address
    return replace(settings, smtp_host=host, smtp_port=port, smtp_tls=False)


@pytest.fixture
def clock(app):
    with app.app_context(), time_machine.travel(START, tick=False) as traveller:
        yield traveller


def queue(key="k", **over):
    context = {"url": "http://localhost/secret-link"}
    values = {"to": "sasha@example.com", "name": "Sasha", "language": "en", "context": context}
    with unit_of_work() as unit:
        return mail.queue(unit, "reset_password", key=key, now=START, **values | over).id


def row(mail_id):
    with unit_of_work() as unit:
        return unit.get_one(Mail, mail_id)


def test_a_mail_leaves_once_and_its_secret_is_forgotten_outside_development(clock, smtp, server):
    mail_id = queue()
    production = replace(smtp, environment="production")
    assert mail.send_due(production) == 1
    assert mail.send_due(production) == 0
    assert "secret-link" in server.taken[0]
    assert (row(mail_id).state, row(mail_id).body) == (MailState.SENT, "")


def test_a_mail_that_somebody_waits_for_goes_before_thousands_of_others(clock, smtp, server):
    told = {"number": "1", "season": "S", "url": "u", "check": "c", "own": True}
    with unit_of_work() as unit:
        for number in range(3):
            mail.queue(
                unit,
                "certificate_issued",
                to=f"p{number}@example.com",
                key=f"told{number}",
                now=START,
                context=told,
            )
    clock.shift(timedelta(minutes=1))
    queue()
    assert mail.send_due(smtp, limit=1) == 1
    assert "secret-link" in server.taken[0]
    assert mail.send_due(smtp) == 3


def test_the_same_key_is_the_same_mail(clock, smtp, server):
    assert queue("a") == queue("a")
    assert mail.send_due(smtp) == 1
    assert len(server.taken) == 1


def test_while_the_server_is_down_mails_wait_and_then_leave(clock, smtp, server):
    mail_id = queue()
    down = replace(smtp, smtp_port=1)
    assert mail.send_due(down) == 0
    waiting = row(mail_id)
    assert (waiting.state, waiting.attempts) == (MailState.QUEUED, 1)
    assert "refused" in waiting.error
    assert waiting.send_after > START
    assert mail.send_due(smtp) == 0
    clock.shift(timedelta(minutes=3))
    assert mail.send_due(smtp) == 1
    assert (row(mail_id).state, row(mail_id).error) == (MailState.SENT, "")


def test_a_busy_server_is_asked_again_with_the_same_message_id(clock, smtp, server):
    mail_id = queue()
    server.hangs_up_after_data = True
    assert mail.send_due(smtp) == 0
    server.hangs_up_after_data = False
    clock.shift(timedelta(minutes=5))
    assert mail.send_due(smtp) == 1
    first, second = (message_from_string(text)["Message-ID"] for text in server.taken)
    assert first == second == f"<{row(mail_id).public_id}@localhost>"


@pytest.mark.parametrize(
    ("answer", "state"),
    [("450 mailbox busy", MailState.QUEUED), ("550 no such mailbox", MailState.DEAD)],
)
def test_a_refused_recipient_is_tried_again_only_if_the_server_says_later(
    clock, smtp, server, answer, state
):
    server.answer = answer
    mail_id = queue()
    assert mail.send_due(smtp) == 0
    assert row(mail_id).state is state
    assert row(mail_id).error == answer
    assert server.taken == []


def recipients(server):
    return [message_from_string(text)["To"].split("<")[1].rstrip(">") for text in server.taken]


def test_a_batch_leaves_over_few_connections_and_refusals_stop_nobody_else(
    clock, smtp, server, monkeypatch
):
    monkeypatch.setattr("award.smtp.PER_CONNECTION", 5)
    everybody = [f"p{number:02}@example.com" for number in range(12)]
    ids = {to: queue(to, to=to) for to in everybody}
    server.answers = {everybody[1]: "550 no such mailbox", everybody[6]: "450 mailbox busy"}
    assert mail.send_due(smtp) == 10
    assert recipients(server) == [to for to in everybody if to not in server.answers]
    assert server.connections == 2
    assert row(ids[everybody[1]]).state is MailState.DEAD
    assert row(ids[everybody[6]]).state is MailState.QUEUED


@pytest.mark.parametrize("goodbye", ["", "421 4.7.0 enough for one connection", "452 too many"])
def test_a_server_that_ends_the_connection_gets_the_rest_over_another(clock, smtp, server, goodbye):
    server.full = (2, goodbye)
    everybody = [f"p{number}@example.com" for number in range(5)]
    for to in everybody:
        queue(to, to=to)
    assert mail.send_due(smtp) == 5
    assert (recipients(server), server.connections) == (everybody, 3)


def test_what_the_server_may_have_taken_is_not_repeated_at_once(clock, smtp, server):
    queue("first", to="first@example.com")
    assert mail.send_due(smtp) == 1
    for to in ("second@example.com", "third@example.com"):
        queue(to, to=to)
    server.hangs_up_after_data = True
    assert mail.send_due(smtp) == 0
    assert recipients(server) == ["first@example.com", "second@example.com", "third@example.com"]


def test_where_no_mail_gets_out_the_others_are_not_tried_in_vain(clock, smtp, server):
    first, second = queue("first"), queue("second")
    server.says_to_sender = "450 not you, not now"
    assert mail.send_due(smtp) == 0
    assert (row(first).attempts, row(second).attempts) == (1, 0)
    assert mail.send_due(replace(smtp, smtp_port=1)) == 0
    assert (row(first).attempts, row(second).attempts) == (1, 1)


def test_an_address_that_no_message_can_bear_is_laid_aside_alone(clock, smtp, server):
    broken, fine = queue("broken", to="no address"), queue("fine")
    assert mail.send_due(smtp) == 1
    assert (row(broken).state, row(fine).state) == (MailState.DEAD, MailState.SENT)


def test_our_own_wrong_password_condemns_no_mail(clock, smtp, server):
    mail_id = queue()
    assert mail.send_due(replace(smtp, smtp_user="us", smtp_password="wrong")) == 0
    assert row(mail_id).state is MailState.QUEUED
    clock.shift(timedelta(minutes=3))
    assert mail.send_due(smtp) == 1


def test_after_the_last_try_a_mail_is_laid_aside(clock, smtp, server):
    mail_id = queue()
    server.answer = "450 mailbox busy"
    for _try in range(mail.ATTEMPTS):
        mail.send_due(smtp)
        clock.shift(timedelta(days=1))
    assert row(mail_id).state is MailState.DEAD
    server.answer = "250 ok"
    assert mail.send_due(smtp) == 0


def test_however_long_the_server_is_away_no_mail_is_given_up(clock, smtp, server):
    mail_id = queue()
    for _try in range(2 * mail.ATTEMPTS):
        mail.send_due(replace(smtp, smtp_port=1))
        clock.shift(timedelta(minutes=33))
    assert row(mail_id).state is MailState.QUEUED
    assert mail.send_due(smtp) == 1


def test_a_mail_that_a_killed_worker_held_is_taken_over_after_the_lease(clock, smtp, server):
    mail_id = queue()
    assert mail._claim("killed")[0].id == mail_id
    assert mail.send_due(smtp) == 0
    clock.shift(mail.LEASE + timedelta(seconds=1))
    assert mail.send_due(smtp) == 1
    assert len(server.taken) == 1


def test_a_mail_waits_for_its_minute_and_a_held_one_for_its_release(clock, smtp, server):
    later = queue("later", send_after=START + timedelta(hours=1))
    held = queue("held", held=True)
    assert mail.send_due(smtp) == 0
    clock.shift(timedelta(hours=2))
    assert mail.send_due(smtp) == 1
    assert (row(later).state, row(held).state) == (MailState.SENT, MailState.HELD)


def test_development_keeps_its_mail_to_itself(clock, settings):
    mail_id = queue()
    assert not settings.smtp_host
    assert mail.send_due(settings) == 1
    assert "secret-link" in row(mail_id).body


def test_a_production_without_a_mail_server_loses_no_mail(clock, settings):
    mail_id = queue()
    production = replace(settings, environment="production", testing=False)
    assert mail.send_due(production) == 0
    assert (row(mail_id).state, row(mail_id).error) == (MailState.QUEUED, "no SMTP host is set")


def test_a_name_adds_no_header(clock, smtp, server):
    queue(name="Eve\r\nBcc: all@example.com")
    assert mail.send_due(smtp) == 1
    sent = message_from_string(server.taken[0])
    assert sent["Bcc"] is None
    assert sent["To"].count("sasha@example.com") == 1


def test_a_mail_leaves_in_its_programmes_name_and_its_answers_reach_a_person(clock, smtp, server):
    own = {"to": "sasha@example.com", "now": START, "language": "de"}
    with unit_of_work() as unit:
        season = make.make_season(unit)
        season.programme.name = {"en": "Impact", "de": "Wirkung, und mehr"}
        season.programme.contact_email = "team@impact.org"
        said = {"subject": "News", "text": "t", "season": "S", "contact": ""}
        mail.queue(unit, "broadcast", key="b", season_id=season.id, context=said, **own)
    queue()
    assert mail.send_due(replace(smtp, mail_from="award@impact.org")) == 2
    to_one, to_many = (message_from_string(text, policy=policy.default) for text in server.taken)
    assert to_many["From"] == '"Wirkung, und mehr" <award@impact.org>'
    assert (to_one["Reply-To"], to_many["Reply-To"]) == ("team@impact.org", "team@impact.org")
    assert (to_one["Auto-Submitted"], to_many["Content-Language"]) == ("auto-generated", "de")
    assert to_many["Date"].datetime == START
    assert to_one["List-Unsubscribe"] is None
    assert to_many["List-Unsubscribe"] == "<mailto:team@impact.org?subject=unsubscribe>"


def test_a_mail_of_a_transaction_that_fails_never_leaves(clock, smtp, server):
    with pytest.raises(RuntimeError), unit_of_work() as unit:
        mail.queue(unit, "reset_password", to="a@b.org", key="x", now=START, context={"url": ""})
        raise RuntimeError
    assert mail.send_due(smtp) == 0
    with unit_of_work() as unit:
        assert unit.scalars(select(Mail)).all() == []
