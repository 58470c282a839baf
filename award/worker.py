"""The worker: huey wakes it, the rows of ``job`` and ``mail`` say what there is to do.

huey forgets the task that a killed worker held; that loses nothing here, because a task only
says "look at the rows", and the clock says it again every few seconds.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, SqliteHuey

from award import jobs, mail
from award.db import on_wake
from award.entries.parts import clear_abandoned
from award.results.announcement.announcing import announce_due
from config import Settings

log = logging.getLogger(__name__)
PAUSE = 5.0


def make_huey(settings: Settings) -> Huey:
    """Return the queue of an installation: a file beside the store, or the same PostgreSQL."""
    if settings.database_url.startswith("postgresql"):
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
        return PostgresHuey("award", dsn=dsn, results=False)
    return SqliteHuey("award", filename=str(settings.instance / "huey.sqlite3"), results=False)


def sweep(app: Flask) -> int:
    """Carry out everything that is due: announcements, jobs, mails. Returns how much it was.

    Uploads that were given up go, too: they are nothing that somebody waits for.
    """
    with app.app_context():
        done = announce_due()
        done += jobs.sweep()
        done += mail.send_due(app.extensions["settings"])
        clear_abandoned(app.extensions["storage"].parts, now=datetime.now(UTC))
    return done


def install_wake(app: Flask, huey: Huey) -> None:
    """Wake the worker after every commit that left it something; failing to is no failure."""
    look = _task(app, huey)

    def wake() -> None:
        try:
            look()
        except Exception:
            log.warning("the worker could not be woken", exc_info=True)

    on_wake(wake)


def _task(app: Flask, huey: Huey) -> Any:
    @huey.task(name="look")  # type: ignore[untyped-decorator]
    def look() -> int:
        return sweep(app)

    return look


def run(app: Flask, *, threads: int = 1) -> None:
    """Run the worker until it is told to stop; beside huey a clock sweeps every PAUSE seconds."""
    huey = make_huey(app.extensions["settings"])
    _task(app, huey)
    stop = threading.Event()

    def clock() -> None:
        while not stop.wait(PAUSE):
            try:
                sweep(app)
            except Exception:
                log.exception("a sweep failed; the next one follows")

    ticker = threading.Thread(target=clock, daemon=True)
    ticker.start()
    try:
        huey.create_consumer(workers=threads, periodic=False, initial_delay=0.2).run()
    finally:
        stop.set()
