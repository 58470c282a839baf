"""The stage of a live round: who pitches when, and the clock that all screens show."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from award.db import Base, Choice, new_public_id


class Phase(StrEnum):
    """What happens on the stage: nobody, somebody is called up, pitches, answers questions."""

    EMPTY = "empty"
    CALLED = "called"
    PITCH = "pitch"
    QUESTIONS = "questions"


class Stage(Base):
    """One for each live round. revision grows with each change, so that screens can follow.

    The clock runs since began_at, less paused_seconds and, while paused_at is set, what passed
    since then. seed is that of the lot that drew the running order, None where nobody drew one.
    """

    __tablename__ = "stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), unique=True)
    pitch_seconds: Mapped[int]
    question_seconds: Mapped[int]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="SET NULL"))
    phase: Mapped[Phase] = mapped_column(Choice(Phase), default=Phase.EMPTY)
    began_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0)
    seed: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1)


class StageSlot(Base):
    """An entry's turn in the running order; pitched_at once it has left the stage."""

    __tablename__ = "stage_slot"
    __table_args__ = (UniqueConstraint("stage_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    pitched_at: Mapped[datetime | None]
