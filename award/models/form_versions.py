"""What the entry form asked, from one change of it to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from award.db import Base


class FormVersion(Base):
    """The questions of a season as they stood from a moment on; never changed.

    questions: in order, {"key", "kind", "label", "help", "required", "visibility", "options",
    "limits"}, texts in every language; digest is the SHA-256 of their canonical JSON.
    """

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("season_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    number: Mapped[int]
    questions: Mapped[list[Any]]
    digest: Mapped[str]
    made_at: Mapped[datetime]
