"""People who are named by hand: mentors, workshop participants, a team's helpers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from award.errors import InputError
from award.models.results import CertificateKind
from award.models.seasons import Programme, Season
from award.results.certificates.issuing import Ordered, order_for
from award.results.certificates.recipients import HONOURED, Recipient

NAMEABLE = tuple(kind for kind in CertificateKind if kind not in HONOURED)
"""Honours come from decisions alone: nobody becomes a winner by being typed in."""
MOST = 2000
LONGEST = 200


def order_named(
    session: Session,
    season_id: int,
    kind: CertificateKind,
    text: str,
    *,
    language: str,
    actor_id: int | None,
    now: datetime,
    tell: bool = False,
) -> Ordered:
    """Order certificates for the people of a list: a line each, ``name; project; e-mail``.

    Project and e-mail may be left out. Who stands in an earlier list with the same kind, name and
    project is passed over. Raises InputError people_missing, people_too_many (``most``),
    person_malformed (``line``, ``text``), kind_not_issued; RuleError nobody_new.
    """
    if kind not in NAMEABLE:
        raise InputError("kind_not_issued", field="kind")
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise InputError("people_missing", field="people")
    if len(lines) > MOST:
        raise InputError("people_too_many", field="people", most=MOST)
    season = session.get_one(Season, season_id)
    programme = session.get_one(Programme, season.programme_id)
    today = now.astimezone(ZoneInfo(programme.time_zone)).date()
    found: dict[str, Recipient] = {}
    for number, line in lines:
        name, project, email = _parts(number, line)
        key = f"{season_id}:{kind.value}:named:{_digest(name, project)}"
        person = Recipient(
            key=key,
            kind=kind,
            name=name,
            language=language,
            issued_on=today,
            user_id=None,
            email=email,
            project=project,
        )
        found.setdefault(key, person)
    return order_for(
        session, season_id, list(found.values()), actor_id=actor_id, now=now, tell=tell
    )


def _parts(number: int, line: str) -> tuple[str, str, str]:
    parts: Sequence[str] = [" ".join(part.split()) for part in line.split(";")]
    name, project, email = (*parts, "", "")[:3]
    fits = 0 < len(name) <= LONGEST and len(project) <= LONGEST and len(parts) <= 3
    try:
        email = validate_email(email, check_deliverability=False).normalized if email else ""
    except EmailNotValidError:
        fits = False
    if not fits:
        raise InputError("person_malformed", field="people", line=number, text=line.strip()[:80])
    return name, project, email


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(text.casefold() for text in texts).encode()).hexdigest()[:32]
