"""The demo's teams hand their projects in, through the same service as everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from award.demo.library import Project
from award.demo.people import add_user
from award.demo.site import site
from award.entries.drafting.service import start_entry, submit_entry
from award.entries.files.service import AcceptedFile, add_file
from award.entries.requirements.eligibility import age_at
from award.entries.team.consents import text_digest
from award.models.accounts import User
from award.models.entries import (
    CATEGORY,
    CITY,
    ORGANISATION,
    SUMMARY,
    TITLE,
    TOPICS,
    Answer,
    ConsentBy,
    ConsentGiven,
    Entry,
    TeamMembership,
)
from award.models.seasons import Consent, ConsentScope, Season
from award.storage import Stored

PRESENTATION = "presentation"


def enter(
    session: Session,
    season: Season,
    project: Project,
    emails: Sequence[str],
    *,
    now: datetime,
    submit: bool = True,
    shown: bool = False,
    picture: Stored | None = None,
) -> Entry:
    """Hand a project in at ``now``; a draft where ``submit`` is false.

    emails: one a member, the lead's first. shown: the lead is offered at the sign-in page. picture:
    a PNG that lies in the storage already.
    """
    people = [
        add_user(session, person.name, email, now=now, shown=shown and number == 0)
        for number, (person, email) in enumerate(zip(project.members, emails, strict=True))
    ]
    session.flush()
    lead = people[0]
    entry = start_entry(session, season.id, language=project.language, actor_id=lead.id, now=now)
    _add_team(session, entry, project, people, now)
    _answer(session, entry, project, lead, now, complete=submit)
    if picture:
        accepted = AcceptedFile("picture.png", "png", "image/png")
        add_file(session, entry.id, PRESENTATION, accepted, picture, actor_id=lead.id, now=now)
    if submit:
        _agree(session, entry, season, project, people, now)
        session.flush()
        submit_entry(session, entry.id, actor_id=lead.id, now=now, base_url=site())
    return entry


def _add_team(
    session: Session, entry: Entry, project: Project, people: Sequence[User], now: datetime
) -> None:
    for person, user in zip(project.members[1:], people[1:], strict=True):
        session.add(
            TeamMembership(
                entry_id=entry.id,
                user_id=user.id,
                birth_date=person.birth,
                is_student=person.student,
                joined_at=now,
            )
        )
    lead = session.query(TeamMembership).filter_by(entry_id=entry.id, user_id=people[0].id).one()
    lead.birth_date, lead.is_student = project.members[0].birth, project.members[0].student


def _answer(
    session: Session, entry: Entry, project: Project, lead: User, now: datetime, *, complete: bool
) -> None:
    answers: dict[str, Any] = {
        TITLE: project.title,
        CATEGORY: project.category,
        SUMMARY: project.texts["summary"],
        CITY: project.city,
        ORGANISATION: project.organisation,
        TOPICS: list(project.topics),
        "problem": project.texts["problem"],
    }
    if complete:
        answers |= {
            "solution": project.texts["solution"],
            "done": project.texts["done"],
            "budget": project.budget,
        }
    for key, value in answers.items():
        session.add(
            Answer(entry_id=entry.id, key=key, value=value, edited_at=now, edited_by_id=lead.id)
        )
    entry.title = project.title
    entry.category_id = next(
        one.id
        for one in session.get_one(Season, entry.season_id).categories
        if one.key == project.category
    )
    session.flush()


def _agree(
    session: Session,
    entry: Entry,
    season: Season,
    project: Project,
    people: Sequence[User],
    now: datetime,
) -> None:
    for consent in season.consents:
        members = people if consent.scope is ConsentScope.MEMBER else people[:1]
        for person, user in zip(project.members, members, strict=False):
            minor = age_at(person.birth, now.date()) < season.guardian_below_age
            by_guardian = minor and consent.by_guardian
            session.add(_consent(session, entry, consent, user, now, by_guardian=by_guardian))


def _consent(
    session: Session,
    entry: Entry,
    consent: Consent,
    user: User,
    now: datetime,
    *,
    by_guardian: bool,
) -> ConsentGiven:
    return ConsentGiven(
        consent_id=consent.id,
        entry_id=entry.id,
        user_id=user.id,
        by=ConsentBy.PAPER if by_guardian else ConsentBy.SELF,
        guardian_name=f"Родитель: {user.name}" if by_guardian else "",
        text_version=consent.text_version,
        text_digest=text_digest(session, consent.id),
        given_at=now,
    )
