"""After a certificate was issued: issued again under its number, or revoked, each for a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, RuleError
from award.models.results import Certificate, CertificateState
from award.models.seasons import Season
from award.results.certificates.printing import Printed, keep
from award.storage import Stored


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
    if not reason.strip():
        raise InputError("reason_missing", field="reason")
    return certificate


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
        before=CertificateState.ISSUED,
        after={"state": certificate.state, "reason": reason.strip()},
        programme_id=session.get_one(Season, certificate.season_id).programme_id,
    )
