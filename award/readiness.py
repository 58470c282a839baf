"""Whether the installation works: the store answers and nobody waits for the worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from award.models.operations import Job, JobState, Mail, MailState

PATIENCE = timedelta(minutes=10)


def overdue_work(session: Session, *, now: datetime) -> str | None:
    """Return "job" or "mail" where one should have been done PATIENCE ago, None where all is well.

    It reads two rows at most; a store that does not answer raises by itself.
    """
    late = now - PATIENCE
    job = session.scalar(
        select(Job.id)
        .where(
            Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
            Job.run_at < late,
            or_(Job.lease_until.is_(None), Job.lease_until < now),
        )
        .limit(1)
    )
    if job is not None:
        return "job"
    mail = session.scalar(
        select(Mail.id).where(Mail.state == MailState.QUEUED, Mail.send_after < late).limit(1)
    )
    return "mail" if mail is not None else None
