"""Codes into sentences: what services and pure packages raise, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from award.errors import AwardError
from award.i18n import format_day, format_moment, translator
from award.texts import (
    accounts,
    assignment,
    commands,
    common,
    education,
    entries,
    exports,
    importing,
    judging,
    jury,
    log,
    mails,
    results,
    scoring,
    seasons,
)

TEXTS: Mapping[str, str] = {
    **common.TEXTS,
    **accounts.TEXTS,
    **commands.TEXTS,
    **seasons.TEXTS,
    **education.TEXTS,
    **entries.TEXTS,
    **jury.TEXTS,
    **judging.TEXTS,
    **results.TEXTS,
    **exports.TEXTS,
    **importing.TEXTS,
    **log.TEXTS,
    **mails.TEXTS,
    **assignment.TEXTS,
    **scoring.TEXTS,
}


def say(code: str, language: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the sentence of a code with its parameters, moments in the zone ``params["zone"]``.

    An unknown code is shown as it is: better a code than a wrong sentence.
    """
    values = dict(params or {})
    zone = values.get("zone", "Europe/Moscow")
    shown = {name: _shown(value, language, zone) for name, value in values.items()}
    message = TEXTS.get(code)
    return translator(language).gettext(message) % shown if message else code


def sentence(error: AwardError, language: str) -> str:
    """Return what an error says to the person who meets it."""
    return say(error.code, language, error.params)


def failure(kept: str, language: str) -> str:
    """Return why a job failed, from what ``award.jobs`` keeps of it."""
    code, _, params = kept.partition(" ")
    try:
        return (
            say(code, language, json.loads(params))
            if code in TEXTS
            else _unforeseen(kept, language)
        )
    except (ValueError, KeyError, TypeError):
        return _unforeseen(kept, language)


def _unforeseen(kept: str, language: str) -> str:
    return say("job_failed", language, {"why": kept})


def _shown(value: Any, language: str, zone: str) -> Any:
    if isinstance(value, datetime):
        return format_moment(value, language, zone)
    if isinstance(value, date):
        return format_day(value, language)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value
