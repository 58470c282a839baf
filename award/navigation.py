"""The organiser's side navigation: the rooms of the season that the request is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from award.db import db
from award.models.seasons import Round, Season
from award.permissions import Permission, can, current_actor

WHOLE_AREAS = {
    "entries.preview": "seasons.set_up",
    "entries.inbox": "messages.outbox",
    "entries.thread": "messages.outbox",
    "education.": "education.workshops",
    "seasons.": "seasons.set_up",
    "entries.": "entries.entry_list",
    "messages.": "messages.outbox",
    "home.audit": "home.audit_log",
    "home.background": "home.overview",
    "home.set_up_step": "seasons.set_up",
    "home.save_step": "seasons.set_up",
    "imports.": "imports.start",
    "jury.juror": "jury.jurors",
    "jury.invite": "jury.jurors",
    "jury.import_jurors": "jury.jurors",
    "jury.check_import": "jury.jurors",
    "jury.edit_juror": "jury.jurors",
    "jury.bulk": "jury.jurors",
    "jury.new_": "jury.jurors",
    "jury.progress": "jury.progress",
    "jury.": "jury.assignment",
    "judging.": "jury.progress",
    "results.round_warnings": "jury.progress",
    "results.appeal": "results.results",
    "results.decision": "results.results",
    "results.changes": "results.results",
    "results.entry_working": "results.results",
    "results.further": "results.results",
    "results.certificate": "results.certificates",
    "results.set_certificate_looks": "results.certificates",
    "results.add_signatory": "results.certificates",
    "results.order_": "results.certificates",
    "results.reissue": "results.certificates",
    "results.revoke": "results.certificates",
}
"""Areas whose pages are all in one room."""

HELP = {
    "seasons.programme": "programme-and-colleagues",
    "accounts.staff": "programme-and-colleagues",
    "results.signing_key": "programme-and-colleagues",
    "seasons.": "set-up-the-season",
    "entries.preview": "set-up-the-season",
    "home.set_up_step": "set-up-the-season",
    "home.save_step": "set-up-the-season",
    "home.overview": "while-teams-enter",
    "home.background": "when-something-goes-wrong",
    "entries.extensions": "while-teams-enter",
    "imports.": "while-teams-enter",
    "education.": "the-education-phase",
    "entries.inbox": "while-teams-enter",
    "entries.thread": "while-teams-enter",
    "entries.": "screening",
    "jury.juror": "gather-the-jury",
    "jury.invite": "gather-the-jury",
    "jury.import_jurors": "gather-the-jury",
    "jury.progress": "while-the-jury-scores",
    "jury.": "assign-entries",
    "judging.": "while-the-jury-scores",
    "results.round_warnings": "while-the-jury-scores",
    "results.decision": "the-jurys-meeting-and-its-decisions",
    "results.deliberation": "the-jurys-meeting-and-its-decisions",
    "results.big_screen": "the-jurys-meeting-and-its-decisions",
    "results.stage": "the-live-final",
    "results.set_stage": "the-live-final",
    "results.appeal": "appeals",
    "results.recalculate_appeal": "appeals",
    "results.answer_appeal": "appeals",
    "results.certificate": "certificates-letters-protocol",
    "results.reissue": "certificates-letters-protocol",
    "results.revoke": "certificates-letters-protocol",
    "results.exports": "take-everything-with-you",
    "home.audit": "take-everything-with-you",
    "results.": "the-result-and-where-it-is-uncertain",
    "messages.": "write-to-people",
}
"""Section of the organiser's handbook by the beginning of an endpoint; the first that fits."""
JUROR_HELP = {
    "judging.desk_home": "your-entries",
    "judging.desk": "score-an-entry",
    "judging.recuse": "step-back",
    "judging.report": "step-back",
    "judging.own_agreement": "after-the-round",
    "results.follow_stage": "score-an-entry",
    "results.deliberation": "after-the-round",
    "judging.": "your-entries",
    "jury.offers": "come-in",
}

CHAIR_HELP = {
    "results.stage": "if-you-chair",
    "results.set_stage": "if-you-chair",
    "results.deliberation": "if-you-chair",
    "results.big_screen": "if-you-chair",
}
"""The same of the jurors' page, for a chair who works for no programme."""


def help_url() -> str:
    """Return where the page is explained to its reader; "" for who is neither staff nor juror."""
    actor = current_actor()
    endpoint = request.endpoint or ""
    leads = bool(actor.chairs) and not actor.staff and _first(CHAIR_HELP, endpoint)
    if leads:
        return url_for("guides.read", name="juror", _anchor=leads)
    serves = bool(actor.jurors) and (_first(JUROR_HELP, endpoint) or not actor.staff)
    if not (serves or actor.staff) or endpoint.startswith("guides."):
        return ""
    name, sections = ("juror", JUROR_HELP) if serves else ("organiser", HELP)
    anchor = _first(sections, endpoint) or None
    return url_for("guides.read", name=name, _anchor=anchor)


def _first(rooms: Mapping[str, str], endpoint: str) -> str:
    return next((room for start, room in rooms.items() if endpoint.startswith(start)), "")


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
        (_("Workshops"), "education.workshops", season.public_id),
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
    return _first(WHOLE_AREAS, endpoint) or endpoint
