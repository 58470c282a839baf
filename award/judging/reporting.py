"""Telling the organisers that something is wrong with an entry; it changes nothing of it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, mail
from award.accounts.queries import organisers_of
from award.db import locked, pick_text
from award.errors import InputError
from award.models.accounts import User
from award.models.jury import Assignment
from award.models.threads import Trouble, TroubleReport


def report_entry(
    session: Session,
    assignment_id: int,
    trouble: Trouble,
    words: str,
    *,
    actor_id: int | None,
    now: datetime,
    base_url: str,
) -> int:
    """Put what a juror noticed into the organisers' inbox and mail them a link to it.

    Returns how many get the mail; its words and the juror's name stay in the inbox, for the
    outbox is read by organisers who are on the team, too. The same words sent twice are one
    report. Raises InputError("report_empty") without words.
    """
    words = words.strip()
    if not words:
        raise InputError("report_empty", field="words")
    assignment = locked(session, Assignment, assignment_id)
    season = assignment.round.season
    content = sha256(f"{trouble} {words}".encode()).hexdigest()[:16]
    key = f"{assignment.public_id}:{content}"
    people = organisers_of(session, season.programme_id, about_entry=assignment.entry_id)
    if session.scalar(select(TroubleReport.id).where(TroubleReport.key == key)) is not None:
        return len(people)
    report = TroubleReport(
        key=key,
        entry_id=assignment.entry_id,
        juror_id=assignment.juror_id,
        trouble=trouble,
        words=words,
        reported_at=now,
    )
    session.add(report)
    session.flush()
    for person in people:
        _tell(session, assignment, report, person, base_url, now)
    audit.record(
        session,
        "entry.reported",
        assignment,
        actor_id=actor_id,
        now=now,
        after={"trouble": trouble.value},
        programme_id=season.programme_id,
        season_id=season.id,
    )
    return len(people)


def _tell(
    session: Session,
    assignment: Assignment,
    report: TroubleReport,
    person: User,
    base_url: str,
    now: datetime,
) -> None:
    season, entry = assignment.round.season, assignment.entry
    mail.queue(
        session,
        "entry_reported",
        to=person.email,
        name=person.name,
        user_id=person.id,
        season_id=season.id,
        key=f"report:{report.public_id}:{person.public_id}",
        now=now,
        language=person.language,
        context={
            "season": pick_text(season.name, person.language),
            "entry": entry.code,
            "trouble": report.trouble.value,
            "url": f"{base_url}/{person.language}/entries/{entry.public_id}/thread",
        },
    )
