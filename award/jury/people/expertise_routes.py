"""The page where a juror says what she knows, reads and can take, before entries are assigned."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.db import LANGUAGES, db, unit_of_work
from award.errors import AwardError, NotFoundError
from award.i18n import language_name
from award.jury.blueprint import bp
from award.jury.lookup import actor_id
from award.jury.people.expertise import (
    OwnExpertise,
    Topic,
    own_expertise,
    season_topics,
    state_expertise,
)
from award.jury.people.forms import ExpertiseForm
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires


@bp.get("/seasons/<public_id>/expertise")
@requires(Permission.JURY_SERVE, Season)
def expertise(season: Season) -> ResponseReturnValue:
    """Show a juror what stands for her, to be changed until she has entries."""
    own = _own(season)
    return _page(season, own, _form(season, own, _topics(season)))


@bp.post("/seasons/<public_id>/expertise")
@requires(Permission.JURY_SERVE, Season)
def save_expertise(season: Season) -> ResponseReturnValue:
    """Keep what a juror says of herself."""
    own, topics = _own(season), _topics(season)
    form = _form(season, own, topics)
    if not form.validate():
        return _page(season, own, form), 422
    try:
        with unit_of_work() as session:
            juror_id = current_actor().jurors[season.id]
            state_expertise(session, juror_id, form.said(topics), actor_id=actor_id(), now=g.now)
    except AwardError as error:
        form.form_errors.append(texts.sentence(error, current_language()))
        return _page(season, own, form), error.status
    flash(
        _("Thank you. The organisers see what you said, and your entries will fit it."), "success"
    )
    return redirect(url_for("judging.desk_home"), code=303)


def _own(season: Season) -> OwnExpertise:
    """Return what stands for her; NotFoundError once the season's results are decided."""
    found = own_expertise(db.session(), [current_actor().jurors[season.id]], current_language())
    if not found:
        raise NotFoundError
    return found[0]


def _topics(season: Season) -> tuple[Topic, ...]:
    return season_topics(db.session(), season.id, season.programme.languages[0])


def _form(season: Season, own: OwnExpertise, topics: tuple[Topic, ...]) -> ExpertiseForm:
    """Return the form with what stands; its choices are named in the reader's language."""
    form = ExpertiseForm(data=ExpertiseForm.typed(own, topics))
    shown = season_topics(db.session(), season.id, current_language())
    form.topics.choices = [(one.key, one.name) for one in shown]
    codes = dict.fromkeys((*season.programme.languages, *LANGUAGES, *own.languages))
    named = [(code, language_name(code, current_language())) for code in codes]
    form.languages.choices = named
    form.best.choices = [("", _("not said")), *named]
    return form


def _page(season: Season, own: OwnExpertise, form: ExpertiseForm) -> str:
    return render_template("jury/expertise.html", season=season, own=own, form=form)
