"""The blueprint that the pages of the jury register on, and how they say a refusal."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from award import texts
from award.errors import AwardError
from award.languages import current_language

bp = Blueprint("jury", __name__)


def refuse(form: Any, error: AwardError) -> int:
    """Put an error where it belongs, at its field or on top of the form; return its status."""
    sentence = texts.sentence(error, current_language())
    field = getattr(error, "field", None)
    if field and field in form:
        form[field].errors = [*form[field].errors, sentence]
    else:
        form.form_errors.append(sentence)
    return error.status
