"""The jury: who judges, in which panel, what stands against it, and who got which entry."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice, new_public_id
from award.models.accounts import User
from award.models.entries import Entry
from award.models.seasons import Round, Season


class JurorState(StrEnum):
    """An invited juror becomes active by accepting; who declined or was removed gets nothing."""

    INVITED = "invited"
    ACTIVE = "active"
    DECLINED = "declined"
    REMOVED = "removed"


class ConflictSource(StrEnum):
    """Who or what found the reason."""

    DECLARED = "declared"
    ORGANISATION = "organisation"
    MAIL_DOMAIN = "mail_domain"
    TEAM = "team"
    RELATION = "relation"


class AssignmentState(StrEnum):
    """The life of an assignment; recused and excluded pairs are never assigned again."""

    OFFERED = "offered"
    ACTIVE = "active"
    DONE = "done"
    RECUSED = "recused"
    EXCLUDED = "excluded"


LIVE_ASSIGNMENTS = (AssignmentState.OFFERED, AssignmentState.ACTIVE, AssignmentState.DONE)


class RunState(StrEnum):
    """A run waits for the worker, has a proposal, proved that there is none, or broke off."""

    QUEUED = "queued"
    READY = "ready"
    IMPOSSIBLE = "impossible"
    FAILED = "failed"


class RoundEntryState(StrEnum):
    """Whether an entry goes on after a round; COMPETES until that is decided."""

    COMPETES = "competes"
    IN = "in"
    OUT = "out"


class Panel(Base):
    """Jurors who share a set of entries; entries of its categories or regions go to it."""

    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("season_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[dict[str, str]]


class Juror(Base):
    """A juror of one season. user_id is set when the invitation is accepted.

    minimum and maximum are entries a round; topics, languages and region feed the affinity.
    standby: gets entries only in place of somebody who steps back or drops out.
    stated_at: when she said herself what she knows and can take; None where an organiser did.
    """

    __tablename__ = "juror"
    __table_args__ = (
        UniqueConstraint("season_id", "user_id"),
        UniqueConstraint("season_id", "email_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    panel_id: Mapped[int | None] = mapped_column(
        ForeignKey("panel.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    organisation: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    minimum: Mapped[int] = mapped_column(default=0)
    maximum: Mapped[int] = mapped_column(default=20)
    is_chair: Mapped[bool] = mapped_column(default=False)
    standby: Mapped[bool] = mapped_column(default=False)
    state: Mapped[JurorState] = mapped_column(Choice(JurorState), default=JurorState.INVITED)
    invited_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    stated_at: Mapped[datetime | None]

    season: Mapped[Season] = relationship()
    user: Mapped[User | None] = relationship()
    panel: Mapped[Panel | None] = relationship()


class Conflict(Base):
    """A reason why a juror may not judge an entry; ``lifted_at`` keeps what was once believed."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("juror_id", "entry_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    source: Mapped[ConflictSource] = mapped_column(Choice(ConflictSource))
    reason: Mapped[str] = mapped_column(default="")
    found_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class RoundEntry(Base):
    """An entry that competes in a round, in a panel where the jury is divided."""

    __tablename__ = "round_entry"
    __table_args__ = (UniqueConstraint("round_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    panel_id: Mapped[int | None] = mapped_column(ForeignKey("panel.id", ondelete="SET NULL"))
    jurors_per_entry: Mapped[int | None]
    need_reason: Mapped[str] = mapped_column(default="")
    state: Mapped[RoundEntryState] = mapped_column(
        Choice(RoundEntryState), default=RoundEntryState.COMPETES
    )

    round: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()


class Assignment(Base):
    """Juror x entry in a round. A pair has one row for ever; only its state changes.

    label is the entry's blind name for this juror's work list: its position, 1 upwards.
    """

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("round_id", "entry_id", "juror_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id", ondelete="CASCADE"), index=True)
    state: Mapped[AssignmentState] = mapped_column(
        Choice(AssignmentState), default=AssignmentState.OFFERED
    )
    position: Mapped[int] = mapped_column(default=0)
    affinity: Mapped[Decimal | None] = mapped_column(sa.Numeric(4, 3))
    why: Mapped[list[Any]] = mapped_column(default=list)
    locked: Mapped[bool] = mapped_column(default=False)
    manual: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_run.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column()

    round: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()
    juror: Mapped[Juror] = relationship()

    __mapper_args__ = {"version_id_col": version}


class AssignmentRun(Base):
    """One run of the optimiser: its proposal, its figures, and whether it was applied or undone.

    report and difference are empty until it is READY; certificate says why it is IMPOSSIBLE; error
    is the code of what FAILED; stage is the engine's, while it runs.
    """

    __tablename__ = "assignment_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    verb: Mapped[str]
    state: Mapped[RunState] = mapped_column(Choice(RunState), default=RunState.READY)
    stage: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    certificate: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    difference: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class AssignmentSearch(Base):
    """What the optimiser found for a large round: ``assignment.Optimum`` as bytes, None where it is
    impossible. stamp names the state of the round that was searched.
    """

    __tablename__ = "assignment_search"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id", ondelete="CASCADE"), primary_key=True
    )
    stamp: Mapped[str]
    found: Mapped[bytes | None]
