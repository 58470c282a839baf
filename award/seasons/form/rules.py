"""Changing a form that is being answered: nothing that anybody answered is ever lost.

What was answered is withdrawn instead of removed, replaced instead of given another kind; a choice
that somebody made is no longer offered, but stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from award.errors import RuleError
from award.models.seasons import Question
from award.seasons.form.given import Given, given_answers, has_entries


def prepare_question(
    session: Session, question: Question, values: Mapping[str, Any], *, now: datetime
) -> tuple[Question, dict[str, Any]]:
    """Return the question to write into and the values to write, so that no answer is lost.

    That is a new question where the kind of an answered one changes: the present one is withdrawn.
    Raises RuleError("question_is_withdrawn") for one that is not asked any more and
    RuleError("question_answered") where an answered one would get another key.
    """
    if question.withdrawn_at is not None:
        raise RuleError("question_is_withdrawn")
    prepared = dict(values)
    if question.id:
        given = given_answers(session, question.season_id, question.key, question.kind)
        if given.amount:
            question, prepared = _kept(question, prepared, given, now)
    required = prepared.get("required", question.required)
    if not required:
        prepared["required_since"] = None
    elif not question.required and has_entries(session, question.season_id):
        prepared["required_since"] = now
    return question, prepared


def _kept(
    question: Question, values: dict[str, Any], given: Given, now: datetime
) -> tuple[Question, dict[str, Any]]:
    if (values.get("key") or question.key) != question.key:
        amount = given.amount
        raise RuleError("question_answered", count=amount.drafts + amount.submitted)
    if values.get("kind", question.kind) != question.kind:
        question.withdrawn_at = now
        fresh = Question(
            season_id=question.season_id, position=question.position, required=False, key=""
        )
        return fresh, values | {"key": ""}
    if "options" in values:
        kept = chosen_options(question.options, values["options"], given)
        values["options"] = [*values["options"], *(_withdrawn(one, now) for one in kept)]
    return question, values


def chosen_options(
    options: Sequence[Mapping[str, Any]], offered: Sequence[Mapping[str, Any]], given: Given
) -> list[Mapping[str, Any]]:
    """Return the options that are offered no more and that somebody chose."""
    keys = {one["key"] for one in offered}
    return [one for one in options if one["key"] not in keys and given.chose(one["key"])]


def _withdrawn(option: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {"withdrawn": now.isoformat(), **option}
