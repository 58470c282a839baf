"""Links that work once: made, found and used up; the store keeps only their hashes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from award.accounts.secrets import hash_secret
from award.db import new_secret
from award.errors import RuleError
from award.models.accounts import OneTimeToken, StaffRole, TokenPurpose

LINK_LIVES = timedelta(hours=2)
CONFIRMATION_LIVES = timedelta(days=2)
INVITATION_LIVES = timedelta(days=30)


def issue_token(
    session: Session,
    purpose: TokenPurpose,
    *,
    now: datetime,
    lives: timedelta = LINK_LIVES,
    email: str = "",
    user_id: int | None = None,
    programme_id: int | None = None,
    staff_role: StaffRole | None = None,
    juror_id: int | None = None,
    entry_id: int | None = None,
    created_by_id: int | None = None,
    name: str = "",
    password_hash: str | None = None,
) -> str:
    """Make a link that works once and return its secret; the store keeps only the hash."""
    secret = new_secret()
    session.add(
        OneTimeToken(
            token_hash=hash_secret(secret),
            purpose=purpose,
            email=email,
            user_id=user_id,
            programme_id=programme_id,
            staff_role=staff_role,
            juror_id=juror_id,
            entry_id=entry_id,
            name=name,
            password_hash=password_hash,
            created_at=now,
            created_by_id=created_by_id,
            expires_at=now + lives,
        )
    )
    session.flush()
    return secret


def find_token(
    session: Session, secret: str, *purposes: TokenPurpose, now: datetime
) -> OneTimeToken:
    """Return the live token of a secret; RuleError("link_dead") if used, expired or unknown."""
    token = session.scalar(
        select(OneTimeToken).where(OneTimeToken.token_hash == hash_secret(secret))
    )
    if (
        token is None
        or token.purpose not in purposes
        or token.used_at is not None
        or token.expires_at <= now
    ):
        raise RuleError("link_dead")
    return token


def use_token(
    session: Session, secret: str, *purposes: TokenPurpose, now: datetime
) -> OneTimeToken:
    """Take a token out of the world: the second of two clicks gets RuleError("link_dead")."""
    token = find_token(session, secret, *purposes, now=now)
    taken = session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.id == token.id, OneTimeToken.used_at.is_(None))
        .values(used_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise RuleError("link_dead")
    return token
