"""One mail for all that a juror gets by hand within some minutes, instead of one for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import jobs
from award.db import unit_of_work
from award.jury.planning import mail_offer
from award.models.jury import Assignment, AssignmentState, Juror, JurorState
from award.models.seasons import Round

JOB = "tell_offers"
PAUSE = timedelta(minutes=10)
LENGTH = PAUSE.total_seconds()


def tell_later(
    session: Session, round_: Round, juror: Juror, *, home_url: str, now: datetime
) -> None:
    """Tell a juror at the end of this stretch of PAUSE what was offered to her during it."""
    begins = datetime.fromtimestamp(now.timestamp() // LENGTH * LENGTH, UTC)
    jobs.enqueue(
        session,
        JOB,
        {
            "round_id": round_.id,
            "juror_id": juror.id,
            "since": begins.isoformat(),
            "home_url": home_url,
        },
        key=f"{JOB}:{round_.public_id}:{juror.public_id}:{begins.isoformat()}",
        now=now,
        run_at=begins + PAUSE,
        season_id=round_.season_id,
    )


@jobs.handles(JOB)
def tell(job: jobs.JobRun) -> None:
    """Mail what is still offered; nothing where it was all taken back or accepted meanwhile."""
    now = datetime.now(UTC)
    since = datetime.fromisoformat(job.arguments["since"])
    with unit_of_work() as session:
        juror = session.get(Juror, job.arguments["juror_id"])
        round_ = session.get(Round, job.arguments["round_id"])
        if juror is not None and round_ is not None and juror.state is JurorState.ACTIVE:
            count = _still_offered(session, round_.id, juror.id, since)
            if count:
                key = f"{round_.public_id}:{juror.public_id}:{since.isoformat()}"
                mail_offer(session, juror, round_, count, key, job.arguments["home_url"], now)
        job.finish(session, now=now)


def _still_offered(session: Session, round_id: int, juror_id: int, since: datetime) -> int:
    count = select(func.count()).where(
        Assignment.round_id == round_id,
        Assignment.juror_id == juror_id,
        Assignment.state == AssignmentState.OFFERED,
        Assignment.manual,
        Assignment.created_at >= since,
        Assignment.created_at < since + PAUSE,
    )
    return session.scalar(count) or 0
