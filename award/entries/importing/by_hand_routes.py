"""The page on which an organiser types in what came on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.addresses import base_url
from award.db import db, unit_of_work
from award.entries.blueprint import bp, refuse
from award.entries.forms import PREFIX, by_hand_form
from award.entries.importing.by_hand import PaperEntry, enter_by_hand
from award.entries.requirements.answers import all_questions
from award.entries.requirements.asked import Asked, asked_of
from award.errors import AwardError
from award.i18n import LANGUAGE_NAMES
from award.languages import current_language
from award.models.seasons import QuestionKind, Season
from award.permissions import Permission, current_actor, requires
from award.seasons.queries import QuestionItem


@bp.route("/seasons/<public_id>/entries/by-hand", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def enter_entry(season: Season) -> ResponseReturnValue:
    """Type in an entry on behalf of its team."""
    asked = asked_of(db.session(), season.id, current_language())
    questions = all_questions(asked, current_language())
    form = _form(season, asked, questions)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                made = enter_by_hand(
                    unit,
                    season.id,
                    _paper(form, questions),
                    base_url=base_url(),
                    actor_id=current_actor().person_id,
                    now=g.now,
                )
        except AwardError as error:
            status = refuse(form, error)
        else:
            flash(_("The entry is there, and its lead has been invited by mail."), "success")
            return redirect(url_for(".staff_entry", public_id=made.public_id), code=303)
    page = render_template(
        "entries/by_hand.html",
        season=season,
        form=form,
        prefix=PREFIX,
        questions=[one for one in questions if one.kind is not QuestionKind.FILE],
        files=[one.label for one in questions if one.kind is QuestionKind.FILE],
    )
    return page, status


def _form(season: Season, asked: Asked, questions: Sequence[QuestionItem]) -> Any:
    form = by_hand_form(questions)
    form.agreed.choices = [(one.key, one.title) for one in asked.consents]
    form.language.choices = [(code, LANGUAGE_NAMES[code]) for code in season.programme.languages]
    return form


def _paper(form: Any, questions: Any) -> PaperEntry:
    return PaperEntry(
        lead_name=form.lead_name.data,
        lead_email=form.lead_email.data,
        language=form.language.data,
        answers={
            one.key: form[PREFIX + one.key].data
            for one in questions
            if one.kind is not QuestionKind.FILE
        },
        source=form.source.data or "",
        members=form.members.data or "",
        birth_date=form.birth_date.data,
        is_student=bool(form.is_student.data),
        agreed=form.agreed.data or [],
        signed_by=form.signed_by.data or "",
        signed_on=form.signed_on.data,
    )
