"""Reading who is on the jury, and its panels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.i18n import sort_key
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Juror,
    JurorState,
    Panel,
)


@dataclass(frozen=True, slots=True)
class JurorRow:
    """A juror in the list; assigned and done count live assignments over all rounds.

    stated: she said herself what she knows, reads and can take.
    """

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
    stated: bool


@dataclass(frozen=True, slots=True)
class PanelItem:
    """A panel in the reader's language."""

    id: int
    key: str
    name: str
    jurors: int


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
        stated=juror.stated_at is not None,
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
