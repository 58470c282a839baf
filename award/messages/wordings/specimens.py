"""What a reworded mail would say to somebody: her own data where there are any, else a sample."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.i18n import format_moment
from award.jury.people.invitation_mail import effort
from award.messages.broadcasts.recipients import OUTSTANDING, Recipient, recipients_of
from award.models.accounts import User
from award.models.broadcasts import Audience, Broadcast
from award.models.entries import Entry, EntryVersion, TeamMembership, TeamRole
from award.models.jury import Assignment, Juror
from award.models.seasons import Round, RoundState, Season
from award.texts import say
from award.wording import Kind

PATHS = {
    "entry_receipt": "entries/{id}/receipts/{receipt}.pdf",
    "thread_answered": "entries/{id}/thread",
    "certificate_issued": "certificates",
    "team_invitation": "invitations/…",
    "juror_invitation": "invitations/…",
    "guardian_consent": "guardian/…",
    "protocol_ready": "rounds/…/protocol",
    "assignment_offered": "judging",
    "juror_reminder": "judging",
    "sheet_reopened": "assignments/…",
}
"""Where a kind's {link} leads; a secret or something that is not there yet is a "…"."""


def possible_recipients(session: Session, season_id: int, kind: Kind) -> list[Recipient]:
    """Return who may get a kind of mail: jurors by name, or every member of every team."""
    audience = Audience.JURORS if kind.to_jurors else Audience.TEAMS
    everybody = Broadcast(season_id=season_id, audience=audience, filters={}, subject={})
    everybody.text = {"en": "" if kind.to_jurors else "{title}"}
    return recipients_of(session, everybody)


def specimen(
    session: Session, season: Season, kind: Kind, one: Recipient, base_url: str
) -> dict[str, str]:
    """Return each field of a kind of mail as this person would read it, in her language."""
    language = one.language
    values = {name: say(f"sample.{name}", language) for name in kind.fields}
    real = _general(session, season, one)
    real |= _of_juror(session, one) if kind.to_jurors else _of_entry(session, season, one)
    site = f"{base_url}/{language}"
    path = PATHS.get(kind.key, one.path or "judging")
    entry_id = one.path.rpartition("/")[2]
    receipt = real.get("receipt") or values.get("receipt", "")
    real |= {
        "link": f"{site}/{path.format(id=entry_id, receipt=receipt)}",
        "check_link": f"{site}/c/…",
        "password_link": f"{site}/forgot",
        "feedback_link": f"{site}/entries/{entry_id}/feedback",
        "results_link": f"{site}/{season.programme.slug}/{season.slug}/winners",
    }
    if kind.key == "guardian_consent":
        real["name"] = say("sample.guardian", language)
    return values | {name: real[name] for name in kind.fields if real.get(name)}


def _general(session: Session, season: Season, one: Recipient) -> dict[str, str]:
    language, zone = one.language, season.programme.time_zone
    round_ = session.scalar(
        select(Round)
        .where(Round.season_id == season.id)
        .order_by(Round.state != RoundState.OPEN, Round.position.desc())
        .limit(1)
    )
    deadline = datetime.fromisoformat(one.deadline) if one.deadline else None
    return {
        "name": one.name or one.email,
        "email": one.email,
        "season": pick_text(season.name, language),
        "programme": pick_text(season.programme.name, language),
        "title": one.title or one.code,
        "code": one.code,
        "deadline": format_moment(deadline, language, zone),
        "round": pick_text(round_.name, language) if round_ else "",
        "judging_opens": format_moment(round_.opens_at if round_ else None, language, zone),
        "judging_closes": format_moment(round_.closes_at if round_ else None, language, zone),
        "appeals_until": format_moment(round_.appeals_until if round_ else None, language, zone),
    }


def _of_entry(session: Session, season: Season, one: Recipient) -> dict[str, str]:
    row: Any = session.execute(
        select(Entry.screening_reason, EntryVersion, User.name)
        .outerjoin(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .outerjoin(
            TeamMembership,
            (TeamMembership.entry_id == Entry.id) & (TeamMembership.role == TeamRole.LEAD),
        )
        .outerjoin(User, User.id == TeamMembership.user_id)
        .where(Entry.public_id == one.path.rpartition("/")[2])
    ).first()
    if row is None:
        return {}
    reason, version, lead = row
    real = {"reason": reason, "lead": lead or "", "inviter": lead or "", "member": one.name}
    if version is not None:
        moment = format_moment(version.submitted_at, one.language, season.programme.time_zone)
        real |= {"receipt": version.receipt, "digest": version.digest, "moment": moment}
    return real


def _of_juror(session: Session, one: Recipient) -> dict[str, str]:
    row = session.execute(
        select(Juror.maximum, func.count(Assignment.id))
        .outerjoin(
            Assignment, (Assignment.juror_id == Juror.id) & Assignment.state.in_(OUTSTANDING)
        )
        .where(Juror.public_id == one.key)
        .group_by(Juror.id, Juror.maximum)
    ).first()
    if row is None:
        return {}
    maximum, count = row
    work = effort(maximum, one.language)
    return {"maximum": str(maximum), "effort": work, "count": str(count or "")}
