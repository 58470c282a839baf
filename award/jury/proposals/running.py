"""Long runs: asked for in one transaction, computed by the worker, looked at when ready."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from award import jobs
from award.db import db, locked, read_afresh, unit_of_work
from award.errors import AwardError
from award.jury.proposals.drafting import Proposal, Wish, draft_outcome
from award.jury.proposals.planning import check_assignable, record_run
from award.models.jury import AssignmentRun, RunState
from award.models.seasons import Round

JOB = "assignment_run"
STAGES = ("optimum", "proof", "guarantees", "changes", "lottery", "polish", "connect", "check")


def request_run(
    session: Session,
    round_id: int,
    verb: str,
    wish: Wish,
    *,
    actor_id: int | None,
    now: datetime,
) -> AssignmentRun:
    """Leave a run to the worker; one of the same verb that still waits is returned instead.

    Raises RuleError("round_not_assignable") once the round is closed.
    """
    round_ = locked(session, Round, round_id)
    check_assignable(round_)
    waiting = _waiting(session, round_id, verb)
    if waiting is not None and waiting.options == asdict(wish):
        return waiting
    run = AssignmentRun(
        round_id=round_id,
        verb=verb,
        state=RunState.QUEUED,
        options=asdict(wish),
        report={},
        difference={},
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(run)
    session.flush()
    jobs.enqueue(
        session,
        JOB,
        {"run_id": run.id},
        key=f"assignment-run:{run.public_id}",
        now=now,
        season_id=round_.season_id,
        created_by_id=actor_id,
    )
    record_run(session, "assignment.proposed", run, round_, actor_id, now, {"verb": verb})
    return run


def _waiting(session: Session, round_id: int, verb: str) -> AssignmentRun | None:
    return session.scalar(
        select(AssignmentRun).where(
            AssignmentRun.round_id == round_id,
            AssignmentRun.verb == verb,
            AssignmentRun.state == RunState.QUEUED,
        )
    )


@jobs.handles(JOB, jobs.Lane.COMPUTING)
def carry_out(job: jobs.JobRun) -> None:
    """Compute a run and keep its proposal, its certificate or the code of what went wrong."""
    read_afresh()
    run = db.session.get(AssignmentRun, job.arguments["run_id"])
    if run is None or run.state is not RunState.QUEUED:
        db.session.rollback()
        _finish(job, {})
        return
    round_id, verb, wish = run.round_id, run.verb, Wish.of(run.options)
    try:
        found = draft_outcome(db.session(), round_id, verb, wish, lambda code: _heard(job, code))
        values = _values(found)
    except AwardError as error:
        values = {"state": RunState.FAILED, "error": error.code}
    finally:
        db.session.rollback()
    _finish(job, values)


def _values(found: Proposal) -> dict[str, Any]:
    return {
        "state": found.state,
        "report": found.figures(),
        "difference": found.difference,
        "certificate": found.certificate or {},
    }


def _heard(job: jobs.JobRun, code: str) -> None:
    """Note the engine's stage: the organiser sees it, and the lease is prolonged."""
    done = 1 + STAGES.index(code) if code in STAGES else 0
    with unit_of_work() as session:
        job.progress(session, done, len(STAGES), now=datetime.now(UTC))
        _write(session, job, {"stage": code})


def _finish(job: jobs.JobRun, values: dict[str, Any]) -> None:
    with unit_of_work() as session:
        if values:
            _write(session, job, values)
        job.finish(session, now=datetime.now(UTC))


def _write(session: Session, job: jobs.JobRun, values: dict[str, Any]) -> None:
    session.execute(
        update(AssignmentRun).where(AssignmentRun.id == job.arguments["run_id"]).values(**values)
    )
