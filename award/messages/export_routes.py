"""The lists of people and mails as files."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _

from award.db import db
from award.languages import current_language
from award.messages.blueprint import bp
from award.messages.broadcasts import service as broadcasting
from award.messages.people.person_queries import person_of
from award.messages.tables import MESSAGE_TABLES, mails_of_occasion, mails_to
from award.models.broadcasts import Broadcast
from award.models.seasons import Round, Season
from award.permissions import Permission, requires
from award.results.announcement.mails import mail_key
from award.results.blueprint import season_of_round, send_table
from award.tables import FORMATS


@bp.get(f"/seasons/<public_id>/lists/<any({','.join(MESSAGE_TABLES)}):name>.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Season)
def export_list(season: Season, name: str, kind: str) -> Response:
    """People, broadcasts or wordings as their page is filtered."""
    table = MESSAGE_TABLES[name](db.session(), season.id, current_language(), _, request.args)
    return send_table(table, kind, f"{season.slug}-{name}")


@bp.get(f"/seasons/<public_id>/people/<person>/mails.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Season)
def export_person_mails(season: Season, person: str, kind: str) -> Response:
    """Every mail to one person of the season."""
    found = person_of(db.session(), season.id, person)
    table = mails_to(db.session(), season.id, found, _)
    return send_table(table, kind, f"{season.slug}-{found.name}-mails")


@bp.get(f"/broadcasts/<public_id>/mails.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Broadcast)
def export_broadcast_mails(broadcast: Broadcast, kind: str) -> Response:
    """Who got a broadcast."""
    table = mails_of_occasion(db.session(), broadcasting.mail_key(broadcast), _)
    return send_table(table, kind, f"{broadcast.public_id}-mails")


@bp.get(f"/rounds/<public_id>/announcement/mails.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Round)
def export_announcement_mails(round_: Round, kind: str) -> Response:
    """Who got the mail of an announcement; no rows before it."""
    stem = f"{season_of_round(round_).slug}-{round_.position}-announcement-mails"
    return send_table(mails_of_occasion(db.session(), mail_key(round_), _), kind, stem)
