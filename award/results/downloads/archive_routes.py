"""Archives of letters and paper score sheets: ordering one, and fetching it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, send_file, url_for
from flask_babel import gettext as _

from award.db import db, unit_of_work
from award.errors import AwardError
from award.languages import current_language
from award.models.seasons import Round
from award.permissions import Permission, requires
from award.results.blueprint import actor_id, bp, let_go_of_store, season_of_round, tell
from award.results.downloads.archives import Contents, archive_file, order_archive
from exports.archive import safe_name

KINDS = "any(letters,paper)"


@bp.post(f"/rounds/<public_id>/archives/<{KINDS}:contents>")
@requires(Permission.SHEET_REOPEN, Round)
def order_round_archive(round_: Round, contents: str) -> Any:
    """Order an archive; the page tells how far it is."""
    try:
        with unit_of_work() as session:
            order_archive(
                session,
                round_.id,
                Contents(contents),
                language=current_language(),
                actor_id=actor_id(),
                now=g.now,
            )
        flash(_("The archive is being made. This page tells when it is ready."), "success")
    except AwardError as error:
        tell(error)
    return redirect(url_for(".exports", public_id=season_of_round(round_).public_id), code=303)


@bp.get(f"/rounds/<public_id>/archives/<{KINDS}:contents>.zip")
@requires(Permission.EXPORT_READ, Round)
def round_archive(round_: Round, contents: str) -> Any:
    """The archive that was made last."""
    file = archive_file(db.session(), round_, Contents(contents))
    path = current_app.extensions["storage"].path(file.storage_name)
    name = safe_name(f"{season_of_round(round_).slug}-{round_.position}-{contents}.zip")
    let_go_of_store()
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name)
