"""Keeping a list's filter under a name, and forgetting it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.accounts.saved_views import PAGES, delete_view, save_view
from award.db import unit_of_work
from award.errors import AwardError, NotFoundError
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires
from award.seasons.blueprint import bp


@bp.post("/seasons/<public_id>/views")
@requires(Permission.SEASON_EDIT, Season)
def saved_views(season: Season) -> ResponseReturnValue:
    """Keep the filter that the list's address says, or forget one's own view."""
    page = request.form.get("page", "")
    if page not in PAGES:
        return redirect(url_for(".set_up", public_id=season.public_id), code=303)
    try:
        _save_or_delete(season, page)
    except NotFoundError:
        raise
    except AwardError as error:
        flash(texts.sentence(error, current_language()), "error")
    endpoint, names = PAGES[page]
    query: dict[str, Any] = {one: request.form[one] for one in names if request.form.get(one)}
    return redirect(url_for(endpoint, public_id=season.public_id, **query), code=303)


def _save_or_delete(season: Season, page: str) -> None:
    actor_id = current_actor().person_id
    with unit_of_work() as unit:
        if gone := request.form.get("delete"):
            delete_view(unit, season.programme_id, gone, actor_id=actor_id, now=g.now)
        else:
            save_view(
                unit,
                season.programme_id,
                page,
                request.form.get("name", ""),
                request.form,
                shared=bool(request.form.get("shared")),
                actor_id=actor_id,
                now=g.now,
            )
    flash(_("The view is forgotten.") if gone else _("The view is kept."), "success")
