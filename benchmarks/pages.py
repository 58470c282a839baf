"""What pages cost the server: CPU time of an answer and the statements that it sends to the store.

The demo stands behind them: 193 entries, 24 jurors. Beside each figure stands how many times the
lightest page it is, so that another machine can be compared.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from award.accounts.session import start_session
from award.app import create_app
from award.commands.demo import fill
from award.db import Base, db, unit_of_work
from award.models.accounts import User
from award.models.seasons import Season, SeasonState
from benchmarks.measuring import cpu_seconds
from config import for_tests

RUNS = 5
PAGES = (
    ("nobody", "landing", "/en/"),
    ("nobody", "season", "/en/impact/{open}"),
    ("nobody", "finalists", "/en/impact/{over}/finalists"),
    ("nobody", "winners", "/en/impact/{over}/winners"),
    ("organiser", "overview", "/en/seasons/{id}"),
    ("organiser", "entries", "/en/seasons/{id}/entries"),
    ("organiser", "jury", "/en/seasons/{id}/jury"),
    ("organiser", "results", "/en/rounds/{round}/results"),
    ("organiser", "certificates", "/en/seasons/{id}/certificates"),
)


def report() -> Iterator[str]:
    """Yield one line a page: name, milliseconds, how many times the lightest, statements."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(for_tests(Path(folder)))
        things = _demo(app)
        rows = [_measure(app, things, *page) for page in PAGES]
        with app.app_context():
            db.engine.dispose()
    least = min(seconds for _name, seconds, _count in rows)
    for name, seconds, count in rows:
        yield f"  {name:14}{seconds * 1000:7.1f} ms{seconds / least:6.1f} x{count:5} statements"


def _demo(app: Flask) -> dict[str, str]:
    with app.app_context():
        Base.metadata.create_all(db.engine)
    fill(app)
    with app.app_context(), unit_of_work() as session:
        over = session.scalars(sa.select(Season).where(Season.state == SeasonState.ANNOUNCED)).one()
        taking = session.scalars(
            sa.select(Season).where(Season.state == SeasonState.OPEN).order_by(Season.id.desc())
        ).first()
        staff = session.scalars(sa.select(User).where(User.email == "organiser@impact.example"))
        now = datetime.now(UTC)
        secret = start_session(session, staff.one().id, browser="bench", now=now)
        return {
            "over": over.slug,
            "id": over.public_id,
            "round": over.rounds[0].public_id,
            "open": taking.slug if taking else over.slug,
            "organiser": secret,
        }


def _measure(
    app: Flask, things: dict[str, str], role: str, name: str, path: str
) -> tuple[str, float, int]:
    client, sent = app.test_client(), []
    if role in things:
        client.set_cookie("award", things[role])
    address = path.format(**things)

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            sent.append(statement)

    def look() -> None:
        sent.clear()
        if client.get(address).status_code != 200:
            raise RuntimeError(address)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        return name, cpu_seconds(look, RUNS), len(sent)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
