"""Certificates for who was at enough workshops: the kind participant, through the same batches."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from award.education.queries import Asked, participants_that_match
from award.errors import InputError
from award.models.results import CertificateKind
from award.models.seasons import Season
from award.results.certificates.issuing import Ordered, order_for
from award.results.certificates.recipients import Recipient


def attendees(session: Session, season_id: int, minimum: int, *, now: datetime) -> list[Recipient]:
    """Return who attended at least ``minimum`` workshops (1 or more) of a season, by name.

    A certificate bears today's day and the person's language, else the programme's first. Empty
    where nobody came that often.
    """
    programme = session.get_one(Season, season_id).programme
    languages = tuple(programme.languages) or ("ru",)
    today = now.astimezone(ZoneInfo(programme.time_zone)).date()
    kind = CertificateKind.PARTICIPANT
    rows = session.execute(participants_that_match(season_id, Asked(least=max(1, minimum))))
    return [
        Recipient(
            key=f"{season_id}:{kind.value}:attended:{one.public_id}",
            kind=kind,
            name=one.name.strip(),
            language=one.language if one.language in languages else languages[0],
            issued_on=today,
            user_id=None,
            email=one.email,
            workshops=int(attended),
        )
        for one, _signed_up, attended in rows
    ]


def order_attendance(
    session: Session,
    season_id: int,
    minimum: int,
    *,
    actor_id: int | None,
    now: datetime,
    tell: bool = False,
) -> Ordered:
    """Order certificates for who attended at least so many workshops and has none yet.

    Ordering again, also with another minimum, is harmless: nobody gets a second one. tell mails
    those with an address. Raises InputError("minimum_unknown") below 1, RuleError("nobody_new").
    """
    if minimum < 1:
        raise InputError("minimum_unknown", field="minimum")
    wanted = attendees(session, season_id, minimum, now=now)
    return order_for(session, season_id, wanted, actor_id=actor_id, now=now, tell=tell)
