"""What is read of orders: who can still get a certificate, and how far each order is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from award import texts
from award.models.operations import Job, JobState
from award.models.results import (
    Certificate,
    CertificateBatch,
    CertificateKind,
    CertificateState,
)
from award.results.certificates.issuing import JOB_KEY
from award.results.certificates.listing import shown_state
from award.results.certificates.recipients import ISSUABLE, wanted

MISSING = 20


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many certificates of a kind people should have, and how many of these they have."""

    kind: CertificateKind
    people: int
    issued: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One order of certificates; state is that of its job: queued, running, done or dead.

    missing: of a dead one, some of those who still wait for theirs, by name.
    """

    public_id: str
    kinds: tuple[str, ...]
    created_at: datetime
    total: int
    issued: int
    state: str
    error: str
    missing: tuple[str, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether the worker still has something to do for it."""
        return self.state in {"queued", "running"}


def kind_counts(session: Session, season_id: int) -> tuple[KindCount, ...]:
    """Return for each kind how many certificates people should have now and how many they have.

    Those named by hand and those for workshops do not count. One statement.
    """
    people = wanted(season_id).subquery()
    entry_id, user_id = Certificate.entry_id, Certificate.user_id
    has = (
        select(Certificate.kind, entry_id, user_id, func.count().label("there"))
        .where(Certificate.season_id == season_id, Certificate.state != CertificateState.REVOKED)
        .group_by(Certificate.kind, entry_id, user_id)
        .subquery()
    )
    there = func.coalesce(has.c.there, 0)
    rows = session.execute(
        select(
            people.c.kind,
            func.sum(people.c.due),
            func.sum(case((there < people.c.due, there), else_=people.c.due)),
        )
        .outerjoin(
            has,
            (has.c.kind == people.c.kind)
            & (has.c.user_id == people.c.user_id)
            & (has.c.entry_id.is_not_distinct_from(people.c.entry_id)),
        )
        .group_by(people.c.kind)
    )
    found = {kind: (int(due), int(issued)) for kind, due, issued in rows}
    return tuple(KindCount(kind, *found.get(kind, (0, 0))) for kind in ISSUABLE)


def state_counts(session: Session, season_id: int) -> Mapping[str, int]:
    """Return how many certificates of a season are issued, revoked, pending and failed."""
    state = shown_state().label("state")
    found: dict[Any, int] = dict(
        session.execute(
            select(state, func.count()).where(Certificate.season_id == season_id).group_by(state)
        ).all()
    )
    return found


def batches(session: Session, season_id: int, language: str) -> tuple[BatchRow, ...]:
    """Return a season's orders, the newest first; one statement, two where one failed."""
    counted = _counted(session, season_id)
    dead = {row[0] for row in counted if row[6] is JobState.DEAD}
    missing = _missing(session, dead) if dead else {}
    return tuple(
        BatchRow(
            public_id=public_id,
            kinds=tuple(kinds),
            created_at=created_at,
            total=total,
            issued=issued,
            state=_state(state, issued),
            error=texts.failure(error, language) if error else "",
            missing=tuple(missing.get(one, ())),
        )
        for one, public_id, kinds, created_at, total, issued, state, error in counted
    )


def _counted(session: Session, season_id: int) -> Sequence[Any]:
    """Return each order with how many certificates it has and has made, and its job's state."""
    return session.execute(
        select(
            CertificateBatch.id,
            CertificateBatch.public_id,
            CertificateBatch.kinds,
            CertificateBatch.created_at,
            func.count(Certificate.id),
            func.count(Certificate.id).filter(Certificate.state != CertificateState.PENDING),
            Job.state,
            Job.error,
        )
        .outerjoin(Certificate, Certificate.batch_id == CertificateBatch.id)
        .outerjoin(Job, Job.key == JOB_KEY + CertificateBatch.public_id)
        .where(CertificateBatch.season_id == season_id)
        .group_by(CertificateBatch.id, Job.id)
        .order_by(CertificateBatch.id.desc())
    ).all()


def _state(state: JobState | None, issued: int) -> str:
    """Between two turns an order waits, but people see that it is being made."""
    if state is JobState.QUEUED and issued:
        state = JobState.RUNNING
    return (state or JobState.DONE).value


def _missing(session: Session, batch_ids: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(Certificate.batch_id, Certificate.name)
        .where(Certificate.batch_id.in_(batch_ids), Certificate.state == CertificateState.PENDING)
        .order_by(Certificate.id)
        .limit(MISSING)
    )
    for batch_id, name in rows:
        found.setdefault(int(batch_id or 0), []).append(name)
    return found
