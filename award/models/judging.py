"""Score sheets: what one juror wrote about one entry."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice
from award.models.jury import Assignment
from award.models.seasons import Criterion


class SheetState(StrEnum):
    """Only a SUBMITTED sheet counts; REOPENED is a draft again, for a stated reason."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"


class ScoreSheet(Base):
    """One juror's sheet for one entry; made at the first touch. Drafts are the juror's alone.

    on_paper: the juror filled in paper, and entered_by_id typed it in.
    """

    __tablename__ = "score_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(
        ForeignKey("assignment.id", ondelete="CASCADE"), unique=True
    )
    state: Mapped[SheetState] = mapped_column(Choice(SheetState), default=SheetState.DRAFT)
    private_note: Mapped[str] = mapped_column(default="")
    team_comment: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reopened_reason: Mapped[str] = mapped_column(default="")
    on_paper: Mapped[bool] = mapped_column(default=False)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column()

    assignment: Mapped[Assignment] = relationship()
    scores: Mapped[list[Score]] = relationship(back_populates="sheet", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class Score(Base):
    """One number for one criterion, on that criterion's scale."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("sheet_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id", ondelete="CASCADE"))
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", ondelete="CASCADE"), index=True
    )
    points: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 3))
    comment: Mapped[str] = mapped_column(default="")

    sheet: Mapped[ScoreSheet] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()
