"""The life of an entry: its one transition table, and the door that the deadline closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import RuleError
from award.models.entries import Entry, EntryState
from award.models.seasons import Extension, Programme, Season, SeasonState
from award.seasons.queries import closing_moment

_S = EntryState
TRANSITIONS: Mapping[EntryState, frozenset[EntryState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.SUBMITTED, _S.ELIGIBLE, _S.INELIGIBLE, _S.WITHDRAWN}),
    _S.ELIGIBLE: frozenset({_S.SUBMITTED, _S.INELIGIBLE, _S.FINALIST, _S.WINNER, _S.WITHDRAWN}),
    _S.INELIGIBLE: frozenset({_S.SUBMITTED, _S.ELIGIBLE, _S.WITHDRAWN}),
    _S.FINALIST: frozenset({_S.ELIGIBLE, _S.WINNER, _S.WITHDRAWN}),
    _S.WINNER: frozenset({_S.ELIGIBLE, _S.FINALIST}),
    _S.WITHDRAWN: frozenset(),
}
BEFORE_DECISION = frozenset(
    {SeasonState.DRAFT, SeasonState.OPEN, SeasonState.CLOSED, SeasonState.JUDGING}
)


@dataclass(frozen=True, slots=True)
class Door:
    """Whether a team may still write, and until when. zone: where people read the moment."""

    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str
    code: str = ""

    @property
    def until(self) -> datetime | None:
        """When an open door closes; None for one that is shut."""
        return self.closes_at if self.is_open else None

    def check(self) -> None:
        """Raise RuleError with the reason where the door is shut."""
        if not self.is_open:
            params = {"opens_at": self.opens_at, "closes_at": self.closes_at}
            known = {name: value for name, value in params.items() if value is not None}
            raise RuleError(self.code, zone=self.zone, **known)


def door(session: Session, season: Season, entry_id: int | None, *, now: datetime) -> Door:
    """Return the door of a season for one entry (None: for a new one) at a moment.

    Open from opens_at up to, and not including, the closing moment. A season that was closed
    stays open only for an entry that has an extension of its own.
    """
    closes_at = _closing(session, season.id, entry_id)
    zone = session.scalar(select(Programme.time_zone).where(Programme.id == season.programme_id))
    code = _shut(session, season, entry_id, closes_at, now)
    return Door(not code, season.opens_at, closes_at, zone or "UTC", code)


def _closing(session: Session, season_id: int, entry_id: int | None) -> datetime | None:
    """Return the deadline, None for a season that is still being set up."""
    try:
        return closing_moment(session, season_id, entry_id)
    except RuleError:
        return None


def _shut(
    session: Session,
    season: Season,
    entry_id: int | None,
    closes_at: datetime | None,
    now: datetime,
) -> str:
    """Return why the door is shut, "" where it is open."""
    if season.state is SeasonState.DRAFT:
        return "season_not_open"
    if season.state is SeasonState.CLOSED:
        own = session.scalar(
            select(func.max(Extension.closes_at)).where(Extension.entry_id == entry_id)
        )
        return "" if entry_id and own and now < own else "entries_closed"
    if season.state is not SeasonState.OPEN:
        return "entries_closed"
    if season.opens_at and now < season.opens_at:
        return "season_opens_later"
    return "entries_closed_at" if closes_at and now >= closes_at else ""


def open_entry(session: Session, entry_id: int, *, now: datetime) -> tuple[Entry, Season]:
    """Lock an entry for writing; RuleError where it was withdrawn or its door is shut."""
    entry = locked(session, Entry, entry_id)
    return entry, open_door(session, entry, now=now)


def open_door(session: Session, entry: Entry, *, now: datetime) -> Season:
    """Return the season of an entry that may be written now; RuleError as ``open_entry``."""
    season = session.get_one(Season, entry.season_id)
    if entry.state is EntryState.WITHDRAWN:
        raise RuleError("entry_is_withdrawn")
    door(session, season, entry.id, now=now).check()
    return season


def change_state(
    session: Session,
    entry: Entry,
    to: EntryState,
    *,
    actor_id: int | None,
    now: datetime,
    action: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Move a locked entry along TRANSITIONS and audit it; RuleError("entry_state") otherwise."""
    before = entry.state
    if to not in TRANSITIONS[before]:
        raise RuleError("entry_state", state=before.value, to=to.value)
    entry.state = to
    season = session.get_one(Season, entry.season_id)
    audit.record(
        session,
        action,
        entry,
        actor_id=actor_id,
        now=now,
        before={"state": before},
        after={"state": to, **(details or {})},
        programme_id=season.programme_id,
    )
    session.flush()
