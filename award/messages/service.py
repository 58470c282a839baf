"""Releasing, cancelling and retrying mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import RuleError
from award.models.operations import Mail, MailState


def retry_mail(session: Session, mail_id: int, *, actor_id: int, now: datetime) -> None:
    """Put a mail that was given up back into the queue; RuleError("mail_not_dead") for others."""
    mail = locked(session, Mail, mail_id)
    if mail.state is not MailState.DEAD:
        raise RuleError("mail_not_dead")
    mail.state, mail.attempts, mail.error, mail.send_after = MailState.QUEUED, 0, "", now
    session.info["wake"] = True
    audit.record(session, "mail.retried", mail, actor_id=actor_id, now=now)


def cancel_mail(session: Session, mail_id: int, *, actor_id: int, now: datetime) -> None:
    """Take a mail that has not left out of the queue; RuleError("mail_already_sent") if it has."""
    mail = locked(session, Mail, mail_id)
    if mail.state not in {MailState.QUEUED, MailState.HELD}:
        raise RuleError("mail_already_sent")
    mail.state = MailState.CANCELLED
    audit.record(session, "mail.cancelled", mail, actor_id=actor_id, now=now)
