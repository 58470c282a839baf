"""The team: invitations, what a member says about herself, leaving, and who leads."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from award import audit, mail
from award.accounts.emails import check_email, email_key
from award.accounts.secrets import hash_secret
from award.accounts.tokens import issue_token
from award.db import locked
from award.entries.mails import mail_member
from award.entries.requirements.eligibility import local_day
from award.entries.states import door, open_entry
from award.errors import InputError, NotFoundError, RuleError
from award.models.accounts import OneTimeToken, TokenPurpose, User
from award.models.entries import Entry, EntryState, TeamMembership, TeamRole
from award.models.seasons import Programme, Season

INVITATION_LIVES = timedelta(days=14)
MOST_INVITATIONS = 20
OLDEST = 120


def membership(session: Session, entry_id: int, public_id: str) -> TeamMembership:
    """Return a live place in a team by its public id; NotFoundError for any other team's."""
    found = session.scalar(
        select(TeamMembership).where(
            TeamMembership.entry_id == entry_id,
            TeamMembership.public_id == public_id,
            TeamMembership.left_at.is_(None),
        )
    )
    if found is None:
        raise NotFoundError
    return found


def _own(session: Session, entry_id: int, user_id: int) -> TeamMembership:
    found = session.scalar(
        select(TeamMembership).where(
            TeamMembership.entry_id == entry_id,
            TeamMembership.user_id == user_id,
            TeamMembership.left_at.is_(None),
        )
    )
    if found is None:
        raise NotFoundError
    return found


def _audit(
    session: Session,
    action: str,
    entry: Entry,
    *,
    actor_id: int | None,
    now: datetime,
    before: object = None,
    after: object = None,
) -> None:
    season = session.get_one(Season, entry.season_id)
    audit.record(
        session,
        action,
        entry,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        programme_id=season.programme_id,
    )


def invite_member(
    session: Session,
    entry_id: int,
    email: str,
    *,
    language: str,
    base_url: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Mail somebody a link that puts her on the team; an earlier link to her address dies.

    Raises InputError("email_invalid" | "already_in_team"), RuleError("team_full") counting open
    invitations too, RuleError("too_many_invitations"), RuleError where the door is shut.
    """
    entry, season = open_entry(session, entry_id, now=now)
    address = check_email(email)
    _check_not_member(session, entry_id, address)
    _void_invitations(session, entry_id, address, now=now)
    _check_room(session, entry_id, season, now=now)
    closes = door(session, season, entry_id, now=now).closes_at
    secret = issue_token(
        session,
        TokenPurpose.TEAM_INVITATION,
        now=now,
        lives=min(INVITATION_LIVES, closes - now) if closes else INVITATION_LIVES,
        email=address,
        entry_id=entry_id,
        created_by_id=actor_id,
    )
    inviter = session.get_one(User, actor_id)
    mail.queue(
        session,
        "team_invitation",
        to=address,
        season_id=season.id,
        key=f"team-invitation:{hash_secret(secret)[:24]}",
        now=now,
        language=language,
        context={
            "inviter": inviter.name,
            "title": entry.title or entry.code,
            "season": season.full_name(language),
            "closes_at": closes,
            "zone": session.get_one(Programme, season.programme_id).time_zone,
            "url": f"{base_url}/{language}/invitations/{secret}",
        },
    )
    _audit(session, "team.invited", entry, actor_id=actor_id, now=now)


def _check_not_member(session: Session, entry_id: int, address: str) -> None:
    there = session.scalar(
        select(User.id)
        .join(TeamMembership, TeamMembership.user_id == User.id)
        .where(
            TeamMembership.entry_id == entry_id,
            TeamMembership.left_at.is_(None),
            User.email_key == email_key(address),
        )
    )
    if there is not None:
        raise InputError("already_in_team", field="email")


def _void_invitations(session: Session, entry_id: int, address: str, *, now: datetime) -> int:
    ended = session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.entry_id == entry_id,
            OneTimeToken.purpose == TokenPurpose.TEAM_INVITATION,
            OneTimeToken.email == address,
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _check_room(session: Session, entry_id: int, season: Season, *, now: datetime) -> None:
    tokens = select(OneTimeToken.used_at, OneTimeToken.expires_at).where(
        OneTimeToken.entry_id == entry_id, OneTimeToken.purpose == TokenPurpose.TEAM_INVITATION
    )
    sent = session.execute(tokens).all()
    if len(sent) >= MOST_INVITATIONS:
        raise RuleError("too_many_invitations", most=MOST_INVITATIONS)
    waiting = sum(used is None and expires > now for used, expires in sent)
    members = session.scalar(
        select(func.count()).where(
            TeamMembership.entry_id == entry_id, TeamMembership.left_at.is_(None)
        )
    )
    if season.max_team is not None and (members or 0) + waiting >= season.max_team:
        raise RuleError("team_full", most=season.max_team)


def join_team(session: Session, entry_id: int, user_id: int, *, now: datetime) -> Entry:
    """Put somebody who accepted an invitation on the team and return the entry.

    Who is on it already stays as she is; who had left comes back. Raises RuleError where the
    door is shut, the entry was withdrawn or the team is full ("team_full").
    """
    entry, season = open_entry(session, entry_id, now=now)
    rows = session.scalars(select(TeamMembership).where(TeamMembership.entry_id == entry_id)).all()
    mine = next((row for row in rows if row.user_id == user_id), None)
    if mine is not None and mine.left_at is None:
        return entry
    if season.max_team is not None and sum(r.left_at is None for r in rows) >= season.max_team:
        raise RuleError("team_full", most=season.max_team)
    if mine is None:
        mine = TeamMembership(entry_id=entry_id, user_id=user_id, joined_at=now)
        session.add(mine)
    mine.left_at, mine.role = None, TeamRole.MEMBER
    session.flush()
    audit.record(
        session,
        "team.joined",
        entry,
        actor_id=user_id,
        now=now,
        after={"member": mine.public_id},
        programme_id=season.programme_id,
    )
    return entry


def cancel_invitation(
    session: Session, entry_id: int, email: str, *, actor_id: int, now: datetime
) -> None:
    """End an open invitation; NotFoundError where none waits for that address."""
    entry = locked(session, Entry, entry_id)
    if not _void_invitations(session, entry_id, email, now=now):
        raise NotFoundError
    _audit(session, "team.invitation_cancelled", entry, actor_id=actor_id, now=now)


def save_member(
    session: Session,
    entry_id: int,
    user_id: int,
    *,
    birth_date: date | None,
    is_student: bool,
    now: datetime,
) -> None:
    """Keep what a member says about herself: birth date and whether she studies.

    Raises InputError("birth_date_impossible") for a day to come or one over OLDEST years ago.
    """
    entry, season = open_entry(session, entry_id, now=now)
    zone = session.get_one(Programme, season.programme_id).time_zone
    today = local_day(now, zone)
    if birth_date and not (today.year - OLDEST <= birth_date.year and birth_date < today):
        raise InputError("birth_date_impossible", field="birth_date")
    mine = _own(session, entry_id, user_id)
    mine.birth_date, mine.is_student = birth_date, is_student
    session.flush()
    after = {"member": mine.public_id}
    _audit(session, "team.details_saved", entry, actor_id=user_id, now=now, after=after)


def remove_member(
    session: Session, entry_id: int, member_id: str, *, actor_id: int, now: datetime
) -> None:
    """Take a member off the team, or let her leave; RuleError("lead_cannot_leave") for the lead."""
    entry, _season = open_entry(session, entry_id, now=now)
    member = membership(session, entry_id, member_id)
    if member.role is TeamRole.LEAD:
        raise RuleError("lead_cannot_leave")
    member.left_at = now
    session.flush()
    action = "team.left" if member.user_id == actor_id else "team.removed"
    _audit(session, action, entry, actor_id=actor_id, now=now, before={"member": member.public_id})


def hand_over_lead(
    session: Session,
    entry_id: int,
    member_id: str,
    *,
    actor_id: int,
    now: datetime,
    reason: str = "",
    base_url: str = "",
) -> None:
    """Make another member the lead; the present one stays a member. Both are told by mail.

    An organiser who does it for a team whose lead has vanished states a reason; it is audited.
    Works after the deadline too. RuleError("entry_is_withdrawn" | "already_lead").
    """
    entry = locked(session, Entry, entry_id)
    if entry.state is EntryState.WITHDRAWN:
        raise RuleError("entry_is_withdrawn")
    heir = membership(session, entry_id, member_id)
    if heir.role is TeamRole.LEAD:
        raise RuleError("already_lead")
    before = _step_down(session, entry_id)
    heir.role = TeamRole.LEAD
    session.flush()
    _audit(
        session,
        "team.lead_changed",
        entry,
        actor_id=actor_id,
        now=now,
        before={"lead": [one.public_id for one in before]},
        after={"lead": heir.public_id, "reason": reason},
    )
    for one in (heir, *before):
        context = {
            "title": entry.title or entry.code,
            "lead": heir.user.name,
            "reason": reason,
            "url": f"{base_url}/{one.user.language}/entries/{entry.public_id}",
        }
        mail_member(session, "lead_changed", one.user, entry, now.isoformat(), context, now=now)


def _step_down(session: Session, entry_id: int) -> list[TeamMembership]:
    leads = session.scalars(
        select(TeamMembership).where(
            TeamMembership.entry_id == entry_id, TeamMembership.role == TeamRole.LEAD
        )
    ).all()
    for lead in leads:
        lead.role = TeamRole.MEMBER
    return list(leads)


def change_lead(
    session: Session,
    entry_id: int,
    member_id: str,
    *,
    reason: str,
    actor_id: int,
    now: datetime,
    base_url: str = "",
) -> None:
    """Let an organiser give a team another lead; InputError("reason_missing") without a reason."""
    if not reason.strip():
        raise InputError("reason_missing", field="reason")
    hand_over_lead(
        session,
        entry_id,
        member_id,
        actor_id=actor_id,
        now=now,
        reason=reason.strip(),
        base_url=base_url,
    )
