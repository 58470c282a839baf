"""Background work that failed: tried again, or laid aside for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, jobs
from award.db import locked
from award.errors import NotFoundError, RuleError
from award.jury.proposals import running, searches
from award.models.operations import Job, JobState
from award.models.seasons import Season
from award.results.downloads import archives

ASKED_ANEW = frozenset({archives.JOB, running.JOB, searches.JOB})
"""Kinds that somebody can ask for again; giving up another would leave people without a mail."""


def retry_work(
    session: Session, season_id: int, public_id: str, *, actor_id: int | None, now: datetime
) -> None:
    """Give a failed piece of work back to the worker.

    NotFoundError where the season has no such work, RuleError("job_not_dead") where it did not
    fail.
    """
    job = _failed(session, season_id, public_id)
    _record(session, "work.retried", job, actor_id, now)
    jobs.try_again(session, job.key, now=now)


def drop_work(
    session: Session, season_id: int, public_id: str, *, actor_id: int | None, now: datetime
) -> None:
    """Give a failed piece of work up: it is not tried again, and may be asked for anew.

    Errors as retry_work; RuleError("work_is_owed") where nobody could ask for it again.
    """
    job = _failed(session, season_id, public_id)
    if job.kind not in ASKED_ANEW:
        raise RuleError("work_is_owed")
    _record(session, "work.dropped", job, actor_id, now)
    session.delete(job)
    session.flush()


def _failed(session: Session, season_id: int, public_id: str) -> Job:
    found = session.scalar(
        select(Job.id).where(Job.public_id == public_id, Job.season_id == season_id)
    )
    if found is None:
        raise NotFoundError
    job = locked(session, Job, found)
    if job.state is not JobState.DEAD:
        raise RuleError("job_not_dead")
    return job


def _record(session: Session, action: str, job: Job, actor_id: int | None, now: datetime) -> None:
    season = session.get_one(Season, job.season_id)
    before = {"kind": job.kind, "error": job.error}
    audit.record_in(session, season, action, job, actor_id=actor_id, now=now, before=before)
