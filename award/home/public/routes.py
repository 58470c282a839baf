"""The public page of a season, and its dates for a calendar."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, g, get_template_attribute, render_template, url_for
from flask_babel import gettext as _

from award.addresses import base_url
from award.db import db
from award.home.blueprint import bp
from award.home.public.season_page import KeyDate, SeasonPage, entry_of, key_dates, season_page
from award.home.queries import SeasonCard, season_card
from award.i18n import format_moment
from award.languages import current_language
from award.permissions import current_actor, public
from award.seasons.brand.sharing import Meta, meta, send_card
from award.seasons.brand.style import Brand, brand_of
from exports.calendar import CalendarDate, calendar_file
from exports.share_cards import ShareCard


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
        brand=(brand := brand_of(session, programme, language)),
        meta=_meta(card, page, brand),
    )


def _meta(card: SeasonCard, page: SeasonPage, brand: Brand | None) -> Meta:
    shared = _card(card, brand)
    return meta(
        shared,
        card.programme_slug,
        title=f"{card.name}, {card.programme}",
        description=f"{shared.headline}. {card.about}",
        share=".share",
        facts=_facts(card, page),
    )


def _facts(card: SeasonCard, page: SeasonPage) -> dict[str, Any]:
    """Return the season as an event of schema.org; its frequent questions are part of it."""
    event: dict[str, Any] = {
        "@type": "Event",
        "name": f"{card.programme}, {card.name}",
        "description": card.about,
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": base_url()},
        "organizer": {"@type": "Organization", "name": card.programme, "url": base_url()},
    }
    if card.opens_at and card.closes_at:
        event |= {"startDate": card.opens_at.isoformat(), "endDate": card.closes_at.isoformat()}
    if page.faq:
        asked = [
            {
                "@type": "Question",
                "name": title,
                "acceptedAnswer": {"@type": "Answer", "text": text},
            }
            for title, text in page.faq
        ]
        event["subjectOf"] = {"@type": "FAQPage", "mainEntity": asked}
    return event


def _card(card: SeasonCard, brand: Brand | None) -> ShareCard:
    headline = get_template_attribute("home/_season.html", "headline")(card)
    colour = f"#{brand.colour}" if brand else "#0b6650"
    return ShareCard(
        card.programme, " ".join(re.findall(r"[^ \n]+", str(headline))), card.name, colour
    )


@bp.get("/<programme>/<season>/share-<mark>.png")
@public
def share(programme: str, season: str, mark: str) -> Any:
    """The picture that a messenger shows for the season's address."""
    session, language = db.session(), current_language()
    card = season_card(session, programme, season, language, now=g.now)
    return send_card(_card(card, brand_of(session, programme, language)), mark)


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
