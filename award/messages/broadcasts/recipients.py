"""Whom a broadcast goes to, from the filters of the list that it was begun from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.audit import canonical
from award.entries.reading.queries import EntryFilters, entry_rows
from award.i18n import sort_key
from award.jury.people.juror_list import JurorFilters, listed
from award.jury.people.queries import juror_rows
from award.messages.broadcasts.merging import OF_ENTRY
from award.messages.people.queries import PeopleFilters, people_rows
from award.messages.people.queries import listed as narrowed
from award.models.accounts import User
from award.models.broadcasts import Audience, Broadcast
from award.models.entries import Entry, EntryState, TeamMembership, TeamRole
from award.models.jury import Assignment, AssignmentState, Juror, JurorState, Panel
from award.models.seasons import Extension, Programme, Round, RoundState, Season
from award.seasons.queries import closing_moment
from award.wording import fields_in

OUTSTANDING = (AssignmentState.OFFERED, AssignmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person, and for teams one entry of hers; deadline is an ISO moment, "" for none.

    key: the same person and entry have the same one, so that nobody gets a mail twice. path: what
    her link leads to, "" for a juror without an account.
    """

    key: str
    user_id: int | None
    name: str
    email: str
    language: str
    title: str = ""
    code: str = ""
    path: str = ""
    deadline: str = ""


def recipients_of(session: Session, broadcast: Broadcast) -> list[Recipient]:
    """Return whom a broadcast would go to now, in the order of its list; few statements.

    Erased people, those who left a team, removed or declined jurors and who gave no address get
    nothing, chosen or not. Somebody with several entries gets one mail where the text names
    nothing of an entry, else one each.
    """
    if broadcast.audience is Audience.JURORS:
        return _jurors(session, broadcast)
    if broadcast.audience is Audience.PEOPLE:
        return _people(session, broadcast)
    found = _team_members(session, broadcast)
    if fields_in(*broadcast.subject.values(), *broadcast.text.values()) & set(OF_ENTRY):
        return found
    return list({one.user_id: one for one in reversed(found)}.values())[::-1]


def chosen_of(broadcast: Broadcast) -> frozenset[str]:
    """Return the rows that were ticked one by one; none where the filters say whom."""
    return frozenset(str(broadcast.filters.get("only", "")).split())


def unreached(broadcast: Broadcast, recipients: list[Recipient]) -> int:
    """Return how many of the chosen jurors or people get no mail; 0 for teams and filters."""
    if broadcast.audience in (Audience.LEADS, Audience.TEAMS):
        return 0
    return max(len(chosen_of(broadcast)) - len(recipients), 0)


def seen_of(broadcast: Broadcast, recipients: list[Recipient]) -> str:
    """Return what tells one reviewed state, its text and its list, from any other."""
    seen = [broadcast.version, *map(asdict, recipients)]
    return sha256(canonical(seen)).hexdigest()[:32]


def _team_members(session: Session, broadcast: Broadcast) -> list[Recipient]:
    order = _entries(session, broadcast)
    deadlines = _deadlines(session, broadcast.season_id)
    found = [row for row in _memberships(session, broadcast) if row[0] in order]
    found.sort(key=lambda row: order[row[0]])
    return [
        Recipient(
            key=f"{public_id}:{user.public_id}",
            user_id=user.id,
            name=user.name,
            email=user.email,
            language=user.language,
            title=title,
            code=code,
            path=f"entries/{public_id}",
            deadline=deadlines.get(entry_id, deadlines.get(None, "")),
        )
        for entry_id, user, public_id, title, code in found
    ]


def _entries(session: Session, broadcast: Broadcast) -> dict[int, int]:
    """Return entry id -> its place in the list; the withdrawn only where they are asked for."""
    kept = {name: str(value) for name, value in broadcast.filters.items()}
    chosen = chosen_of(broadcast)
    filters = EntryFilters(
        text=kept.get("q", ""), state=kept.get("state", ""), category=kept.get("category", "")
    )
    rows = entry_rows(session, broadcast.season_id, filters).rows
    asked = filters.state == EntryState.WITHDRAWN.value
    return {
        row.id: number
        for number, row in enumerate(rows)
        if (row.public_id in chosen if chosen else asked or row.state is not EntryState.WITHDRAWN)
    }


def _memberships(session: Session, broadcast: Broadcast) -> list[Any]:
    """Return who is on the season's teams, leads first, erased people and those who left not."""
    statement = (
        select(TeamMembership.entry_id, User, Entry.public_id, Entry.title, Entry.code)
        .join(User, User.id == TeamMembership.user_id)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .where(
            Entry.season_id == broadcast.season_id,
            TeamMembership.left_at.is_(None),
            User.erased_at.is_(None),
        )
        .order_by(TeamMembership.role != TeamRole.LEAD, TeamMembership.id)
    )
    if broadcast.audience is Audience.LEADS:
        statement = statement.where(TeamMembership.role == TeamRole.LEAD)
    return list(session.execute(statement).all())


def _deadlines(session: Session, season_id: int) -> dict[int | None, str]:
    """Return entry id -> its own deadline where it is later, and None -> everybody's."""
    season = session.get_one(Season, season_id)
    if season.closes_at is None:
        return {}
    common = closing_moment(session, season_id)
    own = session.execute(
        select(Extension.entry_id, func.max(Extension.closes_at))
        .where(Extension.season_id == season_id, Extension.entry_id.is_not(None))
        .group_by(Extension.entry_id)
    )
    later: dict[int | None, str] = {entry_id: max(at, common).isoformat() for entry_id, at in own}
    return {None: common.isoformat(), **later}


def _jurors(session: Session, broadcast: Broadcast) -> list[Recipient]:
    season = session.get_one(Season, broadcast.season_id)
    programme = session.get_one(Programme, season.programme_id)
    rows = session.execute(
        select(Juror, User.language)
        .outerjoin(User, User.id == Juror.user_id)
        .outerjoin(Panel, Panel.id == Juror.panel_id)
        .where(*_that_fit(broadcast), User.erased_at.is_(None))
        .order_by(Juror.id)
    ).all()
    found = _searched(session, broadcast, [row[0].public_id for row in rows])
    deadline = session.scalar(
        select(func.min(Round.closes_at)).where(
            Round.season_id == season.id, Round.state == RoundState.OPEN
        )
    )
    return [
        Recipient(
            key=juror.public_id,
            user_id=juror.user_id,
            name=juror.name,
            email=juror.email,
            language=language or programme.languages[0],
            path="judging" if juror.user_id else "",
            deadline=deadline.isoformat() if deadline else "",
        )
        for juror, language in sorted(rows, key=lambda row: sort_key(row[0].name))
        if juror.public_id in found
    ]


def _people(session: Session, broadcast: Broadcast) -> list[Recipient]:
    season = session.get_one(Season, broadcast.season_id)
    first = session.get_one(Programme, season.programme_id).languages[0]
    filters, chosen = PeopleFilters.read(broadcast.filters), chosen_of(broadcast)
    rows = people_rows(session, broadcast.season_id)
    found = narrowed([row for row in rows if not chosen or row.ids & chosen], filters)
    return [
        Recipient(
            key=row.public_id,
            user_id=row.user_id,
            name=row.name,
            email=row.email,
            language=row.language or first,
        )
        for row in found
        if row.email
    ]


def _searched(session: Session, broadcast: Broadcast, everybody: list[str]) -> set[str]:
    """Return whom the search of the list of jurors leaves; all where nothing is looked for."""
    text = broadcast.filters.get("q", "")
    if not text:
        return set(everybody)
    rows = juror_rows(session, broadcast.season_id, "ru")
    return {row.public_id for row in listed(rows, JurorFilters(text=text))}


def _that_fit(broadcast: Broadcast) -> list[Any]:
    kept = broadcast.filters
    states = (JurorState.ACTIVE, JurorState.INVITED)
    if ticked := chosen_of(broadcast):
        own = (Juror.season_id == broadcast.season_id, Juror.state.in_(states))
        return [*own, Juror.public_id.in_(ticked)]
    chosen = [one for one in states if kept.get("state", "") in ("", one.value)]
    fit: list[Any] = [Juror.season_id == broadcast.season_id, Juror.state.in_(chosen)]
    if kept.get("panel"):
        fit.append(Panel.key == kept["panel"])
    if kept.get("left"):
        left = (
            select(Assignment.juror_id)
            .join(Round, Round.id == Assignment.round_id)
            .where(Round.state == RoundState.OPEN, Assignment.state.in_(OUTSTANDING))
        )
        fit.append(Juror.id.in_(left))
    return fit
