"""Durable work: done once for each unit, whoever dies on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from award import audit, jobs
from award.db import unit_of_work
from award.models.operations import AuditRow, Job, JobState

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
UNITS = 6


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing catches it, nothing cleans up."""


@pytest.fixture
def clock(app):
    with app.app_context(), time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def handler(monkeypatch):
    """A handler that does UNITS units, each with its row in its own transaction."""

    class Handler:
        dies_before: int | None = None
        before_unit = staticmethod(lambda number: None)

        def __call__(self, run):
            with unit_of_work() as unit:
                done = unit.get_one(Job, run.job_id).done_count
            for number in range(done, UNITS):
                self.before_unit(number)
                if number == self.dies_before:
                    raise Killed
                moment = datetime.now(UTC)
                with unit_of_work() as unit:
                    audit.record(unit, "unit.done", actor_id=None, now=moment, after=number)
                    run.progress(unit, number + 1, UNITS, now=moment)
            with unit_of_work() as unit:
                run.finish(unit, now=datetime.now(UTC))

    made = Handler()
    monkeypatch.setitem(jobs.HANDLERS, "units", made)
    return made


def enqueue(key="units:1"):
    with unit_of_work() as unit:
        return jobs.enqueue(unit, "units", {}, key=key, now=datetime.now(UTC)).id


def units_done():
    with unit_of_work() as unit:
        statement = select(AuditRow.after).where(AuditRow.action == "unit.done")
        return unit.scalars(statement.order_by(AuditRow.id)).all()


def job_now(job_id):
    with unit_of_work() as unit:
        return unit.get_one(Job, job_id)


def test_a_job_is_done_and_asked_for_twice_it_is_one(clock, handler):
    first, second = enqueue(), enqueue()
    assert first == second
    assert jobs.sweep() == 1
    assert units_done() == list(range(UNITS))
    assert (job_now(first).state, job_now(first).done_count) == (JobState.DONE, UNITS)
    assert jobs.sweep() == 0


def test_when_a_worker_is_killed_another_takes_over_after_the_lease(clock, handler):
    job_id = enqueue()
    handler.dies_before = 3
    with pytest.raises(Killed):
        jobs.sweep()
    handler.dies_before = None
    assert jobs.sweep() == 0
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    assert jobs.sweep() == 1
    assert units_done() == list(range(UNITS))
    assert job_now(job_id).state is JobState.DONE


def test_without_the_fence_a_killed_worker_would_repeat_units(clock, handler, monkeypatch):
    """The control: progress that is not written with its unit loses count of it."""
    monkeypatch.setattr(jobs.JobRun, "progress", lambda *_args, **_more: None)
    enqueue()
    handler.dies_before = 3
    with pytest.raises(Killed):
        jobs.sweep()
    handler.dies_before = None
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    jobs.sweep()
    assert units_done() == [0, 1, 2, *range(UNITS)]


def test_a_late_worker_writes_nothing(clock, handler):
    job_id = enqueue()
    late = jobs.claim(now=START, owner="late")

    def sleep_then_be_overtaken(number):
        if number == 2 and datetime.now(UTC) == START:
            clock.shift(jobs.LEASE + timedelta(seconds=1))
            handler.before_unit = lambda number: None
            assert jobs.sweep() == 1

    handler.before_unit = sleep_then_be_overtaken
    jobs.carry_out(late)
    assert units_done() == list(range(UNITS))
    done = job_now(job_id)
    assert (done.state, done.error) == (JobState.DONE, "")
    assert done.owner != "late"


def test_a_job_that_fails_is_tried_again_with_pauses_and_then_laid_aside(clock, monkeypatch):
    def fail(_run):
        raise ValueError("the printer burns")

    monkeypatch.setitem(jobs.HANDLERS, "units", fail)
    job_id = enqueue()
    for attempt in range(1, jobs.ATTEMPTS + 1):
        assert jobs.sweep() == 1
        assert job_now(job_id).attempts == attempt
        assert jobs.sweep() == 0
        clock.shift(timedelta(minutes=11))
    assert jobs.sweep() == 0
    dead = job_now(job_id)
    assert (dead.state, dead.error) == (JobState.DEAD, "ValueError: the printer burns")


def test_one_broken_job_does_not_stop_the_next(clock, handler, monkeypatch):
    with unit_of_work() as unit:
        jobs.enqueue(unit, "nobody knows this", {}, key="x", now=START - timedelta(minutes=1))
    enqueue()
    assert jobs.sweep() == 2
    assert units_done() == list(range(UNITS))


def test_a_job_waits_for_its_minute(clock, handler):
    with unit_of_work() as unit:
        later = START + timedelta(hours=1)
        jobs.enqueue(unit, "units", {}, key="later", now=START, run_at=later)
    assert jobs.sweep() == 0
    clock.shift(timedelta(hours=1))
    assert jobs.sweep() == 1


def test_a_job_of_a_transaction_that_fails_is_never_done(clock, handler):
    with pytest.raises(RuntimeError), unit_of_work() as unit:
        jobs.enqueue(unit, "units", {}, key="never", now=START)
        raise RuntimeError
    assert jobs.sweep() == 0
    with unit_of_work() as unit:
        assert unit.scalar(select(func.count()).select_from(Job)) == 0
