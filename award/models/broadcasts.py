"""Mails that organisers write to many people at once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice, new_public_id
from award.models.seasons import Season


class Audience(StrEnum):
    """Whom a broadcast goes to."""

    LEADS = "leads"
    TEAMS = "teams"
    JURORS = "jurors"
    PEOPLE = "people"


class BroadcastState(StrEnum):
    """A draft is reviewed; SENDING mails are being written; STOPPED before all had left."""

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"


class Broadcast(Base):
    """One text to a filtered list; filters are those of the list it was begun from.

    With "only" in filters it goes to those rows of the list: their public ids, between spaces.

    recipients: whom it goes to, frozen when it is sent and emptied once every mail is written:
    from then on the outbox is the record of who got what.
    """

    __tablename__ = "broadcast"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    audience: Mapped[Audience] = mapped_column(Choice(Audience))
    filters: Mapped[dict[str, Any]]
    subject: Mapped[dict[str, str]]
    text: Mapped[dict[str, str]]
    state: Mapped[BroadcastState] = mapped_column(
        Choice(BroadcastState), default=BroadcastState.DRAFT
    )
    recipients: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column()

    season: Mapped[Season] = relationship()

    __mapper_args__ = {"version_id_col": version}
