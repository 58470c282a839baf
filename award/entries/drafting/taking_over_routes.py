"""The page of a draft that offers the answers of its lead's earlier entries."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from award import texts
from award.db import db, unit_of_work
from award.entries.blueprint import bp, load
from award.entries.drafting.taking_over import OldEntry, old_entries, take_over, takeover_of
from award.errors import AwardError
from award.languages import current_language
from award.models.entries import Entry
from award.permissions import Permission, current_actor, requires


@bp.route("/entries/<public_id>/take-over", methods=["GET", "POST"], endpoint="take_over")
@requires(Permission.ENTRY_EDIT, Entry)
def take_over_page(row: Entry) -> ResponseReturnValue:
    """Show what an earlier entry would give; taking it over is a button of its own."""
    if request.method == "GET":
        return _page(row, request.args.get("from", ""))
    chosen = request.form.get("from", "")
    try:
        with unit_of_work() as unit:
            count = take_over(
                unit,
                row.id,
                chosen,
                actor_id=current_actor().person_id,
                now=g.now,
                language=current_language(),
            )
    except AwardError as error:
        return _page(row, chosen, texts.sentence(error, current_language())), error.status
    flash(
        ngettext(
            "One answer was taken over. Read it through before you hand in.",
            "%(num)s answers were taken over. Read them through before you hand in.",
            count,
        ),
        "success",
    )
    return redirect(url_for(".edit", public_id=row.public_id), code=303)


def _page(row: Entry, chosen: str, refusal: str = "") -> str:
    session, language = db.session(), current_language()
    sources = old_entries(session, row, current_actor().person_id, language)
    source = _chosen(sources, chosen)
    return render_template(
        "entries/take_over.html",
        entry=load(row),
        sources=sources,
        found=takeover_of(session, row, source, language) if source else None,
        refusal=refusal,
    )


def _chosen(sources: tuple[OldEntry, ...], public_id: str) -> OldEntry | None:
    """Return the earlier entry that was asked for, or the only one."""
    if len(sources) == 1:
        return sources[0]
    return next((one for one in sources if one.public_id == public_id), None)
