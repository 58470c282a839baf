"""What must always hold in a store, checked offline: each breach is one readable line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from award import audit
from award.models.entries import Entry, EntryState, StoredFile, TeamMembership, TeamRole
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Conflict, Juror
from award.models.results import Certificate, CertificateState, Standing, Tabulation
from award.models.seasons import Criterion
from award.storage import Storage

Breaches = Iterator[str]


def breaches(session: Session, storage: Storage) -> Breaches:
    """Yield a line for each invariant that does not hold; nothing where all do."""
    for check in CHECKS:
        yield from check(session)
    yield from _files(session, storage)


def _leads(session: Session) -> Breaches:
    """An entry imported with a published jury's scores has no team at all, and needs no lead."""
    leading = (TeamMembership.role == TeamRole.LEAD) & TeamMembership.left_at.is_(None)
    leads = func.coalesce(func.sum(case((leading, 1), else_=0)), 0)
    rows = session.execute(
        select(Entry.code, leads)
        .join(TeamMembership, TeamMembership.entry_id == Entry.id)
        .group_by(Entry.id, Entry.code)
        .having(leads != 1)
    )
    for code, number in rows:
        yield f"entry {code} has {number} leads, not one"


def _submitted_versions(session: Session) -> Breaches:
    rows = session.scalars(
        select(Entry.code).where(
            Entry.state.not_in((EntryState.DRAFT, EntryState.WITHDRAWN)),
            Entry.current_version_id.is_(None),
        )
    )
    for code in rows:
        yield f"entry {code} counts as submitted but has no submitted version"


def _points_on_scale(session: Session) -> Breaches:
    rows = session.execute(
        select(Criterion.key, Score.points, ScoreSheet.id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .where((Score.points < Criterion.minimum) | (Score.points > Criterion.maximum))
    )
    for key, points, sheet in rows:
        yield f"score sheet {sheet}: {points} is off the scale of {key}"


def _sheets_complete(session: Session) -> Breaches:
    missing = (
        select(ScoreSheet.id, Criterion.key)
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .join(Criterion, Criterion.round_id == Assignment.round_id)
        .outerjoin(Score, (Score.sheet_id == ScoreSheet.id) & (Score.criterion_id == Criterion.id))
        .where(
            ScoreSheet.state == SheetState.SUBMITTED,
            Criterion.required.is_(True),
            Score.points.is_(None),
        )
    )
    for sheet, key in session.execute(missing):
        yield f"score sheet {sheet} is submitted without a score for {key}"


def _conflicts(session: Session) -> Breaches:
    rows = session.execute(
        select(Assignment.public_id)
        .join(
            Conflict,
            (Conflict.juror_id == Assignment.juror_id)
            & (Conflict.entry_id == Assignment.entry_id)
            & Conflict.lifted_at.is_(None),
        )
        .where(Assignment.state.in_(LIVE_ASSIGNMENTS))
    )
    for (public_id,) in rows:
        yield f"assignment {public_id} stands although the juror has a conflict"


def _own_entries(session: Session) -> Breaches:
    rows = session.execute(
        select(Assignment.public_id)
        .join(Juror, Juror.id == Assignment.juror_id)
        .join(
            TeamMembership,
            (TeamMembership.entry_id == Assignment.entry_id)
            & (TeamMembership.user_id == Juror.user_id)
            & TeamMembership.left_at.is_(None),
        )
        .where(Assignment.state.in_(LIVE_ASSIGNMENTS))
    )
    for (public_id,) in rows:
        yield f"assignment {public_id} lets a juror judge her own team"


def _standings(session: Session) -> Breaches:
    rows = session.execute(
        select(Tabulation.public_id, func.count(Standing.id))
        .outerjoin(Standing, Standing.tabulation_id == Tabulation.id)
        .group_by(Tabulation.id)
        .having(func.count(Standing.id) == 0)
    )
    for public_id, _count in rows:
        yield f"tabulation {public_id} has no standings"


def _certificates(session: Session) -> Breaches:
    rows = session.scalars(
        select(Certificate.number).where(
            Certificate.state == CertificateState.ISSUED, Certificate.file_id.is_(None)
        )
    )
    for number in rows:
        yield f"certificate {number} is issued but has no file"


def _audit_chain(session: Session) -> Breaches:
    for broken in audit.verify(session):
        yield f"audit log: row {broken.row_id} is {broken.code}"


def _files(session: Session, storage: Storage) -> Breaches:
    rows = session.execute(
        select(StoredFile.public_id, StoredFile.storage_name, StoredFile.sha256).where(
            StoredFile.removed_at.is_(None)
        )
    )
    for public_id, storage_name, sha256 in rows:
        try:
            content = storage.read(storage_name)
        except FileNotFoundError:
            yield f"file {public_id} is missing on the disk"
            continue
        if hashlib.sha256(content).hexdigest() != sha256:
            yield f"file {public_id} is not what was uploaded"


CHECKS: tuple[Callable[[Session], Breaches], ...] = (
    _leads,
    _submitted_versions,
    _points_on_scale,
    _sheets_complete,
    _conflicts,
    _own_entries,
    _standings,
    _certificates,
    _audit_chain,
)
