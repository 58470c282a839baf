"""Whether the installation works: the store answers and nobody waits for the worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from award.models.operations import Job, JobState, Mail, MailState

PATIENCE = timedelta(minutes=10)


def overdue_work(session: Session, *, now: datetime) -> str | None:
    """Return "job" or "mail" where one should have been done PATIENCE ago, None where all is well.

    One statement; a store that does not answer raises by itself.
    """
    late = now - PATIENCE
    job = select(Job.id).where(
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        Job.run_at < late,
        or_(Job.lease_until.is_(None), Job.lease_until < now),
    )
    mail = select(Mail.id).where(Mail.state == MailState.QUEUED, Mail.send_after < late)
    jobs, mails = session.execute(select(job.exists(), mail.exists())).one()
    if jobs:
        return "job"
    return "mail" if mails else None
