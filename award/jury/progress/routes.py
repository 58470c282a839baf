"""How far the jurors are, and reminding them."""

from __future__ import annotations

from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from award.addresses import list_url, sort_url
from award.db import db, unit_of_work
from award.jury.blueprint import bp
from award.jury.lookup import actor_id, home_url
from award.jury.progress import queries, reminders
from award.languages import current_language
from award.models.seasons import Round
from award.permissions import Permission, requires


@bp.get("/rounds/<public_id>/progress")
@requires(Permission.JURY_READ, Round)
def progress(round_: Round) -> ResponseReturnValue:
    """Show how far the jurors are; drafts show only that they exist."""
    filters = queries.ProgressFilters.read(request.args)
    page = request.args.get("page", 1, type=int)
    found = queries.progress(db.session(), round_.id, current_language(), filters, page)
    return render_template(
        "jury/progress.html",
        round=round_,
        season=round_.season,
        progress=found,
        filters=filters,
        sort_url=partial(sort_url, ".progress", page="page"),
        page_url=lambda number: list_url(".progress", page=number if number > 1 else ""),
    )


@bp.post("/rounds/<public_id>/remind")
@requires(Permission.JURY_EDIT, Round)
def remind(round_: Round) -> ResponseReturnValue:
    """Mail the jurors whose sheets are outstanding."""
    with unit_of_work() as session:
        count = reminders.remind_jurors(
            session,
            round_.id,
            only=request.form.get("juror", ""),
            home_url=home_url(),
            actor_id=actor_id(),
            now=g.now,
        )
    flash(
        ngettext("%(num)d juror gets a reminder.", "%(num)d jurors get a reminder.", count),
        "success",
    )
    return redirect(url_for("jury.progress", public_id=round_.public_id), code=303)
