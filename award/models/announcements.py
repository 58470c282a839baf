"""Who has read the mails of an announcement before they leave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base
from award.models.accounts import User


class MailReview(Base):
    """The last review of a round's result mails.

    seen: key of each mail -> digest of what it said, so that what changed since can be told.
    """

    __tablename__ = "mail_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), unique=True)
    seen: Mapped[dict[str, str]] = mapped_column(JSON)
    reviewed_at: Mapped[datetime]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    reviewed_by: Mapped[User | None] = relationship()
