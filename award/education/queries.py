"""Workshops and their participants as the organisers read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.folding import folded
from award.i18n import fold
from award.models.education import Attendance, Participant, Workshop

PAGE = 100
THERE = func.coalesce(func.sum(case((Attendance.attended, 1), else_=0)), 0)


@dataclass(frozen=True, slots=True)
class WorkshopRow:
    """A workshop with how many signed up or were there, and how many of them were there."""

    id: int
    public_id: str
    name: str
    held_on: date | None
    place: str
    signed_up: int
    attended: int


def workshop_rows(session: Session, season_id: int, language: str) -> list[WorkshopRow]:
    """Return a season's workshops by day, those without one last; one statement."""
    rows = session.execute(
        select(Workshop, func.count(Attendance.id), THERE)
        .outerjoin(Attendance, Attendance.workshop_id == Workshop.id)
        .where(Workshop.season_id == season_id)
        .group_by(Workshop.id)
        .order_by(Workshop.held_on.is_(None), Workshop.held_on, Workshop.id)
    )
    return [
        WorkshopRow(
            one.id,
            one.public_id,
            pick_text(one.name, language),
            one.held_on,
            one.place,
            count,
            int(there),
        )
        for one, count, there in rows
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of participants is asked for. workshop: public id, "" for all; least: how many
    workshops they attended at least; text: a part of name, address, organisation or city; sort: a
    key of SORTS, "-" before it reverses.
    """

    text: str = ""
    workshop: str = ""
    least: int = 0
    sort: str = ""


SORTS: Mapping[str, Any] = {
    "name": Participant.search,
    "email": folded(Participant.email),
    "organisation": folded(Participant.organisation),
    "city": folded(Participant.city),
    "attended": THERE,
}


def asked_of(address: Mapping[str, str]) -> Asked:
    """Return what an address asks for: q, workshop, least, sort; what is no number is none."""
    least = address.get("least", "")
    return Asked(
        text=address.get("q", "").strip()[:100],
        workshop=address.get("workshop", "")[:40],
        least=int(least) if least.isdecimal() and len(least) < 5 else 0,
        sort=address.get("sort", "")[:40],
    )


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A participant with how many workshops she signed up for or was at, and attended."""

    public_id: str
    name: str
    email: str
    organisation: str
    city: str
    language: str
    signed_up: int
    attended: int


def participants_that_match(season_id: int, asked: Asked) -> Select[Any]:
    """Return the select of (participant, signed up, attended), sorted as asked, then by name."""
    query = (
        select(Participant, func.count(Attendance.id), THERE)
        .outerjoin(Attendance, Attendance.participant_id == Participant.id)
        .where(Participant.season_id == season_id, *_conditions(asked))
        .group_by(Participant.id)
        .order_by(*_order(asked.sort), Participant.search, Participant.id)
    )
    return query.having(asked.least <= THERE) if asked.least else query


def _order(sort: str) -> list[Any]:
    column = SORTS.get(sort.lstrip("-"))
    if column is None:
        return []
    return [column.desc() if sort.startswith("-") else column]


def participant_ids(session: Session, season_id: int, asked: Asked) -> list[str]:
    """Return the public ids of the participants who match, ordered by name."""
    matching = participants_that_match(season_id, asked)
    return list(session.scalars(matching.with_only_columns(Participant.public_id)))


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    for word in fold(asked.text).split():
        yield Participant.search.contains(word, autoescape=True)
    if asked.workshop:
        at = (
            select(Attendance.participant_id)
            .join(Workshop, Workshop.id == Attendance.workshop_id)
            .where(Workshop.public_id == asked.workshop, Attendance.attended)
        )
        yield Participant.id.in_(at)


def participant_page(
    session: Session, season_id: int, asked: Asked, *, page: int = 1
) -> tuple[list[ParticipantRow], int]:
    """Return a page of participants and how many match in all; two statements."""
    query = participants_that_match(season_id, asked)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.offset((page - 1) * PAGE).limit(PAGE))
    return [_participant(*row) for row in rows], total


def _participant(one: Participant, count: int, there: int) -> ParticipantRow:
    return ParticipantRow(
        one.public_id,
        one.name,
        one.email,
        one.organisation,
        one.city,
        one.language,
        count,
        int(there),
    )


def attended_at_least(session: Session, season_id: int) -> list[tuple[int, int]]:
    """Return (n, how many people attended at least n workshops) for each n from 1, or nothing."""
    counts = (
        select(THERE.label("there"))
        .select_from(Attendance)
        .join(Participant, Participant.id == Attendance.participant_id)
        .where(Participant.season_id == season_id)
        .group_by(Participant.id)
        .subquery()
    )
    rows = session.execute(
        select(counts.c.there, func.count()).group_by(counts.c.there).order_by(counts.c.there)
    ).all()
    found = {int(there): number for there, number in rows if there}
    return [
        (least, sum(number for there, number in found.items() if there >= least))
        for least in range(1, max(found, default=0) + 1)
    ]


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a workshop."""

    public_id: str
    name: str
    organisation: str
    attended: bool


def places(
    session: Session, workshop_id: int, text: str = "", *, page: int = 1
) -> tuple[list[Place], int]:
    """Return a page of who signed up for or was at a workshop, by name, and how many there are."""
    query = _at(workshop_id, text).with_only_columns(
        Participant.public_id, Participant.name, Participant.organisation, Attendance.attended
    )
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.offset((page - 1) * PAGE).limit(PAGE))
    return [Place(*row) for row in rows], total


def everybody_at(session: Session, workshop_id: int, text: str = "") -> Sequence[Row[Any]]:
    """Return all of ``places`` with address and city: name, email, organisation, city, attended."""
    return session.execute(_at(workshop_id, text)).all()


def _at(workshop_id: int, text: str) -> Select[Any]:
    shown: list[Any] = [
        Participant.name,
        Participant.email,
        Participant.organisation,
        Participant.city,
        Attendance.attended,
    ]
    return (
        select(*shown)
        .join(Attendance, Attendance.participant_id == Participant.id)
        .where(Attendance.workshop_id == workshop_id, *_conditions(Asked(text)))
        .order_by(Participant.search, Participant.id)
    )
