"""What is read of broadcasts: the season's list, and who got what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.accounts import User
from award.models.broadcasts import Audience, Broadcast, BroadcastState
from award.models.operations import Mail, MailState

PAGE = 100
MOST = 200


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """One broadcast in the list, the newest first."""

    public_id: str
    subject: str
    audience: Audience
    state: BroadcastState
    moment: datetime
    by: str


def broadcast_rows(session: Session, season_id: int, language: str) -> list[BroadcastRow]:
    """Return a season's broadcasts, drafts and sent ones, newest first, at most MOST."""
    rows = session.execute(
        select(Broadcast, User.name)
        .outerjoin(User, User.id == func.coalesce(Broadcast.sent_by_id, Broadcast.created_by_id))
        .where(Broadcast.season_id == season_id)
        .order_by(Broadcast.id.desc())
        .limit(MOST)
    )
    return [
        BroadcastRow(
            row.public_id,
            pick_text(row.subject, language),
            row.audience,
            row.state,
            row.sent_at or row.created_at,
            by or "",
        )
        for row, by in rows
    ]


@dataclass(frozen=True, slots=True)
class SentMail:
    """What became of one person's mail; error is what the mail server said."""

    public_id: str
    name: str
    email: str
    language: str
    state: MailState
    error: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A page of mails in the order of writing, whether more follow, and how many are how far."""

    mails: tuple[SentMail, ...]
    more: bool
    counts: Mapping[MailState, int]


def delivery_of(session: Session, begins: str, *, page: int = 1) -> Delivery:
    """Return who got the mails whose key so begins and who not yet, PAGE a page; two statements."""
    own = Mail.key.startswith(begins, autoescape=True)
    counts = session.execute(select(Mail.state, func.count()).where(own).group_by(Mail.state))
    rows = session.execute(
        select(Mail.public_id, Mail.to_name, Mail.to_email, Mail.language, Mail.state, Mail.error)
        .where(own)
        .order_by(Mail.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    mails = tuple(SentMail(*row) for row in rows[:PAGE])
    return Delivery(mails, len(rows) > PAGE, dict(counts.all()))
