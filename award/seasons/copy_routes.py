"""A season from last year's: every date is shown moved, and can be changed before it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import DateField
from wtforms.validators import Optional, ValidationError

from award.accounts.routes import refuse
from award.db import db, pick_text, unit_of_work
from award.errors import AwardError, NotFoundError
from award.forms import MomentField, use_programme
from award.i18n import LANGUAGE_NAMES, format_day, format_moment
from award.languages import current_language
from award.models.seasons import Programme, Season
from award.permissions import Permission, current_actor, find, requires
from award.seasons.blueprint import bp
from award.seasons.copying import copy_season
from award.seasons.forms import CopySeasonForm
from award.seasons.shifting import Shifted, shifted_dates


@bp.route("/programmes/<public_id>/seasons/copy", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT, Programme)
def copy_with_dates(programme: Programme) -> ResponseReturnValue:
    """Ask for the dates of a copy; the address says what of, and what it is to be called."""
    if "of" not in request.args:
        return redirect(url_for(".new_season", public_id=programme.public_id), code=303)
    source: Season = find(db.session(), Season, request.args["of"])
    if source.programme_id != programme.id:
        raise NotFoundError
    use_programme(programme)
    dates = shifted_dates(source, now=g.now)
    form = _form(dates, programme.time_zone)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            return _copied(source, form, dates)
        except AwardError as error:
            status = refuse(form, error)
    page = render_template(
        "seasons/copy_season.html", programme=programme, source=source, form=form, dates=dates
    )
    return page, status


def _copied(source: Season, form: Any, dates: tuple[Shifted, ...]) -> ResponseReturnValue:
    with unit_of_work() as unit:
        made = copy_season(
            unit,
            source.id,
            name=form.name.data,
            slug=form.slug.data,
            dates={one.key: form[one.key].data for one in dates},
            actor_id=current_actor().person_id,
            now=g.now,
        )
    flash(_("The season is there. The list says what is still missing before it can open."), "info")
    return redirect(url_for(".set_up", public_id=made.public_id), code=303)


def _form(dates: tuple[Shifted, ...], zone: str) -> Any:
    """Build the form: name, address, and a field for each date with last time's below it."""
    fields: dict[str, Any] = {}
    for one in dates:
        kind = DateField if one.name == "age_on" else MomentField
        fields[one.key] = kind(_label(one), [Optional()], description=_last_time(one, zone))
        if one.name == "closes_at":
            fields[f"validate_{one.key}"] = _after(one.key.replace("closes_at", "opens_at"))
    names = {code: request.args.get(f"name-{code}", "") for code in LANGUAGE_NAMES}
    data = {one.key: one.after for one in dates} | {
        "name": {code: name for code, name in names.items() if name},
        "slug": request.args.get("slug", ""),
    }
    return type("CopyForm", (CopySeasonForm,), fields)(data=data)


def _after(opening: str) -> Any:
    def check(form: Any, field: Any) -> None:
        opens_at = form[opening].data
        if field.data and opens_at and field.data <= opens_at:
            raise ValidationError(_("This must come after the opening."))

    return check


def _label(one: Shifted) -> str:
    words = {
        (0, "opens_at"): _("Entries open"),
        (0, "closes_at"): _("Entries close"),
        (0, "age_on"): _("Ages count on"),
        (1, "opens_at"): _("Scoring opens"),
        (1, "closes_at"): _("Scoring closes"),
        (1, "announces_at"): _("Results become public"),
    }[min(one.position, 1), one.name]
    name = pick_text(one.round_name, current_language())
    return f"{name}: {words}" if name else words


def _last_time(one: Shifted, zone: str) -> str:
    if one.before is None:
        return _("It was not set last time.")
    language = current_language()
    said = (
        format_moment(one.before, language, zone)
        if isinstance(one.before, datetime)
        else format_day(one.before, language)
    )
    return _("Last time: %(moment)s.", moment=said)
