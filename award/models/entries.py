"""Entries: what a team works on, what it handed in, its files and consents."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice, new_public_id
from award.models.accounts import User
from award.models.seasons import Category, Consent, Season

TITLE, SUMMARY, CATEGORY, CITY, ORGANISATION, TOPICS = (
    "title",
    "summary",
    "category",
    "city",
    "organisation",
    "topics",
)
CORE_KEYS = (TITLE, CATEGORY, SUMMARY, CITY, ORGANISATION, TOPICS)
"""Answers that every entry has, whatever its season's form asks; no question may use these keys."""


class EntryState(StrEnum):
    """Where an entry stands. Rounds keep their own in | out in ``round_entry``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    FINALIST = "finalist"
    WINNER = "winner"
    WITHDRAWN = "withdrawn"


class TeamRole(StrEnum):
    """The lead hands in; members co-edit."""

    LEAD = "lead"
    MEMBER = "member"


class ConsentBy(StrEnum):
    """Who agreed: the person, the guardian by a link, or a signed form that staff recorded."""

    SELF = "self"
    GUARDIAN = "guardian"
    PAPER = "paper"


class Entry(Base):
    """What competes. ``code`` is its name for people, random within the season.

    The working answers are rows of ``answer``; what counts is ``current_version``, the last
    submit. An edit after submitting is a draft beside it. title and category repeat the submitted
    version, before it the draft, so that lists need no JSON.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("season_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    code: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(default="ru")
    state: Mapped[EntryState] = mapped_column(Choice(EntryState), default=EntryState.DRAFT)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    screened_at: Mapped[datetime | None]
    screened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    screening_reason: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry_version.id", ondelete="SET NULL", use_alter=True)
    )
    version: Mapped[int] = mapped_column()

    season: Mapped[Season] = relationship()
    category: Mapped[Category | None] = relationship()
    current_version: Mapped[EntryVersion | None] = relationship(foreign_keys=[current_version_id])
    team: Mapped[list[TeamMembership]] = relationship(
        back_populates="entry", order_by="TeamMembership.id"
    )

    __mapper_args__ = {"version_id_col": version}


class Answer(Base):
    """One answer of the working draft; its own version lets two members save different ones.

    key is a question's key or one of CORE_KEYS. value is JSON of the question's kind: text,
    number, "YYYY-MM-DD", option key, list of option keys, list of file ids, true.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("entry_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    key: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON, nullable=True)
    edited_at: Mapped[datetime]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class EntryVersion(Base):
    """What was submitted, never changed: answers, file and team snapshots, and their digest.

    answers: key -> value; files: [{"id", "name", "size", "sha256", "question"}];
    team: [{"name", "role"}]. digest is the SHA-256 of their canonical JSON. form_version is the
    form that it answered.
    """

    __tablename__ = "entry_version"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    number: Mapped[int]
    receipt: Mapped[str] = mapped_column(unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    files: Mapped[list[Any]] = mapped_column(default=list)
    team: Mapped[list[Any]] = mapped_column(default=list)
    digest: Mapped[str]
    form_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("form_version.id", ondelete="SET NULL")
    )
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class TeamMembership(Base):
    """Somebody's place in a team; who left keeps the row, without access."""

    __tablename__ = "team_membership"
    __table_args__ = (UniqueConstraint("entry_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[TeamRole] = mapped_column(Choice(TeamRole), default=TeamRole.MEMBER)
    birth_date: Mapped[date | None]
    is_student: Mapped[bool] = mapped_column(default=False)
    guardian_name: Mapped[str] = mapped_column(default="")
    guardian_email: Mapped[str] = mapped_column(default="")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    entry: Mapped[Entry] = relationship(back_populates="team")
    user: Mapped[User] = relationship()


class ConsentGiven(Base):
    """Proof of one agreement: to which text, by whom, when. Withdrawing keeps the row."""

    __tablename__ = "consent_given"

    id: Mapped[int] = mapped_column(primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    by: Mapped[ConsentBy] = mapped_column(Choice(ConsentBy), default=ConsentBy.SELF)
    guardian_name: Mapped[str] = mapped_column(default="")
    text_version: Mapped[int]
    text_digest: Mapped[str]
    given_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]

    consent: Mapped[Consent] = relationship()


class StoredFile(Base):
    """An uploaded or issued file, kept under a random name; ``name`` is only shown."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), index=True
    )
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry.id", ondelete="CASCADE"), index=True
    )
    question_key: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_name: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    removed_at: Mapped[datetime | None]
