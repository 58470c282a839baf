"""What the worker does for a season, as organisers read it: failed work first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from award import texts
from award.home.background.mending import ASKED_ANEW
from award.models.accounts import User
from award.models.operations import Job, JobState
from award.results.certificates.issuing import JOB as CERTIFICATES

PAGE = 50
ORDER = case(
    (Job.state == JobState.DEAD, 0),
    (Job.state.in_((JobState.RUNNING, JobState.QUEUED)), 1),
    else_=2,
)


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of background work: what it is in words, and how far it has come.

    state is a JobState's value. who is "" where the system left it to the worker. error is the
    reason of the last failed try, in words. certificates: their own page mends them, name by name.
    """

    public_id: str
    what: str
    state: str
    done: int
    total: int
    asked_at: datetime
    who: str
    attempts: int
    error: str
    certificates: bool
    may_be_dropped: bool


def work_of(
    session: Session, season_id: int, language: str, *, page: int = 1
) -> tuple[list[Work], bool]:
    """Return a season's work, PAGE a page, and whether more follows, in one statement.

    What failed comes first, then what waits or is being done, then what is done; the newest first
    in each. A page beyond the last is empty.
    """
    rows = session.execute(
        select(Job, User.name)
        .outerjoin(User, User.id == Job.created_by_id)
        .where(Job.season_id == season_id)
        .order_by(ORDER, Job.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    return [_work(job, name or "", language) for job, name in rows[:PAGE]], len(rows) > PAGE


def _work(job: Job, who: str, language: str) -> Work:
    return Work(
        public_id=job.public_id,
        what=texts.say(f"work.{job.kind}", language),
        state=job.state.value,
        done=job.done_count,
        total=job.total_count,
        asked_at=job.created_at,
        who=who,
        attempts=job.attempts,
        error=texts.failure(job.error, language) if job.error else "",
        certificates=job.kind == CERTIFICATES,
        may_be_dropped=job.kind in ASKED_ANEW,
    )
