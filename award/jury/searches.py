"""A round's search, kept in memory: questions about its pairs are then answered at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

import assignment as engine
from award.jury.drafting import Wish
from award.jury.problem import RoundProblem, load_problem
from award.models.jury import Assignment, Juror
from award.models.operations import AuditRow
from award.models.seasons import Round

MOST_ROUNDS = 2
"""Of so many rounds a process keeps the search; that of 10,000 entries and 1,000 jurors takes some
200 MB."""

Stamp = tuple[int | None, ...]
_kept: OrderedDict[str, tuple[Stamp, Searched]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Searched:
    """A round's state, its jurors' names by public id, and what answers for its pairs.

    answers is None where no assignment keeps every rule, so that nothing can be compared.
    """

    state: RoundProblem
    names: Mapping[str, str]
    answers: engine.Explanation | None


def searched(session: Session, round_id: int) -> Searched:
    """Return the search of a round as it stands: the one in memory while nothing has changed.

    What changes entries, jurors, conflicts or pairs writes a row in the log; the newest tells
    whether the search still holds. One thread searches, the others wait for what it finds.
    """
    round_ = session.get_one(Round, round_id)
    key = round_.public_id
    with _lock:
        stamp = _stamp(session, round_)
        found = _kept.get(key)
        if found is None or found[0] != stamp:
            _kept.pop(key, None)
            found = stamp, _search(session, round_id)
            _kept[key] = found
        _kept.move_to_end(key)
        while len(_kept) > MOST_ROUNDS:
            _kept.popitem(last=False)
        return found[1]


def _stamp(session: Session, round_: Round) -> Stamp:
    """What differs once anything has changed that the search rests on; score sheets do not."""
    season = round_.season
    people = select(func.max(AuditRow.id)).where(AuditRow.action == "account.profile_changed")
    pairs = select(func.count()).where(Assignment.round_id == round_.id)
    row = session.execute(
        select(
            _newest(AuditRow.season_id == season.id),
            _newest(AuditRow.programme_id == season.programme_id),
            people.scalar_subquery(),
            pairs.scalar_subquery(),
        )
    ).one()
    return tuple(row)


def _newest(chosen: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(AuditRow.id)
        .where(chosen, AuditRow.action.not_like("sheet.%"))
        .order_by(AuditRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _search(session: Session, round_id: int) -> Searched:
    state = load_problem(session, round_id)
    problem = replace(state.problem, kept=frozenset())
    names = dict(
        session.execute(
            select(Juror.public_id, Juror.name)
            .join(Round, Round.season_id == Juror.season_id)
            .where(Round.id == round_id)
        ).all()
    )
    try:
        answers = engine.Explanation(problem, state.present, Wish().options())
    except engine.CannotAssign:
        answers = None
    return Searched(state, names, answers)
