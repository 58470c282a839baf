"""What keeps jurors from entries: conflicts that somebody declared and those in the data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import EntryNeed, JurorOffer, find_conflicts
from award.models.accounts import User
from award.models.entries import ORGANISATION, Entry, EntryVersion, TeamMembership
from award.models.jury import Conflict, Juror


@dataclass(frozen=True, slots=True)
class Barrier:
    """A conflict of interest: the code of its source, and what somebody said about it."""

    code: str
    reason: str = ""


def barriers(
    session: Session, entry_ids: Collection[int], offers: Sequence[JurorOffer]
) -> dict[tuple[int, str], Barrier]:
    """Return (entry id, juror's public id) -> what stands between them, lifted conflicts left out.

    What somebody declared is told before what the data gives away. Two statements whatever the
    number; empty where nothing stands in the way.
    """
    rows = session.execute(
        select(
            Conflict.entry_id,
            Juror.public_id,
            Conflict.source,
            Conflict.reason,
            Conflict.lifted_at,
        )
        .join(Juror, Conflict.juror_id == Juror.id)
        .where(Conflict.entry_id.in_(entry_ids))
    ).all()
    known = {offer.key for offer in offers}
    lifted = {(row.entry_id, row.public_id) for row in rows if row.lifted_at}
    found = {
        (int(one.entry), one.juror): Barrier(one.code)
        for one in find_conflicts(_teams(session, entry_ids), offers)
        if (int(one.entry), one.juror) not in lifted
    }
    stored = {
        (row.entry_id, row.public_id): Barrier(row.source.value, row.reason)
        for row in rows
        if row.lifted_at is None and row.public_id in known
    }
    return found | stored


def _teams(session: Session, entry_ids: Collection[int]) -> list[EntryNeed]:
    """Return the entries' organisations and addresses; keys are the entries' ids."""
    rows = session.execute(
        select(Entry.id, EntryVersion.answers, User.email)
        .outerjoin(EntryVersion, Entry.current_version_id == EntryVersion.id)
        .outerjoin(
            TeamMembership,
            (TeamMembership.entry_id == Entry.id) & TeamMembership.left_at.is_(None),
        )
        .outerjoin(User, TeamMembership.user_id == User.id)
        .where(Entry.id.in_(entry_ids))
    ).all()
    emails: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for entry_id, answers, email in rows:
        names[entry_id] = str((answers or {}).get(ORGANISATION) or "")
        emails.setdefault(entry_id, []).extend([email] if email else [])
    return [
        EntryNeed(str(key), 1, organisation=names[key], emails=tuple(emails[key])) for key in names
    ]
