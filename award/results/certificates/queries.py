"""What is read of certificates: by organisers, by those who have them, by anybody with a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from award import texts
from award.accounts.secrets import hash_secret
from award.db import pick_text
from award.errors import NotFoundError
from award.folding import holds
from award.models.accounts import User
from award.models.entries import Entry, StoredFile
from award.models.operations import Job, JobState
from award.models.results import (
    Certificate,
    CertificateBatch,
    CertificateKind,
    CertificateState,
)
from award.models.seasons import Programme, Season
from award.results.certificates.issuing import job_key
from award.results.certificates.recipients import ISSUABLE, embargo_is_over, recipients
from exports.numbers import format_number, parse_number

PAGE = 100
MISSING = 20


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many people should have a certificate of a kind, and how many have it already."""

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


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate in the organiser's list."""

    number: str
    shown: str
    kind: str
    name: str
    project: str
    state: str
    issued_on: date | None
    reason: str
    edition: int


@dataclass(frozen=True, slots=True)
class CertificateList:
    """A page of certificates, the newest first; total counts all that match."""

    rows: tuple[CertificateRow, ...]
    total: int
    issued: int


def kind_counts(session: Session, season_id: int, *, now: datetime) -> tuple[KindCount, ...]:
    """Return for each kind how many recipients there are now and how many certificates live."""
    issued = dict(
        session.execute(
            select(Certificate.kind, func.count())
            .where(
                Certificate.season_id == season_id, Certificate.state != CertificateState.REVOKED
            )
            .group_by(Certificate.kind)
        ).all()
    )
    people = dict.fromkeys(ISSUABLE, 0)
    for item in recipients(session, season_id, ISSUABLE, now=now):
        people[item.kind] += 1
    return tuple(KindCount(kind, people[kind], issued.get(kind, 0)) for kind in ISSUABLE)


def batches(session: Session, season_id: int, language: str) -> tuple[BatchRow, ...]:
    """Return a season's orders, the newest first, in two statements, three where one failed."""
    counted = session.execute(
        select(
            CertificateBatch,
            func.count(Certificate.id),
            func.count(Certificate.id).filter(Certificate.state != CertificateState.PENDING),
        )
        .outerjoin(Certificate, Certificate.batch_id == CertificateBatch.id)
        .where(CertificateBatch.season_id == season_id)
        .group_by(CertificateBatch.id)
        .order_by(CertificateBatch.id.desc())
    ).all()
    keys = [job_key(batch.public_id) for batch, *_ in counted]
    jobs = {job.key: job for job in session.scalars(select(Job).where(Job.key.in_(keys)))}
    dead = {batch.id for batch, *_ in counted if _is_dead(jobs.get(job_key(batch.public_id)))}
    missing = _missing(session, dead) if dead else {}
    return tuple(
        BatchRow(
            public_id=batch.public_id,
            kinds=tuple(batch.kinds),
            created_at=batch.created_at,
            total=total,
            issued=issued,
            state=job.state.value if (job := jobs.get(job_key(batch.public_id))) else "done",
            error=texts.failure(job.error, language) if job and job.error else "",
            missing=tuple(missing.get(batch.id, ())),
        )
        for batch, total, issued in counted
    )


def _is_dead(job: Job | None) -> bool:
    return job is not None and job.state is JobState.DEAD


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


def certificate_list(
    session: Session, season_id: int, *, find: str = "", page: int = 1
) -> CertificateList:
    """Return one page of a season's certificates, filtered by name, project or number."""
    where = that_match(season_id, find)
    total, issued = session.execute(
        select(
            func.count(Certificate.id),
            func.count(Certificate.id).filter(Certificate.state == CertificateState.ISSUED),
        ).where(*where)
    ).one()
    rows = session.scalars(
        select(Certificate)
        .where(*where)
        .order_by(Certificate.id.desc())
        .limit(PAGE)
        .offset(PAGE * (page - 1))
    )
    return CertificateList(tuple(_row(item) for item in rows), total, issued)


def that_match(season_id: int, find: str) -> list[ColumnElement[bool]]:
    """Return the conditions for a season's certificates with ``find`` in name, project, number."""
    where = [Certificate.season_id == season_id]
    if find.strip():
        plain = f"%{find.strip().replace('-', '').upper()}%"
        where.append(
            holds(Certificate.name, find)
            | holds(Certificate.project, find)
            | Certificate.number.like(plain)
        )
    return where


def own_certificates(
    session: Session, user_id: int, *, now: datetime
) -> tuple[CertificateRow, ...]:
    """Return a person's issued certificates that no embargo hides, the newest first."""
    rows = session.scalars(
        select(Certificate)
        .where(
            Certificate.user_id == user_id,
            Certificate.state == CertificateState.ISSUED,
            embargo_is_over(now),
        )
        .order_by(Certificate.id.desc())
    )
    return tuple(_row(item) for item in rows)


def _row(item: Certificate) -> CertificateRow:
    return CertificateRow(
        number=item.number,
        shown=format_number(item.number),
        kind=item.kind.value,
        name=item.name,
        project=item.project,
        state=item.state.value,
        issued_on=item.issued_on,
        reason=item.revoked_reason or item.reissued_reason,
        edition=item.edition,
    )


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """Where a certificate's PDF lies and what it is called for people."""

    storage_name: str
    name: str


def issued_file(
    session: Session, certificate: Certificate, *, staff: bool, now: datetime
) -> IssuedFile:
    """Return a certificate's file; for others than staff NotFoundError while under embargo."""
    known = staff or session.scalar(
        select(Certificate.id).where(Certificate.id == certificate.id, embargo_is_over(now))
    )
    file = session.get(StoredFile, certificate.file_id) if certificate.file_id else None
    if not known or file is None:
        raise NotFoundError
    return IssuedFile(file.storage_name, file.name)


def email_of(session: Session, certificate: Certificate) -> str:
    """Return the holder's address, her account's before the one she was named with; "" for none."""
    user = session.get(User, certificate.user_id) if certificate.user_id else None
    return user.email if user and user.erased_at is None else certificate.email


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file for the archive; team is "CODE title", or "" for who is on none."""

    kind: str
    team: str
    file: IssuedFile


def issued_files(session: Session, season_id: int) -> list[ArchivedFile]:
    """Return a season's valid certificates, those of a team together, then by kind and name."""
    rows = session.execute(
        select(
            Certificate.kind,
            Certificate.name,
            Certificate.number,
            StoredFile.storage_name,
            Entry.code,
            Entry.title,
        )
        .join(StoredFile, StoredFile.id == Certificate.file_id)
        .outerjoin(Entry, Entry.id == Certificate.entry_id)
        .where(Certificate.season_id == season_id, Certificate.state == CertificateState.ISSUED)
        .order_by(Entry.code, Certificate.kind, Certificate.name, Certificate.id)
    )
    return [
        ArchivedFile(
            kind.value,
            f"{code} {title}" if code else "",
            IssuedFile(stored, f"{name} {number}.pdf"),
        )
        for kind, name, number, stored, code, title in rows
    ]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What anybody may learn from a number: valid, or revoked and then without a name.

    issuer is the programme's public id.
    """

    verdict: str
    number: str
    kind: str
    issuer: str
    programme: str
    season: str
    issued_on: date | None
    revoked_at: datetime | None
    reissued_at: datetime | None = None
    name: str = ""
    project: str = ""
    place: int | None = None
    prize: str = ""


def confirm(session: Session, typed: str, language: str, *, now: datetime) -> Confirmation | None:
    """Look a number up as a person typed it; None for one that is not, not yet, or under embargo.

    Raises NumberError where it cannot be a number at all, or its check character does not fit.
    """
    row = _told(session, parse_number(typed), now)
    if row is None:
        return None
    certificate, season, programme, issuer = row
    revoked = certificate.state is CertificateState.REVOKED
    said = {} if revoked else _said(certificate)
    return Confirmation(
        verdict="revoked" if revoked else "valid",
        number=format_number(certificate.number),
        kind=certificate.kind.value,
        issuer=issuer,
        programme=pick_text(programme, language),
        season=pick_text(season, language),
        issued_on=certificate.issued_on,
        revoked_at=certificate.revoked_at,
        **said,
    )


@dataclass(frozen=True, slots=True)
class BadgeState:
    """What a wallet may learn: whether it was revoked; issuer is the programme's public id."""

    number: str
    issuer: str
    revoked: bool


def badge_state(session: Session, typed: str, *, now: datetime) -> BadgeState | None:
    """Return whether a certificate was revoked; None and NumberError as ``confirm`` has them."""
    row = _told(session, parse_number(typed), now)
    if row is None:
        return None
    certificate, _season, _programme, issuer = row
    return BadgeState(certificate.number, issuer, certificate.state is CertificateState.REVOKED)


def linked(session: Session, secret: str) -> Certificate:
    """Return the valid certificate whose holder was mailed this secret; NotFoundError else."""
    found = session.scalar(
        select(Certificate).where(
            Certificate.link_hash == hash_secret(secret),
            Certificate.state == CertificateState.ISSUED,
        )
    )
    if found is None:
        raise NotFoundError
    return found


def _told(session: Session, number: str, now: datetime) -> Any:
    """Return (certificate, season's and programme's name, issuer), None where nobody may know."""
    return session.execute(
        select(Certificate, Season.name, Programme.name, Programme.public_id)
        .join(Season, Season.id == Certificate.season_id)
        .join(Programme, Programme.id == Season.programme_id)
        .where(
            Certificate.number == number,
            Certificate.state.in_((CertificateState.ISSUED, CertificateState.REVOKED)),
            embargo_is_over(now),
        )
    ).first()


def _said(certificate: Certificate) -> dict[str, Any]:
    return {
        "name": certificate.name,
        "project": certificate.project,
        "place": certificate.place,
        "prize": certificate.prize,
        "reissued_at": certificate.reissued_at,
    }
