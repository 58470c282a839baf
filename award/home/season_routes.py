"""The public page of a season, and its dates for a calendar."""

from __future__ import annotations

from flask import Response, g, render_template, url_for
from flask_babel import gettext as _

from award.addresses import base_url
from award.db import db
from award.home.queries import SeasonCard, season_card
from award.home.routes import bp
from award.home.season_page import KeyDate, entry_of, key_dates, season_page
from award.i18n import format_moment
from award.languages import current_language
from award.permissions import current_actor, public
from award.seasons.brand import brand_of
from exports.calendar import CalendarDate, calendar_file


@bp.get("/<programme>/<season>")
@public
def season(programme: str, season: str) -> str:
    """The public page of a season, led by its state."""
    session, language = db.session(), current_language()
    card = season_card(session, programme, season, language, now=g.now)
    page = season_page(session, card, language, now=g.now)
    return render_template(
        "home/season.html",
        card=card,
        page=page,
        own=entry_of(session, current_actor(), card.public_id),
        steps=[_step(one, card.zone) for one in page.dates],
        brand=brand_of(session, programme, language),
    )


def _step(date: KeyDate, zone: str) -> tuple[str, str, str, None]:
    """Return a date as the timeline prints it."""
    return (_title(date), format_moment(date.at, current_language(), zone), date.state, None)


def _title(date: KeyDate) -> str:
    if date.kind == "opens":
        return _("Entries open")
    if date.kind == "closes":
        return _("Entries close")
    if date.kind == "judged" and date.round:
        return _("%(round)s: the jury finishes", round=date.round)
    if date.kind == "judged":
        return _("The jury finishes")
    return _("Announcement of the winners") if date.last else _("Announcement of the finalists")


@bp.get("/<programme>/<season>/dates.ics")
@public
def season_dates(programme: str, season: str) -> Response:
    """The same dates as a calendar file."""
    session, language = db.session(), current_language()
    card = season_card(session, programme, season, language, now=g.now)
    dates = key_dates(session, card, language, now=g.now)
    content = calendar_file([_entry(card, one) for one in dates], now=g.now)
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{card.slug}.ics"'
    return response


def _entry(card: SeasonCard, date: KeyDate) -> CalendarDate:
    address = url_for(".season", programme=card.programme_slug, season=card.slug)
    return CalendarDate(
        key=f"{card.public_id}-{date.kind}-{date.number}@award",
        at=date.at,
        title=f"{card.programme}, {card.name}: {_title(date)}",
        url=f"{base_url()}{address}",
    )
