"""The signed-in browser: a secret in a cookie, its hash in a row that can be ended."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from flask import Request, Response, current_app
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from award.accounts.queries import IDLE
from award.accounts.secrets import hash_secret
from award.db import db, new_secret, unit_of_work
from award.errors import StoreBusyError
from award.models.accounts import User, UserSession

LIFETIME = timedelta(days=30)
SEEN_EVERY = timedelta(hours=1)
"""How old the note of a session's last use grows before a reading request writes it anew."""
LIVE = (
    select(User, UserSession.id, UserSession.last_seen_at)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.token_hash == bindparam("secret"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > bindparam("now"),
        UserSession.last_seen_at > bindparam("idle_since"),
        User.erased_at.is_(None),
    )
)
"""Put together once: every request of somebody signed in asks for it."""


def cookie_name() -> str:
    """Return the cookie's name; over HTTPS it is bound to this host."""
    return "__Host-award" if current_app.config["SESSION_COOKIE_SECURE"] else "award"


def start_session(session: Session, user_id: int, *, browser: str, now: datetime) -> str:
    """Sign a person in and return the secret for her cookie."""
    secret = new_secret()
    session.add(
        UserSession(
            token_hash=hash_secret(secret),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFETIME,
            browser=browser[:200],
        )
    )
    session.flush()
    return secret


def user_of_request(request: Request) -> User | None:
    """Return whose live session the request's cookie names, for Flask-Login."""
    secret = request.cookies.get(cookie_name())
    if not secret:
        return None
    now = datetime.now(UTC)
    known = {"secret": hash_secret(secret), "now": now, "idle_since": now - IDLE}
    row = db.session.execute(LIVE, known).first()
    if row is None:
        return None
    user, session_id, last_seen_at = row
    if last_seen_at < now - SEEN_EVERY:
        _note_seen(session_id, now)
    return user


def _note_seen(session_id: int, now: datetime) -> None:
    """Keep a session that is in use from counting as idle; a busy store hears it next time."""
    with suppress(StoreBusyError), unit_of_work() as session:
        session.execute(
            update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now)
        )


def set_cookie(response: Response, secret: str) -> None:
    """Give the browser its secret; scripts cannot read it."""
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response) -> None:
    """Take the secret back."""
    response.delete_cookie(cookie_name(), path="/")
