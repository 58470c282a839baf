"""What an organiser sees while screening: the submitted version, its team, and what looks odd."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.entries.reading.queries import ShownAnswer, TeamEntry, entry_for_team, shown_answers
from award.entries.requirements.answers import Problem, answer_problems
from award.entries.requirements.eligibility import (
    ConsentNeed,
    age_at,
    age_day,
    consent_problems,
    team_problems,
)
from award.entries.screening.likeness import LikeText, like_one, like_pairs
from award.models.accounts import User
from award.models.entries import (
    SUMMARY,
    Answer,
    Entry,
    EntryState,
    EntryVersion,
    TeamMembership,
    TeamRole,
)
from award.models.seasons import Extension


@dataclass(frozen=True, slots=True)
class LikeEntry:
    """Another entry of the season that resembles this one. title and summary: 0 to 1."""

    public_id: str
    code: str
    title: str
    likeness_title: float
    likeness_summary: float


@dataclass(frozen=True, slots=True)
class SharedMember:
    """Somebody who is on another team of the season too."""

    name: str
    public_id: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member as an organiser sees her; age counts on the season's day, None if unknown.

    public_id is that of the membership, person that of the account.
    """

    public_id: str
    person: str
    name: str
    email: str
    is_lead: bool
    is_student: bool
    age: int | None
    guardian_name: str
    needs: tuple[ConsentNeed, ...]


@dataclass(frozen=True, slots=True)
class GrantedExtension:
    """A later deadline and why."""

    closes_at: datetime
    reason: str
    granted_at: datetime
    for_season: bool


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """All of an entry that screening needs. answers is empty until something was submitted.

    earlier: what older versions answered to questions that are no longer asked.
    """

    entry: TeamEntry
    answers: tuple[ShownAnswer, ...]
    members: tuple[StaffMember, ...]
    breaches: tuple[Problem, ...]
    alike: tuple[LikeEntry, ...]
    shared: tuple[SharedMember, ...]
    extensions: tuple[GrantedExtension, ...]
    earlier: tuple[ShownAnswer, ...]


def entry_for_staff(session: Session, entry_id: int, *, language: str, now: datetime) -> StaffEntry:
    """Return an entry for screening; the draft of a team stays the team's own.

    breaches are those of the submitted version's answers, against the form that it answered, and of
    the team as it is now.
    """
    entry = entry_for_team(session, entry_id, language=language, now=now)
    season_id = entry.form.season_id
    return StaffEntry(
        entry=entry,
        answers=shown_answers(entry.sent.questions, entry.sent.answers, language)
        if entry.sent
        else (),
        members=_members(session, entry, now),
        breaches=_breaches(entry, now),
        alike=_alike(session, season_id, entry.id) if entry.sent else (),
        shared=_shared(session, season_id, entry.id),
        extensions=extensions_of(session, season_id, entry.id),
        earlier=_earlier(session, entry, language),
    )


def _earlier(session: Session, entry: TeamEntry, language: str) -> tuple[ShownAnswer, ...]:
    """Return the newest answer that an older version gave to each question asked no more."""
    if entry.sent is None or entry.sent.number == 1 or not entry.form.withdrawn:
        return ()
    versions = session.scalars(
        select(EntryVersion.answers)
        .where(EntryVersion.entry_id == entry.id, EntryVersion.number < entry.sent.number)
        .order_by(EntryVersion.number)
    )
    given = {key: value for answers in versions for key, value in answers.items()}
    left = {key: value for key, value in given.items() if key not in entry.sent.answers}
    return shown_answers(entry.form.withdrawn, left, language, with_empty=False)


def _breaches(entry: TeamEntry, now: datetime) -> tuple[Problem, ...]:
    if entry.sent is None:
        return ()
    asked = tuple(one for one in entry.sent.questions if one.withdrawn_at is None)
    counts: dict[str, int] = defaultdict(int)
    for file in entry.sent.files:
        counts[file["question"]] += 1
    return (
        *answer_problems(asked, entry.sent.answers, counts),
        *team_problems(entry.form.eligibility, entry.members, age_day(entry.form, now)),
        *consent_problems(entry.needs),
    )


def _members(session: Session, entry: TeamEntry, now: datetime) -> tuple[StaffMember, ...]:
    rows = session.execute(
        select(TeamMembership, User)
        .join(User, User.id == TeamMembership.user_id)
        .where(TeamMembership.entry_id == entry.id, TeamMembership.left_at.is_(None))
        .order_by(TeamMembership.role != TeamRole.LEAD, TeamMembership.id)
    )
    day = age_day(entry.form, now)
    return tuple(
        StaffMember(
            public_id=member.public_id,
            person=user.public_id,
            name=user.name or user.email,
            email=user.email,
            is_lead=member.role is TeamRole.LEAD,
            is_student=member.is_student,
            age=age_at(member.birth_date, day) if member.birth_date else None,
            guardian_name=member.guardian_name,
            needs=tuple(need for need in entry.needs if need.user_id == user.id),
        )
        for member, user in rows
    )


def _compared(session: Session, season_id: int) -> dict[int, tuple[str, str, LikeText]]:
    """Return public id, code and text of each entry that takes part, by its key."""
    rows = session.execute(
        select(Entry.id, Entry.public_id, Entry.code, Entry.title, Answer.value)
        .outerjoin(Answer, (Answer.entry_id == Entry.id) & (Answer.key == SUMMARY))
        .where(
            Entry.season_id == season_id,
            Entry.state.not_in([EntryState.DRAFT, EntryState.WITHDRAWN]),
        )
    )
    return {
        id_: (public_id, code, LikeText(id_, title, summary or ""))
        for id_, public_id, code, title, summary in rows
    }


def _alike(session: Session, season_id: int, entry_id: int) -> tuple[LikeEntry, ...]:
    compared = _compared(session, season_id)
    if entry_id not in compared:
        return ()
    _public, _code, own = compared.pop(entry_id)
    found = []
    for pair in like_one(own, [text for _public, _code, text in compared.values()]):
        public_id, code, text = compared[pair.second]
        found.append(LikeEntry(public_id, code, text.title, pair.title, pair.summary))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LikeCouple:
    """Two entries of a season that resemble one another."""

    first: LikeEntry
    second: LikeEntry


def like_couples(session: Session, season_id: int) -> list[LikeCouple]:
    """Return all pairs of a season's submitted entries that are alike; one statement."""
    compared = _compared(session, season_id)

    def like(key: int, pair: Any) -> LikeEntry:
        public_id, code, text = compared[key]
        return LikeEntry(public_id, code, text.title, pair.title, pair.summary)

    pairs = like_pairs([text for _public, _code, text in compared.values()])
    return [LikeCouple(like(pair.first, pair), like(pair.second, pair)) for pair in pairs]


def _shared(session: Session, season_id: int, entry_id: int) -> tuple[SharedMember, ...]:
    here = select(TeamMembership.user_id).where(
        TeamMembership.entry_id == entry_id, TeamMembership.left_at.is_(None)
    )
    rows = session.execute(
        select(User.name, Entry.public_id, Entry.code, Entry.title)
        .join(TeamMembership, TeamMembership.user_id == User.id)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .where(
            Entry.season_id == season_id,
            Entry.id != entry_id,
            Entry.state.not_in([EntryState.DRAFT, EntryState.WITHDRAWN]),
            TeamMembership.left_at.is_(None),
            TeamMembership.user_id.in_(here),
        )
        .order_by(User.name, Entry.code)
    )
    return tuple(SharedMember(*row) for row in rows)


def extensions_of(
    session: Session, season_id: int, entry_id: int | None = None
) -> tuple[GrantedExtension, ...]:
    """Return the season's extensions and, with entry_id, that entry's own, oldest first."""
    rows = session.scalars(
        select(Extension)
        .where(
            Extension.season_id == season_id,
            Extension.entry_id.is_(None) | (Extension.entry_id == entry_id),
        )
        .order_by(Extension.granted_at, Extension.id)
    )
    return tuple(
        GrantedExtension(row.closes_at, row.reason, row.granted_at, row.entry_id is None)
        for row in rows
    )


def next_waiting(session: Session, season_id: int, entry_id: int) -> str | None:
    """Return the public id of the entry that waits longest for screening, this one aside.

    None where no other waits.
    """
    return session.scalar(
        select(Entry.public_id)
        .where(
            Entry.season_id == season_id,
            Entry.id != entry_id,
            Entry.state == EntryState.SUBMITTED,
        )
        .order_by(Entry.submitted_at, Entry.id)
        .limit(1)
    )
