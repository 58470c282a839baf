"""The page of background work: what failed, with its mending, what waits, what is done."""

from __future__ import annotations

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.db import db, unit_of_work
from award.home.background.mending import drop_work as drop
from award.home.background.mending import retry_work as retry
from award.home.background.queries import work_of
from award.home.background.table import work_table
from award.home.blueprint import bp
from award.languages import current_language
from award.messages.blueprint import page_number
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires
from award.readiness import overdue_work
from award.results.blueprint import send_table
from award.tables import FORMATS


@bp.get("/seasons/<public_id>/background")
@requires(Permission.SEASON_AUDIT, Season)
def background(season: Season) -> str:
    """What the worker does for the season."""
    page = page_number()
    rows, more = work_of(db.session(), season.id, current_language(), page=page)
    return render_template(
        "home/background.html",
        season=season,
        rows=rows,
        older=page + 1 if more else None,
        stands_still=overdue_work(db.session(), now=g.now) is not None,
    )


@bp.get(f"/seasons/<public_id>/background.<{FORMATS}:kind>")
@requires(Permission.SEASON_AUDIT, Season)
def export_work(season: Season, kind: str) -> Response:
    """The same as a table."""
    table = work_table(db.session(), season.id, current_language(), _)
    return send_table(table, kind, f"{season.slug}-background")


@bp.post("/seasons/<public_id>/background/<work_id>/retry")
@requires(Permission.SEASON_EDIT, Season)
def retry_work(season: Season, work_id: str) -> ResponseReturnValue:
    """Give failed work back to the worker."""
    with unit_of_work() as unit:
        retry(unit, season.id, work_id, actor_id=current_actor().user_id, now=g.now)
    flash(_("The worker tries it again."), "success")
    return redirect(url_for("home.background", public_id=season.public_id), code=303)


@bp.post("/seasons/<public_id>/background/<work_id>/drop")
@requires(Permission.SEASON_EDIT, Season)
def drop_work(season: Season, work_id: str) -> ResponseReturnValue:
    """Give failed work up."""
    with unit_of_work() as unit:
        drop(unit, season.id, work_id, actor_id=current_actor().user_id, now=g.now)
    flash(_("Laid aside. You can ask for it anew whenever you like."), "success")
    return redirect(url_for("home.background", public_id=season.public_id), code=303)
