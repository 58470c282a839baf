"""The education phase of a season: its workshops, who took part and who was there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from award.db import Base, new_public_id


class Workshop(Base):
    """One workshop of a season, before or while teams enter."""

    __tablename__ = "workshop"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]]
    held_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(default="")


class Participant(Base):
    """Somebody of the education phase; no account is needed.

    key names the person once a season: her folded address, else her folded name. search holds all
    that a list is searched by, folded, the name first: lists are ordered by it.
    """

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("season_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    key: Mapped[str]
    search: Mapped[str]
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class Attendance(Base):
    """A participant's place in a workshop: signed up for, and once attended is True, taken."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("workshop_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), index=True
    )
    attended: Mapped[bool] = mapped_column(default=False)
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
