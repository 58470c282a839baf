"""What a change of the entry form does to entries, said before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.seasons import Consent, Question, QuestionKind, Visibility
from award.seasons.form.given import (
    Amount,
    Given,
    consents_on_record,
    entries_so_far,
    given_answers,
)
from award.seasons.form.limits import beyond_limits
from award.seasons.form.rules import chosen_options
from award.seasons.queries import QuestionItem, question_item


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a change does. code: answered, replaced, required, choice_gone, too_tight,
    shown_to_jurors, hidden_from_jurors, worded_otherwise, withdrawn or consents; name: of a choice.
    """

    code: str
    amount: Amount
    name: str = ""


def effects_of_change(
    session: Session,
    season_id: int,
    question: Question | None,
    values: Mapping[str, Any],
    language: str,
) -> tuple[Effect, ...]:
    """Return what saving a question (None: a new one) does; empty where it touches no entry."""
    every = entries_so_far(session, season_id)
    if question is None:
        return (Effect("required", every),) if values["required"] and every else ()
    given = given_answers(session, season_id, question.key, question.kind)
    found = list(_on_answers(question, values, given, language)) if given.amount else []
    replaced = any(one.code == "replaced" for one in found)
    if values["required"] and every and (replaced or not question.required):
        answered = 0 if replaced else len(given.drafts)
        found.append(Effect("required", Amount(every.drafts - answered, every.submitted)))
    return (Effect("answered", given.amount), *found) if found else ()


def _on_answers(
    question: Question, values: Mapping[str, Any], given: Given, language: str
) -> Iterator[Effect]:
    if values["kind"] != question.kind:
        yield Effect("replaced", given.amount)
        return
    for option in chosen_options(question.options, values["options"], given):
        if not option.get("withdrawn"):
            name = pick_text(option["label"], language)
            yield Effect("choice_gone", given.chose(option["key"]), name)
    before = question_item(question, language)
    tight = given.those(lambda value: _grown_too_tight(before, values["limits"], value))
    if tight:
        yield Effect("too_tight", tight)
    yield from _on_readers(question, values, given)
    if values["label"] != question.label and given.submitted:
        yield Effect("worded_otherwise", Amount(0, len(given.submitted)))


def _grown_too_tight(before: QuestionItem, limits: Mapping[str, Any], value: Any) -> bool:
    after = replace(before, limits=limits)
    return not beyond_limits(before, value) and bool(beyond_limits(after, value))


def _on_readers(question: Question, values: Mapping[str, Any], given: Given) -> Iterator[Effect]:
    before, after = question.visibility, values["visibility"]
    if before is not Visibility.JURORS and after is Visibility.JURORS:
        yield Effect("shown_to_jurors", given.amount)
    if before is Visibility.JURORS and after is not Visibility.JURORS:
        yield Effect("hidden_from_jurors", given.amount)


def effects_of_removal(session: Session, item: Any) -> tuple[Effect, ...]:
    """Return what taking a question or consent off the form does; empty where nothing is kept."""
    if isinstance(item, Consent):
        count = consents_on_record(session, item.id)
        return (Effect("consents", Amount(0, count)),) if count else ()
    if not isinstance(item, Question):
        return ()
    amount = given_answers(session, item.season_id, item.key, QuestionKind(item.kind)).amount
    return (Effect("answered", amount), Effect("withdrawn", amount)) if amount else ()
