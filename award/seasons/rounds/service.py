"""Changing how a season is judged: rounds, rubrics, levels; what freezes and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, RuleError
from award.models.judging import Score
from award.models.seasons import Criterion, Level, Round, RoundState
from award.seasons.keys import key_from
from award.seasons.rounds.rubrics import READY, ReadyRubric
from award.seasons.service import change, move_item
from scoring.model import TIE_RULES

FROZEN_WHEN_OPEN = ("rank_by", "juror_weights", "robust", "cut", "ties", "ranks", "blind")


def _check_ties(cascade: Sequence[Mapping[str, str]]) -> None:
    """Each step is a rule that the scoring knows, and "criterion" says which one."""
    for step in cascade:
        if step["rule"] not in TIE_RULES or (step["rule"] == "criterion") is not (
            "criterion" in step
        ):
            raise InputError("tie_unknown", field="ties", step=":".join(step.values())[:60])


def _check_appeals(announces_at: datetime | None, appeals_until: datetime | None) -> None:
    """Raise InputError("appeals_before_results") where appeals end before there is a result."""
    if announces_at and appeals_until and appeals_until <= announces_at:
        raise InputError("appeals_before_results", field="appeals_until")


def _check_results(round_: Round, values: Mapping[str, Any], now: datetime) -> None:
    """Results that are out stay out, and none are planned for before the jury is through.

    A round that was closed earlier than planned may announce earlier, too.
    """
    if "announces_at" not in values:
        return
    announces_at = values["announces_at"]
    if is_announced(round_, now) and announces_at != round_.announces_at:
        raise InputError("announced_already", field="announces_at")
    closes_at = values.get("closes_at", round_.closes_at)
    judging = round_.state in (RoundState.SET_UP, RoundState.OPEN)
    if judging and announces_at and closes_at and announces_at < closes_at:
        raise InputError("results_before_closing", field="announces_at")


def is_announced(round_: Round, now: datetime) -> bool:
    """Whether everybody may know a round's results, whether or not a worker wrote it down."""
    out = round_.announces_at is not None and round_.announces_at <= now
    return round_.state is RoundState.ANNOUNCED or (round_.state is RoundState.DECIDED and out)


def _check_promise(round_: Round, until: datetime | None, now: datetime) -> None:
    """Once the results are out, the deadline that teams count on only moves later."""
    before = round_.appeals_until
    if is_announced(round_, now) and before is not None and (until is None or until < before):
        raise InputError("appeals_cut_short", field="appeals_until")


def add_round(
    session: Session,
    season_id: int,
    values: Mapping[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> Round:
    """Add a round after the last one.

    InputError tie_unknown for a step that nobody knows, appeals_before_results,
    results_before_closing.
    """
    _check_ties(values.get("ties", ()))
    _check_appeals(values.get("announces_at"), values.get("appeals_until"))
    last = session.scalar(select(func.max(Round.position)).where(Round.season_id == season_id))
    round_ = Round(season_id=season_id, position=(last or 0) + 1, state=RoundState.SET_UP)
    _check_results(round_, values, now)
    for name, value in values.items():
        setattr(round_, name, value)
    session.add(round_)
    session.flush()
    audit.record(session, "round.created", round_, actor_id=actor_id, now=now, season_id=season_id)
    return round_


def update_round(
    session: Session, round_id: int, values: Mapping[str, Any], *, actor_id: int, now: datetime
) -> Round:
    """Change a round; view, cut, ties and blindness are frozen once it has opened.

    RuleError("round_frozen") where one of them would change then; InputError tie_unknown,
    appeals_before_results, results_before_closing or, once the results are out, announced_already
    and appeals_cut_short.
    """
    _check_ties(values.get("ties", ()))
    round_ = locked(session, Round, round_id)
    _check_results(round_, values, now)
    if "appeals_until" in values:
        _check_appeals(values.get("announces_at", round_.announces_at), values["appeals_until"])
        _check_promise(round_, values["appeals_until"], now)
    before, after = change(round_, values)
    if round_.state is not RoundState.SET_UP and any(name in after for name in FROZEN_WHEN_OPEN):
        raise RuleError("round_frozen")
    session.flush()
    if not after:
        return round_
    audit.record(
        session,
        "round.changed",
        round_,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        season_id=round_.season_id,
    )
    return round_


def save_criterion(
    session: Session,
    round_id: int,
    criterion_id: int | None,
    values: Mapping[str, Any],
    levels: Mapping[Decimal, Mapping[str, str]],
    *,
    actor_id: int | None,
    now: datetime,
) -> Criterion:
    """Add or change a criterion with its anchored levels (points -> text per language).

    Once the round has opened only texts may change (RuleError("round_frozen")), and after the
    first score not even those of levels (RuleError("levels_frozen")). InputError("key_taken").
    """
    round_ = locked(session, Round, round_id)
    criterion = (
        locked(session, Criterion, criterion_id)
        if criterion_id
        else Criterion(round_id=round_id, position=len(round_.criteria))
    )
    key = values.get("key") or criterion.key
    known = {one.key for one in round_.criteria}
    values = {**values, "key": key or key_from(values.get("title", {}), known)}
    taken = next((one for one in round_.criteria if one.key == values.get("key")), None)
    if taken is not None and taken.id != criterion_id:
        raise InputError("key_taken", field="key", key=taken.key)
    before, after = change(criterion, values)
    frozen = set(after) - {"title", "help"}
    if round_.state is not RoundState.SET_UP and (frozen or criterion_id is None):
        raise RuleError("round_frozen")
    session.add(criterion)
    session.flush()
    _save_levels(session, criterion, levels)
    audit.record(
        session,
        "criterion.saved",
        criterion,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        season_id=round_.season_id,
    )
    return criterion


def _save_levels(
    session: Session, criterion: Criterion, levels: Mapping[Decimal, Mapping[str, str]]
) -> None:
    session.refresh(criterion, ["levels"])
    if {level.points: level.text for level in criterion.levels} == {
        points: dict(text) for points, text in levels.items()
    }:
        return
    if session.scalar(select(Score.id).where(Score.criterion_id == criterion.id).limit(1)):
        raise RuleError("levels_frozen")
    criterion.levels = []
    session.flush()
    criterion.levels = [Level(points=points, text=dict(text)) for points, text in levels.items()]
    session.flush()


def remove_criterion(session: Session, criterion_id: int, *, actor_id: int, now: datetime) -> None:
    """Remove a criterion before its round opens; RuleError("round_frozen") afterwards."""
    criterion = locked(session, Criterion, criterion_id)
    round_ = session.get_one(Round, criterion.round_id)
    if round_.state is not RoundState.SET_UP:
        raise RuleError("round_frozen")
    audit.record(
        session,
        "criterion.removed",
        criterion,
        actor_id=actor_id,
        now=now,
        season_id=round_.season_id,
    )
    session.delete(criterion)


def move_criterion(
    session: Session, criterion_id: int, step: int, *, actor_id: int, now: datetime
) -> None:
    """Move a criterion up (step -1) or down (1) in its rubric; at the end nothing happens.

    RuleError("round_frozen") once the round has opened: jurors read in this order.
    """
    criterion = locked(session, Criterion, criterion_id)
    round_ = session.get_one(Round, criterion.round_id)
    if round_.state is not RoundState.SET_UP:
        raise RuleError("round_frozen")
    move_item(session, criterion, step, siblings=round_.criteria)
    session.flush()
    audit.record(
        session,
        "criterion.moved",
        criterion,
        actor_id=actor_id,
        now=now,
        after={"position": criterion.position},
        season_id=round_.season_id,
    )


def use_ready_rubric(
    session: Session, round_id: int, key: str, *, actor_id: int | None, now: datetime
) -> None:
    """Give a round a ready-made rubric (a key of rubrics.READY) in place of what it has.

    RuleError("round_frozen") once the round has opened; InputError("rubric_unknown").
    """
    ready = READY.get(key)
    if ready is None:
        raise InputError("rubric_unknown", field="rubric")
    round_ = locked(session, Round, round_id)
    if round_.state is not RoundState.SET_UP:
        raise RuleError("round_frozen")
    round_.criteria = []
    session.flush()
    round_.criteria.extend(ready_criteria(ready))
    session.flush()
    audit.record(
        session,
        "rubric.chosen",
        round_,
        actor_id=actor_id,
        now=now,
        after={"rubric": key},
        season_id=round_.season_id,
    )


def ready_criteria(ready: ReadyRubric) -> list[Criterion]:
    """Return new criteria as a ready-made rubric has them, with their levels, in its order."""
    return [
        Criterion(
            key=one.key,
            title=dict(one.title),
            help=dict(one.help),
            weight=one.weight,
            minimum=Decimal(ready.minimum),
            maximum=Decimal(ready.maximum),
            comment_required=ready.comment_required,
            position=position,
            levels=[
                Level(points=Decimal(points), text=dict(text))
                for points, text in one.levels.items()
            ],
        )
        for position, one in enumerate(ready.criteria)
    ]
