"""The guided set-up of a season: one question a page, from its name to its opening."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.accounts.routes import refuse
from award.db import db, unit_of_work
from award.errors import AwardError
from award.forms import use_programme
from award.home.blueprint import bp
from award.home.steps.page import StepPage
from award.home.steps.pages import PAGES
from award.models.seasons import Season
from award.permissions import Permission, requires
from award.seasons.set_up.links import going_on, step_url
from award.seasons.set_up.steps import STEPS, left_off, pass_step, step_before, steps_of

STEP = f"any({','.join(STEPS)})"


@bp.get("/seasons/<public_id>/set-up/steps")
@requires(Permission.SEASON_EDIT, Season)
def set_up_steps(season: Season) -> ResponseReturnValue:
    """Go on where one left off."""
    return redirect(step_url(season, left_off(season)), code=303)


@bp.get(f"/seasons/<public_id>/set-up/steps/<{STEP}:step>")
@requires(Permission.SEASON_EDIT, Season)
def set_up_step(season: Season, step: str) -> ResponseReturnValue:
    """Ask what one step asks."""
    use_programme(season.programme)
    return _page(season, step, PAGES[step](season))


def _page(season: Season, step: str, page: StepPage) -> str:
    before = step_before(step)
    return render_template(
        f"home/steps/{step}.html",
        season=season,
        step=step,
        steps=steps_of(db.session(), season),
        form=page.form,
        back=step_url(season, before) if before else "",
        **page.more,
    )


@bp.post(f"/seasons/<public_id>/set-up/steps/<{STEP}:step>")
@requires(Permission.SEASON_EDIT, Season)
def save_step(season: Season, step: str) -> ResponseReturnValue:
    """Keep what was typed and go on to the next step, or leave the rest for later."""
    use_programme(season.programme)
    page = PAGES[step](season)
    if not page.form.validate():
        return _page(season, step, page), 422
    try:
        with unit_of_work() as unit:
            page.save(unit)
            pass_step(unit, season.id, step)
    except AwardError as error:
        status = refuse(page.form, error)
        return _page(season, step, page), status
    if page.stays:
        return redirect(step_url(season, step), code=303)
    if request.form.get("action") == "later":
        flash(_("Kept. You can go on whenever you like."), "success")
    return redirect(going_on(season, step), code=303)
