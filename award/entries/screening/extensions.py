"""A later deadline, for one entry or for the whole season, always with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.entries.mails import mail_member, team_users
from award.errors import InputError, RuleError
from award.models.entries import Entry, EntryState
from award.models.seasons import Extension, Programme, Season, SeasonState
from award.seasons.queries import closing_moment
from award.seasons.transitions import set_season_state


def extend_deadline(
    session: Session,
    season_id: int,
    *,
    closes_at: datetime,
    reason: str,
    actor_id: int,
    now: datetime,
    entry_id: int | None = None,
    base_url: str = "",
) -> Extension:
    """Grant a later deadline and return it; a team with one of its own is told by mail.

    entry_id None: for the whole season; one that has closed already opens again. Raises
    InputError("reason_missing"), InputError("extension_not_later") where the moment is past or
    not after the present deadline, RuleError("extension_too_late") once judging has begun (for
    one entry: once the season is closed for good).
    """
    season = locked(session, Season, season_id)
    if season.state not in {SeasonState.OPEN, SeasonState.CLOSED}:
        raise RuleError("extension_too_late")
    if not reason.strip():
        raise InputError("reason_missing", field="reason")
    present = closing_moment(session, season_id, entry_id)
    if closes_at <= now or (present is not None and closes_at <= present):
        raise InputError("extension_not_later", field="closes_at")
    extension = Extension(
        season_id=season_id,
        entry_id=entry_id,
        closes_at=closes_at,
        reason=reason.strip(),
        granted_at=now,
        granted_by_id=actor_id,
    )
    session.add(extension)
    _record(session, season, extension, present, actor_id=actor_id, now=now)
    if entry_id is None and season.state is SeasonState.CLOSED:
        set_season_state(session, season_id, SeasonState.OPEN, actor_id=actor_id, now=now)
    if entry_id is not None:
        _tell_team(session, season, entry_id, extension, base_url=base_url, now=now)
    session.flush()
    return extension


def _record(
    session: Session,
    season: Season,
    extension: Extension,
    present: datetime | None,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    subject: Season | Entry = season
    if extension.entry_id is not None:
        subject = locked(session, Entry, extension.entry_id)
        if subject.season_id != season.id or subject.state is EntryState.WITHDRAWN:
            raise RuleError("entry_is_withdrawn")
    audit.record(
        session,
        "deadline.extended",
        subject,
        actor_id=actor_id,
        now=now,
        before={"closes_at": present, "season_state": season.state},
        after={"closes_at": extension.closes_at, "reason": extension.reason},
        programme_id=season.programme_id,
        season_id=season.id,
    )


def _tell_team(
    session: Session,
    season: Season,
    entry_id: int,
    extension: Extension,
    *,
    base_url: str,
    now: datetime,
) -> None:
    entry = session.get_one(Entry, entry_id)
    zone = session.get_one(Programme, season.programme_id).time_zone
    for user in team_users(session, entry_id):
        context = {
            "title": entry.title or entry.code,
            "closes_at": extension.closes_at,
            "zone": zone,
            "reason": extension.reason,
            "url": f"{base_url}/{user.language}/entries/{entry.public_id}",
        }
        mail_member(session, "entry_extended", user, entry, now.isoformat(), context, now=now)
