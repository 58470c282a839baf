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


@pytest.fixture
def turns(clock, monkeypatch):
    """A handler of long work that gives way where its turn is over; each unit takes six seconds."""

    class Turns:
        dies_before: tuple[str, int] | None = None
        done: tuple[str, ...] = ()

        def __call__(self, run):
            name = run.arguments["name"]
            with unit_of_work() as unit:
                done = unit.get_one(Job, run.job_id).done_count
            assert done >= run.place.get("next", 0)
            for number in range(done, UNITS):
                if (name, number) == self.dies_before:
                    raise Killed
                clock.shift(timedelta(seconds=6))
                moment = datetime.now(UTC)
                with unit_of_work() as unit:
                    audit.record(
                        unit, "unit.done", actor_id=None, now=moment, after=f"{name}{number}"
                    )
                    run.progress(unit, number + 1, UNITS, now=moment)
                    if number + 1 < UNITS and run.turn_is_over(now=moment):
                        run.give_way(unit, {"next": number + 1}, now=moment)
                        return
            with unit_of_work() as unit:
                run.finish(unit, now=datetime.now(UTC))

    made = Turns()
    monkeypatch.setitem(jobs.HANDLERS, "long", made)
    monkeypatch.setitem(jobs.LANES, "long", jobs.Lane.CERTIFICATES)
    return made


def enqueue_long(name):
    with unit_of_work() as unit:
        return jobs.enqueue(unit, "long", {"name": name}, key=name, now=datetime.now(UTC)).id


FAIR = ["a0", "a1", "b0", "b1", "a2", "a3", "b2", "b3", "a4", "a5", "b4", "b5"]


def test_long_work_takes_turns_and_short_work_goes_first(turns, handler):
    first, second = enqueue_long("a"), enqueue_long("b")
    enqueue()
    assert jobs.sweep() == 1 + 3 + 3
    assert units_done() == [*range(UNITS), *FAIR]
    assert {job_now(one).state for one in (first, second)} == {JobState.DONE}


def test_without_turns_the_second_waits_for_the_whole_first(turns, monkeypatch):
    """The control."""
    monkeypatch.setattr(jobs.JobRun, "turn_is_over", lambda *_args, **_more: False)
    enqueue_long("a")
    enqueue_long("b")
    assert jobs.sweep() == 2
    assert units_done() == sorted(FAIR)


def test_a_worker_killed_in_a_later_turn_loses_no_unit_and_doubles_none(turns, clock):
    first = enqueue_long("a")
    enqueue_long("b")
    turns.dies_before = ("a", 3)
    with pytest.raises(Killed):
        jobs.sweep()
    turns.dies_before = None
    assert job_now(first).attempts == 1, "turns that ended well are no failed tries"
    assert jobs.sweep() == 2
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    assert jobs.sweep() == 2
    assert units_done() == ["a0", "a1", "b0", "b1", "a2", "b2", "b3", "b4", "b5", "a3", "a4", "a5"]
    assert job_now(first).state is JobState.DONE


def test_a_lane_takes_only_its_own(turns, handler):
    enqueue_long("a")
    enqueue()
    assert jobs.sweep(jobs.Lane.ARCHIVES) == 0
    assert jobs.sweep(jobs.Lane.SHORT) == 1
    assert units_done() == list(range(UNITS))
    assert jobs.sweep(jobs.Lane.CERTIFICATES) == 3


def test_a_worker_that_is_to_end_leaves_the_rest_at_once(turns):
    enqueue_long("a")
    asked = iter([False, True, True])
    assert jobs.sweep(stopping=lambda: next(asked)) == 1
    assert units_done() == ["a0"]
    assert jobs.sweep() == 3


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
