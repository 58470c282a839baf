"""Lists for programs: the sitemap, what robots may read, a feed of announcements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response, g, url_for
from flask_babel import gettext as _

from award.addresses import base_url
from award.db import LANGUAGES, db
from award.home.blueprint import bp
from award.home.public.news import NewsItem, PublicSeason, news_of, public_seasons
from award.languages import current_language
from award.permissions import public

SITEMAP, XHTML = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
ATOM = "http://www.w3.org/2005/Atom"


@public
def robots() -> Response:
    """Say where the sitemap is, and that certificates are nobody's to list."""
    closed = [f"Disallow: /{language}/c/" for language in LANGUAGES]
    lines = ["User-agent: *", "Disallow: /c/", *closed, f"Sitemap: {base_url()}/sitemap.xml", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@public
def sitemap() -> Response:
    """Every public page in every language, each with its other languages."""
    root = ET.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for endpoint, values in _pages(public_seasons(db.session(), now=g.now)):
        found = {code: _address(endpoint, lang=code, **values) for code in LANGUAGES}
        for address in found.values():
            page = ET.SubElement(root, "url")
            ET.SubElement(page, "loc").text = address
            for code, other in found.items():
                link = {"rel": "alternate", "hreflang": code, "href": other}
                ET.SubElement(page, "xhtml:link", link)
    return _xml(root, "application/xml")


def _pages(seasons: list[PublicSeason]) -> Iterator[tuple[str, dict[str, str]]]:
    yield "home.index", {}
    for one in seasons:
        place = {"programme": one.programme_slug, "season": one.slug}
        yield "home.season", place
        if one.finalists:
            yield "results.winners", place
            yield "results.finalists", place
        for code in one.finalists:
            yield "results.finalist", place | {"entry_code": code}


def _address(endpoint: str, **values: Any) -> str:
    return f"{base_url()}{url_for(endpoint, **values)}"


def _xml(root: ET.Element, mimetype: str) -> Response:
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, mimetype=mimetype)


@bp.get("/<programme>/news.atom")
@public
def news(programme: str) -> Response:
    """The programme's announcements as an Atom feed (RFC 4287)."""
    found = news_of(db.session(), programme, current_language(), now=g.now)
    here = _address("home.news", programme=programme)
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": current_language()})
    ET.SubElement(root, "title").text = found.programme
    ET.SubElement(root, "id").text = f"{here}#{found.public_id}"
    ET.SubElement(root, "link", {"rel": "self", "href": here})
    latest = max((one.at for one in found.items), default=g.now)
    ET.SubElement(root, "updated").text = latest.isoformat()
    author = ET.SubElement(root, "author")
    ET.SubElement(author, "name").text = found.programme
    for item in found.items:
        _entry(root, programme, item)
    return _xml(root, "application/atom+xml")


def _entry(root: ET.Element, programme: str, item: NewsItem) -> None:
    said = {
        "opened": _("%(season)s: entries are open", season=item.season),
        "finalists": _("%(season)s: the finalists are known", season=item.season),
        "winners": _("%(season)s: the winners are announced", season=item.season),
    }[item.kind]
    page = _address(item.page, programme=programme, season=item.season_slug)
    entry = ET.SubElement(root, "entry")
    ET.SubElement(entry, "title").text = said
    ET.SubElement(entry, "id").text = f"{page}#{item.kind}-{item.public_id}"
    ET.SubElement(entry, "link", {"href": page})
    ET.SubElement(entry, "updated").text = item.at.isoformat()
    ET.SubElement(entry, "summary").text = said
