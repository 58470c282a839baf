"""Screening, moving and extending many entries at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.entries.screening.extensions import extend_deadline
from award.entries.screening.moving import move_entry
from award.entries.screening.service import SCREENABLE, screen_entry
from award.entries.states import BEFORE_DECISION
from award.models.entries import Entry, EntryState, EntryVersion
from award.models.seasons import Category, Extension, Season, SeasonState
from award.seasons.lists.bulk import Line, Plan

ACTIONS = ("eligible", "ineligible", "category", "extension")


@dataclass(frozen=True, slots=True)
class Change:
    """An action of ACTIONS with what it needs: a reason, a category's key, a later deadline."""

    action: str
    reason: str = ""
    category: str = ""
    closes_at: datetime | None = None


def plan_entries(
    session: Session,
    season_id: int,
    chosen: Sequence[str],
    change: Change,
    *,
    own: Collection[int],
    now: datetime,
) -> Plan:
    """Return what an action would do to the chosen entries, in their order; three statements.

    chosen: public ids; those of other seasons are not there. own: ids of the entries on whose team
    the organiser is: she does nothing to them.
    """
    season = session.get_one(Season, season_id)
    rows = {row.public_id: row for row in session.execute(_statement(season_id))}
    keys = dict(
        session.execute(
            select(Category.id, Category.key).where(Category.season_id == season_id)
        ).all()
    )
    return Plan(
        tuple(
            _line(rows[one], season, keys, change, own, now)
            for one in dict.fromkeys(chosen)
            if one in rows
        )
    )


def _statement(season_id: int) -> Any:
    own = (
        select(Extension.entry_id, func.max(Extension.closes_at).label("closes_at"))
        .where(Extension.season_id == season_id, Extension.entry_id.is_not(None))
        .group_by(Extension.entry_id)
        .subquery()
    )
    common = (
        select(func.max(Extension.closes_at))
        .where(Extension.season_id == season_id, Extension.entry_id.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Entry.id, Entry.public_id, Entry.code, Entry.title, Entry.state, Entry.category_id,
            Entry.screening_reason, EntryVersion.number, own.c.closes_at, common.label("common"),
        )
        .outerjoin(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .outerjoin(own, own.c.entry_id == Entry.id)
        .where(Entry.season_id == season_id)
    )  # fmt: skip


def _line(
    row: Any,
    season: Season,
    keys: dict[int, str],
    change: Change,
    own: Collection[int],
    now: datetime,
) -> Line:
    before, after, refused = HOW[change.action](row, season, keys, change, now)
    if row.id in own:
        refused = "bulk_own_team"
    return Line(row.id, row.public_id, row.title, row.code, before, after, refused, row.number)


def _verdict(
    row: Any, season: Season, _keys: Any, change: Change, _now: datetime
) -> tuple[str, str, str]:
    refused = ""
    if row.state not in SCREENABLE or season.state not in BEFORE_DECISION:
        refused = "not_screenable"
    elif row.state.value == change.action and row.screening_reason == change.reason.strip():
        refused = "bulk_already"
    return row.state.value, change.action, refused


def _category(
    row: Any, season: Season, keys: dict[int, str], change: Change, _now: datetime
) -> tuple[str, str, str]:
    before = keys.get(row.category_id, "")
    refused = ""
    if season.state not in BEFORE_DECISION:
        refused = "move_too_late"
    elif row.state is EntryState.WITHDRAWN:
        refused = "entry_is_withdrawn"
    elif row.number is None:
        refused = "bulk_draft"
    elif before == change.category:
        refused = "bulk_already"
    return before, change.category, refused


def _extension(
    row: Any, season: Season, _keys: Any, change: Change, now: datetime
) -> tuple[datetime | None, datetime | None, str]:
    known = [at for at in (season.closes_at, row.common, row.closes_at) if at is not None]
    before = max(known, default=None)
    after = change.closes_at
    refused = ""
    if season.state not in {SeasonState.OPEN, SeasonState.CLOSED}:
        refused = "extension_too_late"
    elif row.state is EntryState.WITHDRAWN:
        refused = "entry_is_withdrawn"
    elif after is None or after <= now or (before is not None and after <= before):
        refused = "extension_not_later"
    return before, after, refused


HOW: Mapping[str, Callable[..., tuple[Any, Any, str]]] = {
    "eligible": _verdict,
    "ineligible": _verdict,
    "category": _category,
    "extension": _extension,
}


def change_entries(
    session: Session,
    season_id: int,
    chosen: Sequence[str],
    change: Change,
    *,
    seen: str,
    own: Collection[int],
    actor_id: int,
    now: datetime,
    base_url: str,
) -> int:
    """Do what was shown, all of it or nothing, and return to how many entries.

    seen: the digest of the plan that the organiser read; EditConflictError("bulk_changed") where
    the store has changed so that something else would happen.
    """
    plan = plan_entries(session, season_id, chosen, change, own=own, now=now)
    plan.check(seen)
    how = {"actor_id": actor_id, "now": now, "base_url": base_url}
    for line in plan.changing:
        _do(session, season_id, line, change, how)
    return len(plan.changing)


def _do(session: Session, season_id: int, line: Line, change: Change, how: dict[str, Any]) -> None:
    if change.action == "category":
        move_entry(session, line.id, change.category, **how)
    elif change.action == "extension" and change.closes_at is not None:
        extend_deadline(
            session,
            season_id,
            entry_id=line.id,
            closes_at=change.closes_at,
            reason=change.reason,
            **how,
        )
    else:
        eligible = change.action == "eligible"
        screen_entry(session, line.id, eligible, change.reason, seen_number=line.stamp or 0, **how)
