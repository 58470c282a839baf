"""What is offered to a juror: titles first, conflicts in one click, then her yes."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.addresses import base_url
from award.db import db, unit_of_work
from award.jury.blueprint import bp
from award.jury.changes import service as changes
from award.jury.changes.offers import offered_rounds
from award.jury.lookup import actor_id
from award.languages import current_language
from award.models.jury import Assignment
from award.permissions import Permission, current_actor, requires


@bp.get("/judging/offers")
@requires(Permission.ACCOUNT_USE)
def offers() -> ResponseReturnValue:
    """Show what waits for the juror's yes, before she reads any of it."""
    jurors = list(current_actor().jurors.values())
    rounds = offered_rounds(db.session(), jurors, current_language()) if jurors else ()
    return render_template("jury/offers.html", rounds=rounds)


@bp.post("/assignments/<public_id>/conflict")
@requires(Permission.SHEET_SCORE, Assignment)
def declare(assignment: Assignment) -> ResponseReturnValue:
    """Say in one click that a conflict of interest stands in the way."""
    with unit_of_work() as session:
        changes.recuse(
            session,
            assignment.id,
            "",
            conflict=True,
            base_url=base_url(),
            actor_id=actor_id(),
            now=g.now,
        )
    title = assignment.entry.title
    flash(_("Thank you for saying so. “%(title)s” goes to somebody else.", title=title), "success")
    return redirect(url_for("jury.offers"), code=303)
