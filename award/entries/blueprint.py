"""The blueprint of ``award.entries`` and what its routes share."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint, g
from flask_babel import gettext as _

from award import texts
from award.db import db
from award.entries.reading.queries import TeamEntry, entry_for_team
from award.entries.requirements.answers import Problem
from award.errors import AwardError
from award.i18n import hold_together
from award.languages import current_language
from award.models.entries import Entry

bp = Blueprint("entries", __name__)


def load(entry: Entry) -> TeamEntry:
    """Read an entry for its team, in the language of the request."""
    return entry_for_team(db.session(), entry.id, language=current_language(), now=g.now)


def say(problem: Problem) -> str:
    """Return the sentence of a problem in the language of the request."""
    return texts.say(problem.code, current_language(), problem.params)


def refuse(form: Any, error: AwardError, *, about: str = "") -> int:
    """Put an error's sentence to its field, or to the form; return its status.

    about: what it is said of, where a form sends several things at once.
    """
    sentence = texts.sentence(error, current_language())
    sentence = f"{about}: {sentence}" if about else sentence
    name = getattr(error, "field", None)
    if name and name in form:
        form[name].errors = [*form[name].errors, sentence]
    else:
        form.form_errors.append(sentence)
    return error.status


@bp.app_template_filter("problem")
def problem_filter(problem: Problem) -> str:
    """Print a problem as its sentence."""
    return say(problem)


@bp.app_template_filter("file_size")
def file_size(size: int) -> str:
    """Print a number of bytes as kilobytes or megabytes, in the words of the request."""
    if size < 1024**2:
        return hold_together(_("%(size)s KB", size=max(1, round(size / 1024))))
    shown = format_decimal(round(size / 1024**2, 1), locale=current_language())
    return hold_together(_("%(size)s MB", size=shown))
