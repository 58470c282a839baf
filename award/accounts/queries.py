"""What is read about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from award.accounts.devices import device_name
from award.accounts.emails import email_key
from award.accounts.passwords import verify_password
from award.accounts.secrets import hash_secret
from award.errors import InputError
from award.models.accounts import StaffMembership, StaffRole, User, UserSession
from award.models.entries import TeamMembership
from award.models.jury import Juror

IDLE = timedelta(days=7)
"""How long a session lives that nobody uses."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser of a person; ``current`` is the one that asks."""

    public_id: str
    browser: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Somebody who works for a programme."""

    user_public_id: str
    name: str
    email: str
    role: StaffRole


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demo, offered at the sign-in page of a development installation.

    role: ``owner``, ``organiser``, ``auditor``, ``juror`` or ``team``.
    """

    public_id: str
    name: str
    email: str
    role: str


def authenticate(session: Session, email: str, password: str) -> User:
    """Return the person of an address and password.

    Raises InputError("sign_in_failed") for an unknown address and a wrong password alike, after
    the same time; InputError("email_unconfirmed") only to who knows the password.
    """
    user = session.scalar(
        select(User).where(User.email_key == email_key(email), User.erased_at.is_(None))
    )
    if not verify_password(user.password_hash if user else None, password) or user is None:
        raise InputError("sign_in_failed")
    if user.email_confirmed_at is None:
        raise InputError("email_unconfirmed")
    return user


def open_sessions(
    session: Session, user_id: int, *, secret: str, now: datetime
) -> list[OpenSession]:
    """Return a person's live sessions, newest first."""
    rows = session.execute(
        select(
            UserSession.public_id,
            UserSession.browser,
            UserSession.created_at,
            UserSession.last_seen_at,
            UserSession.token_hash,
        )
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > now - IDLE,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return [
        OpenSession(
            row.public_id,
            device_name(row.browser),
            row.created_at,
            row.last_seen_at,
            row.token_hash == hash_secret(secret),
        )
        for row in rows
    ]


def staff_rows(session: Session, programme_id: int) -> list[StaffRow]:
    """Return who works for a programme, by name; empty where nobody does."""
    rows = session.execute(
        select(User.public_id, User.name, User.email, StaffMembership.role)
        .join(StaffMembership, StaffMembership.user_id == User.id)
        .where(StaffMembership.programme_id == programme_id)
        .order_by(User.name, User.id)
    )
    return [StaffRow(*row) for row in rows]


def demo_people(session: Session) -> list[DemoPerson]:
    """Return the demo's people who are worth trying, in the order they were made."""
    judges = exists().where(Juror.user_id == User.id)
    rows = session.execute(
        select(User.public_id, User.name, User.email, StaffMembership.role, judges.label("judges"))
        .outerjoin(StaffMembership, StaffMembership.user_id == User.id)
        .where(User.is_demo.is_(True), User.password_hash.is_not(None))
        .order_by(User.id)
        .limit(12)
    )
    return [
        DemoPerson(
            row.public_id,
            row.name,
            row.email,
            row.role.value if row.role else "juror" if row.judges else "team",
        )
        for row in rows
    ]


def organisers_of(session: Session, programme_id: int, *, about_entry: int) -> list[User]:
    """Return who is told about trouble with an entry: owners and organisers, oldest account first.

    Who is on the entry's own team is left out, and so are erased people.
    """
    team = select(TeamMembership.user_id).where(TeamMembership.entry_id == about_entry)
    return list(
        session.scalars(
            select(User)
            .join(StaffMembership, StaffMembership.user_id == User.id)
            .where(
                StaffMembership.programme_id == programme_id,
                StaffMembership.role.in_((StaffRole.OWNER, StaffRole.ORGANISER)),
                User.erased_at.is_(None),
                User.id.not_in(team),
            )
            .order_by(User.id)
        )
    )
