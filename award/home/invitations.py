"""Accepting an invitation: to work for a programme, to judge, to join a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit
from award.accounts.emails import email_key
from award.accounts.service import give_role
from award.accounts.tokens import find_token, use_token
from award.db import pick_text
from award.entries.team.service import join_team
from award.errors import RuleError
from award.jury.service import accept_invitation, decline_invitation
from award.models.accounts import OneTimeToken, TokenPurpose, User
from award.models.entries import Entry
from award.models.jury import Juror
from award.models.seasons import Programme, Round, Season

PURPOSES = (
    TokenPurpose.STAFF_INVITATION,
    TokenPurpose.JUROR_INVITATION,
    TokenPurpose.TEAM_INVITATION,
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody is invited to; has_account: whether the invited address is known here.

    That is shown only to who holds the mailed link. entry_id: the public id of the entry whose
    team it is, season_id: of the season whose jury it is, "" for any other invitation. name: how
    the person is called there already. maximum, closes_at: what a juror is asked for, and until
    when, as far as it is known.
    """

    purpose: TokenPurpose
    email: str
    where: str
    has_account: bool
    entry_id: str = ""
    season_id: str = ""
    name: str = ""
    programme: str = ""
    maximum: int | None = None
    closes_at: datetime | None = None
    zone: str = ""


def read_invitation(session: Session, secret: str, language: str, *, now: datetime) -> Invitation:
    """Return what a live invitation is for; raises RuleError("link_dead")."""
    token = find_token(session, secret, *PURPOSES, now=now)
    known = _account(session, token.email)
    return Invitation(
        token.purpose,
        token.email,
        _where(session, token, language),
        _is_in_use(known),
        **_asked_of_team(session, token, language),
        **_asked_of_juror(session, token, language, now),
    )


def _asked_of_team(session: Session, token: OneTimeToken, language: str) -> dict[str, Any]:
    entry = session.get(Entry, token.entry_id) if token.entry_id else None
    if entry is None:
        return {}
    name = pick_text(entry.season.programme.name, language)
    return {"entry_id": entry.public_id, "programme": name}


def _asked_of_juror(
    session: Session, token: OneTimeToken, language: str, now: datetime
) -> dict[str, Any]:
    juror = session.get(Juror, token.juror_id) if token.juror_id else None
    if juror is None:
        return {}
    programme = juror.season.programme
    closes_at = session.scalar(
        select(func.min(Round.closes_at)).where(
            Round.season_id == juror.season_id, Round.closes_at > now
        )
    )
    return {
        "season_id": juror.season.public_id,
        "name": juror.name,
        "programme": pick_text(programme.name, language),
        "maximum": juror.maximum,
        "closes_at": closes_at,
        "zone": programme.time_zone,
    }


def _account(session: Session, email: str) -> User | None:
    return session.scalar(
        select(User).where(User.email_key == email_key(email), User.erased_at.is_(None))
    )


def _is_in_use(user: User | None) -> bool:
    """Whether its owner can sign in: an address that nobody confirmed may be somebody else's."""
    return user is not None and bool(user.password_hash and user.email_confirmed_at)


def _where(session: Session, token: OneTimeToken, language: str) -> str:
    if token.programme_id:
        return pick_text(session.get_one(Programme, token.programme_id).name, language)
    if token.juror_id:
        juror = session.get_one(Juror, token.juror_id)
        return pick_text(session.get_one(Season, juror.season_id).name, language)
    return session.get_one(Entry, token.entry_id).title if token.entry_id else ""


def accept(session: Session, secret: str, user_id: int, *, now: datetime) -> TokenPurpose:
    """Take an invitation for a signed-in person; the link is dead afterwards.

    Who works for a programme is named by her address: RuleError("invitation_other_address") for
    another one. A juror or member may come with the account that she has.
    """
    token = use_token(session, secret, *PURPOSES, now=now)
    if token.purpose is TokenPurpose.STAFF_INVITATION and token.programme_id and token.staff_role:
        if session.get_one(User, user_id).email_key != email_key(token.email):
            raise RuleError("invitation_other_address")
        give_role(session, token.programme_id, user_id, token.staff_role, actor_id=user_id, now=now)
    elif token.purpose is TokenPurpose.JUROR_INVITATION and token.juror_id:
        accept_invitation(session, token.juror_id, user_id, now=now)
    elif token.entry_id:
        join_team(session, token.entry_id, user_id, now=now)
    return token.purpose


def decline(session: Session, secret: str, *, now: datetime) -> None:
    """Say no: the link is dead, and an invited juror stands as declined."""
    token = use_token(session, secret, *PURPOSES, now=now)
    if token.juror_id:
        decline_invitation(session, token.juror_id, now=now)


def accept_with_new_account(
    session: Session, secret: str, *, name: str, password_hash: str, language: str, now: datetime
) -> User:
    """Make an account for the invited address and accept; the link proves the address.

    RuleError("invitation_known_address") if the address has an account: then sign in first.
    """
    token = find_token(session, secret, *PURPOSES, now=now)
    user = _account(session, token.email)
    if _is_in_use(user):
        raise RuleError("invitation_known_address")
    if user is None:
        user = User(email=token.email, email_key=email_key(token.email), created_at=now)
        session.add(user)
    user.name, user.password_hash, user.language = name, password_hash, language
    user.email_confirmed_at = now
    session.flush()
    audit.record(session, "account.created", user, actor_id=user.id, now=now)
    accept(session, secret, user.id, now=now)
    return user
