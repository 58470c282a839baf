"""A round's best total, found once and kept: questions about its pairs are then answered at once.

Finding it takes a fifth of a second at 1,000 entries and 100 jurors, and some ten seconds at ten
times as many each: that is left to the worker, and what it finds is kept in the store.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select
from sqlalchemy.orm import Session

import assignment as engine
from award import jobs
from award.db import db, read_afresh, unit_of_work
from award.jury.proposals.drafting import Wish, size_of
from award.jury.proposals.problem import load_problem
from award.models.jury import AssignmentSearch
from award.models.operations import AuditRow, Job, JobState
from award.models.seasons import Round

JOB = "assignment_search"
STAGES = ("optimum", "proof")
AT_ONCE = 200_000
"""Pairs of entries and jurors up to which the search is done while somebody waits for the page."""
MOST_ROUNDS = 2
"""Of so many rounds a process keeps what was found: some 20 MB of the largest."""
UNTOUCHED = (
    "assignment.accepted",
    "assignment.applied",
    "assignment.locked",
    "assignment.made",
    "assignment.proposed",
    "assignment.taken_back",
    "assignment.undone",
)
"""What changes pairs changes no optimum: it is that of the entries, jurors, conflicts and needs."""

_kept: OrderedDict[str, tuple[str, Searched]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Searched:
    """A round's optimum; None where no assignment keeps every rule, so nothing can be compared."""

    optimum: engine.Optimum | None


@dataclass(frozen=True, slots=True)
class Searching:
    """A search that the worker has to do first: done of total steps; failed: it gave up."""

    done: int = 0
    total: int = 0
    failed: bool = False


def searched(session: Session, round_id: int) -> Searched | Searching:
    """Return what was found for a round as it stands: in memory, in the store, or at once if small.

    What changes entries, jurors, needs or conflicts writes a row in the log; the newest tells
    whether a search still holds. Of a large round that was not searched since: Searching, and
    ``request_search`` asks for it. One thread searches, the others wait for what it finds.
    """
    round_ = session.get_one(Round, round_id)
    key, stamp = round_.public_id, _stamp(session, round_)
    with _lock:
        found = _kept.pop(key, None)
        if found is None or found[0] != stamp:
            made = _stored(session, round_id, stamp)
            if made is None and size_of(session, round_id) > AT_ONCE:
                return _searching(session, round_, stamp)
            found = stamp, made or _search(session, round_id, engine.Options())
        _kept[key] = found
        while len(_kept) > MOST_ROUNDS:
            _kept.popitem(last=False)
        return found[1]


def request_search(session: Session, round_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Leave the search of a round as it stands to the worker; asked twice it is done once."""
    round_ = session.get_one(Round, round_id)
    jobs.enqueue(
        session,
        JOB,
        {"round_id": round_id},
        key=_job_key(round_, _stamp(session, round_)),
        now=now,
        season_id=round_.season_id,
        created_by_id=actor_id,
    )


@jobs.handles(JOB, jobs.Lane.COMPUTING)
def carry_out(job: jobs.JobRun) -> None:
    """Search a round and keep what is found, in the place of what was found before."""
    read_afresh()
    session, round_id = db.session(), job.arguments["round_id"]
    round_ = session.get(Round, round_id)
    stamp = _stamp(session, round_) if round_ is not None else ""
    found = None
    if round_ is not None and _stored(session, round_id, stamp) is None:
        options = Wish().options(lambda code: _heard(job, code))
        found = _search(session, round_id, options)
    session.rollback()
    with unit_of_work() as writing:
        if found is not None:
            _keep(writing, round_id, stamp, found)
        job.finish(writing, now=datetime.now(UTC))


def _heard(job: jobs.JobRun, code: str) -> None:
    """Note how far the engine is, which prolongs the lease."""
    if code in STAGES:
        with unit_of_work() as session:
            done = 1 + STAGES.index(code)
            job.progress(session, done, 1 + len(STAGES), now=datetime.now(UTC))


def _search(session: Session, round_id: int, options: engine.Options) -> Searched:
    problem = replace(load_problem(session, round_id).problem, kept=frozenset())
    try:
        return Searched(engine.find_optimum(problem, options))
    except engine.CannotAssign:
        return Searched(None)


def _stored(session: Session, round_id: int, stamp: str) -> Searched | None:
    row = session.execute(
        select(AssignmentSearch.found).where(
            AssignmentSearch.round_id == round_id, AssignmentSearch.stamp == stamp
        )
    ).one_or_none()
    if row is None:
        return None
    return Searched(engine.Optimum.from_bytes(row.found) if row.found else None)


def _keep(session: Session, round_id: int, stamp: str, found: Searched) -> None:
    session.execute(delete(AssignmentSearch).where(AssignmentSearch.round_id == round_id))
    content = found.optimum.to_bytes() if found.optimum is not None else None
    session.add(AssignmentSearch(round_id=round_id, stamp=stamp, found=content))


def _searching(session: Session, round_: Round, stamp: str) -> Searching:
    row = session.execute(
        select(Job.done_count, Job.total_count, Job.state).where(Job.key == _job_key(round_, stamp))
    ).one_or_none()
    if row is None:
        return Searching()
    return Searching(row.done_count, row.total_count, row.state is JobState.DEAD)


def _job_key(round_: Round, stamp: str) -> str:
    return f"assignment-search:{round_.public_id}:{stamp}"


def _stamp(session: Session, round_: Round) -> str:
    """What differs once anything has changed that the search rests on."""
    season = round_.season
    people = select(func.max(AuditRow.id)).where(AuditRow.action == "account.profile_changed")
    programme = (AuditRow.programme_id == season.programme_id) & AuditRow.season_id.is_(None)
    row = session.execute(
        select(
            _newest(AuditRow.season_id == season.id),
            _newest(programme),
            people.scalar_subquery(),
        )
    ).one()
    return ".".join(str(part or 0) for part in row)


def _newest(chosen: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(AuditRow.id)
        .where(chosen, AuditRow.action.not_like("sheet.%"), AuditRow.action.not_in(UNTOUCHED))
        .order_by(AuditRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
