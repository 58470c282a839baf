"""Which key signs a programme's certificates: its own, or an organiser's P12; all of it logged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import RuleError
from award.models.seasons import Programme
from exports.signing.keyring import Keyring, Wrapped, holder_of


def use_p12(
    session: Session,
    keyring: Keyring,
    programme_id: int,
    wrapped: Wrapped,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let a P12, checked by ``Keyring.wrap``, sign the programme's certificates from now on.

    The file is written last: where the log cannot be, no key is changed.
    """
    programme = locked(session, Programme, programme_id)
    said = key_facts(wrapped.certificate)
    _write_down(session, programme, "programme.key_uploaded", said, actor_id=actor_id, now=now)
    keyring.put(programme.public_id, wrapped)


def use_own_key(
    session: Session,
    keyring: Keyring,
    programme_id: int,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let the programme's own key sign again, and remove the P12.

    Raises RuleError("own_key_signs") where there is none.
    """
    programme = locked(session, Programme, programme_id)
    _write_down(session, programme, "programme.key_own", {}, actor_id=actor_id, now=now)
    if not keyring.drop(programme.public_id):
        raise RuleError("own_key_signs")


def key_facts(certificate: x509.Certificate) -> dict[str, str]:
    """Return holder, issuer, last day (ISO) and SHA-256 of a certificate, as log and page do."""
    return {
        "holder": holder_of(certificate.subject),
        "issuer": holder_of(certificate.issuer),
        "until": certificate.not_valid_after_utc.date().isoformat(),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def _write_down(
    session: Session,
    programme: Programme,
    action: str,
    after: dict[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        programme,
        actor_id=actor_id,
        now=now,
        after=after,
        programme_id=programme.id,
    )
    session.flush()
