"""Proposals kept, applied and undone as a whole; ``drafting`` asks the engine for them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked, new_public_id
from award.errors import RuleError
from award.jury.proposals.drafting import Proposal, fingerprint
from award.jury.proposals.problem import SOURCES, Standing, load_standing
from award.jury.telling import mail_offers
from award.models.judging import ScoreSheet
from award.models.jury import (
    Assignment,
    AssignmentRun,
    AssignmentState,
    Conflict,
    Juror,
    RunState,
)
from award.models.seasons import Round, RoundState

OPEN_STATES = (RoundState.SET_UP, RoundState.OPEN)
AT_ONCE = 500
"""Pairs named in one statement: a store takes only so many values in one."""


def propose_assignment(
    session: Session, round_id: int, proposal: Proposal, *, actor_id: int | None, now: datetime
) -> AssignmentRun:
    """Keep a proposal, so that it can be looked at, applied and undone; nothing is assigned yet.

    One that is impossible is kept with its certificate. Raises RuleError("round_not_assignable")
    once the round is closed.
    """
    round_ = locked(session, Round, round_id)
    check_assignable(round_)
    run = AssignmentRun(
        round_id=round_id,
        verb=proposal.verb,
        state=proposal.state,
        options=proposal.options,
        report=proposal.figures(),
        difference=proposal.difference,
        certificate=proposal.certificate or {},
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(run)
    session.flush()
    record_run(session, "assignment.proposed", run, round_, actor_id, now, {"verb": run.verb})
    return run


def apply_run(
    session: Session, run_id: int, *, home_url: str, actor_id: int | None, now: datetime
) -> AssignmentRun:
    """Make a proposal true: add and remove its pairs, keep the conflicts it found, mail the jurors.

    home_url: the address of a juror's list of entries, for the mails. Raises RuleError
    run_applied_already, run_has_no_proposal, round_not_assignable, assignment_changed_meanwhile,
    also where a pair that would go has been begun, locked or given by hand since, or
    expertise_stated_meanwhile.
    """
    run = locked(session, AssignmentRun, run_id)
    round_ = locked(session, Round, run.round_id)
    check_assignable(round_)
    if run.applied_at is not None:
        raise RuleError("run_applied_already")
    if run.state is not RunState.READY:
        raise RuleError("run_has_no_proposal")
    state = load_standing(session, round_.id)
    going = [(entry, juror) for entry, juror in run.difference["removed"]]
    if fingerprint(state.present) != run.difference["base"] or state.sure.intersection(going):
        raise RuleError("assignment_changed_meanwhile")
    _check_stated(session, run, round_)
    _keep_conflicts(session, run, state, now)
    removed = _remove(session, [state.present[pair] for pair in going])
    _add(session, run, state, now)
    run.applied_at = now
    run.difference = {**run.difference, "snapshot": removed}
    session.flush()
    counts = {"added": len(run.difference["added"]), "removed": len(removed)}
    record_run(session, "assignment.applied", run, round_, actor_id, now, counts)
    _mail_offers(session, run, round_, home_url, now)
    return run


def _check_stated(session: Session, run: AssignmentRun, round_: Round) -> None:
    """Refuse to give entries to a juror who has said since what she knows and can take."""
    later = session.execute(
        select(Juror.public_id, Juror.name).where(
            Juror.season_id == round_.season_id, Juror.stated_at > run.created_at
        )
    ).all()
    getting = {juror for _, juror, *_ in run.difference["added"]}
    for public_id, name in later:
        if public_id in getting:
            raise RuleError("expertise_stated_meanwhile", juror=name)


def undo_run(
    session: Session, run_id: int, *, actor_id: int | None, now: datetime
) -> AssignmentRun:
    """Put the assignment back as it was before the run.

    Raises RuleError run_not_applied, run_undone_already, run_in_use (a juror has begun a sheet or
    stepped back from a pair that the run made) or run_not_last (a later run stands on it).
    """
    run = locked(session, AssignmentRun, run_id)
    round_ = locked(session, Round, run.round_id)
    check_assignable(round_)
    _check_undoable(session, run)
    session.execute(delete(Assignment).where(Assignment.run_id == run.id))
    _insert(session, map(_restored, run.difference.get("snapshot", ())))
    run.undone_at = now
    session.flush()
    record_run(session, "assignment.undone", run, round_, actor_id, now, {"verb": run.verb})
    return run


def _check_undoable(session: Session, run: AssignmentRun) -> None:
    if run.applied_at is None:
        raise RuleError("run_not_applied")
    if run.undone_at is not None:
        raise RuleError("run_undone_already")
    later = select(AssignmentRun.id).where(
        AssignmentRun.round_id == run.round_id,
        AssignmentRun.id > run.id,
        AssignmentRun.applied_at.is_not(None),
        AssignmentRun.undone_at.is_(None),
    )
    if session.scalar(later.limit(1)) is not None:
        raise RuleError("run_not_last")
    used = (
        select(Assignment.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(
            Assignment.run_id == run.id,
            ScoreSheet.id.is_not(None)
            | Assignment.state.not_in((AssignmentState.OFFERED, AssignmentState.ACTIVE)),
        )
    )
    if session.scalar(used.limit(1)) is not None:
        raise RuleError("run_in_use")


def check_assignable(round_: Round) -> None:
    """Raise RuleError("round_not_assignable") once the round is closed."""
    if round_.state not in OPEN_STATES:
        raise RuleError("round_not_assignable")


def _keep_conflicts(session: Session, run: AssignmentRun, state: Standing, now: datetime) -> None:
    known = set(
        session.execute(
            select(Conflict.juror_id, Conflict.entry_id, Conflict.source).where(
                Conflict.entry_id.in_(state.entry_ids.values())
            )
        )
    )
    for code, juror, reason in run.difference["found"]:
        pair = (state.juror_ids.get(juror), state.entry_ids.get(code), SOURCES[reason])
        if None not in pair[:2] and pair not in known:
            session.add(Conflict(juror_id=pair[0], entry_id=pair[1], source=pair[2], found_at=now))
    session.flush()


SNAPSHOT = (
    "public_id", "round_id", "entry_id", "juror_id", "state", "position", "affinity", "why",
    "locked", "manual", "created_at", "run_id",
)  # fmt: skip


def _remove(session: Session, ids: Sequence[int]) -> list[dict[str, Any]]:
    snapshot: list[dict[str, Any]] = []
    for at in range(0, len(ids), AT_ONCE):
        chosen = Assignment.id.in_(ids[at : at + AT_ONCE])
        columns = (getattr(Assignment, name) for name in SNAPSHOT)
        rows = session.execute(select(*columns).where(chosen).with_for_update(of=Assignment))
        snapshot += [audit.plain(dict(row)) for row in rows.mappings()]
        session.execute(delete(Assignment).where(chosen))
    return snapshot


def _restored(row: Mapping[str, Any]) -> dict[str, Any]:
    affinity = row["affinity"]
    return {
        **row,
        "state": AssignmentState(row["state"]),
        "affinity": None if affinity is None else Decimal(affinity),
        "created_at": datetime.fromisoformat(row["created_at"]).astimezone(UTC),
    }


def _insert(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Insert assignments many at a time: a large round has 40,000."""
    made = [{"version": 1, **row} for row in rows]
    if made:
        session.execute(insert(Assignment), made)


def _add(session: Session, run: AssignmentRun, state: Standing, now: datetime) -> None:
    """Add the run's pairs, to each juror in an order of her own: no entry is always last."""
    last = last_positions(session, run.round_id)
    mixed = sorted(run.difference["added"], key=lambda one: _order(run.public_id, one[0], one[1]))
    made = []
    for code, juror, affinity, why in mixed:
        juror_id = state.juror_ids[juror]
        last[juror_id] += 1
        made.append(
            {
                "public_id": new_public_id(),
                "round_id": run.round_id,
                "entry_id": state.entry_ids[code],
                "juror_id": juror_id,
                "position": last[juror_id],
                "affinity": Decimal(str(affinity)),
                "why": why,
                "created_at": now,
                "run_id": run.id,
            }
        )
    _insert(session, made)


def _order(salt: str, entry: str, juror: str) -> str:
    return hashlib.sha256(f"{salt} {juror} {entry}".encode()).hexdigest()


def last_positions(session: Session, round_id: int) -> defaultdict[int, int]:
    """Return juror id -> the last position of her work list in the round, 0 where it is empty."""
    rows = session.execute(
        select(Assignment.juror_id, func.max(Assignment.position).label("last"))
        .where(Assignment.round_id == round_id)
        .group_by(Assignment.juror_id)
    )
    return defaultdict(int, {row.juror_id: row.last for row in rows})


def _mail_offers(
    session: Session, run: AssignmentRun, round_: Round, home_url: str, now: datetime
) -> None:
    given = (Assignment.run_id == run.id,)
    rows = session.execute(
        select(Juror.id, Juror.public_id)
        .join(Assignment, Assignment.juror_id == Juror.id)
        .where(*given)
        .distinct()
    )
    keys = {juror_id: f"{run.public_id}:{public_id}" for juror_id, public_id in rows}
    mail_offers(session, round_, given, keys, home_url, now)


def record_run(
    session: Session,
    action: str,
    run: AssignmentRun,
    round_: Round,
    actor_id: int | None,
    now: datetime,
    after: Any,
) -> None:
    """Write down in the log what happened to a run."""
    season = round_.season
    audit.record(
        session,
        action,
        run,
        actor_id=actor_id,
        now=now,
        after=after,
        programme_id=season.programme_id,
        season_id=season.id,
    )
