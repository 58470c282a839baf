"""An entry that came on paper or by mail, typed in by an organiser on behalf of its team."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from award import audit
from award.accounts.emails import check_email
from award.entries.importing.cells import Person, people
from award.entries.importing.plans import EntryPlan, NewEntry
from award.entries.importing.service import import_entries
from award.entries.requirements.answers import clean, core_questions
from award.entries.requirements.asked import asked_of
from award.entries.team.consents import record_paper
from award.errors import InputError
from award.models.entries import TITLE, Entry, TeamMembership, TeamRole
from award.models.seasons import QuestionKind


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """What the paper says. answers: question key -> as typed; source: how it came and when.

    members: who else is on the team, a line each, "Name <address>" or only a name.

    agreed: keys of the consents on the signed form; signed_by and signed_on belong to them.
    """

    lead_name: str
    lead_email: str
    language: str
    answers: Mapping[str, Any]
    source: str
    members: str = ""
    birth_date: date | None = None
    is_student: bool = False
    agreed: Collection[str] = ()
    signed_by: str = ""
    signed_on: date | None = None


def enter_by_hand(
    session: Session,
    season_id: int,
    paper: PaperEntry,
    *,
    base_url: str,
    actor_id: int,
    now: datetime,
) -> Entry:
    """Make a submitted entry from paper and return it; its lead is invited by mail to take it over.

    Members with an address get a place in the team, those without are named in what was submitted.

    What the form requires may be missing: screening shows it. Possible after the deadline, too.
    Raises InputError with the field at fault: "source_missing", "title_missing", the codes of
    ``clean``, "email_invalid", "guardian_name_missing" and "signed_on_missing" for consents without
    who signed and when, "entry_there_already" for the same title of the same lead; RuleError once
    the season is decided.
    """
    _check(paper, now)
    person = Person(paper.lead_name.strip(), check_email(paper.lead_email))
    answers = _cleaned(session, season_id, paper)
    members = _members(paper)
    plan = EntryPlan((NewEntry(answers, lead=person, members=members, language=paper.language),), 0)
    try:
        made = import_entries(
            session, season_id, plan, invite=True, base_url=base_url, actor_id=actor_id, now=now
        )
    except InputError as error:
        if error.code == "import.changed_meanwhile":
            raise InputError("entry_there_already", field=f"q_{TITLE}") from error
        raise
    entry = session.get_one(Entry, made.entry_ids[0])
    lead = next(one for one in entry.team if one.role is TeamRole.LEAD)
    lead.birth_date, lead.is_student = paper.birth_date, paper.is_student
    session.flush()
    _record_consents(session, entry, lead, paper, actor_id=actor_id, now=now)
    audit.record(
        session,
        "entry.entered_by_hand",
        entry,
        actor_id=actor_id,
        now=now,
        after={"source": paper.source.strip(), "consents": sorted(paper.agreed)},
        programme_id=entry.season.programme_id,
        season_id=season_id,
    )
    return entry


def _check(paper: PaperEntry, now: datetime) -> None:
    if not paper.source.strip():
        raise InputError("source_missing", field="source")
    if paper.agreed and not paper.signed_by.strip():
        raise InputError("guardian_name_missing", field="signed_by")
    if paper.agreed and (paper.signed_on is None or paper.signed_on > now.date()):
        raise InputError("signed_on_missing", field="signed_on")


def _members(paper: PaperEntry) -> tuple[Person, ...]:
    try:
        return tuple(people(paper.members))
    except InputError as error:
        raise InputError(error.code, field="members", **error.params) from error


def _cleaned(session: Session, season_id: int, paper: PaperEntry) -> dict[str, Any]:
    form = asked_of(session, season_id, paper.language)
    answers: dict[str, Any] = {}
    for question in (*core_questions(form, paper.language), *form.questions):
        if question.kind is QuestionKind.FILE:
            continue
        try:
            value = clean(question, paper.answers.get(question.key))
        except InputError as error:
            raise InputError(error.code, field=f"q_{question.key}", **error.params) from error
        if value is not None:
            answers[question.key] = value
    if TITLE not in answers:
        raise InputError("title_missing", field=f"q_{TITLE}")
    return answers


def _record_consents(
    session: Session,
    entry: Entry,
    lead: TeamMembership,
    paper: PaperEntry,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    if not paper.agreed or paper.signed_on is None:
        return
    zone = ZoneInfo(entry.season.programme.time_zone)
    signed = datetime.combine(paper.signed_on, datetime.min.time(), zone)
    record_paper(
        session,
        entry.id,
        lead.public_id,
        paper.agreed,
        guardian_name=paper.signed_by,
        language=paper.language,
        actor_id=actor_id,
        now=now,
        signed_at=min(signed, now),
    )
