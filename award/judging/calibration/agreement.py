"""How jurors agree on the common entries of a calibration round.

Points of others are read here, so the rule stands here too: a juror gets them only after the round
has closed, only on entries whose sheet she handed in herself, and without names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.errors import NotFoundError
from award.models.entries import Entry, EntryState
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Juror, RoundEntry
from award.models.seasons import Criterion, Round, RoundState

RUNNING = (RoundState.SET_UP, RoundState.OPEN)


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """One criterion of one entry. others: ascending, without the own points; own: None where the
    reader has no sheet (an organiser), or left it open. named: (juror, points), for organisers.
    """

    title: str
    minimum: float
    maximum: float
    own: float | None
    others: tuple[float, ...]
    named: tuple[tuple[str, float], ...] = ()

    @property
    def mean(self) -> float | None:
        """The mean of the others; None where there are none."""
        return mean(self.others) if self.others else None


@dataclass(frozen=True, slots=True)
class EntryAgreement:
    """A common entry. number: its place in the reader's list."""

    number: int
    title: str
    sheets: int
    criteria: tuple[CriterionAgreement, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """entries: those that may be read. away: weighted mean distance of the own points above the
    others', as a share of the scale, None where nothing can be compared; apart: the same without
    sign, criterion by criterion.
    """

    round: str
    entries: tuple[EntryAgreement, ...]
    away: float | None
    apart: float | None


Given = dict[tuple[int, int], list[tuple[int, str, float]]]
"""(entry id, criterion id) -> (juror id, name, points) of submitted sheets."""


def own_agreement(session: Session, assignment: Assignment, language: str) -> Agreement:
    """Return how a juror's submitted sheets compare with those of the others, in five statements.

    NotFoundError where the round ranks, is still open, or she has not handed in the sheet of this
    assignment: whoever has not scored learns nothing.
    """
    round_ = session.get_one(Round, assignment.round_id)
    mine = set(session.scalars(_handed_in(round_.id, assignment.juror_id)))
    if round_.ranks or round_.state in RUNNING or assignment.entry_id not in mine:
        raise NotFoundError
    return _agreement(session, round_, language, mine, assignment.juror_id)


def jury_agreement(session: Session, round_: Round, language: str) -> Agreement:
    """Return what every juror gave on each common entry, with names, for organisers only.

    Only submitted sheets are read, while the round is open too. Entries without one are there,
    empty. Four statements.
    """
    entries = set(
        session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_.id))
    )
    return _agreement(session, round_, language, entries, None)


def _handed_in(round_id: int, juror_id: int) -> Select[int]:
    return (
        select(Assignment.entry_id)
        .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(
            Assignment.round_id == round_id,
            Assignment.juror_id == juror_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
        )
    )


def _agreement(
    session: Session, round_: Round, language: str, entry_ids: set[int], juror_id: int | None
) -> Agreement:
    criteria = session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_.id)
        .order_by(Criterion.position, Criterion.id)
    ).all()
    given = _given(session, round_.id, entry_ids)
    entries = session.execute(
        select(Entry.id, Entry.title)
        .where(Entry.id.in_(entry_ids), Entry.state != EntryState.WITHDRAWN)
        .order_by(Entry.code)
    ).all()
    found = tuple(
        EntryAgreement(
            number=number,
            title=title,
            sheets=len({one[0] for row in criteria for one in given.get((entry_id, row.id), ())}),
            criteria=tuple(
                _criterion(row, given.get((entry_id, row.id), []), language, juror_id)
                for row in criteria
            ),
        )
        for number, (entry_id, title) in enumerate(entries, start=1)
    )
    weights = [float(row.weight) for row in criteria]
    away, apart = _distances(found, weights)
    return Agreement(pick_text(round_.name, language), found, away, apart)


def _given(session: Session, round_id: int, entry_ids: set[int]) -> Given:
    found: Given = defaultdict(list)
    for entry_id, criterion_id, juror_id, name, points in session.execute(
        select(Assignment.entry_id, Score.criterion_id, Juror.id, Juror.name, Score.points)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .join(Juror, Juror.id == Assignment.juror_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.entry_id.in_(entry_ids),
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
            Score.points.is_not(None),
        )
        .order_by(Juror.name, Juror.id)
    ):
        found[entry_id, criterion_id].append((juror_id, name, float(points or 0)))
    return found


def _criterion(
    row: Criterion, given: Sequence[tuple[int, str, float]], language: str, juror_id: int | None
) -> CriterionAgreement:
    own = next((points for juror, _, points in given if juror == juror_id), None)
    return CriterionAgreement(
        title=pick_text(row.title, language),
        minimum=float(row.minimum),
        maximum=float(row.maximum),
        own=own,
        others=tuple(sorted(points for juror, _, points in given if juror != juror_id)),
        named=() if juror_id else tuple((name, points) for _, name, points in given),
    )


def _distances(
    entries: Sequence[EntryAgreement], weights: Sequence[float]
) -> tuple[float | None, float | None]:
    """Weighted means of (own - others) and of its size, both as shares of each scale."""
    gaps = [
        (weight, (row.own - row.mean) / (row.maximum - row.minimum))
        for entry in entries
        for row, weight in zip(entry.criteria, weights, strict=True)
        if row.own is not None and row.mean is not None
    ]
    total = sum(weight for weight, _ in gaps)
    if not total:
        return None, None
    return (
        sum(weight * gap for weight, gap in gaps) / total,
        sum(weight * abs(gap) for weight, gap in gaps) / total,
    )
