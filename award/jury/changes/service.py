"""Assignments changed by people: by hand, accepted, stepped back from, taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, mail
from award.accounts.queries import organisers_of
from award.db import locked, new_public_id, pick_text
from award.errors import InputError, NotFoundError, RuleError
from award.jury.conflicts.barriers import barriers
from award.jury.conflicts.service import declare_conflict
from award.jury.proposals.drafting import Wish
from award.jury.proposals.planning import OPEN_STATES, last_positions
from award.jury.proposals.problem import ENDED, offer_of
from award.jury.proposals.running import request_run
from award.jury.telling import tell_later
from award.models.entries import Entry
from award.models.judging import ScoreSheet
from award.models.jury import (
    Assignment,
    AssignmentState,
    Juror,
    JurorState,
    RoundEntry,
)
from award.models.seasons import Round, RoundState

MAX_JURORS = 50


def assign_by_hand(
    session: Session,
    round_id: int,
    entry_id: int,
    juror_id: int,
    *,
    home_url: str,
    actor_id: int | None,
    now: datetime,
) -> Assignment:
    """Offer one entry to one juror; such a pair is kept by every later run.

    The juror's maximum and panel do not bind a hand. She hears of all that she gets within some
    minutes in one mail. Raises RuleError pair_conflicts (declared or found in the data),
    pair_ended (recused or excluded before), assigned_already, juror_not_active, entry_not_in_round
    or round_not_assignable.
    """
    round_ = locked(session, Round, round_id)
    juror = locked(session, Juror, juror_id)
    _check_pair(session, round_, entry_id, juror)
    assignment = Assignment(
        public_id=new_public_id(),
        round_id=round_id,
        entry_id=entry_id,
        juror_id=juror_id,
        position=last_positions(session, round_id)[juror_id] + 1,
        manual=True,
        created_at=now,
    )
    session.add(assignment)
    session.flush()
    _record(session, "assignment.made", assignment, actor_id, now)
    tell_later(session, round_, juror, home_url=home_url, now=now)
    return assignment


def _check_pair(session: Session, round_: Round, entry_id: int, juror: Juror) -> None:
    if round_.state not in OPEN_STATES:
        raise RuleError("round_not_assignable")
    if juror.state is not JurorState.ACTIVE or juror.season_id != round_.season_id:
        raise RuleError("juror_not_active")
    competes = select(RoundEntry.id).where(
        RoundEntry.round_id == round_.id, RoundEntry.entry_id == entry_id
    )
    if session.scalar(competes) is None:
        raise RuleError("entry_not_in_round")
    if barriers(session, [entry_id], [offer_of(juror)]):
        raise RuleError("pair_conflicts", juror=juror.name)
    rows = session.execute(
        select(Assignment.round_id, Assignment.state).where(
            Assignment.entry_id == entry_id, Assignment.juror_id == juror.id
        )
    ).all()
    if any(state in ENDED for _, state in rows):
        raise RuleError("pair_ended", juror=juror.name)
    if any(round_id == round_.id for round_id, _ in rows):
        raise RuleError("assigned_already", juror=juror.name)


def unassign(session: Session, assignment_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Take an assignment back that the juror has not begun; the pair may be made again later.

    Raises RuleError("sheet_begun") where she has: then only an exclusion, with a reason, helps.
    """
    assignment = locked(session, Assignment, assignment_id)
    if assignment.round.state not in OPEN_STATES:
        raise RuleError("round_not_assignable")
    begun = select(ScoreSheet.id).where(ScoreSheet.assignment_id == assignment_id)
    if assignment.state in ENDED or session.scalar(begun) is not None:
        raise RuleError("sheet_begun")
    _record(session, "assignment.taken_back", assignment, actor_id, now)
    session.delete(assignment)
    session.flush()


def set_lock(
    session: Session, assignment_id: int, locked_: bool, *, actor_id: int | None, now: datetime
) -> Assignment:
    """Lock a pair, so that no proposal takes it away, or let it go; a hand's pair counts as locked.

    Raises RuleError assignment_ended or round_not_assignable.
    """
    assignment = locked(session, Assignment, assignment_id)
    if assignment.round.state not in OPEN_STATES:
        raise RuleError("round_not_assignable")
    if assignment.state in ENDED:
        raise RuleError("assignment_ended")
    if (assignment.locked or assignment.manual) != locked_:
        assignment.locked = locked_
        assignment.manual = assignment.manual and locked_
        session.flush()
        _record(session, "assignment.locked", assignment, actor_id, now, {"locked": locked_})
    return assignment


def accept_offers(
    session: Session, juror_id: int, *, actor_id: int | None, now: datetime
) -> list[Assignment]:
    """Accept all that is offered to a juror; empty where nothing is."""
    rows = list(
        session.scalars(
            select(Assignment)
            .where(Assignment.juror_id == juror_id, Assignment.state == AssignmentState.OFFERED)
            .order_by(Assignment.id)
            .with_for_update()
        )
    )
    for assignment in rows:
        assignment.state = AssignmentState.ACTIVE
    session.flush()
    for assignment in rows:
        _record(session, "assignment.accepted", assignment, actor_id, now)
    return rows


def recuse(
    session: Session,
    assignment_id: int,
    reason: str,
    *,
    conflict: bool = False,
    base_url: str = "",
    actor_id: int | None,
    now: datetime,
) -> Assignment:
    """Let a juror step back from an entry: the place is free, a repair is proposed and mailed.

    The organisers get a mail with the address of the proposal, which begins with base_url and has
    /LANG/ for their language; the worker computes it. conflict: the reason is a conflict of
    interest, which is kept for later rounds too and needs no further words. The pair is never
    assigned again. Raises InputError("reason_missing"), RuleError sheet_submitted,
    assignment_ended or round_not_assignable (once the round is decided).
    """
    assignment = _end(
        session, assignment_id, AssignmentState.RECUSED, reason, now, reasoned=not conflict
    )
    if conflict:
        declare_conflict(
            session,
            assignment.juror_id,
            assignment.entry_id,
            reason,
            actor_id=actor_id,
            now=now,
        )
    _record(session, "assignment.recused", assignment, actor_id, now, {"conflict": conflict})
    _mail_recusal(session, assignment, _repair_url(session, assignment, base_url, now), now)
    return assignment


def _repair_url(session: Session, assignment: Assignment, base_url: str, now: datetime) -> str:
    """Ask for the repair and return its address; once the round is closed, that of its entry."""
    round_ = assignment.round
    address = f"{base_url}/LANG/rounds/{round_.public_id}"
    if round_.state not in OPEN_STATES:
        return f"{address}/assignment/{assignment.entry.public_id}"
    wish = Wish(seed=round_.seed)
    run = request_run(session, round_.id, "repair", wish, actor_id=None, now=now)
    return f"{address}/proposals/{run.public_id}"


def exclude_juror(
    session: Session, assignment_id: int, reason: str, *, actor_id: int | None, now: datetime
) -> Assignment:
    """Take a juror off an entry for a reason; a submitted sheet of hers no longer counts.

    The pair is never assigned again. Raises InputError("reason_missing") and
    RuleError assignment_ended or round_not_assignable (once the round is decided).
    """
    assignment = _end(session, assignment_id, AssignmentState.EXCLUDED, reason, now)
    _record(session, "assignment.excluded", assignment, actor_id, now, {"reason": reason.strip()})
    return assignment


def _end(
    session: Session,
    assignment_id: int,
    state: AssignmentState,
    reason: str,
    now: datetime,
    *,
    reasoned: bool = True,
) -> Assignment:
    reason = reason.strip()
    if reasoned and not reason:
        raise InputError("reason_missing", field="reason")
    assignment = locked(session, Assignment, assignment_id)
    if assignment.state in ENDED:
        raise RuleError("assignment_ended")
    if assignment.round.state in (RoundState.DECIDED, RoundState.ANNOUNCED):
        raise RuleError("round_not_assignable")
    if state is AssignmentState.RECUSED and assignment.state is AssignmentState.DONE:
        raise RuleError("sheet_submitted")
    assignment.state, assignment.reason, assignment.ended_at = state, reason, now
    session.flush()
    return assignment


def set_need(
    session: Session,
    round_id: int,
    entry_id: int,
    jurors: int | None,
    panel_id: int | None,
    *,
    reason: str = "",
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say how many jurors one entry needs (None: as many as the round says) and in which panel.

    Assignments and sheets beyond a lower number stay and count. Raises InputError
    need_out_of_range unless 0 <= jurors <= 50, need_reason_missing where it becomes fewer than the
    round says without a reason.
    """
    row = session.scalar(
        select(RoundEntry)
        .where(RoundEntry.round_id == round_id, RoundEntry.entry_id == entry_id)
        .with_for_update()
    )
    if row is None:
        raise NotFoundError
    if jurors is not None and not 0 <= jurors <= MAX_JURORS:
        raise InputError("need_out_of_range", field="jurors", maximum=MAX_JURORS)
    fewer = jurors is not None and jurors < row.round.jurors_per_entry
    if fewer and jurors != row.jurors_per_entry and not reason.strip():
        raise InputError("need_reason_missing", field="reason")
    before = {"jurors": row.jurors_per_entry, "panel": row.panel_id}
    row.jurors_per_entry, row.panel_id = jurors, panel_id
    row.need_reason = (reason.strip() or row.need_reason) if fewer else ""
    session.flush()
    entry = session.get_one(Entry, entry_id)
    audit.record(
        session,
        "assignment.need_set",
        entry,
        actor_id=actor_id,
        now=now,
        before=before,
        after={"jurors": jurors, "panel": panel_id, "reason": row.need_reason},
        programme_id=row.round.season.programme_id,
    )


def remove_juror(
    session: Session, juror_id: int, *, actor_id: int | None, now: datetime
) -> list[Assignment]:
    """Take a juror off the jury: what she has not submitted becomes free, submitted sheets stay.

    Returns the assignments that ended, which leave holes until filled.
    """
    juror = locked(session, Juror, juror_id)
    juror.state = JurorState.REMOVED
    open_states = (AssignmentState.OFFERED, AssignmentState.ACTIVE)
    rows = list(
        session.scalars(
            select(Assignment)
            .where(Assignment.juror_id == juror_id, Assignment.state.in_(open_states))
            .order_by(Assignment.id)
        )
    )
    for assignment in rows:
        assignment.state, assignment.ended_at = AssignmentState.EXCLUDED, now
    session.flush()
    audit.record(
        session,
        "juror.removed",
        juror,
        actor_id=actor_id,
        now=now,
        after={"ended": len(rows)},
        programme_id=juror.season.programme_id,
    )
    return rows


def _mail_recusal(session: Session, assignment: Assignment, url: str, now: datetime) -> None:
    season = assignment.round.season
    for person in organisers_of(session, season.programme_id, about_entry=assignment.entry_id):
        mail.queue(
            session,
            "recusal_notice",
            to=person.email,
            name=person.name,
            user_id=person.id,
            season_id=season.id,
            key=f"recusal:{assignment.public_id}:{person.public_id}",
            now=now,
            language=person.language,
            context={
                "season": pick_text(season.name, person.language),
                "juror": assignment.juror.name,
                "entry": assignment.entry.code,
                "reason": assignment.reason or "—",
                "url": url.replace("/LANG/", f"/{person.language}/"),
            },
        )


def _record(
    session: Session,
    action: str,
    assignment: Assignment,
    actor_id: int | None,
    now: datetime,
    after: Any = None,
) -> None:
    season = assignment.round.season
    pair = {"entry": assignment.entry.code, "juror": assignment.juror.public_id}
    audit.record(
        session,
        action,
        assignment,
        actor_id=actor_id,
        now=now,
        after=pair | (after or {}),
        programme_id=season.programme_id,
        season_id=season.id,
    )
