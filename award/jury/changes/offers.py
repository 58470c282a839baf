"""What a juror sees before she says yes: titles, and the teams where the round is not blind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.accounts import User
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.jury import Assignment, AssignmentState, Juror, JurorState
from award.models.seasons import Programme, Round, RoundState, Season


@dataclass(frozen=True, slots=True)
class Offer:
    """One offered entry: nothing of it but its title is told yet."""

    public_id: str
    position: int
    title: str


@dataclass(frozen=True, slots=True)
class NamedOffer(Offer):
    """The same where the round is not blind, with the names of the team's members."""

    team: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfferedRound:
    """A round that offers something; items follow the juror's own order."""

    public_id: str
    season_public_id: str
    season: str
    round: str
    blind: bool
    zone: str
    closes_at: datetime | None
    items: tuple[Offer, ...]


def offered_rounds(
    session: Session, juror_ids: Collection[int], language: str
) -> tuple[OfferedRound, ...]:
    """Return what waits for the yes of these jurors (one person's), newest season first.

    Three statements whatever the number; empty where nothing is offered.
    """
    rows = _offered(session, juror_ids)
    rounds = session.execute(
        select(Round, Season.public_id, Season.name, Programme.time_zone)
        .join(Season, Round.season_id == Season.id)
        .join(Programme, Season.programme_id == Programme.id)
        .where(Round.id.in_({row.round_id for row in rows}))
        .order_by(Season.id.desc(), Round.position)
    ).all()
    named = {round_.id for round_, *_ in rounds if not round_.blind}
    teams = _teams(session, {row.entry_id for row in rows if row.round_id in named})
    return tuple(
        OfferedRound(
            round_.public_id,
            season_public_id,
            pick_text(season, language),
            pick_text(round_.name, language),
            round_.blind,
            zone,
            round_.closes_at,
            tuple(_offer(row, round_, teams) for row in rows if row.round_id == round_.id),
        )
        for round_, season_public_id, season, zone in rounds
    )


def _offered(session: Session, juror_ids: Collection[int]) -> Sequence[Any]:
    return session.execute(
        select(
            Assignment.public_id,
            Assignment.position,
            Assignment.round_id,
            Assignment.entry_id,
            Entry.title,
        )
        .join(Round, Assignment.round_id == Round.id)
        .join(Juror, Assignment.juror_id == Juror.id)
        .join(Entry, Assignment.entry_id == Entry.id)
        .where(
            Assignment.juror_id.in_(juror_ids),
            Assignment.state == AssignmentState.OFFERED,
            Juror.state == JurorState.ACTIVE,
            Entry.state != EntryState.WITHDRAWN,
            Round.state.in_((RoundState.SET_UP, RoundState.OPEN)),
        )
        .order_by(Assignment.position, Assignment.id)
    ).all()


def _offer(row: Any, round_: Round, teams: Mapping[int, tuple[str, ...]]) -> Offer:
    if round_.blind:
        return Offer(row.public_id, row.position, row.title)
    return NamedOffer(row.public_id, row.position, row.title, teams.get(row.entry_id, ()))


def _teams(session: Session, entry_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for entry_id, name in session.execute(
        select(TeamMembership.entry_id, User.name)
        .join(User, TeamMembership.user_id == User.id)
        .where(TeamMembership.entry_id.in_(entry_ids), TeamMembership.left_at.is_(None))
        .order_by(TeamMembership.id)
    ):
        found[entry_id] = (*found.get(entry_id, ()), name)
    return found
