"""Which entries compete in a round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import RuleError
from award.i18n import fold
from award.jury.proposals.planning import OPEN_STATES
from award.models.entries import CITY, Entry, EntryState, EntryVersion
from award.models.jury import Panel, RoundEntry, RoundEntryState
from award.models.seasons import Category, Round

ADMITTED = (EntryState.ELIGIBLE, EntryState.FINALIST)


def admit_entries(
    session: Session, round_id: int, *, actor_id: int | None, now: datetime
) -> list[RoundEntry]:
    """Let entries into a round and return the new ones, by code; those that are in stay untouched.

    Into the first round come the eligible entries, into a later one those that the round before it
    decided to be IN. Where a panel is called like an entry's category or city (its key or one of
    its names), the entry goes to that panel; otherwise any juror may judge it. Raises
    RuleError("round_not_assignable") once the round is closed.
    """
    round_ = locked(session, Round, round_id)
    if round_.state not in OPEN_STATES:
        raise RuleError("round_not_assignable")
    inside = set(
        session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_id))
    )
    panels = _panel_names(session, round_.season_id)
    made = []
    for entry_id, answers, category in _candidates(session, round_):
        if entry_id in inside:
            continue
        city = str((answers or {}).get(CITY) or "")
        panel_id = panels.get(fold(category or "")) or panels.get(fold(city))
        made.append(RoundEntry(round_id=round_id, entry_id=entry_id, panel_id=panel_id))
    session.add_all(made)
    session.flush()
    if made:
        audit.record(
            session,
            "round.entries_admitted",
            round_,
            actor_id=actor_id,
            now=now,
            after={"admitted": len(made)},
            programme_id=round_.season.programme_id,
        )
    return made


def _candidates(
    session: Session, round_: Round
) -> list[tuple[int, Mapping[str, object] | None, str | None]]:
    query = (
        select(Entry.id, EntryVersion.answers, Category.key)
        .outerjoin(EntryVersion, Entry.current_version_id == EntryVersion.id)
        .outerjoin(Category, Entry.category_id == Category.id)
        .where(Entry.season_id == round_.season_id, Entry.state.in_(ADMITTED))
        .order_by(Entry.code)
    )
    before = session.scalar(
        select(Round.id)
        .where(Round.season_id == round_.season_id, Round.position < round_.position, Round.ranks)
        .order_by(Round.position.desc())
        .limit(1)
    )
    if before is not None and round_.ranks:
        went_on = select(RoundEntry.entry_id).where(
            RoundEntry.round_id == before, RoundEntry.state == RoundEntryState.IN
        )
        query = query.where(Entry.id.in_(went_on))
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def _panel_names(session: Session, season_id: int) -> dict[str, int]:
    names: dict[str, int] = {}
    for panel in session.scalars(select(Panel).where(Panel.season_id == season_id)):
        for name in (panel.key, *panel.name.values()):
            names[fold(name)] = panel.id
    names.pop("", None)
    return names
