"""What is read of certificates: by organisers, by those who have them, by anybody with a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.accounts.secrets import hash_secret
from award.db import pick_text
from award.errors import NotFoundError
from award.models.accounts import User
from award.models.entries import Entry, StoredFile
from award.models.results import Certificate, CertificateState
from award.models.seasons import Programme, Season
from award.results.certificates.listing import CertificateRow, listed, rows_of
from award.results.certificates.recipients import embargo_is_over
from exports.certificates.numbers import format_number, parse_number


def own_certificates(
    session: Session, user_id: int, *, now: datetime
) -> tuple[CertificateRow, ...]:
    """Return a person's issued certificates that no embargo hides, the newest first."""
    query = listed().where(
        Certificate.user_id == user_id,
        Certificate.state == CertificateState.ISSUED,
        embargo_is_over(now),
    )
    return tuple(row for _id, row in rows_of(session, query.order_by(Certificate.id.desc())))


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
