"""Reading proposals: their figures, their difference by names, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import Bottleneck, Impossible, Relaxation
from award import texts
from award.models.entries import Entry
from award.models.jury import AssignmentRun, Juror
from award.models.seasons import Round

SHOWN_NAMES = 6


@dataclass(frozen=True, slots=True)
class RunItem:
    """A proposal in the list."""

    public_id: str
    verb: str
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class ProposedPair:
    """A pair that would come or go; affinity from 0 to 1, None where it goes."""

    code: str
    title: str
    juror: str
    affinity: float | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A proposal with names. added: worst matches first; removed: by entry code."""

    item: RunItem
    report: Mapping[str, Any]
    kept: int
    conflicts: int
    added: tuple[ProposedPair, ...]
    removed: tuple[ProposedPair, ...]


def recent_runs(session: Session, round_id: int, limit: int = 5) -> tuple[RunItem, ...]:
    """Return the last proposals of a round that were applied, newest first."""
    runs = session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.round_id == round_id, AssignmentRun.applied_at.is_not(None))
        .order_by(AssignmentRun.id.desc())
        .limit(limit)
    )
    return tuple(_item(run) for run in runs)


def _item(run: AssignmentRun) -> RunItem:
    return RunItem(
        run.public_id,
        run.verb,
        run.created_at,
        run.applied_at,
        run.undone_at,
        len(run.difference["added"]),
        len(run.difference["removed"]),
    )


def run_view(session: Session, run: AssignmentRun, language: str) -> RunView:
    """Return a proposal as the organiser reads it, in three statements."""
    season_id = session.scalar(select(Round.season_id).where(Round.id == run.round_id))
    rows = session.execute(select(Entry.code, Entry.title).where(Entry.season_id == season_id))
    titles = {row.code: row.title for row in rows}
    names = _juror_names(session, season_id or 0)
    added = [
        ProposedPair(code, titles.get(code, ""), names.get(juror, "—"), affinity)
        for code, juror, affinity, _why in run.difference["added"]
    ]
    removed = [
        ProposedPair(code, titles.get(code, ""), names.get(juror, "—"), None)
        for code, juror in run.difference["removed"]
    ]
    return RunView(
        _item(run),
        run.report,
        run.difference["kept"],
        len(run.difference["found"]),
        tuple(sorted(added, key=lambda pair: (pair.affinity or 0, pair.code, pair.juror))),
        tuple(removed),
    )


def explain(
    session: Session, certificate: Impossible, language: str
) -> tuple[list[str], list[str]]:
    """Return (why it is impossible, what would help) in sentences of ``language``."""
    keys = {*certificate.jurors, *(one.juror for one in certificate.relaxation)} - {""}
    rows = session.execute(select(Juror.public_id, Juror.name).where(Juror.public_id.in_(keys)))
    names = {row.public_id: row.name for row in rows}
    reasons = [_reason(one, names, language) for one in certificate.bottlenecks]
    return reasons, [_relief(one, names, language) for one in certificate.relaxation]


def _reason(one: Bottleneck, names: Mapping[str, str], language: str) -> str:
    params = {
        "entries": _shortened(one.entries),
        "jurors": _shortened([names.get(key, key) for key in one.jurors]),
        "missing": one.missing,
        "needed": one.params.get("needed", 0),
        "available": int(str(one.params.get("room", 0))) + int(str(one.params.get("elsewhere", 0))),
    }
    return texts.say(one.code, language, params)


def _relief(one: Relaxation, names: Mapping[str, str], language: str) -> str:
    params = {"entry": one.entry, "juror": names.get(one.juror, one.juror), "by": one.by}
    return texts.say(one.code, language, params)


def _shortened(names: Any) -> str:
    shown = list(names)
    return ", ".join(shown[:SHOWN_NAMES]) + (
        f" +{len(shown) - SHOWN_NAMES}" if len(shown) > SHOWN_NAMES else ""
    )


def _juror_names(session: Session, season_id: int) -> dict[str, str]:
    rows = session.execute(select(Juror.public_id, Juror.name).where(Juror.season_id == season_id))
    return {row.public_id: row.name for row in rows}
