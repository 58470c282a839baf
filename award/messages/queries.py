"""What is read of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import mail
from award.models.operations import Mail, MailState

PAGE = 100
WAITING = (MailState.QUEUED, MailState.HELD)


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail in a list."""

    public_id: str
    to: str
    subject: str
    template: str
    state: MailState
    moment: datetime
    error: str
    can_be_retried: bool
    can_be_cancelled: bool

    @property
    def may_change(self) -> bool:
        """Whether an organiser can do anything with it."""
        return self.can_be_retried or self.can_be_cancelled


@dataclass(frozen=True, slots=True)
class MailText:
    """One mail to read."""

    to: str
    subject: str
    body: str
    moment: datetime


def _rows(session: Session, statement: object) -> list[MailRow]:
    return [
        MailRow(
            public_id=row.public_id,
            to=row.to_email,
            subject=row.subject,
            template=row.template,
            state=row.state,
            moment=row.sent_at or row.send_after,
            error=row.error,
            can_be_retried=row.state is MailState.DEAD,
            can_be_cancelled=row.state in WAITING,
        )
        for row in session.execute(statement)  # type: ignore[call-overload]
    ]


_COLUMNS = (
    Mail.public_id,
    Mail.to_email,
    Mail.subject,
    Mail.template,
    Mail.state,
    Mail.sent_at,
    Mail.send_after,
    Mail.error,
)


def season_mails(
    session: Session, season_id: int, *, text: str = "", state: str = "", page: int = 1
) -> tuple[list[MailRow], bool]:
    """Return a season's mails, newest first, PAGE a page, and whether older ones follow.

    text: part of an address or a subject; state: a MailState; empty for all. A page beyond the
    last is empty.
    """
    statement = select(*_COLUMNS).where(*mail.that_match(season_id, text, state))
    newest = statement.order_by(Mail.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = _rows(session, newest)
    return rows[:PAGE], len(rows) > PAGE


def mail_counts(session: Session, season_id: int) -> dict[MailState, int]:
    """Return how many mails of a season stand in which state; absent states have none."""
    rows = session.execute(
        select(Mail.state, func.count()).where(Mail.season_id == season_id).group_by(Mail.state)
    )
    return dict(rows.all())


def all_mails(session: Session) -> list[MailRow]:
    """Return the installation's newest mails: the development mailbox."""
    return _rows(session, select(*_COLUMNS).order_by(Mail.id.desc()).limit(PAGE))


def mail_text(one: Mail) -> MailText:
    """Return one mail to read."""
    return MailText(one.to_email, one.subject, one.body, one.sent_at or one.send_after)
