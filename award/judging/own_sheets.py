"""A juror's own sheets and the rules they follow: what her desk and her list are made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from award.judging.sheets import SheetValues
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Assignment
from award.models.seasons import Criterion


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion without its texts."""

    key: str
    weight: Decimal
    minimum: Decimal
    maximum: Decimal
    step: Decimal
    required: bool
    comment_required: bool


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """One stored sheet with its values."""

    state: SheetState
    version: int
    edited_at: datetime
    submitted_at: datetime | None
    reopened_reason: str
    values: SheetValues
    on_paper: bool


STORED = (
    ScoreSheet.id,
    ScoreSheet.assignment_id,
    ScoreSheet.state,
    ScoreSheet.version,
    ScoreSheet.edited_at,
    ScoreSheet.submitted_at,
    ScoreSheet.reopened_reason,
    ScoreSheet.private_note,
    ScoreSheet.team_comment,
    ScoreSheet.on_paper,
)


def own_sheets(
    session: Session, juror_ids: Collection[int], round_ids: Collection[int]
) -> dict[int, OwnSheet]:
    """Return assignment id -> sheet of these jurors in these rounds, in two statements."""
    mine = (Assignment.juror_id.in_(juror_ids), Assignment.round_id.in_(round_ids))
    points, comments = _given(session, mine)
    return {
        row.assignment_id: OwnSheet(
            row.state,
            row.version,
            row.edited_at,
            row.submitted_at,
            row.reopened_reason,
            SheetValues(
                points.get(row.id, {}), comments.get(row.id, {}), row.private_note, row.team_comment
            ),
            row.on_paper,
        )
        for row in session.execute(select(*STORED).join(ScoreSheet.assignment).where(*mine))
    }


def _given(
    session: Session, mine: tuple[ColumnElement[bool], ...]
) -> tuple[dict[int, dict[str, Decimal]], dict[int, dict[str, str]]]:
    """Return sheet id -> criterion -> points, and the same of comments."""
    points: dict[int, dict[str, Decimal]] = {}
    comments: dict[int, dict[str, str]] = {}
    for sheet_id, key, given, comment in session.execute(
        select(Score.sheet_id, Criterion.key, Score.points, Score.comment)
        .join(Criterion, Score.criterion_id == Criterion.id)
        .join(ScoreSheet, Score.sheet_id == ScoreSheet.id)
        .join(Assignment, ScoreSheet.assignment_id == Assignment.id)
        .where(*mine)
    ):
        if given is not None:
            points.setdefault(sheet_id, {})[key] = given
        if comment:
            comments.setdefault(sheet_id, {})[key] = comment
    return points, comments


def rules_of(session: Session, round_ids: Collection[int]) -> dict[int, list[Rule]]:
    """Return round id -> its criteria without their texts, in order; one statement."""
    found: dict[int, list[Rule]] = {}
    for row in session.execute(
        select(
            Criterion.round_id,
            Criterion.key,
            Criterion.weight,
            Criterion.minimum,
            Criterion.maximum,
            Criterion.step,
            Criterion.required,
            Criterion.comment_required,
        )
        .where(Criterion.round_id.in_(round_ids))
        .order_by(Criterion.position, Criterion.id)
    ):
        rule: tuple[Any, ...] = tuple(row)
        found.setdefault(rule[0], []).append(Rule(*rule[1:]))
    return found
