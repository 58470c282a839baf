"""What may be done with workshops, their participants and who was there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit
from award.accounts.emails import check_email
from award.db import locked
from award.education.importing import AttendancePlan, Person
from award.errors import InputError, NotFoundError, RuleError
from award.i18n import fold
from award.models.education import Attendance, Participant, Workshop
from award.models.seasons import Season
from award.seasons.service import change


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: people new to the season, and marks of attendance that it added."""

    people: int
    added: int
    marks: int


def save_workshop(
    session: Session,
    season_id: int,
    workshop_id: int | None,
    values: Mapping[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> Workshop:
    """Add a workshop to a season or change one; values: name, held_on, place.

    Raises InputError("workshop_twice") where another one has the same name in some language, for
    then a table could not say which is meant.
    """
    season = locked(session, Season, season_id)
    workshop = locked(session, Workshop, workshop_id) if workshop_id else None
    workshop = workshop or Workshop(season_id=season_id, name={})
    names = {fold(text) for text in values["name"].values()}
    others = session.scalars(select(Workshop).where(Workshop.season_id == season_id))
    for other in others:
        if other.id != workshop.id and names & {fold(text) for text in other.name.values()}:
            raise InputError("workshop_twice", field="name")
    before, after = change(workshop, values)
    session.add(workshop)
    session.flush()
    if after:
        audit.record_in(
            session,
            season,
            "workshop.saved",
            workshop,
            actor_id=actor_id,
            now=now,
            before=before,
            after=after,
        )
    return workshop


def remove_workshop(
    session: Session, workshop_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Remove a workshop; RuleError("workshop_used") where somebody signed up or was there."""
    workshop = locked(session, Workshop, workshop_id)
    count = session.scalar(
        select(func.count()).select_from(Attendance).where(Attendance.workshop_id == workshop_id)
    )
    if count:
        raise RuleError("workshop_used", count=count)
    season = session.get_one(Season, workshop.season_id)
    audit.record_in(session, season, "workshop.removed", workshop, actor_id=actor_id, now=now)
    session.delete(workshop)
    session.flush()


def take_attendance(
    session: Session,
    season_id: int,
    plan: AttendancePlan,
    *,
    actor_id: int | None,
    now: datetime,
) -> Taken:
    """Take the people of a checked table in, and who of them was at which workshop.

    Who is known already by her address, else by her name, keeps what is there; what was empty is
    filled. Attendance is added; only a plain "no" for a workshop takes it back.
    """
    season = locked(session, Season, season_id)
    known = {
        row.key: row
        for row in session.scalars(select(Participant).where(Participant.season_id == season_id))
    }
    added = 0
    for person in plan.people:
        row = known.get(person.key)
        if row is None:
            row = known[person.key] = Participant(
                season_id=season_id, key=person.key, search="", name=person.name, created_at=now
            )
            session.add(row)
            added += 1
        _fill(row, person)
    session.flush()
    marks = _take_marks(session, season_id, plan, known, actor_id=actor_id, now=now)
    after = {"people": len(plan.people), "added": added, "marks": marks}
    audit.record_in(
        session, season, "participants.imported", season, actor_id=actor_id, now=now, after=after
    )
    return Taken(len(plan.people), added, marks)


def _fill(row: Participant, person: Person) -> None:
    for name in ("email", "organisation", "city", "language"):
        setattr(row, name, getattr(row, name) or getattr(person, name))
    row.search = fold(f"{row.name} {row.email} {row.organisation} {row.city}")


def _take_marks(
    session: Session,
    season_id: int,
    plan: AttendancePlan,
    known: Mapping[str, Participant],
    *,
    actor_id: int | None,
    now: datetime,
) -> int:
    rows = session.scalars(
        select(Attendance)
        .join(Workshop, Workshop.id == Attendance.workshop_id)
        .where(Workshop.season_id == season_id)
    )
    there = {(row.workshop_id, row.participant_id): row for row in rows}
    marks = 0
    for person in plan.people:
        participant_id = known[person.key].id
        for workshop_id, attended in person.marks.items():
            row = there.get((workshop_id, participant_id))
            if row is None:
                row = Attendance(workshop_id=workshop_id, participant_id=participant_id)
                row.attended, row.marked_at, row.marked_by_id = attended, now, actor_id
                session.add(row)
                marks += attended
            elif attended is not row.attended and (attended or workshop_id in person.absent):
                row.attended, row.marked_at, row.marked_by_id = attended, now, actor_id
                marks += 1
    session.flush()
    return marks


def mark_attendance(
    session: Session,
    workshop_id: int,
    shown: Mapping[str, bool],
    present: Collection[str],
    *,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Note who was at a workshop, as a page with a box for each person says; returns the changes.

    shown: public id -> whether the page showed her as present. present: whose box is ticked now.
    Only what the person at the page changed is written: what somebody else ticked meanwhile stays.
    """
    workshop = locked(session, Workshop, workshop_id)
    changed = {one for one, was in shown.items() if was is not (one in present)}
    rows = session.execute(
        select(Participant.public_id, Attendance)
        .join(Attendance, Attendance.participant_id == Participant.id)
        .where(Attendance.workshop_id == workshop_id, Participant.public_id.in_(changed))
    ).all()
    marks = 0
    for public_id, row in rows:
        if row.attended is not (public_id in present):
            row.attended, row.marked_at, row.marked_by_id = public_id in present, now, actor_id
            marks += 1
    session.flush()
    if marks:
        season = session.get_one(Season, workshop.season_id)
        audit.record_in(
            session,
            season,
            "attendance.marked",
            workshop,
            actor_id=actor_id,
            now=now,
            after={"marks": marks},
        )
    return marks


def add_participant(
    session: Session,
    workshop_id: int,
    *,
    name: str,
    email: str,
    actor_id: int | None,
    now: datetime,
) -> Participant:
    """Note somebody who came to a workshop without signing up; who is known already is found.

    Raises InputError participant_name_missing or email_invalid.
    """
    workshop = locked(session, Workshop, workshop_id)
    person = Person(" ".join(name.split()), check_email(email) if email.strip() else "")
    if not person.name:
        raise InputError("participant_name_missing", field="name")
    person.marks[workshop_id] = True
    plan = AttendancePlan((person,))
    take_attendance(session, workshop.season_id, plan, actor_id=actor_id, now=now)
    return session.scalars(
        select(Participant).where(
            Participant.season_id == workshop.season_id, Participant.key == person.key
        )
    ).one()


def remove_participant(
    session: Session, participant_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Forget a participant and where she was; a certificate that she has stays valid."""
    row = session.get(Participant, participant_id, with_for_update=True)
    if row is None:
        raise NotFoundError
    season = session.get_one(Season, row.season_id)
    audit.record_in(session, season, "participant.removed", row, actor_id=actor_id, now=now)
    session.delete(row)
    session.flush()
