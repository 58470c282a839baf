"""What an answer may look like: the questions that every entry has, and each kind's own rules."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from award.entries.requirements.asked import Asked
from award.errors import InputError
from award.i18n import format_day, format_figure
from award.models.entries import CATEGORY, CITY, ORGANISATION, SUMMARY, TITLE, TOPICS
from award.models.seasons import QuestionKind, Visibility
from award.seasons.form.limits import beyond_limits
from award.seasons.queries import Option, QuestionItem
from award.texts import TEXTS, say

LONGEST = 50_000
"""Characters that a text may have while it is a draft; the form's own limits are checked later."""
MOST_TOPICS = 8
TITLE_LENGTH = 150
SUMMARY_LENGTH = 800


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps an entry from being handed in: a code, and where to mend it.

    task: answers, files, team or consents. question: its key, "" where there is none.
    user_id: whose it is, where only one person can mend it.
    """

    code: str
    task: str
    question: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    user_id: int | None = None


def all_questions(form: Asked, language: str) -> tuple[QuestionItem, ...]:
    """Return the questions that every entry has, then those of the season's form, in order."""
    return (*core_questions(form, language), *form.questions)


def core_questions(form: Asked, language: str) -> tuple[QuestionItem, ...]:
    """Return title, category (where the season has any), summary, city, organisation, topics."""
    categories = tuple(Option(one.key, one.name) for one in form.categories)
    asked = [
        _core(TITLE, QuestionKind.SHORT_TEXT, language, {"max_characters": TITLE_LENGTH}),
        _core(SUMMARY, QuestionKind.LONG_TEXT, language, {"max_characters": SUMMARY_LENGTH}),
        _core(CITY, QuestionKind.SHORT_TEXT, language, {"max_characters": 120}, required=False),
        _core(
            ORGANISATION, QuestionKind.SHORT_TEXT, language, {"max_characters": 200}, required=False
        ),
        _core(TOPICS, QuestionKind.SHORT_TEXT, language, {}, required=False),
    ]
    if categories:
        asked.insert(1, _core(CATEGORY, QuestionKind.ONE_CHOICE, language, {}, categories))
    return tuple(asked)


def _core(
    key: str,
    kind: QuestionKind,
    language: str,
    limits: Mapping[str, Any],
    options: tuple[Option, ...] = (),
    *,
    required: bool = True,
) -> QuestionItem:
    helped = f"core_{key}_help"
    return QuestionItem(
        key=key,
        kind=kind,
        label=say(f"core_{key}", language),
        help=say(helped, language) if helped in TEXTS else "",
        required=required,
        visibility=Visibility.HIDDEN_FROM_JURORS
        if key in (CITY, ORGANISATION)
        else Visibility.JURORS,
        options=options,
        limits=limits,
    )


def clean(question: QuestionItem, value: Any) -> Any:
    """Return an answer in its kind's stored form; None where nothing was answered.

    Only the form of the value is judged, never its completeness, so that a draft can be saved
    at any moment. Raises InputError with the question's key as ``field``.
    """
    if question.key == TOPICS:
        return _topics(value)
    if value is None or value == "" or value == []:
        return None
    return _CLEANERS[question.kind](question, value)


def _topics(value: Any) -> list[str] | None:
    parts = value.replace(";", ",").split(",") if isinstance(value, str) else list(value or [])
    if not all(isinstance(part, str) for part in parts):
        raise InputError("answer_not_text", field=TOPICS)
    topics = list(dict.fromkeys(" ".join(part.split())[:60] for part in parts if part.strip()))
    if len(topics) > MOST_TOPICS:
        raise InputError("too_many_topics", field=TOPICS, most=MOST_TOPICS)
    return topics or None


def _text(question: QuestionItem, value: Any) -> str | None:
    if not isinstance(value, str):
        raise InputError("answer_not_text", field=question.key)
    if len(value) > LONGEST:
        raise InputError("answer_far_too_long", field=question.key, most=LONGEST)
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\x00", ""))
    if question.kind is QuestionKind.SHORT_TEXT:
        text = " ".join(text.split())
    return text if any(_shows(letter) for letter in text) else None


def _shows(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "CZ"


def _one_choice(question: QuestionItem, value: Any) -> str:
    if value not in [option.key for option in question.options]:
        raise InputError("answer_not_an_option", field=question.key)
    return str(value)


def _many_choices(question: QuestionItem, value: Any) -> list[str]:
    chosen = [value] if isinstance(value, str) else value
    keys = [option.key for option in question.options]
    if not isinstance(chosen, list) or any(one not in keys for one in chosen):
        raise InputError("answer_not_an_option", field=question.key)
    return [key for key in keys if key in chosen]


def _number(question: QuestionItem, value: Any) -> int | float:
    text = str(value).replace("\xa0", "").replace(" ", "").replace(",", ".")
    try:
        number = float(text)
    except ValueError as error:
        raise InputError("answer_not_a_number", field=question.key) from error
    if isinstance(value, bool) or not math.isfinite(number) or abs(number) > 1e15:
        raise InputError("answer_not_a_number", field=question.key)
    return int(number) if number.is_integer() else number


def _date(question: QuestionItem, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise InputError("answer_not_a_date", field=question.key) from error


def _link(question: QuestionItem, value: Any) -> str:
    text = str(value).strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError as error:
        raise InputError("answer_not_a_link", field=question.key) from error
    spaced = any(letter.isspace() for letter in text)
    if (
        parts.scheme not in {"http", "https"}
        or "." not in parts.netloc
        or spaced
        or len(text) > 2000
    ):
        raise InputError("answer_not_a_link", field=question.key)
    return parts.geturl()


def _agreement(_question: QuestionItem, value: Any) -> bool | None:
    return True if value in (True, "true", "1", "y", "on", "yes") else None


def _file(question: QuestionItem, _value: Any) -> Any:
    raise InputError("file_not_an_answer", field=question.key)


_CLEANERS = {
    QuestionKind.SHORT_TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.ONE_CHOICE: _one_choice,
    QuestionKind.MANY_CHOICES: _many_choices,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.LINK: _link,
    QuestionKind.FILE: _file,
    QuestionKind.AGREEMENT: _agreement,
}


def in_words(kind: QuestionKind, value: Any, language: str) -> str:
    """Return a stored answer as people read it: numbers and days in the language's form.

    A choice stays its key, an agreement is a tick, no answer is "".
    """
    if value is None or value is False:
        return ""
    if kind is QuestionKind.AGREEMENT:
        return "✓"
    if kind is QuestionKind.NUMBER and isinstance(value, int | float):
        return format_figure(value, language)
    if kind is QuestionKind.DATE:
        return format_day(date.fromisoformat(str(value)), language)
    return str(value)


def answer_problems(
    questions: tuple[QuestionItem, ...], answers: Mapping[str, Any], file_counts: Mapping[str, int]
) -> list[Problem]:
    """Return what is missing or beyond its limits, in form order; empty where all is well.

    answers: key -> stored value. file_counts: question key -> number of files.
    """
    problems = []
    for question in questions:
        task = "files" if question.kind is QuestionKind.FILE else "answers"
        count = file_counts.get(question.key, 0)
        value = count or None if task == "files" else answers.get(question.key)
        if value is None:
            if question.required:
                problems.append(_missing(question, task))
            continue
        found = _choice_gone(question, value) or beyond_limits(question, value)
        if found:
            params = {"question": question.label, **found[1]}
            problems.append(Problem(found[0], task, question.key, params))
    return problems


def _missing(question: QuestionItem, task: str) -> Problem:
    code = "answer_file_missing" if task == "files" else "answer_missing"
    params: dict[str, Any] = {"question": question.label}
    if question.required_since:
        code, params = f"{code}_since", params | {"since": question.required_since.date()}
    return Problem(code, task, question.key, params)


def _choice_gone(question: QuestionItem, value: Any) -> tuple[str, dict[str, Any]] | None:
    chosen = value if isinstance(value, list) else [value]
    gone = [one.label for one in question.options if one.withdrawn and one.key in chosen]
    return ("choice_withdrawn", {"choice": gone[0]}) if gone else None
