"""Programme and season set-up: the hub, the season's own pages and its lists."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from award.accounts.routes import refuse
from award.db import db, unit_of_work
from award.errors import AwardError, NotFoundError
from award.forms import use_programme
from award.models.seasons import Programme, Season, SeasonState
from award.permissions import Permission, current_actor, requires
from award.seasons import item_routes, service
from award.seasons.beginning.naming import name_form, save_name
from award.seasons.blueprint import bp
from award.seasons.brand import routes as brand_routes
from award.seasons.brand.logos import drawn_logo, store_logo
from award.seasons.forms import BasicsForm, EligibilityForm, ProgrammeForm
from award.seasons.lists import view_routes
from award.seasons.rounds import routes as rounds
from award.seasons.set_up import queries as set_up_queries
from award.seasons.set_up.links import going_on, keep_step
from award.seasons.set_up.steps import STEPS, left_off, pass_step, steps_of
from award.seasons.transitions import SEASON_STEPS, set_season_state

__all__ = ["bp", "brand_routes", "item_routes", "rounds", "view_routes"]
bp.app_url_defaults(keep_step)


def _actor() -> int:
    return current_actor().person_id


@bp.route("/programmes/<public_id>", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT, Programme)
def programme(programme: Programme):
    """Name, brand, zone and languages of a programme, and its seasons."""
    use_programme(programme)
    form = ProgrammeForm(obj=programme)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            sent = form.logo.data.read() if form.logo.data else b""
            logo = drawn_logo(sent) if sent else b""
            values = {
                name: form[name].data
                for name in ("name", "slug", "colour", "time_zone", "languages", "contact_email")
            }
            storage = current_app.extensions["storage"]
            with unit_of_work() as unit:
                if logo:
                    store_logo(unit, storage, programme.id, logo, actor_id=_actor(), now=g.now)
                service.update_programme(unit, programme.id, values, actor_id=_actor(), now=g.now)
            flash(_("The programme is saved."), "success")
            return redirect(url_for(".programme", public_id=programme.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    seasons = db.session.scalars(
        select(Season).where(Season.programme_id == programme.id).order_by(Season.id.desc())
    ).all()
    return render_template(
        "seasons/programme.html", programme=programme, form=form, seasons=seasons
    ), status


@bp.route("/programmes/<public_id>/seasons/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT, Programme)
def new_season(programme: Programme):
    """The first step of a new season; the season is there as soon as it has a name."""
    use_programme(programme)
    form = name_form(db.session(), programme, None, now=g.now)
    form.contact_email.data = form.contact_email.data or current_user.email
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                made = save_name(unit, programme.id, None, form, actor_id=_actor(), now=g.now)
                pass_step(unit, made.id, STEPS[0])
            return redirect(going_on(made, STEPS[0]), code=303)
        except AwardError as error:
            status = refuse(form, error)
    return render_template(
        "seasons/new_season.html", programme=programme, form=form, first=not programme.seasons
    ), status


@bp.get("/seasons/<public_id>/set-up")
@requires(Permission.SEASON_READ, Season)
def set_up(season: Season):
    """What is there and what is missing before the season can open."""
    missing = set_up_queries.missing_to_open(db.session(), season.id)
    return render_template(
        "seasons/set_up.html",
        season=season,
        missing=missing,
        going_on=next(one for one in steps_of(db.session(), season) if one.key == left_off(season)),
        steps=[step.value for step in SeasonState if step in SEASON_STEPS[season.state]],
        counts=set_up_queries.set_up_counts(db.session(), season.id),
    )


@bp.post("/seasons/<public_id>/state")
@requires(Permission.SEASON_EDIT, Season)
def set_state(season: Season):
    """Move the season one step on."""
    wanted = request.form.get("to", "")
    if wanted not in {state.value for state in SeasonState}:
        raise NotFoundError
    with unit_of_work() as unit:
        set_season_state(unit, season.id, SeasonState(wanted), actor_id=_actor(), now=g.now)
    flash(_("Done."), "success")
    return redirect(url_for(".set_up", public_id=season.public_id), code=303)


@bp.route("/seasons/<public_id>/set-up/basics", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def basics(season: Season):
    """Name, text and dates."""
    use_programme(season.programme)
    form = BasicsForm(obj=season)
    names = ("name", "about", "slug", "code_prefix", "opens_at", "closes_at", "shows_jury")
    return _season_page(season, form, _("Name and dates"), lambda: _read(form, names))


@bp.route("/seasons/<public_id>/set-up/eligibility", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def eligibility(season: Season):
    """Who may enter."""
    form = EligibilityForm.of(season)
    return _season_page(season, form, _("Who may enter"), form.values)


def _read(form: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: form[name].data for name in names}


def _season_page(season: Season, form: Any, title: str, values: Any) -> Any:
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                service.update_season(unit, season.id, values(), actor_id=_actor(), now=g.now)
            flash(_("Saved."), "success")
            return redirect(url_for(".set_up", public_id=season.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    back = (_("Set-up"), url_for(".set_up", public_id=season.public_id))
    return render_template(
        "seasons/form.html", season=season, form=form, title=title, back=back
    ), status
