"""What a public page tells programs: search engines, messengers, feed readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from award.addresses import base_url
from award.db import LANGUAGES
from award.languages import current_language
from exports.share_cards import ShareCard, draw_card

FILTERS = ("category",)
"""What of an address makes another page; all else of a query leads to the same one."""
SUMMARY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Meta:
    """The head of a public page: one address, its other languages, a picture, facts as JSON-LD."""

    title: str
    description: str
    address: str
    alternates: tuple[tuple[str, str], ...]
    image: str
    feed: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def meta(
    card: ShareCard,
    programme: str,
    *,
    title: str,
    description: str,
    share: str,
    facts: Mapping[str, Any],
) -> Meta:
    """Return the head of the page that was asked for.

    programme: its part of addresses. share: the endpoint of the page's picture, whose variables
    are those of the page and ``mark``.
    """
    image = url_for(share, **(request.view_args or {}), mark=card.mark)
    words = " ".join(description.split())
    short = words if len(words) <= SUMMARY_LENGTH else f"{words[:SUMMARY_LENGTH].rstrip()}…"
    return Meta(
        title=title,
        description=short,
        address=_here(current_language()),
        alternates=tuple((code, _here(code)) for code in LANGUAGES),
        image=f"{base_url()}{image}",
        feed=f"{base_url()}{url_for('home.news', programme=programme)}",
        facts={"@context": "https://schema.org", "url": _here(current_language()), **facts},
    )


def _here(language: str) -> str:
    chosen = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    values = {**(request.view_args or {}), **chosen, "lang": language}
    return f"{base_url()}{url_for(str(request.endpoint), **values)}"


def send_card(card: ShareCard, mark: str) -> AnyResponse:
    """Return the picture of a card; an older address of it leads to the present one."""
    if mark != card.mark:
        values = {**(request.view_args or {}), "mark": card.mark}
        return redirect(url_for(str(request.endpoint), **values), code=303)
    cache = current_app.extensions["cache"]
    return Response(cache.get(f"share-{mark}.png", lambda: draw_card(card)), mimetype="image/png")
