"""Reading one pair of a round as it stands."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.judging import ScoreSheet
from award.models.jury import Assignment


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
