"""Mails about an entry to the people on its team."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import mail
from award.db import pick_text
from award.entries.states import door
from award.models.accounts import User
from award.models.entries import Entry, EntryVersion, TeamMembership
from award.models.seasons import Season


def mail_receipts(
    session: Session,
    entry: Entry,
    version: EntryVersion,
    season: Season,
    *,
    base_url: str,
    now: datetime,
) -> None:
    """Queue the receipt of a submitted version to everybody on the team."""
    standing = door(session, season, entry.id, now=now)
    path = f"entries/{entry.public_id}/receipts/{version.receipt}.pdf"
    for user in team_users(session, entry.id):
        context = {
            "season": pick_text(season.name, user.language),
            "title": entry.title,
            "code": entry.code,
            "receipt": version.receipt,
            "digest": version.digest,
            "submitted_at": version.submitted_at,
            "closes_at": standing.until,
            "zone": standing.zone,
            "url": f"{base_url}/{user.language}/{path}",
        }
        mail_member(session, "entry_receipt", user, entry, version.receipt, context, now=now)


def team_users(session: Session, entry_id: int) -> list[User]:
    """Return the people who are on a team now, in the order of their arrival."""
    return list(
        session.scalars(
            select(User)
            .join(TeamMembership, TeamMembership.user_id == User.id)
            .where(TeamMembership.entry_id == entry_id, TeamMembership.left_at.is_(None))
            .order_by(TeamMembership.id)
        )
    )


def mail_member(
    session: Session,
    template: str,
    user: User,
    entry: Entry,
    occasion: str,
    context: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Queue a mail about an entry to one person, in her language, once for an occasion."""
    mail.queue(
        session,
        template,
        to=user.email,
        name=user.name,
        user_id=user.id,
        season_id=entry.season_id,
        key=f"{template}:{entry.public_id}:{occasion}:{user.public_id}",
        now=now,
        language=user.language,
        context=context,
    )
