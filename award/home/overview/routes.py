"""The organiser's first page of a season."""

from __future__ import annotations

from flask import (
    g,
    render_template,
)
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from award.db import db
from award.home.blueprint import bp
from award.home.log.queries import audit_lines
from award.home.log.table import action_words
from award.home.overview import arrivals, dashboard
from award.home.overview.attention import needs_of
from award.i18n import format_short_moment
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, can, current_actor, requires
from award.readiness import overdue_work
from award.results.tabulation.watching import watch

RECENT = 8


@bp.get("/seasons/<public_id>")
@requires(Permission.SEASON_READ, Season)
def overview(season: Season):
    """The organiser's first page: what needs attention."""
    session, actor = db.session(), current_actor()
    own = list(actor.teams)
    figures = dashboard.overview(session, season.id, current_language(), own)
    # Colleagues' points would colour what she gives herself.
    watched = (
        [] if season.id in actor.jurors else watch(session, season.id, now=g.now, own_entries=own)
    )
    recent = (
        audit_lines(session, season, most=RECENT, points=False)
        if can(Permission.SEASON_AUDIT, season)
        else []
    )
    return render_template(
        "home/overview.html",
        season=season,
        figures=figures,
        needs=needs_of(season, figures, watched, now=g.now, stands_still=_stands_still(session)),
        arrivals=arrivals.arrivals(session, season.id, now=g.now),
        most_jurors=dashboard.MOST_JURORS,
        recent=recent,
        action_words=lambda action: action_words(action, current_language()),
        steps=_steps(season, figures),
    )


def _stands_still(session: Session) -> bool:
    return overdue_work(session, now=g.now) is not None


def _steps(season: Season, figures: dashboard.Overview) -> list[tuple[str, str, str, None]]:
    """Return the season's dates for a timeline: title, moment in words, done or next."""
    dates = [(_("Entries open"), season.opens_at), (_("Entries close"), season.closes_at)]
    for one in figures.rounds:
        dates.append((_("%(round)s: scoring closes", round=one.name), one.closes_at))
        dates.append((_("%(round)s: results", round=one.name), one.announces_at))
    language, zone = current_language(), season.programme.time_zone
    known = sorted(((at, title) for title, at in dates if at), key=lambda pair: pair[0])
    return [
        (title, format_short_moment(at, language, zone), "done" if at <= g.now else "next", None)
        for at, title in known
    ]
