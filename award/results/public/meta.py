"""The heads of the public pages of results: titles, pictures and facts for programs."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from award.addresses import base_url
from award.results.public.gallery_queries import Gallery, PublicEntry
from award.results.public.winner_queries import Laureate, Winners
from award.seasons.brand.sharing import Meta, meta
from award.seasons.brand.style import Brand
from exports.share_cards import ShareCard

OURS = "#0b6650"
MOST_TITLES = 3
MOST_FIRST = 5


def _colour(brand: Brand | None) -> str:
    return f"#{brand.colour}" if brand else OURS


def winners_card(page: Winners, brand: Brand | None) -> ShareCard:
    """Return the winners' titles as a picture, one a line, of many those in the first place.

    Before the final the number of finalists.
    """
    few = len(page.winners) <= MOST_TITLES
    named = [one for one in page.winners if few or one.place == page.winners[0].place]
    lines = [one.title for one in named]
    titles = "\n".join(lines if len(lines) <= MOST_FIRST else [*lines[: MOST_FIRST - 1], "…"])
    goes_on = ngettext("One finalist", "%(num)s finalists", len(page.finalists))
    note = ngettext("The winner of the season", "The winners of the season", len(page.winners))
    return ShareCard(
        page.programme,
        titles or goes_on,
        f"{page.season}. {note}" if titles else page.season,
        _colour(brand),
    )


def winners_meta(page: Winners, brand: Brand | None) -> Meta:
    """Return the head of the winners' page."""
    shown = page.winners or page.finalists
    return meta(
        winners_card(page, brand),
        page.programme_slug,
        title=f"{_('Winners') if page.winners else _('Finalists')}, {page.season}",
        description=", ".join(one.title for one in shown),
        share="results.share_winners",
        facts=_listed(shown, page.programme_slug, page.season_slug, page.season),
    )


def gallery_meta(page: Gallery, brand: Brand | None) -> Meta:
    """Return the head of the gallery; its order is by title here, the same for everybody."""
    shown = tuple(sorted(page.entries, key=lambda one: one.code))
    return meta(
        gallery_card(page, brand),
        page.programme_slug,
        title=f"{_('Finalists')}, {page.season}",
        description=", ".join(one.title for one in shown),
        share="results.share_finalists",
        facts=_listed(shown, page.programme_slug, page.season_slug, page.season),
    )


def gallery_card(page: Gallery, brand: Brand | None) -> ShareCard:
    """Return the number of finalists as a picture."""
    finalists = ngettext("One finalist", "%(num)s finalists", page.total)
    return ShareCard(page.programme, finalists, page.season, _colour(brand))


def _listed(shown: tuple[Laureate, ...], programme: str, season: str, name: str) -> dict[str, Any]:
    """Return works as an ItemList of schema.org."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": one.title,
            "url": base_url()
            + url_for("results.finalist", programme=programme, season=season, entry_code=one.code),
        }
        for position, one in enumerate(shown, start=1)
    ]
    return {"@type": "ItemList", "name": name, "itemListElement": items}


def entry_card(page: PublicEntry, brand: Brand | None) -> ShareCard:
    """Return a finalist's title and team as a picture."""
    item = page.entry
    note = ", ".join(item.people) or " · ".join(filter(None, (item.organisation, page.season)))
    return ShareCard(page.programme, item.title, note, _colour(brand))


def entry_meta(page: PublicEntry, brand: Brand | None) -> Meta:
    """Return the head of a finalist's page: a CreativeWork of schema.org with its prizes."""
    item = page.entry
    prizes = [prize for _outcome, _place, prize, _partner in page.honours if prize]
    facts: dict[str, Any] = {
        "@type": "CreativeWork",
        "name": item.title,
        "inLanguage": page.language,
        "creator": [{"@type": "Person", "name": name} for name in item.people],
    }
    if prizes:
        facts["award"] = [f"{page.programme}, {page.season}: {prize}" for prize in prizes]
    if item.summary:
        facts["abstract"] = item.summary
    return meta(
        entry_card(page, brand),
        page.programme_slug,
        title=f"{item.title}, {page.season}",
        description=item.summary or ", ".join(item.people) or page.season,
        share="results.share",
        facts=facts,
    )
