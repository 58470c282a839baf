"""People, how they sign in, and who works for a programme."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice, new_public_id
from award.models.seasons import Programme


class StaffRole(StrEnum):
    """What somebody is for a programme; an auditor reads and changes nothing."""

    OWNER = "owner"
    ORGANISER = "organiser"
    AUDITOR = "auditor"


class TokenPurpose(StrEnum):
    """What a one-time link is for; a token of one purpose opens nothing else."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a password
    STAFF_INVITATION = "staff_invitation"
    JUROR_INVITATION = "juror_invitation"
    TEAM_INVITATION = "team_invitation"
    GUARDIAN_CONSENT = "guardian_consent"


class User(Base):
    """A person. ``email_key`` is the folded address, so that nobody has two accounts.

    A person without a password was invited and has not yet set one.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="ru")
    email_confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]

    @property
    def is_authenticated(self) -> bool:
        """Flask-Login's question: a loaded user is signed in."""
        return True

    @property
    def is_active(self) -> bool:
        """Flask-Login's question: an erased person cannot act."""
        return self.erased_at is None

    @property
    def is_anonymous(self) -> bool:
        """Flask-Login's question."""
        return False

    def get_id(self) -> str:
        """Flask-Login's key; the session itself is a row of ``user_session``."""
        return self.public_id


class UserSession(Base):
    """One signed-in browser; ended on the server, so that a stolen cookie dies with it."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship()


class OneTimeToken(Base):
    """A link that works once. Only the hash is kept; the other columns say what it opens.

    name and password_hash: what the sign-up that asked for the link named; they hold once it is
    confirmed, so that nobody else's sign-up with the same address can slip a password in.
    """

    __tablename__ = "one_time_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[TokenPurpose] = mapped_column(Choice(TokenPurpose))
    email: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    staff_role: Mapped[StaffRole | None] = mapped_column(Choice(StaffRole))
    juror_id: Mapped[int | None] = mapped_column(
        ForeignKey("juror.id", ondelete="CASCADE"), index=True
    )
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(default="", server_default="")
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffMembership(Base):
    """Somebody's role in a programme; one role a person."""

    __tablename__ = "staff_membership"
    __table_args__ = (UniqueConstraint("programme_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[StaffRole] = mapped_column(Choice(StaffRole))
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship()
    user: Mapped[User] = relationship()


class SavedView(Base):
    """A filter of a list under a name: ``query`` is what its address says; shared with the staff
    of the programme, or its owner's alone.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("programme_id", "user_id", "page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    page: Mapped[str]
    name: Mapped[str]
    query: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class RateCounter(Base):
    """Hits in a window, counted in the store so that the limit holds across processes."""

    __tablename__ = "rate_counter"

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[float] = mapped_column(index=True)
