"""Counters of the throttle: exact among processes, forgotten after their window."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import time_machine

from award.db import db
from award.models.accounts import RateCounter
from award.throttle import StoreCounters


@contextmanager
def reading(app):
    """An app context whose session is given back at the end, as a request does."""
    with app.app_context():
        yield
        db.session.remove()


def test_hits_add_up_and_a_window_that_is_over_begins_anew(app):
    counters = StoreCounters()
    with reading(app), time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        assert [counters.incr("k", 60), counters.incr("k", 60, 3)] == [1, 4]
        assert counters.get("k") == 4
        db.session.remove()
        clock.shift(61)
        assert counters.get("k") == 0
        db.session.remove()
        assert counters.incr("k", 60) == 1


def test_hits_of_threads_are_all_counted(app):
    counters = StoreCounters()
    seen = []

    def hit():
        with app.app_context():
            seen.extend(counters.incr("k", 60) for _ in range(5))

    threads = [threading.Thread(target=hit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 21))


def test_rows_of_old_windows_are_swept_away(app):
    counters = StoreCounters()
    with reading(app), time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        counters.incr("old", 60)
        clock.shift(2 * 3600)
        counters.incr("new", 60)
        assert db.session.scalars(db.select(RateCounter.key)).all() == ["new"]
        db.session.remove()
        assert counters.reset() == 1
