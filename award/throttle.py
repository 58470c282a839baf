"""Throttling: Flask-Limiter with its counters in our store: limits hold across processes."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from award.db import db, unit_of_work
from award.models.accounts import RateCounter

INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
KEPT = 3600.0
"""Seconds that a window's row outlives it; then the next new window sweeps it away."""


class StoreCounters(Storage):
    """Fixed windows as rows of ``rate_counter``; each hit is its own short unit of work."""

    STORAGE_SCHEME = ["award"]  # noqa: RUF012 - the base class declares it so

    @property
    def base_exceptions(self) -> type[Exception]:
        """Errors of the store itself."""
        return Exception

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count a hit and return how many the window has; an expired window begins anew.

        One statement, so that two processes never count the same hit or both insert the row.
        """
        now = time.time()
        over = RateCounter.expires_at <= now
        with unit_of_work() as session:
            insert = INSERTS[session.get_bind().dialect.name]
            counted = insert(RateCounter).values(key=key, hits=amount, expires_at=now + expiry)
            counted = counted.on_conflict_do_update(
                index_elements=[RateCounter.key],
                set_={
                    "hits": case((over, amount), else_=RateCounter.hits + amount),
                    "expires_at": case((over, now + expiry), else_=RateCounter.expires_at),
                },
            )
            hits: int = session.scalars(counted.returning(RateCounter.hits)).one()
            if hits == amount:
                session.execute(delete(RateCounter).where(RateCounter.expires_at < now - KEPT))
            return hits

    def get(self, key: str) -> int:
        """Return the hits of a live window, else 0."""
        hits = db.session.scalar(
            select(RateCounter.hits).where(
                RateCounter.key == key, RateCounter.expires_at > time.time()
            )
        )
        return hits or 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since the epoch."""
        found = db.session.scalar(select(RateCounter.expires_at).where(RateCounter.key == key))
        return found or time.time()

    def check(self) -> bool:
        """Say that the store is there; every request asks it anyway."""
        return True

    def reset(self) -> int | None:
        """Forget all windows."""
        with unit_of_work() as session:
            return len(session.execute(delete(RateCounter).returning(RateCounter.key)).all())

    def clear(self, key: str) -> None:
        """Forget one window."""
        with unit_of_work() as session:
            session.execute(delete(RateCounter).where(RateCounter.key == key))


limiter = Limiter(
    key_func=get_remote_address,
    storage_uri="award://",
    strategy="fixed-window",
    default_limits_exempt_when=lambda: request.method != "POST",
    default_limits=["300 per minute"],
    headers_enabled=False,
)


def install(app: Flask) -> None:
    """Attach the limiter; every POST counts, sign-in and the like have limits of their own."""
    limiter.init_app(app)


def seconds_left() -> int:
    """Return how long the limit that was just hit will last, at least one second."""
    current: Any = limiter.current_limit
    return max(1, int(current.reset_at - time.time())) if current else 60


def by_email_and_place() -> str:
    """Return the key of a limit per account and network: a stranger's tries lock nobody out."""
    return f"{by_email()} {get_remote_address()}"


def by_email() -> str:
    """Return the key of a limit per account: the folded address that the form names."""
    return "email:" + request.form.get("email", "").strip().casefold()[:200]
