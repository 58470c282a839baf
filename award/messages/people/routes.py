"""The list of everybody who has to do with a season, and writing to some of them."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.accounts.saved_views import views_of
from award.addresses import list_url, sort_url
from award.db import db
from award.messages.blueprint import bp
from award.messages.people.queries import Part, PeopleFilters, listed, people_rows
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires
from award.seasons.lists.bulk_pages import chosen_rows, write_to

PAGE = 100


@bp.get("/seasons/<public_id>/people")
@requires(Permission.MAIL_READ, Season)
def people(season: Season) -> ResponseReturnValue:
    """Teams, jury and workshop participants, each person once, with the way to her mails."""
    filters = PeopleFilters.read(request.args)
    rows = people_rows(db.session(), season.id)
    found = listed(rows, filters)
    first = max(0, request.args.get("from", 0, type=int))
    return render_template(
        "messages/people.html",
        season=season,
        total=len(rows),
        found=len(found),
        shown=found[first : first + PAGE],
        first=first,
        size=PAGE,
        filters=filters,
        parts=list(Part),
        views=views_of(db.session(), season.programme_id, current_actor().person_id, "people"),
        sort_url=partial(sort_url, ".people"),
        page_url=lambda first: list_url(".people", **{"from": first}),
    )


@bp.post("/seasons/<public_id>/people")
@requires(Permission.SEASON_EDIT, Season)
def write_to_people(season: Season) -> ResponseReturnValue:
    """Go on to a broadcast to those chosen."""
    rows = people_rows(db.session(), season.id)
    if not chosen_rows(lambda: [row.public_id for row in rows]):
        flash(_("Tick at least one person to write to."), "warning")
        return redirect(list_url(".people"), code=303)
    return write_to(season, "people")
