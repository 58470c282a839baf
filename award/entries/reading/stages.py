"""Where an entry stands, as a line of stages: only what its team may know, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.states import Door
from award.models.entries import Entry, EntryState
from award.models.seasons import Round, SeasonState


class StageKind(StrEnum):
    """What happens to an entry, in this order; JUDGED and RESULT once for each ranking round."""

    RECEIVED = "received"
    CLOSES = "closes"
    CHECKED = "checked"
    JUDGED = "judged"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. state: done, now or next. at: when it was, will be or ends; round: its name."""

    kind: StageKind
    state: str
    at: datetime | None = None
    round: str = ""


JUDGING_BEGAN = (SeasonState.JUDGING, SeasonState.DECIDED, SeasonState.ANNOUNCED)


def stages_of(
    session: Session,
    entry: Entry,
    door: Door,
    season_state: SeasonState,
    language: str,
    *,
    now: datetime,
) -> tuple[Stage, ...]:
    """Return the stages of a submitted entry, the first that is not over marked as now.

    Empty for a draft, a withdrawn and an ineligible entry: they have one thing to say instead.
    Rounds tell their dates alone, never whether this entry went on: that is the results' to say,
    after the announcement. One statement.
    """
    if entry.submitted_at is None or entry.state in (EntryState.WITHDRAWN, EntryState.INELIGIBLE):
        return ()
    screened = entry.state is not EntryState.SUBMITTED or season_state in JUDGING_BEGAN
    found = [
        (StageKind.RECEIVED, True, entry.submitted_at, ""),
        (StageKind.CLOSES, not door.is_open, door.closes_at, ""),
        (StageKind.CHECKED, screened, entry.screened_at, ""),
        *_rounds(session, entry.season_id, language, now),
    ]
    waiting = next((place for place, one in enumerate(found) if not one[1]), len(found))
    return tuple(
        Stage(kind, "done" if over else "now" if place == waiting else "next", at, name)
        for place, (kind, over, at, name) in enumerate(found)
    )


def _rounds(
    session: Session, season_id: int, language: str, now: datetime
) -> list[tuple[StageKind, bool, datetime | None, str]]:
    rounds = session.execute(
        select(Round.name, Round.closes_at, Round.announces_at)
        .where(Round.season_id == season_id, Round.ranks.is_(True))
        .order_by(Round.position)
    ).all()
    stages: list[tuple[StageKind, bool, datetime | None, str]] = []
    for names, closes_at, announces_at in rounds:
        name = pick_text(names, language) if len(rounds) > 1 else ""
        told = announces_at is not None and announces_at <= now
        judged = told or (closes_at is not None and closes_at <= now)
        stages.append((StageKind.JUDGED, judged, closes_at, name))
        stages.append((StageKind.RESULT, told, announces_at, name))
    return stages
