"""The organiser's side navigation: the rooms of the season that the request is about."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from award.db import db
from award.models.seasons import Round, Season
from award.permissions import Permission, can

WHOLE_AREAS = {
    "entries.preview": "seasons.set_up",
    "entries.inbox": "messages.outbox",
    "entries.thread": "messages.outbox",
    "seasons.": "seasons.set_up",
    "entries.": "entries.entry_list",
    "messages.": "messages.outbox",
    "home.audit": "home.audit_log",
    "imports.": "imports.start",
    "results.appeal": "results.results",
    "results.certificate": "results.certificates",
    "results.set_certificate_looks": "results.certificates",
    "results.add_signatory": "results.certificates",
    "results.order_": "results.certificates",
    "results.reissue": "results.certificates",
    "results.revoke": "results.certificates",
}
"""Areas whose pages are all in one room."""


def season_of(subject: Any) -> Season | None:
    """Return the season that a subject belongs to, itself included; None for others."""
    if isinstance(subject, Season):
        return subject
    season_id = getattr(subject, "season_id", None)
    return db.session.get(Season, season_id) if season_id else None


def organiser_nav() -> list[tuple[str, str, bool, int | None]]:
    """Return (label, address, current, count) rows for the season of the request's subject."""
    season = season_of(g.get("subject"))
    if season is None:
        return []
    round_id = g.subject.public_id if isinstance(g.subject, Round) else _last_round(season)
    may_edit = can(Permission.SEASON_EDIT, season)
    rooms = [
        (_("Overview"), "home.overview", season.public_id),
        (_("Set-up"), "seasons.set_up", season.public_id),
        (_("Entries"), "entries.entry_list", season.public_id),
        (_("Jury"), "jury.jurors", season.public_id),
        (_("Assignment"), "jury.assignment", round_id),
        (_("Scoring"), "jury.progress", round_id),
        (_("Results"), "results.results", round_id),
        (_("Certificates"), "results.certificates", season.public_id),
        (_("Import"), "imports.start", season.public_id if may_edit else None),
        (_("Exports"), "results.exports", season.public_id),
        (_("Messages"), "messages.outbox", season.public_id),
        (_("Log"), "home.audit_log", season.public_id),
    ]
    return [
        (label, url_for(endpoint, public_id=public_id), endpoint == _room(), None)
        for label, endpoint, public_id in rooms
        if public_id
    ]


def _last_round(season: Season) -> str | None:
    return db.session.scalar(
        select(Round.public_id)
        .where(Round.season_id == season.id)
        .order_by(Round.position.desc())
        .limit(1)
    )


def _room() -> str:
    """Return the endpoint of the room that the request's page belongs to."""
    endpoint = request.endpoint or ""
    rooms = (room for beginning, room in WHOLE_AREAS.items() if endpoint.startswith(beginning))
    return next(rooms, endpoint)
