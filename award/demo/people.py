"""The demo's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from award.models.accounts import StaffMembership, StaffRole, User
from award.models.seasons import Programme

SHOWN = "demo"
"""The password hash of people whom the sign-in page offers: no password has this hash."""


def add_user(
    session: Session, name: str, email: str, *, now: datetime, shown: bool = False
) -> User:
    """Add a demo person; ``shown`` ones are offered at the sign-in page of a development server."""
    user = User(
        name=name,
        email=email,
        email_key=email.casefold(),
        password_hash=SHOWN if shown else None,
        language="ru",
        email_confirmed_at=now,
        created_at=now,
        is_demo=True,
    )
    session.add(user)
    return user


def add_staff(session: Session, programme: Programme, *, now: datetime) -> User:
    """Add an organiser, an owner and an auditor; returns the organiser."""
    people: Sequence[tuple[str, str, StaffRole]] = (
        ("Марина Лаптева", "organiser@impact.example", StaffRole.ORGANISER),
        ("Глеб Сорокин", "owner@impact.example", StaffRole.OWNER),
        ("Инга Вольф", "auditor@impact.example", StaffRole.AUDITOR),
    )
    users = [add_user(session, name, email, now=now, shown=True) for name, email, _ in people]
    session.flush()
    for user, (_, _, role) in zip(users, people, strict=True):
        session.add(
            StaffMembership(programme_id=programme.id, user_id=user.id, role=role, created_at=now)
        )
    return users[0]
