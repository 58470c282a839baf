"""Whom a broadcast goes to, from the filters of the list that it was begun from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.audit import canonical
from award.db import pick_text
from award.entries.queries import EntryFilters, entry_rows
from award.i18n import format_moment
from award.messages.merging import OF_ENTRY, fields_in, merge
from award.models.accounts import User
from award.models.broadcasts import Audience, Broadcast
from award.models.entries import Entry, EntryState, TeamMembership, TeamRole
from award.models.jury import Assignment, AssignmentState, Juror, JurorState, Panel
from award.models.seasons import Extension, Programme, Round, RoundState, Season
from award.seasons.queries import closing_moment

OUTSTANDING = (AssignmentState.OFFERED, AssignmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person, and for teams one entry of hers; deadline is an ISO moment, "" for none.

    key: the same person and entry have the same one, so that nobody gets a mail twice.
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

    Erased people, those who left a team and removed or declined jurors get nothing. Somebody
    with several entries gets one mail where the text names nothing of an entry, else one each.
    """
    if broadcast.audience is Audience.JURORS:
        return _jurors(session, broadcast)
    found = _team_members(session, broadcast)
    if fields_in(*broadcast.subject.values(), *broadcast.text.values()) & set(OF_ENTRY):
        return found
    return list({one.user_id: one for one in reversed(found)}.values())[::-1]


def digest_of(recipients: list[Recipient]) -> str:
    """Return what tells one list of recipients from another."""
    return sha256(canonical([asdict(one) for one in recipients])).hexdigest()[:32]


def _team_members(session: Session, broadcast: Broadcast) -> list[Recipient]:
    kept = {name: str(value) for name, value in broadcast.filters.items()}
    filters = EntryFilters(
        text=kept.get("q", ""),
        state=kept.get("state", ""),
        category=kept.get("category", ""),
        sort=kept.get("sort", "-submitted"),
    )
    entries = entry_rows(session, broadcast.season_id, filters).rows
    order = {
        row.id: number
        for number, row in enumerate(entries)
        if row.state is not EntryState.WITHDRAWN or filters.state == EntryState.WITHDRAWN.value
    }
    roles = [TeamRole.LEAD] if broadcast.audience is Audience.LEADS else list(TeamRole)
    rows = session.execute(
        select(TeamMembership.entry_id, User, Entry.public_id, Entry.title, Entry.code)
        .join(User, User.id == TeamMembership.user_id)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .where(
            Entry.season_id == broadcast.season_id,
            TeamMembership.left_at.is_(None),
            User.erased_at.is_(None),
            *(
                [TeamMembership.role == TeamRole.LEAD]
                if broadcast.audience is Audience.LEADS
                else []
            ),
        )
        .order_by(TeamMembership.role != TeamRole.LEAD, TeamMembership.id)
    ).all()
    deadlines = _deadlines(session, broadcast.season_id)
    found = [row for row in rows if row.entry_id in order]
    found.sort(key=lambda row: order[row.entry_id])
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
    kept = broadcast.filters
    left = (
        select(Assignment.juror_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(Round.state == RoundState.OPEN, Assignment.state.in_(OUTSTANDING))
    )
    states = (JurorState.ACTIVE, JurorState.INVITED)
    chosen = [one for one in states if kept.get("state", "") in ("", one.value)]
    conditions: list[Any] = [Juror.season_id == season.id, Juror.state.in_(chosen)]
    if kept.get("panel"):
        conditions.append(Panel.key == kept["panel"])
    if kept.get("left"):
        conditions.append(Juror.id.in_(left))
    rows = session.execute(
        select(Juror, User.language)
        .outerjoin(User, User.id == Juror.user_id)
        .outerjoin(Panel, Panel.id == Juror.panel_id)
        .where(*conditions, User.erased_at.is_(None))
        .order_by(Juror.name, Juror.id)
    )
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
            path="judging",
            deadline=deadline.isoformat() if deadline else "",
        )
        for juror, language in rows
    ]


@dataclass(frozen=True, slots=True)
class Letter:
    """A broadcast as one recipient reads it; language is that of the text, not always hers."""

    to: str
    email: str
    subject: str
    text: str
    language: str


def letter_for(
    one: Recipient,
    subject: Mapping[str, str],
    text: Mapping[str, str],
    *,
    season: Season,
    base_url: str,
) -> Letter:
    """Return the mail of one recipient, in her language, else the programme's first, else any."""
    programme = season.programme
    fallback = programme.languages[0] if programme.languages else "ru"
    language = next(
        (key for key in (one.language, fallback, *text) if text.get(key) and subject.get(key)),
        one.language,
    )
    moment = datetime.fromisoformat(one.deadline) if one.deadline else None
    values = {
        "name": one.name,
        "season": pick_text(season.name, language, fallback),
        "title": one.title or one.code,
        "code": one.code,
        "deadline": format_moment(moment, language, programme.time_zone) if moment else "",
        "link": f"{base_url}/{language}/{one.path}",
    }
    return Letter(
        to=one.name,
        email=one.email,
        subject=merge(subject.get(language, ""), values),
        text=merge(text.get(language, ""), values),
        language=language,
    )
