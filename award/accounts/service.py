"""Signing up, signing in, invitations and the profile: everything that writes about people."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from award import audit, mail
from award.accounts.emails import check_email, email_key
from award.accounts.secrets import hash_secret
from award.accounts.tokens import CONFIRMATION_LIVES, INVITATION_LIVES, issue_token, use_token
from award.db import locked, pick_text
from award.errors import InputError, RuleError
from award.models.accounts import (
    StaffMembership,
    StaffRole,
    TokenPurpose,
    User,
    UserSession,
)
from award.models.seasons import Programme


def sign_up(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    language: str,
    base_url: str,
    now: datetime,
    following: str = "",
) -> None:
    """Make an account and mail the confirming link; a known address is mailed that it is known.

    The caller answers both cases with the same page, so that nothing reveals who has an account.
    Name and password go with the link and hold once it is used: of several sign-ups with one
    address, that one counts whose link its owner opens. following: the page that comes next.
    """
    address = check_email(email)
    user = session.scalar(select(User).where(User.email_key == email_key(address)))
    if user is not None and user.email_confirmed_at is not None:
        _mail_known(session, user, base_url, now=now)
        return
    if user is None:
        user = _new_account(session, address, name, password_hash, language, now=now)
    secret = issue_token(
        session,
        TokenPurpose.CONFIRM_EMAIL,
        now=now,
        user_id=user.id,
        lives=CONFIRMATION_LIVES,
        name=name,
        password_hash=password_hash,
    )
    query = f"?{urlencode({'next': following})}" if following else ""
    mail.queue(
        session,
        "confirm_email",
        to=user.email,
        name=name,
        user_id=user.id,
        key=f"confirm:{hash_secret(secret)[:24]}",
        now=now,
        language=language,
        context={"url": f"{base_url}/{language}/confirm/{secret}{query}"},
    )


def _mail_known(session: Session, user: User, base_url: str, *, now: datetime) -> None:
    mail.queue(
        session,
        "already_registered",
        to=user.email,
        name=user.name,
        user_id=user.id,
        key=f"already-registered:{user.id}:{now:%Y%m%d%H}",
        now=now,
        language=user.language,
        context={"sign_in_url": f"{base_url}/{user.language}/sign-in"},
    )


def _new_account(
    session: Session, address: str, name: str, password_hash: str, language: str, *, now: datetime
) -> User:
    user = User(
        email=address,
        email_key=email_key(address),
        name=name,
        password_hash=password_hash,
        language=language,
        created_at=now,
    )
    session.add(user)
    session.flush()
    audit.record(session, "account.created", user, actor_id=user.id, now=now)
    return user


def confirm_email(session: Session, secret: str, *, now: datetime) -> User:
    """Confirm the address that the link was mailed to, with the name and password of its sign-up.

    Raises RuleError("link_dead"), also where another link has confirmed the address already.
    """
    token = use_token(session, secret, TokenPurpose.CONFIRM_EMAIL, now=now)
    user = locked(session, User, token.user_id or 0)
    if user.email_confirmed_at is not None:
        raise RuleError("link_dead")
    user.email_confirmed_at = now
    user.name = token.name or user.name
    user.password_hash = token.password_hash or user.password_hash
    audit.record(session, "account.confirmed", user, actor_id=user.id, now=now)
    return user


def request_reset(session: Session, *, email: str, base_url: str, now: datetime) -> None:
    """Mail a link for a new password if the address is known; the caller answers alike anyway."""
    user = session.scalar(
        select(User).where(User.email_key == email_key(email), User.erased_at.is_(None))
    )
    if user is None:
        return
    secret = issue_token(session, TokenPurpose.RESET_PASSWORD, now=now, user_id=user.id)
    mail.queue(
        session,
        "reset_password",
        to=user.email,
        name=user.name,
        user_id=user.id,
        key=f"reset:{hash_secret(secret)[:24]}",
        now=now,
        language=user.language,
        context={"url": f"{base_url}/{user.language}/reset/{secret}"},
    )


def reset_password(session: Session, secret: str, *, password_hash: str, now: datetime) -> User:
    """Set a new password by a mailed link; every other session of the person ends."""
    token = use_token(session, secret, TokenPurpose.RESET_PASSWORD, now=now)
    user = locked(session, User, token.user_id or 0)
    user.password_hash = password_hash
    user.email_confirmed_at = user.email_confirmed_at or now
    end_sessions(session, user.id, now=now)
    audit.record(session, "account.password_reset", user, actor_id=user.id, now=now)
    return user


def change_password(
    session: Session, user_id: int, *, password_hash: str, keep_token: str, now: datetime
) -> None:
    """Set a new password; all sessions but the one of ``keep_token`` end."""
    user = locked(session, User, user_id)
    user.password_hash = password_hash
    end_sessions(session, user.id, now=now, but=keep_token)
    audit.record(session, "account.password_changed", user, actor_id=user.id, now=now)


def end_sessions(session: Session, user_id: int, *, now: datetime, but: str = "") -> None:
    """End all sessions of a person, but the one whose cookie secret is ``but``."""
    session.execute(
        update(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.token_hash != hash_secret(but),
        )
        .values(ended_at=now)
    )


def end_session(session: Session, user_id: int, public_id: str, *, now: datetime) -> None:
    """End one session of a person; a session that is not hers is left alone."""
    session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.public_id == public_id)
        .values(ended_at=now)
    )


def update_profile(
    session: Session, user_id: int, *, name: str, language: str, now: datetime
) -> None:
    """Change a person's name and language."""
    user = locked(session, User, user_id)
    user.name, user.language = name, language
    audit.record(session, "account.profile_changed", user, actor_id=user_id, now=now)


def make_owner(session: Session, email: str, *, programme_id: int, now: datetime) -> User:
    """Make the person of an address an owner of a programme, with an account if there is none."""
    address = check_email(email)
    user = session.scalar(select(User).where(User.email_key == email_key(address)))
    if user is None:
        user = User(email=address, email_key=email_key(address), created_at=now)
        session.add(user)
        session.flush()
    give_role(session, programme_id, user.id, StaffRole.OWNER, actor_id=None, now=now)
    return user


def give_role(
    session: Session,
    programme_id: int,
    user_id: int,
    role: StaffRole,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Give a person a role in a programme, in place of the one she has."""
    membership = session.scalar(
        select(StaffMembership).where(
            StaffMembership.programme_id == programme_id, StaffMembership.user_id == user_id
        )
    )
    before = membership.role if membership else None
    if membership is None:
        membership = StaffMembership(
            programme_id=programme_id, user_id=user_id, role=role, created_at=now
        )
        session.add(membership)
    elif before is StaffRole.OWNER and role is not StaffRole.OWNER:
        _keep_an_owner(session, programme_id, user_id)
    membership.role = role
    audit.record(
        session,
        "staff.role_given",
        session.get(User, user_id),
        actor_id=actor_id,
        now=now,
        before=before,
        after=role,
        programme_id=programme_id,
    )


def remove_staff(
    session: Session, programme_id: int, user_id: int, *, actor_id: int, now: datetime
) -> None:
    """Take a person's role away; RuleError("last_owner") if nobody else owns the programme."""
    _keep_an_owner(session, programme_id, user_id)
    membership = session.scalar(
        select(StaffMembership).where(
            StaffMembership.programme_id == programme_id, StaffMembership.user_id == user_id
        )
    )
    if membership is None:
        return
    session.delete(membership)
    audit.record(
        session,
        "staff.removed",
        session.get(User, user_id),
        actor_id=actor_id,
        now=now,
        before=membership.role,
        programme_id=programme_id,
    )


def _keep_an_owner(session: Session, programme_id: int, leaving_id: int) -> None:
    owners = session.scalars(
        select(StaffMembership.user_id).where(
            StaffMembership.programme_id == programme_id, StaffMembership.role == StaffRole.OWNER
        )
    ).all()
    if set(owners) == {leaving_id}:
        raise RuleError("last_owner")


def invite_staff(
    session: Session,
    programme_id: int,
    *,
    email: str,
    role: StaffRole,
    language: str,
    base_url: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Mail somebody an invitation to work for a programme; InputError("already_staff") for who
    does so in that role.
    """
    address = check_email(email)
    if _works_already(session, programme_id, address, role):
        raise InputError("already_staff", field="email", address=address)
    programme = session.get_one(Programme, programme_id)
    secret = issue_token(
        session,
        TokenPurpose.STAFF_INVITATION,
        now=now,
        lives=INVITATION_LIVES,
        email=address,
        programme_id=programme_id,
        staff_role=role,
        created_by_id=actor_id,
    )
    context = {
        "programme": pick_text(programme.name, language),
        "role": role.value,
        "answer_by": now + INVITATION_LIVES,
        "zone": programme.time_zone,
        "url": f"{base_url}/{language}/invitations/{secret}",
    }
    key = f"staff-invitation:{hash_secret(secret)[:24]}"
    template = "staff_invitation"
    mail.queue(session, template, to=address, key=key, now=now, language=language, context=context)
    audit.record(
        session,
        "staff.invited",
        programme,
        actor_id=actor_id,
        now=now,
        after=role,
        programme_id=programme_id,
    )


def _works_already(session: Session, programme_id: int, address: str, role: StaffRole) -> bool:
    known = (
        select(StaffMembership.id)
        .join(User, User.id == StaffMembership.user_id)
        .where(
            User.email_key == email_key(address),
            StaffMembership.role == role,
            StaffMembership.programme_id == programme_id,
        )
    )
    return session.scalar(known) is not None


def end_session_of(session: Session, secret: str, *, now: datetime) -> None:
    """End the session of a cookie secret; an unknown one is left alone."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_hash == hash_secret(secret))
        .values(ended_at=now)
    )


def wrong_password() -> InputError:
    """Return the refusal of a wrong current password."""
    return InputError("password_wrong", field="current")
