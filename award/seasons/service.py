"""Changing what a season is: programme, season, categories, entry form, consents, prizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, RuleError
from award.folding import fold
from award.models.entries import CORE_KEYS, Entry
from award.models.seasons import (
    Category,
    Consent,
    Faq,
    Prize,
    Programme,
    Question,
    Season,
    SeasonState,
)
from award.seasons.form.effects import effects_of_removal
from award.seasons.form.given import has_entries
from award.seasons.form.rules import prepare_question
from award.seasons.form.versions import current_form
from award.seasons.keys import key_from

Item = Category | Question | Consent | Prize | Faq


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
    """Change a season's own columns; InputError("slug_taken") as for a new one, dates_needed where
    one that is no draft would lose its first or last moment for entering.
    """
    season = locked(session, Season, season_id)
    for name in ("opens_at", "closes_at"):
        if season.state is not SeasonState.DRAFT and values.get(name, season) is None:
            raise InputError("dates_needed", field=name)
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
    """Add or change a category, question, consent, prize or frequent question of a season.

    Without a key it gets one from what it is called. Answers are kept as form_rules says. Raises
    InputError("key_taken" | "key_reserved") for its key, InputError("choices_alike") for two
    choices of one key, RuleError("question_answered" | "question_is_withdrawn") as
    prepare_question, RuleError("category_used") where a used category would get another key, and
    InputError("name_taken") for a category called as another one in some language.
    A consent whose text changes becomes a new version.
    """
    item = _item(session, season_id, model, item_id)
    values = dict(values)
    if isinstance(item, Category):
        _check_name(session, season_id, item.id, values.get("name", item.name))
    if isinstance(item, Category) and item.id:
        _keep_used(session, item, values.get("key"))
    if isinstance(item, Question):
        item, values = prepare_question(session, item, values, now=now)
    if "key" in values:
        values["key"] = values["key"] or item.key or _new_key(session, season_id, model, values)
        _check_key(session, season_id, model, values["key"], item.id)
    if "options" in values:
        values["options"] = with_keys(values["options"])
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
    _note_form(session, item, now=now)
    return item


def _check_name(
    session: Session, season_id: int, category_id: int | None, name: Mapping[str, str]
) -> None:
    others = select(Category.name).where(Category.season_id == season_id)
    for known in session.scalars(others.where(Category.id.is_distinct_from(category_id))):
        if any(
            text and fold(known.get(language, "")) == fold(text) for language, text in name.items()
        ):
            raise InputError("name_taken", field="name")


def entries_in(session: Session, category: Category) -> int:
    """Return how many entries stand in a category, drafts and withdrawn ones too."""
    return session.scalar(select(func.count(Entry.id)).where(Entry.category_id == category.id)) or 0


def _keep_used(session: Session, category: Category, key: str | None) -> None:
    if not key or key == category.key:
        return
    if used := entries_in(session, category):
        raise RuleError("category_used", count=used)


def _item(session: Session, season_id: int, model: type[Any], item_id: int | None) -> Any:
    if item_id is not None:
        return locked(session, model, item_id)
    position = session.scalar(
        select(func.coalesce(func.max(model.position), -1)).where(model.season_id == season_id)
    )
    return model(season_id=season_id, position=(position or 0) + 1)


def _new_key(session: Session, season_id: int, model: type[Any], values: Mapping[str, Any]) -> str:
    taken = session.scalars(select(model.key).where(model.season_id == season_id))
    called = values.get("label") or values.get("title") or values.get("name") or {}
    return key_from(called, {*taken, *(CORE_KEYS if model is Question else ())})


def with_keys(options: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a question's choices, each with a key of its own; keys that are there stay."""
    taken = {option["key"] for option in options} - {""}
    keyed = []
    for option in options:
        key = option["key"] or key_from(option["label"], taken)
        taken.add(key)
        keyed.append({**option, "key": key, "label": dict(option["label"])})
    if len({option["key"] for option in keyed}) < len(keyed):
        raise InputError("choices_alike", field="options")
    return keyed


def _check_key(
    session: Session, season_id: int, model: type[Any], key: str, item_id: int | None
) -> None:
    if model is Question and key in CORE_KEYS:
        raise InputError("key_reserved", field="key", key=key)
    found = session.scalar(select(model.id).where(model.season_id == season_id, model.key == key))
    if found is not None and found != item_id:
        raise InputError("key_taken", field="key", key=key)


def remove_item(session: Session, item: Any, *, actor_id: int, now: datetime) -> bool:
    """Remove a category, question, consent, prize or frequent question; return whether
    it is gone for good.

    A question that somebody answered and a consent that somebody gave are withdrawn: nobody is
    asked any more, what was given stays. RuleError("category_used") where entries stand in it.
    """
    found = locked(session, type(item), item.id)
    if isinstance(found, Category) and (count := entries_in(session, found)):
        raise RuleError("category_used", count=count)
    kept = bool(effects_of_removal(session, found))
    _record_item(session, found, "taken_off" if kept else "removed", actor_id=actor_id, now=now)
    if kept:
        found.withdrawn_at = now
    else:
        session.delete(found)
    session.flush()
    _note_form(session, found, now=now)
    return not kept


def restore_item(session: Session, item: Any, *, actor_id: int, now: datetime) -> None:
    """Ask a withdrawn question or consent again; answers and agreements of before count again."""
    found = locked(session, type(item), item.id)
    if found.withdrawn_at is None:
        return
    found.withdrawn_at = None
    if isinstance(found, Question) and found.required:
        found.required_since = now
    _record_item(session, found, "restored", actor_id=actor_id, now=now)
    session.flush()
    _note_form(session, found, now=now)


def _record_item(session: Session, item: Any, verb: str, *, actor_id: int, now: datetime) -> None:
    action = f"{item.__tablename__}.{verb}"
    audit.record(session, action, item, actor_id=actor_id, now=now, season_id=item.season_id)


def _note_form(session: Session, item: Any, *, now: datetime) -> None:
    """Keep the form as a version of its own once entries answer it."""
    if isinstance(item, Question) and has_entries(session, item.season_id):
        current_form(session, item.season_id, now=now)


def move_of_season(
    session: Session,
    item: Any,
    step: int,
    *,
    siblings: Sequence[Any],
    actor_id: int,
    now: datetime,
) -> None:
    """Do as ``move_item`` in one of a season's lists, and write it into the log."""
    before = item.position
    move_item(session, item, step, siblings=siblings)
    moved = locked(session, type(item), item.id)
    audit.record(
        session,
        f"{item.__tablename__}.moved",
        moved,
        actor_id=actor_id,
        now=now,
        before={"position": before},
        after={"position": moved.position},
        season_id=item.season_id,
    )


def move_item(session: Session, item: Any, step: int, *, siblings: Sequence[Any]) -> None:
    """Move an item up (step -1) or down (1) among its siblings; at the end nothing happens."""
    order = [locked(session, type(item), one.id) for one in siblings]
    index = next(number for number, one in enumerate(order) if one.id == item.id)
    target = index + step
    if 0 <= target < len(order):
        order[index], order[target] = order[target], order[index]
    for number, one in enumerate(order):
        one.position = number
