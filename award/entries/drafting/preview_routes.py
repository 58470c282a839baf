"""The season's entry form as a team will see it, before anybody does."""

from __future__ import annotations

from flask import render_template

from award.db import db
from award.entries.blueprint import bp
from award.entries.forms import PREFIX, answers_form
from award.entries.requirements.answers import all_questions
from award.entries.requirements.asked import asked_of
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, requires


@bp.get("/seasons/<public_id>/set-up/preview")
@requires(Permission.SEASON_READ, Season)
def preview(season: Season) -> str:
    """Show the form with empty fields that can be tried and are kept nowhere."""
    asked = asked_of(db.session(), season.id, current_language())
    questions = all_questions(asked, current_language())
    return render_template(
        "entries/preview.html",
        season=season,
        asked=asked,
        questions=questions,
        form=answers_form(questions, {}),
        prefix=PREFIX,
    )
