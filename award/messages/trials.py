"""A mail to oneself: what somebody else would read, marked as a trial."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from award import mail
from award.models.accounts import User


def queue_trial(
    session: Session,
    season_id: int,
    about: str,
    language: str,
    texts: tuple[str, str],
    *,
    actor_id: int,
    now: datetime,
) -> str:
    """Mail an organiser a subject and text; returns the address that it goes to.

    about: what tells this trial from others of the same moment.
    """
    reader = session.get_one(User, actor_id)
    subject, text = texts
    mail.queue(
        session,
        "trial",
        to=reader.email,
        name=reader.name,
        user_id=reader.id,
        season_id=season_id,
        key=f"trial:{about}:{reader.public_id}:{now.isoformat()}",
        now=now,
        language=language,
        context={"subject": subject, "text": text},
    )
    return reader.email
