"""Everybody of a season in one list: teams, jury and workshop participants, each person once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.accounts.emails import email_key
from award.i18n import fold, sort_key
from award.models.accounts import User
from award.models.education import Participant
from award.models.entries import Entry, EntryState, TeamMembership, TeamRole
from award.models.jury import Juror, JurorState


class Part(StrEnum):
    """What somebody is in a season; one person may be several things."""

    LEAD = "lead"
    MEMBER = "member"
    JUROR = "juror"
    PARTICIPANT = "participant"


@dataclass(slots=True)
class PersonRow:
    """One person. parts: what she is, each with what it is about, such as an entry's title.

    public_id: that of the account, else of the juror or participant; ids: all that she has.
    has_log: whether her mails can be looked up. email is "" for who gave none.
    """

    public_id: str
    name: str
    email: str
    language: str
    user_id: int | None = None
    has_log: bool = False
    parts: list[tuple[Part, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the list is narrowed to; sort is a key of SORTS, "-" before it reverses."""

    text: str = ""
    part: str = ""
    sort: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> PeopleFilters:
        """Return what an address says: q, part and sort."""
        return cls(*(said.get(name, "").strip()[:100] for name in ("q", "part", "sort")))


SORTS: Mapping[str, Callable[[PersonRow], Any]] = {
    "name": lambda row: sort_key(row.name),
    "email": lambda row: row.email.casefold(),
    "part": lambda row: [list(Part).index(part) for part, _about in row.parts],
}


def people_rows(session: Session, season_id: int) -> list[PersonRow]:
    """Return a season's people in no order, in three statements whatever their number.

    Left out: erased people, those who left a team, teams that withdrew, jurors who declined or
    left. Who is known by the same address is one person.
    """
    found: dict[str, PersonRow] = {}
    for one in _members(session, season_id):
        part = Part.LEAD if one.role is TeamRole.LEAD else Part.MEMBER
        row = PersonRow(
            one.public_id, one.name or one.email, one.email, one.language, one.id, has_log=True
        )
        _note(found, one.email_key, row, one.public_id, part, f"{one.code} {one.title}".strip())
    for one in _jurors(session, season_id):
        row = PersonRow(
            one.user_public_id or one.public_id, one.name, one.email, one.language or "",
            one.user_id, has_log=True,
        )  # fmt: skip
        _note(found, one.email_key, row, one.public_id, Part.JUROR, one.organisation)
    for one in _participants(session, season_id):
        row = PersonRow(one.public_id, one.name, one.email, one.language)
        key = email_key(one.email) if one.email else one.public_id
        _note(found, key, row, one.public_id, Part.PARTICIPANT, one.organisation)
    return list(found.values())


def _members(session: Session, season_id: int) -> Sequence[Any]:
    return session.execute(
        select(
            User.id, User.public_id, User.name, User.email, User.email_key, User.language,
            Entry.code, Entry.title, TeamMembership.role,
        )
        .join(TeamMembership, TeamMembership.user_id == User.id)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .where(
            Entry.season_id == season_id,
            Entry.state != EntryState.WITHDRAWN,
            TeamMembership.left_at.is_(None),
            User.erased_at.is_(None),
        )
        .order_by(Entry.code)
    ).all()  # fmt: skip


def _jurors(session: Session, season_id: int) -> Sequence[Any]:
    """Return the jury; who has an account is known by its address and name, else by the juror's."""
    return session.execute(
        select(
            Juror.public_id, Juror.organisation, Juror.user_id, User.language,
            User.public_id.label("user_public_id"),
            func.coalesce(User.email, Juror.email).label("email"),
            func.coalesce(User.email_key, Juror.email_key).label("email_key"),
            func.coalesce(func.nullif(User.name, ""), Juror.name).label("name"),
        )
        .outerjoin(User, User.id == Juror.user_id)
        .where(
            Juror.season_id == season_id,
            Juror.state.in_((JurorState.ACTIVE, JurorState.INVITED)),
            User.erased_at.is_(None),
        )
        .order_by(Juror.id)
    ).all()  # fmt: skip


def _participants(session: Session, season_id: int) -> Sequence[Any]:
    return session.execute(
        select(
            Participant.public_id, Participant.name, Participant.email, Participant.language,
            Participant.organisation,
        ).where(Participant.season_id == season_id)
    ).all()  # fmt: skip


def _note(
    found: dict[str, PersonRow], key: str, row: PersonRow, own_id: str, part: Part, about: str
) -> None:
    known = found.setdefault(key, row)
    known.parts.append((part, about))
    known.ids |= {row.public_id, own_id}


def listed(rows: Sequence[PersonRow], filters: PeopleFilters) -> list[PersonRow]:
    """Return the people who fit, sorted, by name unless asked otherwise.

    The text is looked for in name, address and what the person's parts are about, whatever the
    case, and ё is е.
    """
    kept = [row for row in rows if _fits(row, filters)]
    key = SORTS.get(filters.sort.lstrip("-"), SORTS["name"])
    return sorted(kept, key=key, reverse=filters.sort.startswith("-"))


def _fits(row: PersonRow, filters: PeopleFilters) -> bool:
    if filters.part and filters.part not in (part.value for part, _about in row.parts):
        return False
    haystack = fold(" ".join((row.name, row.email, *(about for _part, about in row.parts))))
    return all(word in haystack for word in fold(filters.text).split())
