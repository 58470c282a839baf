"""Appeals: a team's lead files one in time, the organisers answer. Neither changes an outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import scoring
from award import audit
from award.accounts.queries import organisers_of
from award.db import locked, pick_text
from award.entries.drafting.service import random_code
from award.entries.mails import mail_member, team_users
from award.errors import InputError, NotFoundError, RuleError
from award.models.accounts import User
from award.models.appeals import Appeal, AppealDraft, Ground, Recalculation, Ruling
from award.models.entries import Entry, EntryState, TeamMembership, TeamRole
from award.models.jury import RoundEntry
from award.models.seasons import Round, Season
from award.results.appeals.recalculating import Disputed, difference, own_row
from award.results.rounds import is_public

LONGEST = 6000


def checked_appeal(ground: str, text: str) -> tuple[Ground, str]:
    """Return what a team sent as an appeal can be filed.

    Raises InputError appeal_not_a_ground (another opinion about the score is none), appeal_empty or
    appeal_too_long.
    """
    if ground not in set(Ground):
        raise InputError("appeal_not_a_ground", field="ground")
    words = text.strip()
    if not words:
        raise InputError("appeal_empty", field="text")
    if len(words) > LONGEST:
        raise InputError("appeal_too_long", field="text", most=LONGEST)
    return Ground(ground), words


def file_appeal(
    session: Session,
    round_id: int,
    entry_id: int,
    *,
    ground: str,
    text: str,
    actor_id: int,
    now: datetime,
    base_url: str,
) -> Appeal:
    """File an entry's one appeal against a round; its lead gets a receipt, the organisers a link.

    The same appeal sent twice is one. Raises NotFoundError before the announcement and where the
    entry was not in the round, RuleError appeal_lead_only, appeal_filed_already, appeal_withdrawn,
    appeals_not_open (the round has no deadline for them) or appeals_closed (it has passed), and
    what ``checked_appeal`` raises.
    """
    entry = locked(session, Entry, entry_id)
    round_ = session.get_one(Round, round_id)
    known, words = checked_appeal(ground, text)
    _check_lead(session, round_, entry, actor_id, now)
    found = session.scalar(
        select(Appeal).where(Appeal.round_id == round_id, Appeal.entry_id == entry_id)
    )
    if found is not None:
        if (found.ground, found.text, found.filed_by_id) == (known, words, actor_id):
            return found
        raise RuleError("appeal_filed_already", receipt=found.receipt)
    _check_open(session, round_, entry, now)
    _drop_draft(session, round_id, entry_id)
    made = Appeal(
        receipt=f"{entry.code}-A{round_.position}-{random_code(6)}",
        round_id=round_id,
        entry_id=entry_id,
        ground=known,
        text=words,
        filed_at=now,
        filed_by_id=actor_id,
    )
    session.add(made)
    session.flush()
    after = {"round": round_.public_id, "entry": entry.public_id, "ground": known}
    _record(session, "appeal.filed", made, after, actor_id=actor_id, now=now)
    _mail_receipt(session, made, session.get_one(User, actor_id), base_url)
    _tell_organisers(session, made, base_url)
    return made


def _drop_draft(session: Session, round_id: int, entry_id: int) -> None:
    session.execute(
        delete(AppealDraft).where(
            AppealDraft.round_id == round_id, AppealDraft.entry_id == entry_id
        )
    )


def check_may_file(
    session: Session, round_: Round, entry: Entry, actor_id: int, now: datetime
) -> None:
    """Refuse, as ``file_appeal`` does, whoever could not file an appeal now."""
    _check_lead(session, round_, entry, actor_id, now)
    found = select(Appeal).where(Appeal.round_id == round_.id, Appeal.entry_id == entry.id)
    filed = session.scalar(found)
    if filed is not None:
        raise RuleError("appeal_filed_already", receipt=filed.receipt)
    _check_open(session, round_, entry, now)


def _check_lead(
    session: Session, round_: Round, entry: Entry, actor_id: int, now: datetime
) -> None:
    competed = session.scalar(
        select(RoundEntry.id).where(
            RoundEntry.round_id == round_.id, RoundEntry.entry_id == entry.id
        )
    )
    if competed is None or not is_public(round_, now):
        raise NotFoundError
    leads = session.scalar(
        select(TeamMembership.id).where(
            TeamMembership.entry_id == entry.id,
            TeamMembership.user_id == actor_id,
            TeamMembership.role == TeamRole.LEAD,
            TeamMembership.left_at.is_(None),
        )
    )
    if leads is None:
        raise RuleError("appeal_lead_only")


def _check_open(session: Session, round_: Round, entry: Entry, now: datetime) -> None:
    if entry.state is EntryState.WITHDRAWN:
        raise RuleError("appeal_withdrawn")
    if round_.appeals_until is None:
        raise RuleError("appeals_not_open")
    if now >= round_.appeals_until:
        zone = session.get_one(Season, round_.season_id).programme.time_zone
        raise RuleError("appeals_closed", at=round_.appeals_until, zone=zone)


def keep_recalculation(
    session: Session,
    disputed: Disputed,
    computed: scoring.Tabulation,
    *,
    actor_id: int | None,
    now: datetime,
) -> Recalculation:
    """Keep with an appeal what ``recalculate`` made of a disputed sheet.

    RuleError("appeal_answered") where it comes too late.
    """
    appeal = _unanswered(session, disputed.appeal_id)
    made = Recalculation(
        appeal_id=appeal.id,
        tabulation_id=disputed.tabulation_id,
        juror_id=disputed.juror_id,
        points=dict(disputed.points),
        rows=difference(disputed.before, computed.to_dict(), disputed.entry),
        digest=computed.engine.digest,
        engine=f"{computed.engine.name} {computed.engine.version}",
        computed_at=now,
        computed_by_id=actor_id,
    )
    session.add(made)
    session.flush()
    after = {"recalculation": made.public_id, "input": made.digest, "points": dict(made.points)}
    _record(session, "appeal.recalculated", appeal, after, actor_id=actor_id, now=now)
    return made


def answer_appeal(
    session: Session,
    appeal_id: int,
    *,
    ruling: Ruling,
    answer: str,
    recalculation: str = "",
    actor_id: int,
    now: datetime,
    base_url: str,
) -> Appeal:
    """Answer an appeal once and for all; every member of the team gets the answer by mail.

    recalculation: public id of the one whose line about this entry goes with the answer, "" for
    none. Standings and decisions stay as they are. Raises InputError appeal_answer_missing or
    recalculation_unknown, RuleError("appeal_answered").
    """
    appeal = _unanswered(session, appeal_id)
    words = answer.strip()
    if not words:
        raise InputError("appeal_answer_missing", field="answer")
    attached = _attach(session, appeal, recalculation)
    appeal.ruling, appeal.answer = ruling, words
    appeal.answered_at, appeal.answered_by_id = now, actor_id
    session.flush()
    after = {"ruling": ruling, "recalculation": attached.public_id if attached else ""}
    _record(session, "appeal.answered", appeal, after, actor_id=actor_id, now=now)
    own = own_row(attached, appeal.entry.code) if attached else None
    for user in team_users(session, appeal.entry_id):
        context = {"ruling": ruling.value, "answer": words, "own": own}
        _mail(session, "appeal_answered", appeal, user, context, base_url, now)
    return appeal


def _unanswered(session: Session, appeal_id: int) -> Appeal:
    """Lock an appeal that waits for its answer; RuleError("appeal_answered") for another one."""
    appeal = locked(session, Appeal, appeal_id)
    if appeal.ruling is not None:
        raise RuleError("appeal_answered")
    return appeal


def _attach(session: Session, appeal: Appeal, public_id: str) -> Recalculation | None:
    if not public_id:
        return None
    found = session.scalar(
        select(Recalculation).where(
            Recalculation.appeal_id == appeal.id, Recalculation.public_id == public_id
        )
    )
    if found is None:
        raise InputError("recalculation_unknown", field="recalculation")
    found.attached = True
    return found


def _record(
    session: Session,
    action: str,
    appeal: Appeal,
    after: dict[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write to the log what was done with an appeal; its words stay out of it."""
    season = session.get_one(Season, appeal.entry.season_id)
    audit.record(
        session,
        action,
        appeal,
        actor_id=actor_id,
        now=now,
        after=after,
        programme_id=season.programme_id,
        season_id=season.id,
    )


def _mail_receipt(session: Session, appeal: Appeal, lead: User, base_url: str) -> None:
    zone = session.get_one(Season, appeal.entry.season_id).programme.time_zone
    context = {"ground": appeal.ground.value, "text": appeal.text, "filed_at": appeal.filed_at}
    context |= {"zone": zone}
    _mail(session, "appeal_received", appeal, lead, context, base_url, appeal.filed_at)


def _tell_organisers(session: Session, appeal: Appeal, base_url: str) -> None:
    season = session.get_one(Season, appeal.entry.season_id)
    for person in organisers_of(session, season.programme_id, about_entry=appeal.entry_id):
        context = {"url": f"{base_url}/{person.language}/appeals/{appeal.public_id}"}
        _mail(session, "appeal_filed", appeal, person, context, base_url, appeal.filed_at)


def _mail(
    session: Session,
    template: str,
    appeal: Appeal,
    person: User,
    context: dict[str, Any],
    base_url: str,
    now: datetime,
) -> None:
    entry, round_ = appeal.entry, appeal.round
    season = session.get_one(Season, entry.season_id)
    path = f"entries/{entry.public_id}/appeals/{round_.public_id}"
    common = {
        "season": pick_text(season.name, person.language),
        "round": pick_text(round_.name, person.language),
        "title": entry.title,
        "code": entry.code,
        "receipt": appeal.receipt,
        "url": f"{base_url}/{person.language}/{path}",
    }
    mail_member(session, template, person, entry, appeal.receipt, common | context, now=now)
