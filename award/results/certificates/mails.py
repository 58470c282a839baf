"""Telling people that their certificate is there: once each, and no honour before its minute."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from award import mail
from award.accounts.secrets import hash_secret
from award.db import pick_text, unit_of_work
from award.models.accounts import User
from award.models.operations import Mail
from award.models.results import Certificate, CertificateBatch, CertificateState
from award.models.seasons import Season
from award.results.certificates.recipients import embargo_is_over
from exports.certificates.numbers import format_number

KEY = "certificate:"
CHUNK = 100


def tell_all(season_id: int, base_url: str) -> None:
    """Tell everybody who may know and was not told, some at a time: the store has one lock."""
    told = CHUNK
    while told == CHUNK:
        with unit_of_work() as session:
            told = tell_holders(session, season_id, base_url, now=datetime.now(UTC))


def tell_holders(session: Session, season_id: int, base_url: str, *, now: datetime) -> int:
    """Queue a mail to the next CHUNK holders whose order said so; returns how many these were.

    Nobody is told twice: the mail's key is the certificate's number. Honours under embargo are
    passed over; the announcement calls this once more.
    """
    season = session.get_one(Season, season_id)
    reachable = or_(and_(User.id.is_not(None), User.erased_at.is_(None)), Certificate.email != "")
    told = exists().where(Mail.key == KEY + Certificate.number)
    rows = session.execute(
        select(Certificate, User)
        .join(CertificateBatch, CertificateBatch.id == Certificate.batch_id)
        .outerjoin(User, User.id == Certificate.user_id)
        .where(
            Certificate.season_id == season_id,
            Certificate.state == CertificateState.ISSUED,
            CertificateBatch.tell,
            embargo_is_over(now),
            reachable,
            ~told,
        )
        .order_by(Certificate.id)
        .limit(CHUNK)
    ).all()
    for certificate, user in rows:
        _tell(session, season, certificate, user, base_url, now)
    return len(rows)


def _tell(
    session: Session,
    season: Season,
    certificate: Certificate,
    user: User | None,
    base_url: str,
    now: datetime,
) -> None:
    known = user is not None and user.erased_at is None
    email = user.email if user and known else certificate.email
    language = user.language if user and known else certificate.language
    place = "certificates" if known else f"certificates/link/{_new_link(certificate)}.pdf"
    mail.queue(
        session,
        "certificate_issued",
        to=email,
        name=certificate.name,
        key=KEY + certificate.number,
        now=now,
        language=language,
        user_id=user.id if user and known else None,
        season_id=season.id,
        context={
            "season": pick_text(season.name, language),
            "number": format_number(certificate.number),
            "url": f"{base_url}/{language}/{place}",
            "check": f"{base_url}/{language}/c/{certificate.number}",
            "own": known,
        },
    )


def _new_link(certificate: Certificate) -> str:
    """Return a secret with which its holder gets the PDF; the store keeps the hash."""
    secret = secrets.token_urlsafe(24)
    certificate.link_hash = hash_secret(secret)
    return secret
