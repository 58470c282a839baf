"""Certificates put right, each for a reason: corrected when failed, issued again, revoked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from award import audit, jobs
from award.db import locked
from award.errors import InputError, RuleError
from award.models.results import Certificate, CertificateBatch, CertificateState
from award.models.seasons import Season
from award.results.certificates.issuing import job_key
from award.results.certificates.printing import Printed, keep
from award.storage import Stored


def correct_certificate(
    session: Session,
    certificate_id: int,
    *,
    name: str,
    project: str,
    reason: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Correct the texts of a certificate that could not be made, and have its order tried again.

    The log keeps the reason, not the names. Raises InputError("name_missing"),
    InputError("reason_missing"), RuleError("certificate_not_failed") where it is made already or
    the worker has it in hand.
    """
    batch_id = session.get_one(Certificate, certificate_id).batch_id
    batch = locked(session, CertificateBatch, batch_id) if batch_id else None
    certificate = locked(session, Certificate, certificate_id)
    if batch is None or certificate.state is not CertificateState.PENDING:
        raise RuleError("certificate_not_failed")
    if not name:
        raise InputError("name_missing", field="name")
    _check(reason)
    try:
        jobs.try_again(session, job_key(batch.public_id), now=now)
    except RuleError as error:
        raise RuleError("certificate_not_failed") from error
    certificate.name, certificate.project = name, project
    session.flush()
    _write_down(session, certificate, "certificate.corrected", reason, actor_id=actor_id, now=now)


def reissue_certificate(
    session: Session,
    certificate_id: int,
    printed: Printed,
    stored: Stored,
    *,
    name: str,
    project: str,
    reason: str,
    actor_id: int | None,
    now: datetime,
) -> str:
    """Issue a certificate again under the same number, with corrected texts, already printed.

    Returns the stored name of the file that it replaces, for removal after the commit. The log
    keeps the reason, not the names: those are erased with the person. Raises
    InputError("reason_missing"), RuleError("certificate_not_issued").
    """
    certificate = _issued(session, certificate_id, reason)
    before = keep(session, certificate, printed, stored, now=now)
    certificate.name, certificate.project = name, project
    certificate.edition += 1
    certificate.reissued_at, certificate.reissued_reason = now, reason.strip()
    session.flush()
    replaced = before.storage_name if before else ""
    if before:
        session.delete(before)
    _write_down(session, certificate, "certificate.reissued", reason, actor_id=actor_id, now=now)
    return replaced


def revoke_certificate(
    session: Session, certificate_id: int, *, reason: str, actor_id: int | None, now: datetime
) -> Certificate:
    """Revoke an issued certificate for ever; its public page says so, without the reason.

    Raises InputError("reason_missing"), RuleError("certificate_not_issued").
    """
    certificate = _issued(session, certificate_id, reason)
    certificate.state = CertificateState.REVOKED
    certificate.revoked_at, certificate.revoked_reason = now, reason.strip()
    session.flush()
    _write_down(session, certificate, "certificate.revoked", reason, actor_id=actor_id, now=now)
    return certificate


def _issued(session: Session, certificate_id: int, reason: str) -> Certificate:
    certificate = locked(session, Certificate, certificate_id)
    if certificate.state is not CertificateState.ISSUED:
        raise RuleError("certificate_not_issued")
    _check(reason)
    return certificate


def _check(reason: str) -> None:
    if not reason.strip():
        raise InputError("reason_missing", field="reason")


def _write_down(
    session: Session,
    certificate: Certificate,
    action: str,
    reason: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        certificate,
        actor_id=actor_id,
        now=now,
        before=CertificateState.ISSUED if certificate.file_id else CertificateState.PENDING,
        after={"state": certificate.state, "reason": reason.strip()},
        programme_id=session.get_one(Season, certificate.season_id).programme_id,
    )
