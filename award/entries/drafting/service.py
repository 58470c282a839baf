"""Drafting, joining, handing in and withdrawing: what a team writes."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.entries.mails import mail_receipts
from award.entries.requirements.answers import all_questions, clean
from award.entries.requirements.asked import Asked, asked_of
from award.entries.requirements.facts import DraftFacts, asked_digest, draft_facts
from award.entries.states import BEFORE_DECISION, change_state, door, open_entry
from award.errors import EditConflictError, InputError, NotFoundError, RuleError
from award.models.entries import (
    CATEGORY,
    TITLE,
    Answer,
    Entry,
    EntryState,
    EntryVersion,
    TeamMembership,
    TeamRole,
)
from award.models.seasons import Category, QuestionKind, Season
from award.seasons.form.versions import current_form
from award.seasons.queries import QuestionItem

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no letter that is mistaken for a digit when read aloud."""
MOST_DRAFTS = 5


class IncompleteError(InputError):
    """An entry cannot be handed in yet; ``problems`` lists why, in the order of the form."""

    def __init__(self, facts: DraftFacts) -> None:
        super().__init__("entry_incomplete", count=len(facts.problems))
        self.problems = facts.problems


def random_code(length: int) -> str:
    """Return so many random signs that nobody mistakes for each other, for codes and receipts."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def start_entry(
    session: Session, season_id: int, *, language: str, actor_id: int, now: datetime
) -> Entry:
    """Begin a draft with the actor as its lead and return it.

    Raises RuleError where the season takes no entries now ("season_not_open",
    "season_opens_later", "entries_closed", "entries_closed_at"), or where she leads MOST_DRAFTS
    drafts there already ("too_many_drafts").
    """
    season = locked(session, Season, season_id)
    door(session, season, None, now=now).check()
    _check_drafts(session, season_id, actor_id)
    entry = Entry(
        season_id=season_id, code=_free_code(session, season), language=language, created_at=now
    )
    session.add(entry)
    session.flush()
    lead = TeamMembership(entry_id=entry.id, user_id=actor_id, role=TeamRole.LEAD, joined_at=now)
    session.add(lead)
    audit.record(
        session,
        "entry.started",
        entry,
        actor_id=actor_id,
        now=now,
        after={"code": entry.code},
        programme_id=season.programme_id,
    )
    return entry


def _check_drafts(session: Session, season_id: int, user_id: int) -> None:
    drafts = session.scalars(
        select(Entry.id)
        .join(TeamMembership, TeamMembership.entry_id == Entry.id)
        .where(
            Entry.season_id == season_id,
            Entry.state == EntryState.DRAFT,
            TeamMembership.user_id == user_id,
            TeamMembership.role == TeamRole.LEAD,
            TeamMembership.left_at.is_(None),
        )
    ).all()
    if len(drafts) >= MOST_DRAFTS:
        raise RuleError("too_many_drafts", most=MOST_DRAFTS)


def _free_code(session: Session, season: Season) -> str:
    taken = set(session.scalars(select(Entry.code).where(Entry.season_id == season.id)))
    prefix = f"{season.code_prefix}-" if season.code_prefix else ""
    code = f"{prefix}{random_code(4)}"
    while code in taken:
        code = f"{prefix}{random_code(4)}"
    return code


def save_answer(
    session: Session,
    entry_id: int,
    key: str,
    value: Any,
    version: int,
    *,
    actor_id: int,
    now: datetime,
    language: str = "ru",
) -> int:
    """Save one answer of the draft and return its new version.

    version: the one that the writer saw, 0 for an answer that was not there. Saving what is
    already stored changes nothing and is no conflict, so a lost reply can be sent again.
    Raises EditConflictError with ``current`` {"version", "value"} where somebody else saved
    first, InputError where the value does not fit the question, RuleError where the door is
    shut or the question is asked no more, NotFoundError for a key that the form does not have.
    """
    entry, season = open_entry(session, entry_id, now=now)
    cleaned = clean(_question(asked_of(session, season.id, language), key, language), value)
    answer = session.scalar(select(Answer).where(Answer.entry_id == entry_id, Answer.key == key))
    stored, current = (answer.value, answer.version) if answer else (None, 0)
    if stored == cleaned and type(stored) is type(cleaned):
        return current
    if version != current:
        raise EditConflictError(current={"version": current, "value": stored})
    if answer is None:
        answer = Answer(entry_id=entry_id, key=key)
        session.add(answer)
    answer.value, answer.edited_at, answer.edited_by_id = cleaned, now, actor_id
    repeat_in_lists(session, entry, key, cleaned)
    entry.edited_at = now
    session.flush()
    return answer.version


def _question(form: Asked, key: str, language: str) -> QuestionItem:
    gone = next((one for one in form.withdrawn if one.key == key), None)
    if gone is not None:
        raise RuleError("question_withdrawn", question=gone.label)
    found = next((one for one in all_questions(form, language) if one.key == key), None)
    if found is None or found.kind is QuestionKind.FILE:
        raise NotFoundError
    return found


def repeat_in_lists(session: Session, entry: Entry, key: str, value: Any) -> None:
    """Keep the columns that lists show equal to the draft, until a submitted version holds them."""
    if entry.current_version_id is None and key == TITLE:
        entry.title = value or ""
    if entry.current_version_id is None and key == CATEGORY:
        entry.category_id = _category_id(session, entry.season_id, value)


def _category_id(session: Session, season_id: int, key: str | None) -> int | None:
    return session.scalar(
        select(Category.id).where(Category.season_id == season_id, Category.key == (key or ""))
    )


def submit_entry(
    session: Session,
    entry_id: int,
    *,
    actor_id: int,
    now: datetime,
    base_url: str = "",
    seen: str | None = None,
    language: str = "ru",
) -> EntryVersion:
    """Hand the draft in and return the version with its receipt; the team gets it by mail.

    seen: the digest that the person read back, so that nothing is sent that she did not see.
    Raises IncompleteError with all problems, RuleError where the door is shut or nothing was
    changed since the last submit ("nothing_new"), EditConflictError("draft_changed") where a
    member saved something after she read it.
    """
    entry, season = open_entry(session, entry_id, now=now)
    form = asked_of(session, season.id, language)
    facts = draft_facts(session, entry_id, form, language=language, now=now)
    if seen is not None and seen != facts.digest:
        raise EditConflictError("draft_changed")
    if facts.problems:
        raise IncompleteError(facts)
    sent = entry.current_version
    if sent is not None and asked_digest(sent, form) == facts.digest:
        raise RuleError("nothing_new", receipt=sent.receipt)
    version = _snapshot(session, entry, facts, actor_id=actor_id, now=now)
    change_state(
        session,
        entry,
        EntryState.SUBMITTED,
        actor_id=actor_id,
        now=now,
        action="entry.submitted",
        details={"number": version.number, "receipt": version.receipt, "digest": version.digest},
    )
    mail_receipts(session, entry, version, season, base_url=base_url, now=now)
    return version


def _snapshot(
    session: Session, entry: Entry, facts: DraftFacts, *, actor_id: int, now: datetime
) -> EntryVersion:
    number = (entry.current_version.number if entry.current_version else 0) + 1
    version = EntryVersion(
        entry_id=entry.id,
        number=number,
        receipt=new_receipt(entry.code, number),
        answers=facts.answers,
        files=facts.files,
        team=facts.team,
        digest=facts.digest,
        form_version_id=current_form(session, entry.season_id, now=now).id,
        submitted_at=now,
        submitted_by_id=actor_id,
    )
    session.add(version)
    session.flush()
    entry.current_version_id, entry.current_version = version.id, version
    entry.submitted_at = now
    entry.screened_at = entry.screened_by_id = None
    entry.screening_reason = ""
    entry.title = facts.answers[TITLE]
    entry.category_id = _category_id(session, entry.season_id, facts.answers.get(CATEGORY))
    return version


def new_receipt(code: str, number: int) -> str:
    """Return a receipt for the submit of that number, which nobody can guess."""
    return f"{code}-{number}-{random_code(6)}"


def withdraw_entry(session: Session, entry_id: int, *, actor_id: int, now: datetime) -> None:
    """Take an entry out of the competition for good; what was written stays readable.

    Possible in any state before the season is decided, also after the deadline; afterwards
    RuleError("withdraw_too_late").
    """
    entry = locked(session, Entry, entry_id)
    season = session.get_one(Season, entry.season_id)
    if season.state not in BEFORE_DECISION:
        raise RuleError("withdraw_too_late")
    change_state(
        session,
        entry,
        EntryState.WITHDRAWN,
        actor_id=actor_id,
        now=now,
        action="entry.withdrawn",
    )
    entry.withdrawn_at = now
    session.flush()
