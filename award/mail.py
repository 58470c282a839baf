"""The outbox: mails are rows in the transaction of what caused them and leave after the commit."""

from __future__ import annotations

import os
import secrets
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from award import i18n, wording
from award.db import pick_text, unit_of_work
from award.folding import holds
from award.models.operations import Mail, MailState
from award.models.seasons import Programme, Season
from award.smtp import Smtp, UnreachableError

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
LEASE = timedelta(minutes=7)
"""Longer than a mail server may take for connecting and one mail: see ``award.smtp``."""
ATTEMPTS = 8
STUCK = 5
"""After so many tries, half an hour, the organisers hear of it; a mail server that is away wears
out no more than these."""
AWAITED = frozenset(
    {
        "already_registered",
        "confirm_email",
        "guardian_consent",
        "juror_invitation",
        "reset_password",
        "staff_invitation",
        "team_invitation",
        "trial",
    }
)
"""Templates that somebody looks out for at this minute: they go before all others."""
SECRET = frozenset({"confirm_email", "reset_password", "guardian_consent"})
"""Templates whose body is a key by itself: outside development it is blanked once sent."""

TO_MANY = frozenset({"broadcast"})
"""Templates that go to many: mail programs offer to ask for no more of them."""


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text; values cannot add headers, see _one_line
    )
    environment.install_gettext_translations(i18n.translator(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["moment"] = lambda value, zone="Europe/Moscow": (
        value if isinstance(value, str) else i18n.format_moment(value, language, zone)
    )
    return environment


def _one_line(text: str) -> str:
    return " ".join(text.split())


def compose(template: str, language: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and text of a mail as it goes out; values is all that the template prints."""
    text = _environment(language).get_template(f"{template}.txt").render(values)
    subject, _, body = text.partition("\n")
    return _one_line(subject), body.strip() + "\n"


def original(kind: wording.Kind, language: str) -> tuple[str, str]:
    """Return subject and text of a kind of mail as the system words it, with its fields."""
    texts = compose(kind.template, language, {"to": "", "zone": "", **wording.blank(kind)})
    subject, body = (text.replace(str(wording.COUNT), "{count}") for text in texts)
    return subject, body


def queue(
    session: Session,
    template: str,
    *,
    to: str,
    key: str,
    now: datetime,
    language: str = "ru",
    name: str = "",
    user_id: int | None = None,
    season_id: int | None = None,
    send_after: datetime | None = None,
    held: bool = False,
    context: Mapping[str, Any] | None = None,
) -> Mail:
    """Write a mail into the outbox; the same key gives the same mail, so a retry sends one.

    It is in the season's own words where the season has any for it (``award.wording``).
    template: ``templates/mail/<template>.txt``, its first line the subject. context: what the
    template prints. send_after: not before this moment; held: not before somebody releases it.
    """
    found = session.scalar(select(Mail).where(Mail.key == key))
    if found is not None:
        return found
    values = {"name": name or to, "to": to, **(context or {})}
    own = wording.own_words(session, season_id, template, language, values)
    subject, body = own or compose(template, language, values)
    mail = Mail(
        key=key,
        template=template,
        to_email=to,
        to_name=name,
        user_id=user_id,
        season_id=season_id,
        language=language,
        subject=subject,
        body=body,
        state=MailState.HELD if held else MailState.QUEUED,
        send_after=send_after or now,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    session.info["wake"] = True
    return mail


def that_match(season_id: int, text: str, state: str = "") -> list[ColumnElement[bool]]:
    """Return the conditions for a season's mails with a text in address or subject.

    state: a MailState; any other word is all states.
    """
    where = [Mail.season_id == season_id]
    if state in list(MailState):
        where.append(Mail.state == MailState(state))
    if text:
        where.append(or_(holds(Mail.to_email, text), holds(Mail.subject, text)))
    return where


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name a mail leaves, and the address at which a person reads the answers; or ""."""

    name: str = ""
    contact: str = ""


def _sender(session: Session, mail: Mail) -> Sender:
    """Return the programme that a mail is from; those of accounts are the only programme's."""
    statement = select(Programme.name, Programme.contact_email).limit(2)
    if mail.season_id is not None:
        statement = statement.join(Season).where(Season.id == mail.season_id)
    found = session.execute(statement).all()
    if len(found) != 1:
        return Sender()
    name, contact = found[0]
    return Sender(pick_text(name, mail.language), contact)


def message(mail: Mail, mail_from: str, sender: Sender = Sender()) -> EmailMessage:
    """Build the message of a row; its Message-ID stays the same on every try."""
    own_name, address = parseaddr(mail_from)
    built = EmailMessage()
    built["From"] = Address(_one_line(own_name or sender.name), addr_spec=address)
    built["To"] = Address(_one_line(mail.to_name), addr_spec=mail.to_email)
    built["Subject"] = mail.subject
    built["Date"] = datetime.now(UTC)
    built["Message-ID"] = f"<{mail.public_id}@{address.rpartition('@')[2]}>"
    built["Auto-Submitted"] = "auto-generated"
    built["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if sender.contact:
        built["Reply-To"] = sender.contact
    if sender.contact and mail.template in TO_MANY:
        built["List-Unsubscribe"] = f"<mailto:{sender.contact}?subject=unsubscribe>"
    built.set_content(mail.body)
    built["Content-Language"] = mail.language
    return built


def send_due(settings: Any, *, limit: int = 200, stopping: Callable[[], bool] = bool) -> int:
    """Send due mails over one connection, each under its own lease; returns how many left.

    Those that somebody waits for go first, whatever else there is; then who waited for longest.
    Where there is no way out, the others are left in peace until the next look. stopping: whether
    the worker is to end. Without an SMTP host in development the mail stays readable at /dev/mail.
    """
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    sent = 0
    with Smtp(settings) as server:
        for _ in range(limit):
            claimed = None if stopping() else _claim(owner)
            if claimed is None:
                break
            mail, sender = claimed
            failure = _hand_over(mail, sender, server, settings)
            sent += _write_down(mail.id, owner, failure, settings)
            if failure and failure.ours:
                break
    return sent


def _claim(owner: str) -> tuple[Mail, Sender] | None:
    now = datetime.now(UTC)
    with unit_of_work() as session:
        mail = session.scalar(
            select(Mail)
            .where(
                Mail.state == MailState.QUEUED,
                Mail.send_after <= now,
                or_(Mail.lease_until.is_(None), Mail.lease_until < now),
            )
            .order_by(Mail.template.not_in(AWAITED), Mail.send_after, Mail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if mail is None:
            return None
        mail.lease_until, mail.owner = now + LEASE, owner
        mail.attempts += 1
        return mail, _sender(session, mail)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a mail did not leave. ours: it would have met any other, too, and wears out no try."""

    reason: str
    permanent: bool = False
    ours: bool = False


def _hand_over(mail: Mail, sender: Sender, server: Smtp, settings: Any) -> _Failure | None:
    """Give a mail to the server; returns what went wrong, None where it is on its way."""
    if not settings.smtp_host:
        kept = settings.development or settings.testing
        return None if kept else _Failure("no SMTP host is set", ours=True)
    try:
        built = message(mail, settings.mail_from, sender)
    except (ValueError, IndexError, MessageError) as failure:
        return _Failure(f"{mail.to_email}: {failure}", permanent=True)
    try:
        server.send(built)
    except (UnreachableError, smtplib.SMTPSenderRefused) as failure:
        return _Failure(str(failure), ours=True)
    except (smtplib.SMTPException, OSError) as failure:
        return _reason(failure)
    return None


def _reason(failure: Exception) -> _Failure:
    """Return what went wrong and whether trying again is in vain.

    Only a refusal of this very recipient or text is: a wrong password of ours is mended, and
    then every mail that waited must leave.
    """
    answer: tuple[int, bytes | str] | None = None
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        answer = next(iter(failure.recipients.values()))
    elif isinstance(failure, smtplib.SMTPDataError):
        answer = failure.smtp_code, failure.smtp_error
    if answer is None:
        return _Failure(str(failure) or type(failure).__name__)
    code, said = answer
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return _Failure(f"{code} {words}", permanent=code >= 500)


def _write_down(mail_id: int, owner: str, failure: _Failure | None, settings: Any) -> int:
    """Note in the outbox how it went; returns 1 for a mail that left, else 0."""
    now = datetime.now(UTC)
    with unit_of_work() as session:
        row = session.get_one(Mail, mail_id, with_for_update=True)
        if row.owner != owner:
            return 0
        row.lease_until, row.error = None, failure.reason[:1000] if failure else ""
        if failure is None:
            row.state, row.sent_at = MailState.SENT, now
            if row.template in SECRET and not settings.development:
                row.body = ""
            return 1
        _put_back(row, failure, now)
    return 0


def _put_back(row: Mail, failure: _Failure, now: datetime) -> None:
    """Have a mail wait for its next try, after ATTEMPTS of its own lay it aside."""
    if failure.ours:
        row.attempts = min(row.attempts, STUCK)
    if failure.permanent or row.attempts >= ATTEMPTS:
        row.state = MailState.DEAD
    else:
        row.send_after = now + timedelta(minutes=2**row.attempts)
