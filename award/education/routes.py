"""Pages of the education phase: workshops, who was there, and everybody who took part."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from award.accounts.routes import refuse
from award.addresses import list_url, sort_url
from award.db import db, unit_of_work
from award.education import queries, service
from award.education.forms import ComerForm, WorkshopForm
from award.education.queries import PAGE
from award.errors import AwardError
from award.forms import use_programme
from award.languages import current_language
from award.models.education import Participant, Workshop
from award.models.seasons import Programme, Season
from award.permissions import Permission, can, current_actor, requires
from award.seasons.lists.bulk_pages import chosen_rows, write_to

bp = Blueprint("education", __name__)
LAST_PAGE = 10_000
MOST = 100


@bp.get("/seasons/<public_id>/workshops")
@requires(Permission.SEASON_READ, Season)
def workshops(season: Season) -> ResponseReturnValue:
    """The workshops of a season with how many were there."""
    return _workshops_page(season, None, 200)


def _workshops_page(season: Season, form: WorkshopForm | None, status: int) -> ResponseReturnValue:
    use_programme(db.session.get_one(Programme, season.programme_id))
    page = render_template(
        "education/workshops.html",
        season=season,
        rows=queries.workshop_rows(db.session(), season.id, current_language()),
        least=queries.attended_at_least(db.session(), season.id),
        form=form or WorkshopForm(formdata=None),
        may_edit=can(Permission.SEASON_EDIT, season),
    )
    return page, status


@bp.post("/seasons/<public_id>/workshops")
@requires(Permission.SEASON_EDIT, Season)
def add_workshop(season: Season) -> ResponseReturnValue:
    """Add a workshop."""
    use_programme(db.session.get_one(Programme, season.programme_id))
    form = WorkshopForm()
    if not form.validate():
        return _workshops_page(season, form, 422)
    try:
        _save(season.id, None, form)
    except AwardError as error:
        return _workshops_page(season, form, refuse(form, error))
    return redirect(url_for(".workshops", public_id=season.public_id), code=303)


def _save(season_id: int, workshop_id: int | None, form: WorkshopForm) -> None:
    values = {
        "name": form.name.data or {},
        "held_on": form.held_on.data,
        "place": (form.place.data or "").strip(),
    }
    with unit_of_work() as unit:
        service.save_workshop(unit, season_id, workshop_id, values, **_who())


def _who() -> dict[str, Any]:
    return {"actor_id": current_actor().user_id, "now": g.now}


@bp.get("/workshops/<public_id>")
@requires(Permission.SEASON_READ, Workshop)
def workshop(workshop: Workshop) -> ResponseReturnValue:
    """Who signed up for a workshop, and who was there."""
    return _workshop_page(workshop, 200)


def _workshop_page(
    workshop: Workshop,
    status: int,
    *,
    form: WorkshopForm | None = None,
    comer: ComerForm | None = None,
) -> ResponseReturnValue:
    season = db.session.get_one(Season, workshop.season_id)
    use_programme(db.session.get_one(Programme, season.programme_id))
    text, page = _text(), _page()
    rows, total = queries.places(db.session(), workshop.id, text, page=page)
    known = queries.workshop_rows(db.session(), season.id, current_language())
    rendered = render_template(
        "education/workshop.html",
        season=season,
        workshop=next(one for one in known if one.id == workshop.id),
        rows=rows,
        total=total,
        text=text,
        page=page,
        size=PAGE,
        form=form or WorkshopForm(formdata=None, obj=workshop),
        comer=comer or ComerForm(formdata=None),
        may_edit=can(Permission.SEASON_EDIT, season),
    )
    return rendered, status


def _text() -> str:
    return request.args.get("q", "").strip()[:MOST]


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


@bp.post("/workshops/<public_id>")
@requires(Permission.SEASON_EDIT, Workshop)
def change_workshop(workshop: Workshop) -> ResponseReturnValue:
    """Change a workshop."""
    season = db.session.get_one(Season, workshop.season_id)
    use_programme(db.session.get_one(Programme, season.programme_id))
    form = WorkshopForm()
    if not form.validate():
        return _workshop_page(workshop, 422, form=form)
    try:
        _save(season.id, workshop.id, form)
    except AwardError as error:
        return _workshop_page(workshop, refuse(form, error), form=form)
    flash(_("Saved."), "success")
    return _to(workshop)


@bp.post("/workshops/<public_id>/remove")
@requires(Permission.SEASON_EDIT, Workshop)
def remove_workshop(workshop: Workshop) -> ResponseReturnValue:
    """Remove a workshop that nobody signed up for."""
    season = db.session.get_one(Season, workshop.season_id)
    with unit_of_work() as unit:
        service.remove_workshop(unit, workshop.id, **_who())
    return redirect(url_for(".workshops", public_id=season.public_id), code=303)


@bp.post("/workshops/<public_id>/attendance")
@requires(Permission.SEASON_EDIT, Workshop)
def mark_attendance(workshop: Workshop) -> ResponseReturnValue:
    """Note who of the people on the page was there."""
    shown = dict.fromkeys(request.form.get("shown", "").split(), False)
    shown |= dict.fromkeys(request.form.get("was", "").split(), True)
    with unit_of_work() as unit:
        present = request.form.getlist("there")
        marks = service.mark_attendance(unit, workshop.id, shown, present, **_who())
    flash(ngettext("One mark is saved.", "%(num)s marks are saved.", marks), "success")
    return _to(workshop)


@bp.post("/workshops/<public_id>/people")
@requires(Permission.SEASON_EDIT, Workshop)
def add_participant(workshop: Workshop) -> ResponseReturnValue:
    """Note somebody who came without signing up."""
    comer = ComerForm()
    if not comer.validate():
        return _workshop_page(workshop, 422, comer=comer)
    try:
        with unit_of_work() as unit:
            service.add_participant(
                unit,
                workshop.id,
                name=comer.name.data or "",
                email=comer.email.data or "",
                **_who(),
            )
    except AwardError as error:
        return _workshop_page(workshop, refuse(comer, error), comer=comer)
    return _to(workshop)


def _to(workshop: Workshop) -> ResponseReturnValue:
    address = url_for(
        ".workshop",
        public_id=workshop.public_id,
        q=_text() or None,
        page=_page() if _page() > 1 else None,
    )
    return redirect(address, code=303)


@bp.get("/seasons/<public_id>/participants")
@requires(Permission.SEASON_READ, Season)
def participants(season: Season) -> ResponseReturnValue:
    """Everybody of the education phase, filtered as the address says."""
    asked, page = queries.asked_of(request.args), _page()
    rows, total = queries.participant_page(db.session(), season.id, asked, page=page)
    return render_template(
        "education/participants.html",
        season=season,
        rows=rows,
        total=total,
        asked=asked,
        page=page,
        size=PAGE,
        workshops=queries.workshop_rows(db.session(), season.id, current_language()),
        may_edit=can(Permission.SEASON_EDIT, season),
        sort_url=partial(sort_url, ".participants", page="page"),
    )


@bp.post("/seasons/<public_id>/participants")
@requires(Permission.SEASON_EDIT, Season)
def write_to_participants(season: Season) -> ResponseReturnValue:
    """Go on to a broadcast to those chosen."""
    asked = queries.asked_of(request.args)
    if not chosen_rows(lambda: queries.participant_ids(db.session(), season.id, asked)):
        flash(_("Tick at least one person to write to."), "warning")
        return redirect(list_url(".participants"), code=303)
    if request.form.get("all") and asked == queries.Asked(sort=asked.sort):
        said: dict[str, Any] = {"to": "people", "part": "participant"}
        address = url_for("messages.new_broadcast", public_id=season.public_id, **said)
        return redirect(address, code=303)
    return write_to(season, "participants")


@bp.post("/participants/<public_id>/remove")
@requires(Permission.SEASON_EDIT, Participant)
def remove_participant(participant: Participant) -> ResponseReturnValue:
    """Forget a participant."""
    season = db.session.get_one(Season, participant.season_id)
    with unit_of_work() as unit:
        service.remove_participant(unit, participant.id, **_who())
    flash(_("Forgotten, with all attendance."), "success")
    return redirect(url_for(".participants", public_id=season.public_id), code=303)
