"""Pages and files of the audit log."""

from __future__ import annotations

import tempfile

from flask import (
    current_app,
    render_template,
    request,
    send_file,
)
from flask_babel import gettext as _

from award import audit
from award.accounts.saved_views import views_of
from award.db import db
from award.home.blueprint import bp
from award.home.log import queries
from award.home.log.table import action_words, audit_table
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires
from award.results.blueprint import send_table
from award.tables import FORMATS
from exports.records.audit_files import sealed_lines
from exports.signing.keys import installation_seal_key

LARGEST = 2**31 - 1


@bp.get("/seasons/<public_id>/audit")
@requires(Permission.SEASON_AUDIT, Season)
def audit_log(season: Season):
    """Who did what when."""
    chosen = {name: request.args.get(name, "").strip()[:80] for name in ("action", "who")}
    below = min(request.args.get("below", LARGEST, type=int), LARGEST)
    points = _reads_points(season)
    lines = queries.audit_lines(
        db.session(),
        season,
        action=chosen["action"],
        who=chosen["who"],
        below=below,
        points=points,
    )
    return render_template(
        "home/audit_log.html",
        season=season,
        lines=lines,
        points=points,
        chosen=chosen,
        views=views_of(db.session(), season.programme_id, current_actor().person_id, "log"),
        actions=queries.audit_actions(db.session(), season),
        action_words=_action_words,
        more=len(lines) == queries.PAGE,
    )


def _reads_points(season: Season) -> bool:
    return not queries.takes_part(db.session(), current_actor(), season)


def _action_words(action: str) -> str:
    return action_words(action, current_language())


@bp.get(f"/seasons/<public_id>/audit.<{FORMATS}:kind>")
@requires(Permission.SEASON_AUDIT, Season)
def audit_list(season: Season, kind: str):
    """The log as its page is filtered, with the names that are kept; for reading, not sealed."""
    points = _reads_points(season)
    table = audit_table(db.session(), season, current_language(), _, request.args, points=points)
    return send_table(table, kind, f"{season.slug}-audit")


@bp.get("/seasons/<public_id>/audit/verify")
@requires(Permission.SEASON_AUDIT, Season)
def audit_check(season: Season):
    """Walk the chain and say whether it holds."""
    broken = audit.verify(db.session())
    return render_template("home/audit_check.html", season=season, broken=broken)


@bp.get("/seasons/<public_id>/audit.jsonl")
@requires(Permission.SEASON_AUDIT, Season)
def audit_export(season: Season):
    """The whole chain, a row a line, sealed; it holds no names and nothing of other seasons."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - sent, then closed
    key = installation_seal_key(current_app.extensions["settings"].keys)
    rows = queries.chain_rows(db.session(), season, points=_reads_points(season))
    target.writelines(sealed_lines(rows, key))
    target.seek(0)
    name = f"audit-{season.slug}.jsonl"
    db.session.rollback()
    return send_file(
        target, mimetype="application/x-ndjson", as_attachment=True, download_name=name
    )
