"""Programme and season set-up: the hub, the season's own pages and its lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from award.accounts.routes import refuse
from award.db import db, pick_text, unit_of_work
from award.errors import AwardError, NotFoundError
from award.forms import use_programme
from award.languages import current_language
from award.models.seasons import Programme, Season, SeasonState
from award.permissions import Permission, current_actor, requires
from award.seasons import (
    brand_routes,
    copy_routes,
    item_routes,
    rounds,
    service,
    set_up_queries,
    view_routes,
)
from award.seasons.blueprint import bp
from award.seasons.forms import BasicsForm, EligibilityForm, NewSeasonForm, ProgrammeForm
from award.seasons.logos import store_logo
from award.seasons.transitions import SEASON_STEPS, set_season_state

__all__ = ["bp", "brand_routes", "copy_routes", "item_routes", "rounds", "view_routes"]


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
            logo = form.logo.data.read() if form.logo.data else b""
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
    """Begin a season, empty or as a copy."""
    use_programme(programme)
    form = NewSeasonForm()
    earlier = db.session.scalars(
        select(Season).where(Season.programme_id == programme.id).order_by(Season.id.desc())
    ).all()
    form.copy_of.choices = [("", _("nothing: begin empty"))] + [
        (one.public_id, pick_text(one.name, current_language())) for one in earlier
    ]
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            if form.copy_of.data:
                return redirect(_copy_address(programme, form), code=303)
            with unit_of_work() as unit:
                season = service.create_season(
                    unit,
                    programme.id,
                    name=form.name.data or {},
                    slug=form.slug.data or "",
                    actor_id=_actor(),
                    now=g.now,
                )
            return redirect(url_for(".set_up", public_id=season.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    return render_template("seasons/new_season.html", programme=programme, form=form), status


def _copy_address(programme: Programme, form: NewSeasonForm) -> str:
    """Return the page that asks for the dates of a copy, with what was typed already."""
    named: dict[str, Any] = {f"name-{code}": text for code, text in (form.name.data or {}).items()}
    named |= {"of": form.copy_of.data, "slug": form.slug.data}
    return url_for(".copy_with_dates", public_id=programme.public_id, **named)


@bp.get("/seasons/<public_id>/set-up")
@requires(Permission.SEASON_READ, Season)
def set_up(season: Season):
    """What is there and what is missing before the season can open."""
    missing = set_up_queries.missing_to_open(db.session(), season.id)
    return render_template(
        "seasons/set_up.html",
        season=season,
        missing=missing,
        pages={one.page for one in missing},
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
    share = season.min_student_share
    form = EligibilityForm(obj=season, student_percent=int(share * 100) if share else None)
    names = ("min_age", "max_age", "age_on", "min_team", "max_team", "guardian_below_age")

    def values() -> dict[str, Any]:
        percent = form.student_percent.data
        return _read(form, names) | {
            "min_student_share": Decimal(percent) / 100 if percent else None
        }

    return _season_page(season, form, _("Who may enter"), values)


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
