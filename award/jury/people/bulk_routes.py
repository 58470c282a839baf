"""Reminding many jurors, or giving them a panel or another limit, at once."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from award.addresses import asked
from award.db import db, pick_text, unit_of_work
from award.jury.blueprint import bp
from award.jury.lookup import home_url
from award.jury.people import bulk, queries
from award.jury.people.forms import BulkMaximumForm, BulkPanelForm, BulkRemindForm
from award.jury.people.juror_list import JurorFilters, listed
from award.languages import current_language
from award.models.seasons import Round, RoundState, Season
from award.permissions import Permission, current_actor, requires
from award.seasons.lists.bulk_pages import (
    WRITE,
    BulkAction,
    asked_twice,
    carry_out,
    chosen_rows,
    write_to,
)


@bp.post("/seasons/<public_id>/jury/bulk")
@requires(Permission.JURY_EDIT, Season)
def bulk_jurors(season: Season) -> ResponseReturnValue:
    """Say what an action does to the chosen jurors, then do what was said."""
    action = request.form.get("action", "")
    chosen = chosen_rows(lambda: _filtered(season))
    back = url_for(".jurors", public_id=season.public_id, **asked())
    if action not in (*bulk.ACTIONS, WRITE) or not chosen:
        flash(_("Choose what to do, and at least one juror to do it to."), "warning")
        return redirect(back, code=303)
    if action == WRITE:
        return write_to(season, "jurors")
    form = _form(season, action)
    return carry_out(
        season,
        BulkAction(
            _title(action),
            form,
            (_("Jury"), back),
            plan=lambda: bulk.plan_jurors(
                db.session(), season.id, chosen, _change(action, form), now=g.now
            ),
            do=lambda seen: _do(season, chosen, _change(action, form), seen),
            said=_words(season, action),
            done=lambda count: ngettext(
                "Done for %(num)s juror.", "Done for %(num)s jurors.", count
            ),
        ),
    )


def _filtered(season: Season) -> list[str]:
    rows = queries.juror_rows(db.session(), season.id, current_language())
    return [row.public_id for row in listed(rows, JurorFilters.read(request.args))]


def _form(season: Season, action: str) -> Any:
    if action == "maximum":
        return BulkMaximumForm() if asked_twice() else BulkMaximumForm(formdata=None)
    if action == "panel":
        form = BulkPanelForm()
        form.panel.choices = [("", _("any")), *_panels(season).items()]
        return form
    form = BulkRemindForm()
    rounds = db.session.execute(
        select(Round.public_id, Round.name)
        .where(Round.season_id == season.id, Round.state == RoundState.OPEN)
        .order_by(Round.position.desc())
    )
    form.round.choices = [
        (public_id, pick_text(name, current_language())) for public_id, name in rounds
    ]
    return form


def _panels(season: Season) -> dict[str, str]:
    found = queries.panels(db.session(), season.id, current_language())
    return {panel.key: panel.name for panel in found}


def _change(action: str, form: Any) -> bulk.Change:
    if action == "panel":
        return bulk.Change(action, panel=form.panel.data or "")
    if action == "maximum":
        return bulk.Change(action, maximum=form.maximum.data or 0)
    return bulk.Change(action, round_id=form.round.data or "")


def _do(season: Season, chosen: list[str], change: bulk.Change, seen: str) -> int:
    with unit_of_work() as unit:
        return bulk.change_jurors(
            unit,
            season.id,
            chosen,
            change,
            seen=seen,
            home_url=home_url(),
            actor_id=current_actor().person_id,
            now=g.now,
        )


def _title(action: str) -> str:
    return {
        "remind": _("Remind of outstanding sheets"),
        "panel": _("Put into a panel"),
        "maximum": _("Change how many entries at most"),
    }[action]


def _words(season: Season, action: str) -> Any:
    panels = {"": _("any"), **_panels(season)}

    def said(value: Any) -> str:
        if action == "remind":
            return ngettext("%(num)s sheet left", "%(num)s sheets left", value)
        return panels.get(value, str(value))

    return said
