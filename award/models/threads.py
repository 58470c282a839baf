"""What teams and organisers write to each other, and what jurors report about an entry."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from award.db import Base, Choice, new_public_id


class Trouble(StrEnum):
    """What may be wrong with an entry."""

    FILE = "file"
    NAMES = "names"
    COPIED = "copied"
    RULES = "rules"
    OTHER = "other"


class ThreadMessage(Base):
    """One message of an entry's thread. A team's message waits until ``settled_at``.

    An answer settles all that its writer had seen; key makes sending twice harmless.
    """

    __tablename__ = "thread_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    key: Mapped[str] = mapped_column(unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    from_staff: Mapped[bool]
    text: Mapped[str]
    written_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class ThreadReading(Base):
    """How far somebody has read an entry's thread."""

    __tablename__ = "thread_reading"
    __table_args__ = (UniqueConstraint("entry_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    last_message_id: Mapped[int] = mapped_column(
        ForeignKey("thread_message.id", ondelete="CASCADE")
    )


class TroubleReport(Base):
    """What a juror noticed about an entry; it waits until an organiser says what was done."""

    __tablename__ = "trouble_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    key: Mapped[str] = mapped_column(unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    juror_id: Mapped[int | None] = mapped_column(ForeignKey("juror.id", ondelete="SET NULL"))
    trouble: Mapped[Trouble] = mapped_column(Choice(Trouble))
    words: Mapped[str]
    reported_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    settlement: Mapped[str] = mapped_column(default="")
