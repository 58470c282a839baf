"""Releasing, cancelling and retrying mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import RuleError
from award.mail import SECRET, that_match
from award.models.accounts import User
from award.models.operations import Mail, MailState

AGAIN = "again:"
"""How the key of a mail that was sent again begins."""
LEFT = frozenset({MailState.SENT, MailState.DEAD, MailState.CANCELLED})


def retry_mail(session: Session, mail_id: int, *, actor_id: int, now: datetime) -> None:
    """Put a mail that was given up back into the queue; RuleError("mail_not_dead") for others."""
    mail = locked(session, Mail, mail_id)
    if mail.state is not MailState.DEAD:
        raise RuleError("mail_not_dead")
    mail.state, mail.attempts, mail.error, mail.send_after = MailState.QUEUED, 0, "", now
    session.info["wake"] = True
    audit.record(session, "mail.retried", mail, actor_id=actor_id, now=now)


def retry_failed(
    session: Session, season_id: int, text: str, *, actor_id: int, now: datetime
) -> int:
    """Put all of a season's failed mails that match a text back into the queue; return how many."""
    where = that_match(season_id, text, MailState.DEAD)
    found = session.scalars(select(Mail.id).where(*where).order_by(Mail.id)).all()
    for mail_id in found:
        retry_mail(session, mail_id, actor_id=actor_id, now=now)
    return len(found)


def cancel_mail(session: Session, mail_id: int, *, actor_id: int, now: datetime) -> None:
    """Take a mail that has not left out of the queue, or lay one aside that failed for good;
    RuleError("mail_already_sent") if it has left or was cancelled.
    """
    mail = locked(session, Mail, mail_id)
    if mail.state not in {MailState.QUEUED, MailState.HELD, MailState.DEAD}:
        raise RuleError("mail_already_sent")
    mail.state = MailState.CANCELLED
    audit.record(session, "mail.cancelled", mail, actor_id=actor_id, now=now)


def send_again(
    session: Session, mail_id: int, copies: int, *, actor_id: int, now: datetime
) -> Mail:
    """Send a mail once more, word for word, to the person's present address.

    copies: how many there were when it was asked for, so that asking twice sends one. Raises
    RuleError("mail_still_waiting") before it has left or failed, and RuleError("mail_is_a_key")
    for one that is a key by itself: its link has gone or is no longer kept.
    """
    mail = locked(session, Mail, mail_id)
    if mail.state not in LEFT:
        raise RuleError("mail_still_waiting")
    if mail.template in SECRET or not mail.body:
        raise RuleError("mail_is_a_key")
    key = f"{AGAIN}{mail.public_id}:{copies}"
    found = session.scalar(select(Mail).where(Mail.key == key))
    if found is not None:
        return found
    user = session.get(User, mail.user_id) if mail.user_id else None
    copied = ("template", "to_name", "user_id", "season_id", "language", "subject", "body")
    made = Mail(
        **{name: getattr(mail, name) for name in copied},
        key=key,
        to_email=user.email if user else mail.to_email,
        send_after=now,
        created_at=now,
    )
    session.add(made)
    session.flush()
    session.info["wake"] = True
    audit.record(session, "mail.sent_again", mail, actor_id=actor_id, now=now)
    return made
