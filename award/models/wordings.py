"""A season's own words for the mails that the system writes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from award.db import Base


class Wording(Base):
    """Subject and text of one kind of mail in one language; without a row the original holds.

    kind: a key of ``award.wording.KINDS``. Fields stand in braces.
    """

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("season_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    kind: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    changed_at: Mapped[datetime]
