"""Reading a jury: its people, who judges what, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.i18n import sort_key
from award.jury.grid import cell, entry_row, grid
from award.jury.pair_states import PairState, pair_state
from award.jury.progress import (
    By,
    Progress,
    ProgressFilters,
    ProgressRow,
    juror_progress,
    progress,
)
from award.jury.window import Grid, GridEntry, GridJuror, GridPair
from award.models.entries import Entry
from award.models.judging import ScoreSheet
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Conflict,
    ConflictSource,
    Juror,
    JurorState,
    Panel,
)


@dataclass(frozen=True, slots=True)
class JurorRow:
    """A juror in the list; assigned and done count live assignments over all rounds."""

    public_id: str
    name: str
    email: str
    organisation: str
    region: str
    panel: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    minimum: int
    maximum: int
    is_chair: bool
    standby: bool
    state: JurorState
    invited_at: datetime | None
    assigned: int
    done: int
    panel_key: str


@dataclass(frozen=True, slots=True)
class PanelItem:
    """A panel in the reader's language."""

    id: int
    key: str
    name: str
    jurors: int


@dataclass(frozen=True, slots=True)
class ConflictItem:
    """A conflict of a juror, lifted or not."""

    id: int
    entry_code: str
    entry_title: str
    source: ConflictSource
    reason: str
    lifted: bool


def juror_rows(session: Session, season_id: int, language: str) -> tuple[JurorRow, ...]:
    """Return the season's jury by name, in one statement; removed jurors come last."""
    live = case((Assignment.state.in_(LIVE_ASSIGNMENTS), 1))
    done = case((Assignment.state == AssignmentState.DONE, 1))
    counts = (
        select(
            Assignment.juror_id, func.count(live).label("assigned"), func.count(done).label("done")
        )
        .join(Juror, Assignment.juror_id == Juror.id)
        .where(Juror.season_id == season_id)
        .group_by(Assignment.juror_id)
        .subquery()
    )
    rows = session.execute(
        select(Juror, Panel.name, Panel.key, counts.c.assigned, counts.c.done)
        .outerjoin(Panel, Juror.panel_id == Panel.id)
        .outerjoin(counts, counts.c.juror_id == Juror.id)
        .where(Juror.season_id == season_id)
    ).all()
    made = [
        _juror_row(
            juror, pick_text(panel, language) or key or "", key or "", assigned or 0, done or 0
        )
        for juror, panel, key, assigned, done in rows
    ]
    return tuple(
        sorted(made, key=lambda one: (one.state is JurorState.REMOVED, sort_key(one.name)))
    )


def _juror_row(juror: Juror, panel: str, key: str, assigned: int, done: int) -> JurorRow:
    return JurorRow(
        public_id=juror.public_id,
        name=juror.name,
        email=juror.email,
        organisation=juror.organisation,
        region=juror.region,
        panel=panel,
        topics=tuple(juror.topics),
        languages=tuple(juror.languages),
        minimum=juror.minimum,
        maximum=juror.maximum,
        is_chair=juror.is_chair,
        standby=juror.standby,
        state=juror.state,
        invited_at=juror.invited_at,
        assigned=assigned,
        done=done,
        panel_key=key,
    )


def panels(session: Session, season_id: int, language: str) -> tuple[PanelItem, ...]:
    """Return the season's panels by key, with how many jurors each has."""
    rows = session.execute(
        select(Panel.id, Panel.key, Panel.name, func.count(Juror.id))
        .outerjoin(Juror, Juror.panel_id == Panel.id)
        .where(Panel.season_id == season_id)
        .group_by(Panel.id)
        .order_by(Panel.key)
    ).all()
    return tuple(
        PanelItem(panel_id, key, pick_text(name, language) or key, count)
        for panel_id, key, name, count in rows
    )


def conflicts_of(session: Session, juror_id: int) -> tuple[ConflictItem, ...]:
    """Return a juror's conflicts by entry code, lifted ones too."""
    rows = session.execute(
        select(
            Conflict.id,
            Entry.code,
            Entry.title,
            Conflict.source,
            Conflict.reason,
            Conflict.lifted_at,
        )
        .join(Entry, Conflict.entry_id == Entry.id)
        .where(Conflict.juror_id == juror_id)
        .order_by(Entry.code, Conflict.id)
    ).all()
    return tuple(ConflictItem(*row[:5], row.lifted_at is not None) for row in rows)


def pair_row(session: Session, round_id: int, entry_id: int, juror_id: int) -> Assignment | None:
    """Return the assignment of a pair in a round, ended or not; None where there never was one."""
    return session.scalar(
        select(Assignment).where(
            Assignment.round_id == round_id,
            Assignment.entry_id == entry_id,
            Assignment.juror_id == juror_id,
        )
    )


def is_begun(session: Session, assignment_id: int) -> bool:
    """Whether the juror has begun or submitted a sheet."""
    sheet = select(ScoreSheet.id).where(ScoreSheet.assignment_id == assignment_id)
    return session.scalar(sheet) is not None


__all__ = [
    "By",
    "ConflictItem",
    "Grid",
    "GridEntry",
    "GridJuror",
    "GridPair",
    "JurorRow",
    "PairState",
    "PanelItem",
    "Progress",
    "ProgressFilters",
    "ProgressRow",
    "cell",
    "conflicts_of",
    "entry_row",
    "grid",
    "is_begun",
    "juror_progress",
    "juror_rows",
    "pair_row",
    "pair_state",
    "panels",
    "progress",
]
