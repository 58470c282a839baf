"""The worker: huey wakes it, the rows of ``job`` and ``mail`` say what there is to do.

huey forgets the task that a killed worker held; that loses nothing here, because a task only
says "look at the rows", and the clock says it again every few seconds.

A thread for the mails and one for each lane of jobs look for themselves, so that no mail waits for
a batch of certificates, and no certificate for an archive.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, SqliteHuey

from award import jobs, mail
from award.db import on_wake
from award.entries.files.parts import clear_abandoned
from award.results.announcement.announcing import announce_due
from config import Settings

log = logging.getLogger(__name__)
PAUSE = 5.0
PATIENCE = 20.0
Stopping = Callable[[], bool]
Look = Callable[[Flask, Stopping], int]


def make_huey(settings: Settings) -> Huey:
    """Return the queue of an installation: a file beside the store, or the same PostgreSQL."""
    if settings.database_url.startswith("postgresql"):
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
        return PostgresHuey("award", dsn=dsn, results=False)
    return SqliteHuey("award", filename=str(settings.instance / "huey.sqlite3"), results=False)


def sweep(app: Flask) -> int:
    """Carry out everything that is due, one after the other; returns how much it was.

    Mails leave after each turn of a job, not at the end of all.
    """
    done = _announce(app)
    while turns := _lane(app, limit=1):
        done += turns + _mails(app)
    return done + _mails(app)


def _announce(app: Flask, _stopping: Stopping = bool) -> int:
    with app.app_context():
        return announce_due()


def _mails(app: Flask, stopping: Stopping = bool) -> int:
    """Send what is due. Uploads that were given up go, too: nobody waits for them."""
    with app.app_context():
        clear_abandoned(app.extensions["storage"].parts, now=datetime.now(UTC))
        return mail.send_due(app.extensions["settings"], stopping=stopping)


def _lane(
    app: Flask, stopping: Stopping = bool, *, lane: jobs.Lane | None = None, limit: int = 100
) -> int:
    with app.app_context():
        return jobs.sweep(lane, limit=limit, stopping=stopping)


LOOKS: tuple[Look, ...] = (_announce, _mails, *(partial(_lane, lane=lane) for lane in jobs.Lane))
"""What a thread of its own looks after."""


def install_wake(app: Flask, huey: Huey) -> None:
    """Wake the worker after every commit that left it something; failing to is no failure."""
    look = _task(huey, lambda: None)

    def wake() -> None:
        try:
            look()
        except Exception:
            log.warning("the worker could not be woken", exc_info=True)

    on_wake(wake)


def _task(huey: Huey, heard: Callable[[], None]) -> Any:
    @huey.task(name="look")  # type: ignore[untyped-decorator]
    def look() -> None:
        heard()

    return look


def run(app: Flask, *, threads: int = 1) -> None:
    """Run the worker until it is told to stop: so many threads for each lane, and the mails."""
    huey = make_huey(app.extensions["settings"])
    with working(app, threads=threads) as wake:
        on_wake(wake)
        _task(huey, wake)
        huey.create_consumer(workers=1, periodic=False, initial_delay=0.2).run()


@contextmanager
def working(app: Flask, *, threads: int = 1) -> Iterator[Callable[[], None]]:
    """Have threads carry out what is due until the block ends; yields what wakes them.

    At its end jobs give way after the piece of work that they are at; one that has not within
    PATIENCE seconds is left, and its lease runs out.
    """
    stop = threading.Event()
    bells = [threading.Event() for _ in range(len(LOOKS) * threads)]
    workers = [
        threading.Thread(target=_look_on, args=(app, look, bell, stop.is_set), daemon=True)
        for look, bell in zip(LOOKS * threads, bells, strict=True)
    ]
    wake = partial(_ring, bells)
    wake()
    for one in workers:
        one.start()
    try:
        yield wake
    finally:
        stop.set()
        wake()
        until = time.monotonic() + PATIENCE
        for one in workers:
            one.join(max(0.0, until - time.monotonic()))


def _ring(bells: Sequence[threading.Event]) -> None:
    for bell in bells:
        bell.set()


def _look_on(app: Flask, look: Look, bell: threading.Event, stopping: Stopping) -> None:
    """Look when the bell rings and every PAUSE seconds, and again at once while there was work."""
    while not stopping():
        bell.wait(PAUSE)
        bell.clear()
        try:
            while not stopping() and look(app, stopping):
                pass
        except Exception:
            log.exception("a look failed; the next one follows")
