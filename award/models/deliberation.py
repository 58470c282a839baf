"""The jury meeting of a round: what is talked about, its minutes, who signed them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from award.db import Base, Choice, new_public_id


class MinuteKind(StrEnum):
    """What a line of the minutes says."""

    OPENED = "opened"
    SHOWN = "shown"
    DECIDED = "decided"
    NOTED = "noted"
    PRESENT = "present"
    CLOSED = "closed"
    REOPENED = "reopened"


class Deliberation(Base):
    """One meeting for each round. revision grows with each change, so that screens can follow.

    shown_entry_id is what lies on the big screen. While closed_at is set, nothing changes but
    signatures.
    """

    __tablename__ = "deliberation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), unique=True)
    shown_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class Minute(Base):
    """One line of the minutes, written as it happens and never changed.

    outcome and place are those of a decision, text its reason or what was noted, or the public ids
    of the jurors who were there, one a line; absent holds the public ids of the jurors who may not
    talk about the entry.
    """

    __tablename__ = "minute"

    id: Mapped[int] = mapped_column(primary_key=True)
    deliberation_id: Mapped[int] = mapped_column(
        ForeignKey("deliberation.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    kind: Mapped[MinuteKind] = mapped_column(Choice(MinuteKind))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    outcome: Mapped[str] = mapped_column(default="")
    place: Mapped[int | None]
    text: Mapped[str] = mapped_column(default="")
    absent: Mapped[list[str]] = mapped_column(default=list)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class SignOff(Base):
    """A juror's yes to the minutes, bound to their digest: later lines make it void."""

    __tablename__ = "sign_off"
    __table_args__ = (UniqueConstraint("deliberation_id", "juror_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deliberation_id: Mapped[int] = mapped_column(ForeignKey("deliberation.id", ondelete="CASCADE"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    digest: Mapped[str]
