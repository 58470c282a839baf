"""The jury meeting: one entry at a time, decided with a reason, minuted as it goes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, NotFoundError, RuleError
from award.models.deliberation import Deliberation, Minute, MinuteKind, SignOff
from award.models.entries import TeamMembership
from award.models.jury import Assignment, AssignmentState, Conflict, Juror, JurorState, RoundEntry
from award.models.results import Outcome
from award.models.seasons import Round
from award.results.decisions.deciding import decide, standing_decisions, undecided_round

ENDED = (AssignmentState.RECUSED, AssignmentState.EXCLUDED)


def open_deliberation(
    session: Session, round_id: int, *, actor_id: int | None, now: datetime
) -> Deliberation:
    """Open the meeting of a tabulated round, or open a closed one again, which voids signatures.

    Raises RuleError("round_not_tabulated").
    """
    round_ = undecided_round(session, round_id)
    found = session.scalar(select(Deliberation).where(Deliberation.round_id == round_id))
    if found is None:
        found = Deliberation(round_id=round_id, opened_at=now)
        session.add(found)
        session.flush()
        _write(session, found, Minute(kind=MinuteKind.OPENED), actor_id, now)
    elif found.closed_at is not None:
        found.closed_at = None
        _write(session, found, Minute(kind=MinuteKind.REOPENED), actor_id, now)
    _record(session, "round.deliberation_opened", round_, actor_id, now)
    return found


def show(
    session: Session, round_id: int, entry_id: int | None, *, actor_id: int | None, now: datetime
) -> None:
    """Put an entry on the big screen, or clear it; who may not talk about it is minuted.

    Raises NotFoundError for an entry that is not in the round, RuleError deliberation_closed.
    """
    meeting = _open_meeting(session, round_id)
    if entry_id == meeting.shown_entry_id:
        return
    if entry_id is not None:
        _check_in_round(session, round_id, entry_id)
        absent = absent_from(session, round_id, entry_id)
        line = Minute(kind=MinuteKind.SHOWN, entry_id=entry_id, absent=absent)
        _write(session, meeting, line, actor_id, now)
    meeting.shown_entry_id = entry_id
    meeting.revision += 1
    session.flush()


def move(
    session: Session,
    round_id: int,
    entry_id: int,
    *,
    outcome: Outcome,
    place: int | None,
    reason: str,
    seen: str | None = None,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Decide on an entry in the meeting: a reason is always needed, and minuted.

    seen: what stood decided on the page, as ``decision_mark`` gives it; None asks for nothing.
    Raises InputError("reason_missing"), RuleError deliberation_closed, decided_meanwhile where
    somebody decided since, and what ``decide`` raises.
    """
    meeting = _open_meeting(session, round_id)
    if not reason.strip():
        raise InputError("reason_missing", field="reason")
    if seen is not None and seen != _mark_of(session, round_id, entry_id):
        raise RuleError("decided_meanwhile")
    made = decide(
        session,
        round_id,
        entry_id,
        outcome=outcome,
        place=place,
        reason=reason,
        actor_id=actor_id,
        now=now,
    )
    line = Minute(
        kind=MinuteKind.DECIDED,
        entry_id=entry_id,
        outcome=made.outcome.value,
        place=made.place,
        text=made.reason,
        absent=absent_from(session, round_id, entry_id),
    )
    _write(session, meeting, line, actor_id, now)


def decision_mark(outcome: str, place: int | None) -> str:
    """Return what tells one decision on an entry from another; "" where none stands."""
    return f"{outcome} {place or ''}".strip()


def _mark_of(session: Session, round_id: int, entry_id: int) -> str:
    standing = standing_decisions(session, round_id, entry_id=entry_id)
    return decision_mark(standing[0].outcome.value, standing[0].place) if standing else ""


def note(
    session: Session, round_id: int, text: str, *, actor_id: int | None, now: datetime
) -> None:
    """Write a line of the minutes by hand, about the entry on the screen where there is one."""
    meeting = _open_meeting(session, round_id)
    if not text.strip():
        raise InputError("nothing_noted", field="text")
    line = Minute(kind=MinuteKind.NOTED, entry_id=meeting.shown_entry_id, text=text.strip())
    _write(session, meeting, line, actor_id, now)


def note_present(
    session: Session,
    round_id: int,
    juror_ids: Iterable[str],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write down which active jurors (public ids) are in the room; others are passed over.

    Raises InputError("nobody_present") where none is left.
    """
    meeting = _open_meeting(session, round_id)
    season_id = session.get_one(Round, round_id).season_id
    here = session.scalars(
        select(Juror.public_id)
        .where(
            Juror.season_id == season_id,
            Juror.state == JurorState.ACTIVE,
            Juror.public_id.in_(list(juror_ids)),
        )
        .order_by(Juror.is_chair.desc(), Juror.name, Juror.id)
    ).all()
    if not here:
        raise InputError("nobody_present", field="here")
    _write(session, meeting, Minute(kind=MinuteKind.PRESENT, text="\n".join(here)), actor_id, now)


def close_deliberation(
    session: Session, round_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Close the meeting: its minutes stand and can be signed."""
    meeting = _open_meeting(session, round_id)
    _write(session, meeting, Minute(kind=MinuteKind.CLOSED), actor_id, now)
    meeting.closed_at, meeting.shown_entry_id = now, None
    session.flush()
    digest = minutes_digest(session, meeting.id)
    round_ = session.get_one(Round, round_id)
    _record(session, "round.deliberation_closed", round_, actor_id, now, minutes=digest)


def sign(
    session: Session, round_id: int, juror_id: int, *, actor_id: int | None, now: datetime
) -> SignOff:
    """Sign the minutes of a closed meeting; an earlier signature of the juror is replaced.

    Raises RuleError("deliberation_open") before it is closed, NotFoundError where there is none.
    """
    meeting = _meeting(session, round_id)
    if meeting.closed_at is None:
        raise RuleError("deliberation_open")
    found = session.scalar(
        select(SignOff).where(SignOff.deliberation_id == meeting.id, SignOff.juror_id == juror_id)
    )
    digest = minutes_digest(session, meeting.id)
    if found is None:
        found = SignOff(deliberation_id=meeting.id, juror_id=juror_id, at=now, digest=digest)
        session.add(found)
    found.at, found.digest = now, digest
    meeting.revision += 1
    session.flush()
    round_ = session.get_one(Round, round_id)
    _record(session, "round.minutes_signed", round_, actor_id, now, minutes=digest)
    return found


def minutes_digest(session: Session, deliberation_id: int) -> str:
    """Return the SHA-256 of the minutes: what a signature is bound to."""
    rows = session.scalars(
        select(Minute).where(Minute.deliberation_id == deliberation_id).order_by(Minute.id)
    )
    return digest_of(rows)


def digest_of(minutes: Iterable[Minute]) -> str:
    """Return the SHA-256 of minutes in their order, as canonical JSON."""
    content = [
        [row.at.isoformat(), row.kind.value, row.entry_id, row.outcome, row.place, row.text]
        for row in minutes
    ]
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def absent_from(session: Session, round_id: int, entry_id: int) -> list[str]:
    """Return the active jurors (public ids) who may not talk about an entry.

    A conflict stands, they stepped back or were excluded in any round, or they are on its team.
    """
    season_id = session.get_one(Round, round_id).season_id
    rows = session.scalars(
        select(Juror.public_id)
        .where(
            Juror.season_id == season_id,
            Juror.state == JurorState.ACTIVE,
            Juror.id.in_(barred_jurors(entry_id)),
        )
        .order_by(Juror.public_id)
    )
    return list(rows)


def barred_jurors(entry_id: int) -> Select[int]:
    """Return the select of the ids of jurors who may not talk about an entry."""
    conflicts = select(Conflict.juror_id).where(
        Conflict.entry_id == entry_id, Conflict.lifted_at.is_(None)
    )
    ended = select(Assignment.juror_id).where(
        Assignment.entry_id == entry_id, Assignment.state.in_(ENDED)
    )
    team = (
        select(Juror.id)
        .join(TeamMembership, TeamMembership.user_id == Juror.user_id)
        .where(TeamMembership.entry_id == entry_id, TeamMembership.left_at.is_(None))
    )
    return select(Juror.id).where(
        or_(Juror.id.in_(conflicts), Juror.id.in_(ended), Juror.id.in_(team))
    )


def _meeting(session: Session, round_id: int) -> Deliberation:
    found = session.scalar(select(Deliberation.id).where(Deliberation.round_id == round_id))
    if found is None:
        raise NotFoundError
    return locked(session, Deliberation, found)


def _open_meeting(session: Session, round_id: int) -> Deliberation:
    undecided_round(session, round_id)
    meeting = _meeting(session, round_id)
    if meeting.closed_at is not None:
        raise RuleError("deliberation_closed")
    return meeting


def _check_in_round(session: Session, round_id: int, entry_id: int) -> None:
    inside = session.scalar(
        select(RoundEntry.id).where(
            RoundEntry.round_id == round_id, RoundEntry.entry_id == entry_id
        )
    )
    if inside is None:
        raise NotFoundError


def _write(
    session: Session, meeting: Deliberation, line: Minute, actor_id: int | None, now: datetime
) -> None:
    line.deliberation_id, line.at, line.by_id = meeting.id, now, actor_id
    session.add(line)
    meeting.revision += 1
    session.flush()


def _record(
    session: Session,
    action: str,
    round_: Round,
    actor_id: int | None,
    now: datetime,
    **after: str,
) -> None:
    audit.record(
        session,
        action,
        round_,
        actor_id=actor_id,
        now=now,
        after=after or None,
        season_id=round_.season_id,
    )
