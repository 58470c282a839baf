"""Appeals: what a team holds against how a round went, and what the organisers answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice, new_public_id
from award.models.entries import Entry
from award.models.seasons import Round


class Ground(StrEnum):
    """What a team may appeal for. Another opinion about the project is none."""

    PROCEDURE = "procedure"
    CONFLICT = "conflict"
    WRONG_SHEET = "wrong_sheet"
    COMPUTATION = "computation"


class Ruling(StrEnum):
    """What the organisers answered."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"


class Appeal(Base):
    """The one appeal of an entry in a round. ruling is None while it waits for its answer."""

    __tablename__ = "appeal"
    __table_args__ = (UniqueConstraint("round_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    receipt: Mapped[str] = mapped_column(unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    ground: Mapped[Ground] = mapped_column(Choice(Ground))
    text: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    ruling: Mapped[Ruling | None] = mapped_column(Choice(Ruling))
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    round: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()


class AppealDraft(Base):
    """What a team's lead has typed of an appeal and not filed yet; filing it ends it.

    ground is what the form had, "" before a choice: also one that is no ground.
    """

    __tablename__ = "appeal_draft"
    __table_args__ = (UniqueConstraint("round_id", "entry_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    ground: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Recalculation(Base):
    """The tabulation once more, without a disputed sheet or with it corrected; it ranks nobody.

    points: criterion key -> points as text, empty where the sheet is left out. rows: what differs,
    as ``award.results.appeals.recalculating`` writes it; digest is that of the changed input.
    attached: the team got its own line of it with the answer.
    """

    __tablename__ = "recalculation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id", ondelete="CASCADE"), index=True)
    tabulation_id: Mapped[int] = mapped_column(ForeignKey("tabulation.id", ondelete="CASCADE"))
    juror_id: Mapped[int | None] = mapped_column(ForeignKey("juror.id", ondelete="SET NULL"))
    points: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    rows: Mapped[list[Any]] = mapped_column(sa.JSON)
    digest: Mapped[str]
    engine: Mapped[str]
    attached: Mapped[bool] = mapped_column(default=False)
    computed_at: Mapped[datetime]
    computed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
