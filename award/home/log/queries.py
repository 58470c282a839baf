"""The audit log as people read it: sentences' parts, filters, pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from award.audit import as_mapping, sealed
from award.folding import holds
from award.models.entries import Entry
from award.models.operations import AuditPerson, AuditRow
from award.models.seasons import Season
from award.permissions import Actor

PAGE = 100
SHEETS = "sheet."
"""How the kinds of change begin that hold a juror's points, those of a draft too."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change, with the name of who did it while that name is kept.

    who is "" for the system and for a person without a name; by_person tells them apart.
    """

    id: int
    at: datetime
    who: str
    by_person: bool
    action: str
    subject: str
    subject_id: str
    before: Any
    after: Any
    hash: str


def _of_season(season: Season) -> Any:
    return or_(
        AuditRow.season_id == season.id,
        (AuditRow.programme_id == season.programme_id) & AuditRow.season_id.is_(None),
    )


def takes_part(session: Session, actor: Actor, season: Season) -> bool:
    """Whether somebody judges in the season or is on one of its teams, beside working for it.

    She reads no points in the log: colleagues' would colour her own, and her team's are not
    public. One statement for who is on a team, else none.
    """
    if season.id in actor.jurors or not actor.teams:
        return season.id in actor.jurors
    own = select(Entry.id).where(Entry.season_id == season.id, Entry.id.in_(actor.teams)).limit(1)
    return session.scalar(own) is not None


def audit_lines(
    session: Session,
    season: Season,
    *,
    action: str = "",
    who: str = "",
    below: int | None = None,
    most: int = PAGE,
    points: bool = True,
) -> list[AuditLine]:
    """Return a season's changes and its programme's, newest first, at most ``most``.

    action: its beginning ("entry." or "score_sheet.submitted"); who: part of a name, whatever
    the case; below: only rows with a smaller id, for the next page. points: whether before and
    after of score sheets are told.
    """
    statement = (
        select(AuditRow, AuditPerson.name)
        .outerjoin(AuditPerson, AuditPerson.actor == AuditRow.actor)
        .where(_of_season(season))
    )
    if action:
        statement = statement.where(AuditRow.action.startswith(action, autoescape=True))
    if who:
        statement = statement.where(holds(AuditPerson.name, who))
    if below is not None:
        statement = statement.where(AuditRow.id < below)
    rows = session.execute(statement.order_by(AuditRow.id.desc()).limit(most))
    return [
        AuditLine(
            row.id,
            row.at,
            name or "",
            bool(row.actor),
            row.action,
            row.subject,
            row.subject_id,
            row.before if _told(row, points) else None,
            row.after if _told(row, points) else None,
            row.hash,
        )
        for row, name in rows
    ]


def _told(row: AuditRow, points: bool) -> bool:
    return points or not row.action.startswith(SHEETS)


def audit_actions(session: Session, season: Season) -> list[str]:
    """Return the kinds of change that a season has seen, in alphabetical order."""
    return list(
        session.scalars(
            select(AuditRow.action).where(_of_season(season)).distinct().order_by(AuditRow.action)
        )
    )


def chain_rows(
    session: Session, season: Season, *, points: bool = True
) -> Iterator[dict[str, Any]]:
    """Yield the whole chain from the first row: what an outsider needs to verify it.

    Rows of other seasons and programmes are sealed: they link, and tell nothing. So are those of
    score sheets without ``points``.
    """
    statement = select(AuditRow, _of_season(season)).order_by(AuditRow.id)
    for row, own in session.execute(statement.execution_options(yield_per=500)):
        yield as_mapping(row) if own and _told(row, points) else sealed(row)
