"""Changing what a season is: programme, season, form, rounds, rubric, prizes."""

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
from award.models.entries import CORE_KEYS, Answer, Entry
from award.models.judging import Score
from award.models.seasons import (
    Category,
    Consent,
    Criterion,
    Extension,
    Level,
    Prize,
    Programme,
    Question,
    Round,
    RoundState,
    Season,
)
from award.seasons.rubrics import READY

Item = Category | Question | Consent | Prize
FROZEN_WHEN_OPEN = ("rank_by", "cut", "ties", "ranks")


def change(row: Any, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write values into a row; return what was and what is, for those that differ."""
    before, after = {}, {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = old, value
            setattr(row, name, value)
    return before, after


def update_programme(
    session: Session,
    programme_id: int,
    values: Mapping[str, Any],
    *,
    actor_id: int,
    now: datetime,
) -> Programme:
    """Change a programme; InputError("slug_taken") if another one has the address."""
    programme = locked(session, Programme, programme_id)
    taken = session.scalar(
        select(Programme.id).where(
            Programme.slug == values.get("slug", programme.slug), Programme.id != programme_id
        )
    )
    if taken:
        raise InputError("slug_taken", field="slug")
    before, after = change(programme, values)
    session.flush()
    audit.record(
        session,
        "programme.changed",
        programme,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        programme_id=programme.id,
    )
    return programme


def create_season(
    session: Session,
    programme_id: int,
    *,
    name: Mapping[str, str],
    slug: str,
    actor_id: int | None,
    now: datetime,
) -> Season:
    """Begin an empty season; InputError("slug_taken") if the programme has one of that address."""
    _check_season_slug(session, programme_id, slug, None)
    season = Season(programme_id=programme_id, name=dict(name), slug=slug, about={}, created_at=now)
    session.add(season)
    session.flush()
    audit.record(
        session,
        "season.created",
        season,
        actor_id=actor_id,
        now=now,
        after={"slug": slug},
        programme_id=programme_id,
        season_id=season.id,
    )
    return season


def _check_season_slug(
    session: Session, programme_id: int, slug: str, season_id: int | None
) -> None:
    found = session.scalar(
        select(Season.id).where(Season.programme_id == programme_id, Season.slug == slug)
    )
    if found is not None and found != season_id:
        raise InputError("slug_taken", field="slug")


def update_season(
    session: Session, season_id: int, values: Mapping[str, Any], *, actor_id: int, now: datetime
) -> Season:
    """Change a season's own columns; InputError("slug_taken") as for a new one."""
    season = locked(session, Season, season_id)
    if "slug" in values:
        _check_season_slug(session, season.programme_id, values["slug"], season.id)
    before, after = change(season, values)
    session.flush()
    if after:
        audit.record(
            session,
            "season.changed",
            season,
            actor_id=actor_id,
            now=now,
            before=before,
            after=after,
            programme_id=season.programme_id,
            season_id=season.id,
        )
    return season


def save_item(
    session: Session,
    season_id: int,
    model: type[Any],
    item_id: int | None,
    values: Mapping[str, Any],
    *,
    actor_id: int,
    now: datetime,
) -> Any:
    """Add or change a category, question, consent or prize of a season.

    Raises InputError("key_taken" | "key_reserved") for its key and RuleError("question_answered")
    where answers exist and the kind of a question would change. A consent whose text changes
    becomes a new version.
    """
    item = _item(session, season_id, model, item_id)
    values = dict(values)
    if "key" in values:
        _check_key(session, season_id, model, values["key"], item.id)
    if isinstance(item, Question) and item.id:
        _keep_answered(session, item, values)
    if isinstance(item, Consent) and item.id and item.text != values.get("text", item.text):
        values["text_version"] = item.text_version + 1
    before, after = change(item, values)
    session.add(item)
    session.flush()
    audit.record(
        session,
        f"{model.__tablename__}.saved",
        item,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        season_id=season_id,
    )
    return item


def _item(session: Session, season_id: int, model: type[Any], item_id: int | None) -> Any:
    if item_id is not None:
        return locked(session, model, item_id)
    position = session.scalar(
        select(func.coalesce(func.max(model.position), -1)).where(model.season_id == season_id)
    )
    return model(season_id=season_id, position=(position or 0) + 1)


def _check_key(
    session: Session, season_id: int, model: type[Any], key: str, item_id: int | None
) -> None:
    if model is Question and key in CORE_KEYS:
        raise InputError("key_reserved", field="key", key=key)
    found = session.scalar(select(model.id).where(model.season_id == season_id, model.key == key))
    if found is not None and found != item_id:
        raise InputError("key_taken", field="key", key=key)


def _keep_answered(session: Session, question: Question, values: Mapping[str, Any]) -> None:
    """An answered question keeps its key and kind: nothing that a team wrote may lose its meaning."""
    same = values.get("key", question.key) == question.key and (
        values.get("kind", question.kind) == question.kind
    )
    if not same and _answers(session, question):
        raise RuleError("question_answered", count=_answers(session, question))


def _answers(session: Session, question: Question) -> int:
    return (
        session.scalar(
            select(func.count(Answer.id))
            .join(Entry, Entry.id == Answer.entry_id)
            .where(Entry.season_id == question.season_id, Answer.key == question.key)
        )
        or 0
    )


def remove_item(session: Session, item: Any, *, actor_id: int, now: datetime) -> None:
    """Remove a category, question, consent or prize.

    RuleError("question_answered") where a question has answers, RuleError("category_used") where
    entries stand in the category.
    """
    found = locked(session, type(item), item.id)
    if isinstance(found, Question) and (count := _answers(session, found)):
        raise RuleError("question_answered", count=count)
    if isinstance(found, Category):
        used = select(func.count(Entry.id)).where(Entry.category_id == found.id)
        if count := session.scalar(used):
            raise RuleError("category_used", count=count)
    audit.record(
        session,
        f"{found.__tablename__}.removed",
        found,
        actor_id=actor_id,
        now=now,
        season_id=found.season_id,
    )
    session.delete(found)


def move_item(session: Session, item: Any, step: int, *, siblings: Sequence[Any]) -> None:
    """Move an item up (step -1) or down (1) among its siblings; at the end nothing happens."""
    order = [locked(session, type(item), one.id) for one in siblings]
    index = next(number for number, one in enumerate(order) if one.id == item.id)
    target = index + step
    if 0 <= target < len(order):
        order[index], order[target] = order[target], order[index]
    for number, one in enumerate(order):
        one.position = number


def add_round(
    session: Session,
    season_id: int,
    values: Mapping[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> Round:
    """Add a round after the last one."""
    last = session.scalar(select(func.max(Round.position)).where(Round.season_id == season_id))
    round_ = Round(season_id=season_id, position=(last or 0) + 1, **values)
    session.add(round_)
    session.flush()
    audit.record(session, "round.created", round_, actor_id=actor_id, now=now, season_id=season_id)
    return round_


def update_round(
    session: Session, round_id: int, values: Mapping[str, Any], *, actor_id: int, now: datetime
) -> Round:
    """Change a round; view, cut and tie cascade are frozen once it has opened.

    RuleError("round_frozen") where one of them would change then.
    """
    round_ = locked(session, Round, round_id)
    before, after = change(round_, values)
    if round_.state is not RoundState.SET_UP and any(name in after for name in FROZEN_WHEN_OPEN):
        raise RuleError("round_frozen")
    session.flush()
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
    for position, one in enumerate(ready.criteria):
        criterion = Criterion(
            key=one.key,
            title=dict(one.title),
            help=dict(one.help),
            weight=one.weight,
            minimum=Decimal(ready.minimum),
            maximum=Decimal(ready.maximum),
            comment_required=ready.comment_required,
            position=position,
        )
        criterion.levels = [
            Level(points=Decimal(points), text=dict(text)) for points, text in one.levels.items()
        ]
        round_.criteria.append(criterion)
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


def extend_deadline(
    session: Session,
    season_id: int,
    *,
    closes_at: datetime,
    reason: str,
    entry_id: int | None = None,
    actor_id: int,
    now: datetime,
) -> Extension:
    """Let the door stand open longer, for all or for one entry.

    InputError("reason_missing") without a reason, InputError("extension_past") for a moment that
    has gone by.
    """
    if not reason.strip():
        raise InputError("reason_missing", field="reason")
    if closes_at <= now:
        raise InputError("extension_past", field="closes_at")
    extension = Extension(
        season_id=season_id,
        entry_id=entry_id,
        closes_at=closes_at,
        reason=reason.strip(),
        granted_at=now,
        granted_by_id=actor_id,
    )
    session.add(extension)
    session.flush()
    audit.record(
        session,
        "deadline.extended",
        session.get(Entry, entry_id) if entry_id else session.get(Season, season_id),
        actor_id=actor_id,
        now=now,
        after={"closes_at": closes_at},
        season_id=season_id,
    )
    return extension
