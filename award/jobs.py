"""Durable work: rows in the transaction of what caused them, carried out after the commit.

A worker that dies loses nothing: its lease runs out and another takes the row. What a handler
writes, it writes fenced by its lease, so a late worker changes nothing.

Nobody waits for long work: each kind of job has a lane, and within one, long work is done in
turns: when its turn is over, a job goes behind those that are due already.
"""

from __future__ import annotations

import json
import os
import secrets
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true, update
from sqlalchemy.orm import Session

from award.db import locked, unit_of_work
from award.errors import AwardError, RuleError
from award.models.operations import Job, JobState
from exports.errors import ExportError

LEASE = timedelta(minutes=5)
ATTEMPTS = 4
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
TURN = timedelta(seconds=10)
PLACE = "place"


class Lane(StrEnum):
    """What waits only for its like: a worker has a thread for each."""

    SHORT = "short"
    CERTIFICATES = "certificates"
    ARCHIVES = "archives"
    COMPUTING = "computing"


class HopelessError(Exception):
    """Trying again would meet the same refusal: somebody must act. It takes ``reason_of`` that."""


class LeaseLostError(Exception):
    """Another worker has taken the job over; this one must stop without writing."""


@dataclass(frozen=True, slots=True)
class JobRun:
    """A job in the hands of a worker: what to do, and the fence around writing it down."""

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    owner: str
    turn_ends: datetime
    stopping: Callable[[], bool] = bool  # which, called, is False: nobody stops it

    @property
    def place(self) -> Mapping[str, Any]:
        """What the turn before left in ``give_way``; empty at the first turn."""
        found: Mapping[str, Any] = self.arguments.get(PLACE, {})
        return found

    def turn_is_over(self, *, now: datetime) -> bool:
        """Whether others are to have their turn, between two pieces of work."""
        return now >= self.turn_ends or self.stopping()

    def give_way(self, session: Session, place: Mapping[str, Any], *, now: datetime) -> None:
        """Go behind the other due jobs of the lane; the handler returns after it.

        place: where the next turn goes on. A turn that ended well is no failed try.
        """
        arguments = {**self.arguments, PLACE: dict(place)}
        waiting = {"state": JobState.QUEUED, "run_at": now, "lease_until": None}
        self._fenced(session, **waiting, arguments=arguments, attempts=0, error="")

    def progress(self, session: Session, done: int, total: int, *, now: datetime) -> None:
        """Write the progress and prolong the lease, in the transaction of the work itself.

        Raises LeaseLostError if another worker holds the job: then nothing of it counts.
        """
        self._fenced(session, done_count=done, total_count=total, lease_until=now + LEASE)

    def finish(self, session: Session, *, now: datetime) -> None:
        """Mark the job done, in the transaction of its last piece of work."""
        self._fenced(session, state=JobState.DONE, finished_at=now, lease_until=None, error="")

    def _fenced(self, session: Session, **values: Any) -> None:
        changed = session.execute(
            update(Job)
            .where(Job.id == self.job_id, Job.owner == self.owner, Job.state == JobState.RUNNING)
            .values(**values)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise LeaseLostError


Handler = Callable[[JobRun], None]
HANDLERS: dict[str, Handler] = {}
LANES: dict[str, Lane] = {}
"""Where a kind of job waits; what is not named here is short."""


def handles(kind: str, lane: Lane = Lane.SHORT) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of job and the lane in which it waits.

    It ends with ``run.finish`` or ``run.give_way``, and bears repeating. What may take longer than
    TURN gives way or has a lane other than SHORT.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if lane is not Lane.SHORT:
            LANES[kind] = lane
        return handler

    return register


def enqueue(
    session: Session,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    key: str,
    now: datetime,
    run_at: datetime | None = None,
    season_id: int | None = None,
    created_by_id: int | None = None,
) -> Job:
    """Leave a job for the worker in the caller's transaction; the same key gives the same job."""
    found = session.scalar(select(Job).where(Job.key == key))
    if found is not None:
        return found
    job = Job(
        key=key,
        kind=kind,
        arguments=dict(arguments),
        run_at=run_at or now,
        created_at=now,
        season_id=season_id,
        created_by_id=created_by_id,
    )
    session.add(job)
    session.flush()
    session.info["wake"] = True
    return job


def claim(*, now: datetime, owner: str, lane: Lane | None = None) -> JobRun | None:
    """Take the job that is due for longest, or one whose worker let its lease run out.

    None if there is none. Without a lane any job, the short ones first.
    """
    with unit_of_work() as session:
        job = session.scalar(
            select(Job)
            .where(
                _in_lane(lane),
                Job.run_at <= now,
                or_(
                    Job.state == JobState.QUEUED,
                    (Job.state == JobState.RUNNING) & (Job.lease_until < now),
                ),
            )
            .order_by(Job.kind.in_(list(LANES)), Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        job.state, job.owner, job.lease_until = JobState.RUNNING, owner, now + LEASE
        job.attempts += 1
        return JobRun(job.id, job.kind, dict(job.arguments), owner, now + TURN)


def _in_lane(lane: Lane | None) -> ColumnElement[bool]:
    if lane is None:
        return true()
    if lane is Lane.SHORT:
        return Job.kind.not_in(list(LANES))
    return Job.kind.in_([kind for kind, one in LANES.items() if one is lane])


def carry_out(run: JobRun) -> None:
    """Run a claimed job; on failure put it back with a pause, after ATTEMPTS tries aside."""
    try:
        HANDLERS[run.kind](run)
    except LeaseLostError:
        return
    except HopelessError as error:
        _put_back(run, str(error), hopeless=True)
    except Exception as error:
        _put_back(run, reason_of(error))


def reason_of(error: BaseException) -> str:
    """Return what is kept of a failure: a refusal's code and parameters, else the error's line.

    ``award.texts.failure`` reads it.
    """
    if isinstance(error, AwardError | ExportError):
        return f"{error.code} {json.dumps(dict(error.params), ensure_ascii=False, default=str)}"
    return "".join(traceback.format_exception_only(error)).strip()


def _put_back(run: JobRun, reason: str, *, hopeless: bool = False) -> None:
    with unit_of_work() as session:
        job = session.get_one(Job, run.job_id, with_for_update=True)
        if job.owner != run.owner or job.state is not JobState.RUNNING:
            return
        dead = hopeless or job.attempts >= ATTEMPTS
        job.state = JobState.DEAD if dead else JobState.QUEUED
        job.error, job.lease_until = reason[:2000], None
        job.run_at = datetime.now(UTC) + PAUSES[min(job.attempts, len(PAUSES)) - 1]


def try_again(session: Session, key: str, *, now: datetime) -> Job:
    """Give a job that was laid aside back to the worker; RuleError("job_not_dead") for others."""
    found = session.scalar(select(Job.id).where(Job.key == key))
    job = locked(session, Job, found) if found else None
    if job is None or job.state is not JobState.DEAD:
        raise RuleError("job_not_dead")
    job.state, job.attempts, job.run_at, job.error = JobState.QUEUED, 0, now, ""
    job.arguments = {key: value for key, value in job.arguments.items() if key != PLACE}
    session.info["wake"] = True
    return job


def sweep(
    lane: Lane | None = None, *, limit: int = 100, stopping: Callable[[], bool] = bool
) -> int:
    """Carry out due jobs, of a lane or of all, until none is left; returns how many turns it was.

    limit: at most so many turns. stopping: whether the worker is to end, which ends every turn.
    """
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    for count in range(limit):
        run = None if stopping() else claim(now=datetime.now(UTC), owner=owner, lane=lane)
        if run is None:
            return count
        carry_out(replace(run, stopping=stopping))
    return limit
