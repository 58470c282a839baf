"""Screening, moving and extending many entries at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from award.addresses import asked, base_url
from award.db import db, unit_of_work
from award.entries.blueprint import bp
from award.entries.forms import BulkCategoryForm, BulkVerdictForm, ExtensionForm
from award.entries.reading.queries import EntryFilters, entry_rows
from award.entries.screening import bulk
from award.forms import use_programme
from award.i18n import format_moment
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires
from award.seasons.lists.bulk import Plan
from award.seasons.lists.bulk_pages import (
    WRITE,
    BulkAction,
    asked_twice,
    carry_out,
    chosen_rows,
    write_to,
)


@bp.post("/seasons/<public_id>/entries/bulk")
@requires(Permission.SEASON_EDIT, Season)
def bulk_entries(season: Season) -> ResponseReturnValue:
    """Say what an action does to the chosen entries, then do what was said."""
    action = request.form.get("action", "")
    chosen = chosen_rows(lambda: _filtered(season))
    back = url_for(".entry_list", public_id=season.public_id, **asked())
    if action not in (*bulk.ACTIONS, WRITE) or not chosen:
        flash(_("Choose what to do, and at least one entry to do it to."), "warning")
        return redirect(back, code=303)
    if action == WRITE:
        return write_to(season, "entries")
    use_programme(season.programme)
    form = _form(season, action)
    return carry_out(
        season,
        BulkAction(
            _title(action),
            form,
            (_("Entries"), back),
            plan=lambda: _plan(season, chosen, _change(action, form)),
            do=lambda seen: _do(season, chosen, _change(action, form), seen),
            said=_words(season),
            done=_told,
            asks=action != "eligible",
        ),
    )


def _filtered(season: Season) -> list[str]:
    filters = EntryFilters.read(request.args)
    rows = entry_rows(db.session(), season.id, filters, language=current_language()).rows
    return [row.public_id for row in rows]


def _form(season: Season, action: str) -> Any:
    if action == "category":
        form = BulkCategoryForm()
        named = {key: name for key, name in _categories(season).items() if key}
        form.category.choices = list(named.items())
        return form
    if action == "extension":
        return ExtensionForm() if asked_twice() else ExtensionForm(formdata=None)
    form = BulkVerdictForm()
    form.needed = action == "ineligible"
    return form


def _categories(season: Season) -> dict[str, str]:
    listed = entry_rows(db.session(), season.id, language=current_language())
    return dict(listed.categories) | {"": _("none")}


def _change(action: str, form: Any) -> bulk.Change:
    def typed(name: str) -> Any:
        return form[name].data if name in form else None

    return bulk.Change(action, typed("reason") or "", typed("category") or "", typed("closes_at"))


def _plan(season: Season, chosen: list[str], change: bulk.Change) -> Plan:
    own = current_actor().teams
    return bulk.plan_entries(db.session(), season.id, chosen, change, own=own, now=g.now)


def _do(season: Season, chosen: list[str], change: bulk.Change, seen: str) -> int:
    with unit_of_work() as unit:
        return bulk.change_entries(
            unit,
            season.id,
            chosen,
            change,
            seen=seen,
            own=current_actor().teams,
            actor_id=current_actor().person_id,
            now=g.now,
            base_url=base_url(),
        )


def _told(count: int) -> str:
    return ngettext(
        "Done for %(num)s entry. Its team has been told by mail.",
        "Done for %(num)s entries. Their teams have been told by mail.",
        count,
    )


def _title(action: str) -> str:
    return {
        "eligible": _("Declare eligible"),
        "ineligible": _("Declare not eligible"),
        "category": _("Move to another category"),
        "extension": _("Grant a later deadline"),
    }[action]


def _words(season: Season) -> Any:
    known = _categories(season) | {
        "draft": _("Draft"),
        "submitted": _("Handed in"),
        "eligible": _("Eligible"),
        "ineligible": _("Not eligible"),
        "finalist": _("Finalist"),
        "winner": _("Winner"),
        "withdrawn": _("Withdrawn"),
    }
    zone = season.programme.time_zone

    def said(value: Any) -> str:
        if isinstance(value, datetime):
            return format_moment(value, current_language(), zone)
        return known.get(value, str(value if value is not None else ""))

    return said
