"""What is read for the look of certificates: designs, signatories, the season's longest texts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Subquery, func, select, union_all
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.accounts import User
from award.models.education import Participant
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.jury import Juror
from award.models.results import CertificateKind, CertificateLook, Signatory
from award.models.seasons import Prize, PrizeKind
from award.results.certificates.printing import FIRST


@dataclass(frozen=True, slots=True)
class SignatoryRow:
    """Who signs, and whether a picture of the signature is there."""

    public_id: str
    name: str
    role: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest texts that a season's certificates have to hold, "" where there are none."""

    name: str
    project: str
    prize: str


def looks(session: Session, season_id: int) -> dict[CertificateKind, tuple[str, str]]:
    """Return (design, orientation) of every kind, those that nobody chose included."""
    rows = session.execute(
        select(CertificateLook.kind, CertificateLook.template, CertificateLook.orientation).where(
            CertificateLook.season_id == season_id
        )
    )
    chosen = {kind: (template, orientation) for kind, template, orientation in rows}
    return {kind: chosen.get(kind, FIRST) for kind in CertificateKind}


def signatories(session: Session, season_id: int, language: str) -> tuple[SignatoryRow, ...]:
    """Return who signs, in the order in which they stand on the page."""
    rows = session.scalars(
        select(Signatory).where(Signatory.season_id == season_id).order_by(Signatory.id)
    )
    return tuple(
        SignatoryRow(
            row.public_id,
            pick_text(row.name, language),
            pick_text(row.role, language),
            row.file_id is not None,
        )
        for row in rows
    )


def longest(
    session: Session,
    season_id: int,
    language: str,
    *,
    community: bool = False,
    attendance: bool = False,
) -> Longest:
    """Return the longest name of a team member or juror, the longest title and prize.

    community asks for the community award's prize, else it is one of the jury's; attendance for the
    name of who was at workshops.
    """
    names = _learners(season_id) if attendance else _teams_and_jury(season_id)
    name = session.scalar(
        select(names.c.name).order_by(func.length(names.c.name).desc(), names.c.name).limit(1)
    )
    title = session.scalar(
        select(Entry.title)
        .where(Entry.season_id == season_id, Entry.state != EntryState.WITHDRAWN)
        .order_by(func.length(Entry.title).desc(), Entry.id)
        .limit(1)
    )
    public = Prize.kind == PrizeKind.COMMUNITY
    asked = public if community else ~public
    prizes = session.scalars(select(Prize.title).where(Prize.season_id == season_id, asked))
    texts = [pick_text(prize, language) for prize in prizes]
    return Longest(name or "", title or "", max(texts, key=len, default=""))


def _learners(season_id: int) -> Subquery:
    return select(Participant.name).where(Participant.season_id == season_id).subquery()


def _teams_and_jury(season_id: int) -> Subquery:
    return union_all(
        select(User.name.label("name"))
        .join(TeamMembership, TeamMembership.user_id == User.id)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .where(Entry.season_id == season_id, TeamMembership.left_at.is_(None)),
        select(Juror.name.label("name")).where(Juror.season_id == season_id),
    ).subquery()
