"""Who gets which certificate, and from when on one may know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.accounts import User
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment, Juror, JurorState
from award.models.results import Certificate, CertificateKind, Decision, Outcome
from award.models.seasons import Prize, PrizeKind, Programme, Round, RoundState, Season
from award.results.rounds import outcome_is_public

COMMUNITY = Decision.prize_id.in_(select(Prize.id).where(Prize.kind == PrizeKind.COMMUNITY))
HONOURED = {
    CertificateKind.FINALIST: Decision.outcome.in_(
        (Outcome.THROUGH, Outcome.FINALIST, Outcome.WINNER)
    ),
    CertificateKind.WINNER: or_(
        Decision.outcome == Outcome.WINNER,
        and_(Decision.outcome == Outcome.SPECIAL, or_(Decision.prize_id.is_(None), ~COMMUNITY)),
    ),
    CertificateKind.COMMUNITY_AWARD: and_(Decision.outcome == Outcome.SPECIAL, COMMUNITY),
}
MEMBERS = (CertificateKind.PARTICIPANT, CertificateKind.TEAM_MEMBER)
ISSUABLE = (*MEMBERS, *HONOURED, CertificateKind.JUROR)
"""Kinds whose recipients follow from the season; others, mentors say, are named by hand."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One certificate to be issued; key names recipient, kind and season once and for ever."""

    key: str
    kind: CertificateKind
    name: str
    language: str
    issued_on: date
    user_id: int | None
    entry_id: int | None = None
    juror_id: int | None = None
    email: str = ""
    project: str = ""
    place: int | None = None
    prize: str = ""
    workshops: int = 0


def recipients(
    session: Session, season_id: int, kinds: Sequence[CertificateKind], *, now: datetime
) -> list[Recipient]:
    """Return who should have a certificate of these kinds, in a stable order; nobody twice.

    Participants and team members are the members of submitted entries; finalists, winners and the
    community award's those of decided rounds (a certificate of theirs bears the day of the
    announcement, and is confirmed only from then on); jurors those who handed in a sheet. Empty
    where there is nobody yet.
    """
    season = session.get_one(Season, season_id)
    programme = session.get_one(Programme, season.programme_id)
    languages = tuple(programme.languages) or ("ru",)
    today = now.astimezone(ZoneInfo(programme.time_zone)).date()
    found: list[Recipient] = []
    for kind in MEMBERS:
        if kind in kinds:
            found += _participants(session, season_id, kind, languages, today)
    for kind in HONOURED:
        if kind in kinds:
            found += _honoured(session, season_id, kind, languages, programme.time_zone, now)
    if CertificateKind.JUROR in kinds:
        found += _jurors(session, season_id, languages, today)
    return list({item.key: item for item in found}.values())


def embargo_is_over(now: datetime) -> ColumnElement[bool]:
    """Return the condition on Certificate that it may be known: an honour only once announced."""
    announced = [
        and_(
            Certificate.kind == kind,
            exists().where(
                Decision.entry_id == Certificate.entry_id,
                Decision.superseded_at.is_(None),
                honoured,
                Decision.round_id == Round.id,
                outcome_is_public(now),
            ),
        )
        for kind, honoured in HONOURED.items()
    ]
    return or_(Certificate.kind.not_in(tuple(HONOURED)), *announced)


def wanted(season_id: int) -> CompoundSelect[Any]:
    """Return the select of (kind, entry_id, user_id, due): how many certificates ``recipients``
    finds for a person, of each kind that follows from the season.
    """
    teams = _of_teams(season_id)
    found = [_due(teams, kind, Entry.id, User.id) for kind in MEMBERS]
    honours = _of_honours(season_id)
    special = case((Decision.outcome == Outcome.SPECIAL, func.coalesce(Decision.prize_id, 0)))
    each = func.coalesce(special, -1)
    found += [
        _due(honours.where(honoured), kind, Entry.id, User.id, func.count(each.distinct()))
        for kind, honoured in HONOURED.items()
    ]
    jurors = _of_jury(season_id)
    no_entry: Any = literal(None, Entry.id.type)
    return union_all(*found, _due(jurors, CertificateKind.JUROR, no_entry, Juror.user_id))


def _due(
    query: Select[Any], kind: CertificateKind, entry_id: Any, user_id: Any, due: Any = None
) -> Select[Any]:
    counted = query.with_only_columns(
        literal(kind.value).label("kind"),
        entry_id.label("entry_id"),
        user_id.label("user_id"),
        (literal(1) if due is None else due).label("due"),
    ).order_by(None)
    return counted if due is None else counted.group_by(entry_id, user_id)


def _members() -> Any:
    return (
        select(TeamMembership.id, Entry, User.id, User.name)
        .select_from(TeamMembership)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .join(User, User.id == TeamMembership.user_id)
        .where(
            TeamMembership.left_at.is_(None),
            User.erased_at.is_(None),
            Entry.state != EntryState.WITHDRAWN,
        )
        .order_by(Entry.code, TeamMembership.id)
    )


def _of_teams(season_id: int) -> Any:
    return _members().where(Entry.season_id == season_id, Entry.submitted_at.is_not(None))


def _of_honours(season_id: int) -> Any:
    return (
        _members()
        .add_columns(Decision, Prize.title, Round.announces_at)
        .join(Decision, Decision.entry_id == Entry.id)
        .join(Round, Round.id == Decision.round_id)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .where(
            Round.season_id == season_id,
            Round.ranks,
            Round.state.in_((RoundState.DECIDED, RoundState.ANNOUNCED)),
            Decision.superseded_at.is_(None),
        )
        .order_by(Round.position, Decision.id)
    )


def _of_jury(season_id: int) -> Any:
    judged = (
        exists()
        .where(Assignment.juror_id == Juror.id, ScoreSheet.assignment_id == Assignment.id)
        .where(ScoreSheet.state == SheetState.SUBMITTED)
    )
    return (
        select(Juror.id, Juror.user_id, Juror.name, User.name, User.language)
        .select_from(Juror)
        .outerjoin(User, User.id == Juror.user_id)
        .where(Juror.season_id == season_id, Juror.state == JurorState.ACTIVE, judged)
        .order_by(Juror.id)
    )


def _participants(
    session: Session,
    season_id: int,
    kind: CertificateKind,
    languages: Sequence[str],
    today: date,
) -> Iterator[Recipient]:
    for membership_id, entry, user_id, name in session.execute(_of_teams(season_id)):
        yield Recipient(
            key=f"{season_id}:{kind.value}:member:{membership_id}",
            kind=kind,
            name=name.strip(),
            language=_spoken(entry.language, languages),
            issued_on=today,
            user_id=user_id,
            entry_id=entry.id,
            project=entry.title,
        )


def _honoured(
    session: Session,
    season_id: int,
    kind: CertificateKind,
    languages: Sequence[str],
    zone: str,
    now: datetime,
) -> Iterator[Recipient]:
    query = _of_honours(season_id).where(HONOURED[kind])
    winner = kind is not CertificateKind.FINALIST
    for membership_id, entry, user_id, name, decision, prize, announces_at in session.execute(
        query
    ):
        language = _spoken(entry.language, languages)
        special = f":{decision.prize_id}" if decision.outcome is Outcome.SPECIAL else ""
        day = max(now, announces_at or now).astimezone(ZoneInfo(zone)).date()
        yield Recipient(
            key=f"{season_id}:{kind.value}:member:{membership_id}{special}",
            kind=kind,
            name=name.strip(),
            language=language,
            issued_on=day,
            user_id=user_id,
            entry_id=entry.id,
            project=entry.title,
            place=decision.place if winner else None,
            prize=pick_text(prize, language) if winner else "",
        )


def _jurors(
    session: Session, season_id: int, languages: Sequence[str], today: date
) -> Iterator[Recipient]:
    kind = CertificateKind.JUROR
    for juror_id, user_id, known_as, name, language in session.execute(_of_jury(season_id)):
        yield Recipient(
            key=f"{season_id}:{kind.value}:{juror_id}",
            kind=kind,
            name=(known_as or name or "").strip(),
            language=_spoken(language or "", languages),
            issued_on=today,
            user_id=user_id,
            juror_id=juror_id,
        )


def _spoken(language: str, languages: Sequence[str]) -> str:
    return language if language in languages else languages[0]
