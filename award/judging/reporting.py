"""Telling the organisers that something is wrong with an entry; it changes nothing of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.orm import Session

from award import audit, mail
from award.accounts.queries import organisers_of
from award.db import locked, pick_text
from award.errors import InputError
from award.models.jury import Assignment


class Trouble(StrEnum):
    """What may be wrong with an entry."""

    FILE = "file"
    NAMES = "names"
    COPIED = "copied"
    RULES = "rules"
    OTHER = "other"


def report_entry(
    session: Session,
    assignment_id: int,
    trouble: Trouble,
    words: str,
    *,
    actor_id: int | None,
    now: datetime,
    entry_url: str,
) -> int:
    """Mail the organisers what a juror noticed; returns how many of them get it.

    entry_url: where they look at the entry. The same words sent twice are one mail. The log keeps
    who reported what kind of trouble, the words stand in the mail alone. Raises
    InputError("report_empty") without words.
    """
    words = words.strip()
    if not words:
        raise InputError("report_empty", field="words")
    assignment = locked(session, Assignment, assignment_id)
    season = assignment.round.season
    people = organisers_of(session, season.programme_id, about_entry=assignment.entry_id)
    content = sha256(f"{trouble} {words}".encode()).hexdigest()[:16]
    for person in people:
        mail.queue(
            session,
            "entry_reported",
            to=person.email,
            name=person.name,
            user_id=person.id,
            season_id=season.id,
            key=f"report:{assignment.public_id}:{content}:{person.public_id}",
            now=now,
            language=person.language,
            context={
                "season": pick_text(season.name, person.language),
                "juror": assignment.juror.name,
                "entry": assignment.entry.code,
                "trouble": trouble.value,
                "words": words,
                "url": entry_url,
            },
        )
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
