"""Tabulations, decisions and certificates."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice, new_public_id
from award.models.entries import Entry
from award.models.seasons import Prize


class Outcome(StrEnum):
    """What the jury decided for an entry after a round."""

    THROUGH = "through"
    OUT = "out"
    FINALIST = "finalist"
    WINNER = "winner"
    SPECIAL = "special"


class CertificateKind(StrEnum):
    """Who takes it home, and for what."""

    PARTICIPANT = "participant"
    TEAM_MEMBER = "team_member"
    FINALIST = "finalist"
    WINNER = "winner"
    COMMUNITY_AWARD = "community_award"
    JUROR = "juror"
    MENTOR = "mentor"


class CertificateState(StrEnum):
    """PENDING until its PDF lies on the disk; ISSUED may become REVOKED, never the reverse."""

    PENDING = "pending"
    ISSUED = "issued"
    REVOKED = "revoked"


class Tabulation(Base):
    """The frozen computation of a round; immutable. A new one supersedes it and says why.

    rules and result are ``scoring``'s own JSON; input_digest is the SHA-256 of what went in. frozen
    keeps what went in: scores, assignment and the versions of libraries; None in tabulations older
    than it.
    """

    __tablename__ = "tabulation"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    number: Mapped[int]
    rules: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    input_digest: Mapped[str]
    frozen: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, deferred=True)
    engine: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    standings: Mapped[list[Standing]] = relationship(order_by="Standing.position")


class Standing(Base):
    """One row of a tabulation, repeated from its result so that lists need no JSON.

    mean and score are in rubric points; low and high bound 90 %; p_cut is 0 to 1.
    position is the order of the list, place what is announced (ties share it).
    """

    __tablename__ = "standing"
    __table_args__ = (UniqueConstraint("tabulation_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tabulation_id: Mapped[int] = mapped_column(ForeignKey("tabulation.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    place: Mapped[int | None]
    mean: Mapped[float | None]
    mean_place: Mapped[int | None]
    score: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    place_low: Mapped[int | None]
    place_high: Mapped[int | None]
    p_cut: Mapped[float | None]
    jurors: Mapped[int] = mapped_column(default=0)

    entry: Mapped[Entry] = relationship()


class Decision(Base):
    """What the jury decided; never overwrites the standing. A later one supersedes it."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome))
    place: Mapped[int | None]
    prize_id: Mapped[int | None] = mapped_column(ForeignKey("prize.id", ondelete="SET NULL"))
    departs: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    superseded_at: Mapped[datetime | None]

    entry: Mapped[Entry] = relationship()
    prize: Mapped[Prize | None] = relationship()


class Citation(Base):
    """What the jury says in public about an entry that it honours in a round: a sentence or two.

    Nobody but the staff and the chair reads it before the announcement.
    """

    __tablename__ = "citation"
    __table_args__ = (UniqueConstraint("round_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    words: Mapped[dict[str, str]]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class Protocol(Base):
    """The drawn-up protocol of a decided round: what is signed. A reopened round supersedes it.

    bundle_digest is the SHA-256 of the result bundle, audit_head the last hash of the audit log at
    that moment; both are printed.
    """

    __tablename__ = "protocol"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    tabulation_id: Mapped[int] = mapped_column(
        ForeignKey("tabulation.id", ondelete="CASCADE"), index=True
    )
    bundle_digest: Mapped[str]
    audit_head: Mapped[str]
    drawn_up_at: Mapped[datetime]
    drawn_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    superseded_at: Mapped[datetime | None]


class ProtocolSignature(Base):
    """A juror's signature on screen, given with the password, and the dissent, if there is one."""

    __tablename__ = "protocol_signature"
    __table_args__ = (UniqueConstraint("protocol_id", "juror_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id", ondelete="CASCADE"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id", ondelete="CASCADE"), index=True)
    signed_at: Mapped[datetime]
    dissent: Mapped[str] = mapped_column(default="")


class CertificateBatch(Base):
    """One order of certificates; the worker carries it out row by row."""

    __tablename__ = "certificate_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    kinds: Mapped[list[str]]
    tell: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class CertificateLook(Base):
    """Which design a season's certificates of a kind have; without a row the first, landscape."""

    __tablename__ = "certificate_look"
    __table_args__ = (UniqueConstraint("season_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    kind: Mapped[CertificateKind] = mapped_column(Choice(CertificateKind))
    template: Mapped[str]
    orientation: Mapped[str]


class Signatory(Base):
    """Who signs a season's certificates by hand: name and role, and the signature as a picture."""

    __tablename__ = "signatory"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]]
    role: Mapped[dict[str, str]]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))


class Certificate(Base):
    """A certificate somebody takes home. ``number`` is printed and confirmed on a public page.

    key makes a repeated batch harmless: one certificate for one recipient, kind and season.
    edition counts how often it was issued under its number; email is where somebody without an
    account is told, link_hash that of the secret in that mail. workshops is how many workshops it
    is for, 0 where it is for something else.
    """

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate_batch.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[CertificateKind] = mapped_column(Choice(CertificateKind))
    name: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry.id", ondelete="SET NULL"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    juror_id: Mapped[int | None] = mapped_column(ForeignKey("juror.id", ondelete="SET NULL"))
    project: Mapped[str] = mapped_column(default="")
    place: Mapped[int | None]
    prize: Mapped[str] = mapped_column(default="")
    workshops: Mapped[int] = mapped_column(default=0, server_default="0")
    language: Mapped[str] = mapped_column(default="ru")
    issued_on: Mapped[date | None]
    state: Mapped[CertificateState] = mapped_column(
        Choice(CertificateState), default=CertificateState.PENDING
    )
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    payload: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    link_hash: Mapped[str | None] = mapped_column(unique=True)
    edition: Mapped[int] = mapped_column(default=1)
    reissued_at: Mapped[datetime | None]
    reissued_reason: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")
