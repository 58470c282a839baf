"""What the installation itself keeps: the audit log, durable jobs and the outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from award.db import Base, Choice, new_public_id


class JobState(StrEnum):
    """A job is QUEUED until done; after its last try it is DEAD and shown to the organiser."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class MailState(StrEnum):
    """A mail is QUEUED until the server took it; HELD mails wait for a moment or a release."""

    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


class AuditRow(Base):
    """One change: who, what, before, after, when; chained by SHA-256 in the order of ``id``.

    actor is a pseudonym whose person stands in ``audit_person``, so that erasing her keeps
    the chain whole.
    """

    __tablename__ = "audit_row"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(default="", index=True)
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[str] = mapped_column(default="", index=True)
    programme_id: Mapped[int | None] = mapped_column(index=True)
    season_id: Mapped[int | None] = mapped_column(index=True)
    before: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    after: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The end of the chain; locking its one row serialises the appends."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_id: Mapped[int]
    hash: Mapped[str]


class AuditPerson(Base):
    """Whom a pseudonym of the audit log means; emptied when the person is erased."""

    __tablename__ = "audit_person"

    actor: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), unique=True
    )
    name: Mapped[str] = mapped_column(default="")


class Job(Base):
    """Work that outlives its request. ``key`` makes asking twice harmless.

    A worker takes it by writing lease and owner; who lost the lease writes nothing.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    state: Mapped[JobState] = mapped_column(Choice(JobState), default=JobState.QUEUED, index=True)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    owner: Mapped[str] = mapped_column(default="")
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    finished_at: Mapped[datetime | None]


class Mail(Base):
    """One mail of the outbox, written in the transaction of what caused it.

    key is the Message-ID's local part too: a mail sent twice is the same mail.
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    key: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    to_email: Mapped[str]
    to_name: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    season_id: Mapped[int | None] = mapped_column(
        ForeignKey("season.id", ondelete="CASCADE"), index=True
    )
    language: Mapped[str] = mapped_column(default="ru")
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[MailState] = mapped_column(
        Choice(MailState), default=MailState.QUEUED, index=True
    )
    send_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    owner: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
