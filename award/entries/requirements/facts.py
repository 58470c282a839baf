"""What the store knows about one entry's team, answers, files and consents, as plain facts."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.audit import canonical
from award.entries.requirements.answers import Problem, all_questions, answer_problems
from award.entries.requirements.asked import Asked
from award.entries.requirements.eligibility import (
    ConsentNeed,
    GivenConsent,
    MemberFacts,
    age_day,
    consent_needs,
    consent_problems,
    local_day,
    team_problems,
)
from award.models.accounts import User
from award.models.entries import (
    Answer,
    ConsentGiven,
    EntryVersion,
    StoredFile,
    TeamMembership,
    TeamRole,
)


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """One working answer with the version that a save must name."""

    value: Any
    version: int
    edited_at: datetime
    edited_by: str


def members_of(session: Session, entry_id: int) -> list[MemberFacts]:
    """Return who is on the team now, the lead first, then by arrival."""
    rows = session.execute(
        select(
            User.id, User.name, TeamMembership.role, TeamMembership.birth_date,
            TeamMembership.is_student,
        )
        .join(User, User.id == TeamMembership.user_id)
        .where(TeamMembership.entry_id == entry_id, TeamMembership.left_at.is_(None))
        .order_by(TeamMembership.role != TeamRole.LEAD, TeamMembership.id)
    )  # fmt: skip
    return [MemberFacts(*row) for row in rows]


def answers_of(session: Session, entry_id: int) -> dict[str, DraftAnswer]:
    """Return the working answers by key; a key that was never answered is not there."""
    rows = session.execute(
        select(Answer.key, Answer.value, Answer.version, Answer.edited_at, User.name)
        .outerjoin(User, User.id == Answer.edited_by_id)
        .where(Answer.entry_id == entry_id)
    )
    return {
        key: DraftAnswer(value, version, edited_at, name or "")
        for key, value, version, edited_at, name in rows
    }


def files_of(session: Session, entry_id: int) -> list[dict[str, Any]]:
    """Return the working files as a version snapshots them, in the order of upload."""
    rows = session.execute(
        select(
            StoredFile.public_id, StoredFile.name, StoredFile.size, StoredFile.sha256,
            StoredFile.question_key,
        )
        .where(StoredFile.entry_id == entry_id, StoredFile.removed_at.is_(None))
        .order_by(StoredFile.id)
    )  # fmt: skip
    return [
        dict(zip(("id", "name", "size", "sha256", "question"), row, strict=True)) for row in rows
    ]


def consents_of(session: Session, entry_id: int) -> list[GivenConsent]:
    """Return the agreements on record for an entry that nobody withdrew."""
    rows = session.execute(
        select(
            ConsentGiven.consent_id, ConsentGiven.user_id, ConsentGiven.by,
            ConsentGiven.text_version, ConsentGiven.given_at,
        ).where(ConsentGiven.entry_id == entry_id, ConsentGiven.withdrawn_at.is_(None))
    )  # fmt: skip
    return [GivenConsent(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """A whole draft: what a submit would send, and what still stands against it.

    kept_files hang on questions that are no longer asked: they stay and are not sent.
    """

    answers: dict[str, Any]
    files: list[dict[str, Any]]
    members: list[MemberFacts]
    needs: list[ConsentNeed]
    problems: list[Problem]
    kept_files: list[dict[str, Any]]

    @property
    def team(self) -> list[dict[str, str]]:
        """The team as a version snapshots it."""
        return [{"name": one.name, "role": one.role.value} for one in self.members]

    @property
    def digest(self) -> str:
        """The SHA-256 of what a submit would send."""
        return digest_of(self.answers, self.files, self.team)


def digest_of(answers: Any, files: Any, team: Any) -> str:
    """Return the SHA-256 of the canonical JSON of a submitted version's three parts."""
    content = canonical({"answers": answers, "files": files, "team": team})
    return hashlib.sha256(content).hexdigest()


def draft_facts(
    session: Session, entry_id: int, form: Asked, *, language: str, now: datetime
) -> DraftFacts:
    """Read a draft and hold it against the season's form and rules; four statements."""
    questions = all_questions(form, language)
    drafts = answers_of(session, entry_id)
    gone = {question.key for question in form.withdrawn}
    every = files_of(session, entry_id)
    files = [one for one in every if one["question"] not in gone]
    members = members_of(session, entry_id)
    needs = consent_needs(form, members, consents_of(session, entry_id), local_day(now, form.zone))
    answers = {
        question.key: drafts[question.key].value
        for question in questions
        if question.key in drafts and drafts[question.key].value is not None
    }
    for file in files:
        answers.setdefault(file["question"], []).append(file["id"])
    counts = Counter(file["question"] for file in files)
    problems = [
        *answer_problems(questions, answers, counts),
        *team_problems(form.eligibility, members, age_day(form, now)),
        *consent_problems(needs),
    ]
    kept = [one for one in every if one["question"] in gone]
    return DraftFacts(answers, files, members, needs, problems, kept)


def asked_digest(version: EntryVersion, form: Asked) -> str:
    """Return the digest of a submitted version as far as its questions are still asked.

    A draft differs from the version where its own digest differs from this one.
    """
    gone = {question.key for question in form.withdrawn}
    if not gone & {*version.answers, *(one["question"] for one in version.files)}:
        return version.digest
    answers = {key: value for key, value in version.answers.items() if key not in gone}
    files = [one for one in version.files if one["question"] not in gone]
    return digest_of(answers, files, version.team)
