"""Screening: whether an entry may be judged at all, with a reason that its team reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from award.db import locked, pick_text
from award.entries.mails import mail_member, team_users
from award.entries.states import BEFORE_DECISION, change_state, door
from award.errors import EditConflictError, InputError, RuleError
from award.models.entries import Entry, EntryState
from award.models.seasons import Season

SCREENABLE = frozenset({EntryState.SUBMITTED, EntryState.ELIGIBLE, EntryState.INELIGIBLE})


def may_screen(entry: Entry, season: Season) -> bool:
    """Whether anybody may say that the entry is eligible: once handed in, before the decision."""
    return entry.state in SCREENABLE and season.state in BEFORE_DECISION


def screen_entry(
    session: Session,
    entry_id: int,
    eligible: bool,
    reason: str,
    *,
    actor_id: int,
    now: datetime,
    seen_number: int | None = None,
    base_url: str = "",
) -> None:
    """Say whether an entry is eligible; the team reads the reason on its page and by mail.

    seen_number: the number of the submitted version that the organiser read. Raises
    InputError("reason_missing") where an ineligible entry gets none, RuleError("not_screenable")
    for a draft or a withdrawn entry and once the season is decided,
    EditConflictError("entry_changed") where the team handed in a newer version meanwhile.
    The same verdict with the same reason changes nothing.
    """
    entry = locked(session, Entry, entry_id)
    season = session.get_one(Season, entry.season_id)
    if not may_screen(entry, season):
        raise RuleError("not_screenable")
    number = entry.current_version.number if entry.current_version else 0
    if seen_number is not None and seen_number != number:
        raise EditConflictError("entry_changed", current={"number": number})
    text = reason.strip()
    if not eligible and not text:
        raise InputError("reason_missing", field="reason")
    verdict = EntryState.ELIGIBLE if eligible else EntryState.INELIGIBLE
    if entry.state is verdict and entry.screening_reason == text:
        return
    _write(session, entry, verdict, text, actor_id=actor_id, now=now)
    _tell_team(session, entry, season, eligible=eligible, base_url=base_url, now=now)


def _write(
    session: Session,
    entry: Entry,
    verdict: EntryState,
    reason: str,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Screen again under another reason by way of SUBMITTED, as the table has no such loop."""
    entry.screening_reason = reason
    entry.screened_at, entry.screened_by_id = now, actor_id
    if entry.state is verdict:
        entry.state = EntryState.SUBMITTED
    change_state(
        session,
        entry,
        verdict,
        actor_id=actor_id,
        now=now,
        action="entry.screened",
        details={"reason": reason},
    )


def _tell_team(
    session: Session, entry: Entry, season: Season, *, eligible: bool, base_url: str, now: datetime
) -> None:
    standing = door(session, season, entry.id, now=now)
    for user in team_users(session, entry.id):
        context = {
            "title": entry.title,
            "code": entry.code,
            "season": pick_text(season.name, user.language),
            "eligible": eligible,
            "reason": entry.screening_reason,
            "closes_at": standing.until,
            "zone": standing.zone,
            "url": f"{base_url}/{user.language}/entries/{entry.public_id}",
        }
        mail_member(session, "entry_screened", user, entry, now.isoformat(), context, now=now)
