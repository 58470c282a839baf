"""Consents: each separate and of a stated version; for the young, their guardian's."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from award import audit, mail
from award.accounts.emails import check_email, email_key
from award.accounts.secrets import hash_secret
from award.accounts.tokens import find_token, issue_token, use_token
from award.db import locked
from award.entries.requirements.asked import asked_of
from award.entries.requirements.eligibility import ConsentNeed, consent_needs, local_day
from award.entries.requirements.facts import consents_of, members_of
from award.entries.states import door
from award.errors import InputError, NotFoundError, RuleError
from award.models.accounts import OneTimeToken, TokenPurpose, User
from award.models.entries import ConsentBy, ConsentGiven, Entry, EntryState, TeamMembership
from award.models.seasons import Consent, Season

GUARDIAN_LINK_LIVES = timedelta(days=30)
MOST_GUARDIAN_LINKS = 10


def needs_of(
    session: Session, entry_id: int, user_id: int, *, language: str, now: datetime
) -> list[ConsentNeed]:
    """Return what one member owes, in form order; NotFoundError where she is not on the team."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise NotFoundError
    form = asked_of(session, entry.season_id, language)
    members = members_of(session, entry_id)
    if user_id not in {member.user_id for member in members}:
        raise NotFoundError
    today = local_day(now, form.zone)
    needs = consent_needs(form, members, consents_of(session, entry_id), today)
    return [need for need in needs if need.user_id == user_id]


def _writable(session: Session, entry_id: int) -> Entry:
    """Lock an entry; consents may come after the deadline, but not to a withdrawn entry."""
    entry = locked(session, Entry, entry_id)
    if entry.state is EntryState.WITHDRAWN:
        raise RuleError("entry_is_withdrawn")
    return entry


def save_consents(
    session: Session,
    entry_id: int,
    user_id: int,
    agreed: Collection[str],
    *,
    language: str,
    now: datetime,
) -> None:
    """Record which of her own consents a member gives (keys) and withdraw the others.

    Those that her guardian must give are left as they are: nobody agrees for her guardian.
    """
    entry = _writable(session, entry_id)
    for need in needs_of(session, entry_id, user_id, language=language, now=now):
        if need.by_guardian:
            continue
        if need.consent.key in agreed and need.missing:
            _give(session, entry, need, ConsentBy.SELF, actor_id=user_id, now=now)
        elif need.consent.key not in agreed and not need.missing:
            _withdraw(session, entry, need, actor_id=user_id, now=now)


def _give(
    session: Session,
    entry: Entry,
    need: ConsentNeed,
    by: ConsentBy,
    *,
    actor_id: int | None,
    now: datetime,
    guardian_name: str = "",
    recorded_by_id: int | None = None,
    given_at: datetime | None = None,
) -> None:
    digest = text_digest(session, need.consent.id)
    session.add(
        ConsentGiven(
            consent_id=need.consent.id,
            entry_id=entry.id,
            user_id=need.user_id,
            by=by,
            guardian_name=guardian_name,
            text_version=need.consent.text_version,
            text_digest=digest,
            given_at=given_at or now,
            recorded_by_id=recorded_by_id,
        )
    )
    session.flush()
    after = {
        "consent": need.consent.key,
        "version": need.consent.text_version,
        "digest": digest,
        "by": by,
    }
    _audit(session, "consent.given", entry, actor_id=actor_id, now=now, after=after)


def text_digest(session: Session, consent_id: int) -> str:
    """Return the SHA-256 of all language versions of a consent's title and text."""
    consent = session.get_one(Consent, consent_id)
    texts = {"title": consent.title, "text": consent.text}
    return hashlib.sha256(audit.canonical(texts)).hexdigest()


def _withdraw(
    session: Session, entry: Entry, need: ConsentNeed, *, actor_id: int, now: datetime
) -> None:
    session.execute(
        update(ConsentGiven)
        .where(
            ConsentGiven.consent_id == need.consent.id,
            ConsentGiven.entry_id == entry.id,
            ConsentGiven.user_id == need.user_id,
            ConsentGiven.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    after = {"consent": need.consent.key}
    _audit(session, "consent.withdrawn", entry, actor_id=actor_id, now=now, after=after)


def _audit(
    session: Session,
    action: str,
    entry: Entry,
    *,
    actor_id: int | None,
    now: datetime,
    after: object,
) -> None:
    season = session.get_one(Season, entry.season_id)
    audit.record(
        session,
        action,
        entry,
        actor_id=actor_id,
        now=now,
        after=after,
        programme_id=season.programme_id,
    )


def ask_guardian(
    session: Session,
    entry_id: int,
    user_id: int,
    *,
    name: str,
    email: str,
    language: str,
    base_url: str,
    now: datetime,
) -> None:
    """Mail a young member's guardian a link of her own; an earlier link dies.

    Raises InputError("guardian_name_missing" | "email_invalid" | "guardian_is_team") where the
    address belongs to somebody of the team, RuleError("no_guardian_needed") where she may
    consent herself, RuleError("too_many_invitations").
    """
    entry = _writable(session, entry_id)
    if not name.strip():
        raise InputError("guardian_name_missing", field="name")
    address = check_email(email)
    _check_outside_team(session, entry_id, address)
    needs = needs_of(session, entry_id, user_id, language=language, now=now)
    if not any(need.by_guardian for need in needs):
        raise RuleError("no_guardian_needed")
    _void_links(session, entry_id, user_id, now=now)
    member = _place(session, entry_id, user_id)
    member.guardian_name, member.guardian_email = name.strip(), address
    secret = issue_token(
        session,
        TokenPurpose.GUARDIAN_CONSENT,
        now=now,
        lives=GUARDIAN_LINK_LIVES,
        email=address,
        user_id=user_id,
        entry_id=entry_id,
        created_by_id=user_id,
    )
    _mail_guardian(session, entry, member, secret, language=language, base_url=base_url, now=now)
    after = {"member": member.public_id}
    _audit(session, "consent.guardian_asked", entry, actor_id=user_id, now=now, after=after)


def _place(session: Session, entry_id: int, user_id: int) -> TeamMembership:
    return session.scalars(
        select(TeamMembership).where(
            TeamMembership.entry_id == entry_id, TeamMembership.user_id == user_id
        )
    ).one()


def _check_outside_team(session: Session, entry_id: int, address: str) -> None:
    keys = session.scalars(
        select(User.email_key)
        .join(TeamMembership, TeamMembership.user_id == User.id)
        .where(TeamMembership.entry_id == entry_id)
    ).all()
    if email_key(address) in keys:
        raise InputError("guardian_is_team", field="email")


def _void_links(session: Session, entry_id: int, user_id: int, *, now: datetime) -> None:
    links = session.scalars(
        select(OneTimeToken).where(
            OneTimeToken.entry_id == entry_id,
            OneTimeToken.user_id == user_id,
            OneTimeToken.purpose == TokenPurpose.GUARDIAN_CONSENT,
        )
    ).all()
    if len(links) >= MOST_GUARDIAN_LINKS:
        raise RuleError("too_many_invitations", most=MOST_GUARDIAN_LINKS)
    for link in links:
        link.used_at = link.used_at or now


def _mail_guardian(
    session: Session,
    entry: Entry,
    member: TeamMembership,
    secret: str,
    *,
    language: str,
    base_url: str,
    now: datetime,
) -> None:
    season = session.get_one(Season, entry.season_id)
    standing, ends = door(session, season, entry.id, now=now), now + GUARDIAN_LINK_LIVES
    mail.queue(
        session,
        "guardian_consent",
        to=member.guardian_email,
        name=member.guardian_name,
        season_id=season.id,
        key=f"guardian-consent:{hash_secret(secret)[:24]}",
        now=now,
        language=language,
        context={
            "member": member.user.name,
            "title": entry.title or entry.code,
            "season": season.full_name(language),
            "answer_by": min(standing.until or ends, ends),
            "zone": standing.zone,
            "url": f"{base_url}/{language}/guardian/{secret}",
        },
    )


def guardian_needs(
    session: Session, secret: str, *, language: str, now: datetime
) -> tuple[OneTimeToken, list[ConsentNeed]]:
    """Return what a guardian's link asks.

    Raises RuleError("guardian_link_dead") where it is used, expired or unknown.
    """
    try:
        token = find_token(session, secret, TokenPurpose.GUARDIAN_CONSENT, now=now)
    except RuleError as error:
        raise RuleError("guardian_link_dead") from error
    needs = needs_of(session, token.entry_id or 0, token.user_id or 0, language=language, now=now)
    return token, [need for need in needs if need.by_guardian]


def check_agreed(needs: Collection[ConsentNeed], agreed: Collection[str]) -> None:
    """Raise InputError("consent_required_missing") where a required one is not among the agreed."""
    if any(need.consent.required and need.consent.key not in agreed for need in needs):
        raise InputError("consent_required_missing", field="agreed")


def guardian_answers(
    session: Session,
    secret: str,
    agreed: Collection[str],
    *,
    name: str,
    language: str,
    now: datetime,
) -> None:
    """Record a guardian's own answer by her link, which then dies.

    agreed: keys of the consents that she gives. Raises InputError("guardian_name_missing"), or
    InputError("consent_required_missing") where a required one is not among them: the link
    then stays alive.
    """
    if not name.strip():
        raise InputError("guardian_name_missing", field="name")
    token, needs = guardian_needs(session, secret, language=language, now=now)
    check_agreed(needs, agreed)
    entry = _writable(session, token.entry_id or 0)
    use_token(session, secret, TokenPurpose.GUARDIAN_CONSENT, now=now)
    for need in needs:
        if need.consent.key in agreed and need.missing:
            _give(
                session,
                entry,
                need,
                ConsentBy.GUARDIAN,
                actor_id=None,
                now=now,
                guardian_name=name.strip(),
            )


def record_paper(
    session: Session,
    entry_id: int,
    member_id: str,
    agreed: Collection[str],
    *,
    guardian_name: str,
    language: str,
    actor_id: int,
    now: datetime,
    signed_at: datetime | None = None,
) -> int:
    """Record what a signed form on paper says, and return how many consents it added.

    member_id: the public id of the place in the team; signed_at: when it was signed, now where
    nobody knows. Raises
    InputError("guardian_name_missing" | "nothing_chosen").
    """
    entry = _writable(session, entry_id)
    if not guardian_name.strip():
        raise InputError("guardian_name_missing", field="guardian_name")
    member = session.scalar(
        select(TeamMembership).where(
            TeamMembership.entry_id == entry_id, TeamMembership.public_id == member_id
        )
    )
    if member is None:
        raise NotFoundError
    needs = needs_of(session, entry_id, member.user_id, language=language, now=now)
    given = [need for need in needs if need.consent.key in agreed and need.missing]
    if not given:
        raise InputError("nothing_chosen", field="agreed")
    for need in given:
        _give(
            session,
            entry,
            need,
            ConsentBy.PAPER,
            actor_id=actor_id,
            now=now,
            guardian_name=guardian_name.strip(),
            recorded_by_id=actor_id,
            given_at=signed_at,
        )
    return len(given)
