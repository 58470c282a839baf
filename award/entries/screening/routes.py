"""Pages of the organisers: the list of entries, screening, extensions, a lost lead."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.accounts.saved_views import views_of
from award.addresses import base_url, list_url, sort_url
from award.db import db, unit_of_work
from award.entries.blueprint import bp, refuse
from award.entries.forms import ExtensionForm, LeadForm, PaperForm, ScreenForm
from award.entries.reading.queries import EntryFilters, entry_rows
from award.entries.requirements.asked import asked_of
from award.entries.screening import extensions
from award.entries.screening import service as screening
from award.entries.screening.queries import (
    StaffEntry,
    entry_for_staff,
    extensions_of,
    like_couples,
    next_waiting,
)
from award.entries.team import consents
from award.entries.team import service as team
from award.entries.threads.queries import waiting_about
from award.errors import AwardError
from award.forms import use_programme
from award.languages import current_language
from award.models.entries import Entry, EntryState
from award.models.seasons import Programme, Season
from award.permissions import Permission, can, current_actor, requires
from award.seasons.queries import closing_moment

PAGE = 100


@bp.get("/seasons/<public_id>/entries")
@requires(Permission.SEASON_READ, Season)
def entry_list(season: Season) -> ResponseReturnValue:
    """All entries of a season, narrowed and sorted as the address says."""
    filters = EntryFilters.read(request.args)
    found = entry_rows(db.session(), season.id, filters, language=current_language())
    first = max(0, request.args.get("from", 0, type=int))
    return render_template(
        "entries/list.html",
        season=season,
        zone=db.session.get_one(Programme, season.programme_id).time_zone,
        found=found,
        rows=found.rows[first : first + PAGE],
        first=first,
        size=PAGE,
        filters=filters,
        views=views_of(db.session(), season.programme_id, current_actor().person_id, "entries"),
        states=list(EntryState),
        sort_url=partial(sort_url, ".entry_list", first="-submitted"),
        page_url=lambda first: list_url(".entry_list", **{"from": first}),
    )


@bp.get("/seasons/<public_id>/entries/alike")
@requires(Permission.SEASON_READ, Season)
def alike(season: Season) -> ResponseReturnValue:
    """Pairs of entries that resemble one another."""
    couples = like_couples(db.session(), season.id)
    return render_template("entries/alike.html", season=season, couples=couples)


def _staff_page(row: Entry, status: int = 200, **refused: Any) -> Any:
    view = entry_for_staff(db.session(), row.id, language=current_language(), now=g.now)
    forms = {
        "screen": _screen_form(view),
        "lead": _lead_form(view),
        "extension": _extension_form(row.season_id),
        "paper": _paper_form(view),
    } | refused
    page = render_template(
        "entries/screening.html",
        season=db.session.get_one(Season, row.season_id),
        view=view,
        entry=view.entry,
        editor=can(Permission.ENTRY_SCREEN, row),
        screenable=screening.may_screen(row, db.session.get_one(Season, row.season_id)),
        waiting=next_waiting(db.session(), row.season_id, row.id),
        to_answer=waiting_about(db.session(), row.id),
        **{f"{name}_form": form for name, form in forms.items()},
    )
    return page, status


def _screen_form(view: StaffEntry, *, sent: bool = False) -> ScreenForm:
    number = view.entry.sent.number if view.entry.sent else 0
    verdict = {EntryState.ELIGIBLE: "eligible", EntryState.INELIGIBLE: "ineligible"}
    data = {
        "number": number,
        "verdict": verdict.get(view.entry.state),
        "reason": view.entry.screening_reason,
    }
    return ScreenForm() if sent else ScreenForm(formdata=None, data=data)


def _lead_form(view: StaffEntry, *, sent: bool = False) -> LeadForm:
    form = LeadForm() if sent else LeadForm(formdata=None)
    form.member.choices = [(one.public_id, one.name) for one in view.members if not one.is_lead]
    return form


def _paper_form(view: StaffEntry, *, sent: bool = False) -> PaperForm:
    form = PaperForm() if sent else PaperForm(formdata=None)
    form.member.choices = [(one.public_id, one.name) for one in view.members]
    form.agreed.choices = [(one.key, one.title) for one in view.entry.form.consents]
    return form


def _extension_form(season_id: int, *, sent: bool = False) -> ExtensionForm:
    season = db.session.get_one(Season, season_id)
    use_programme(db.session.get_one(Programme, season.programme_id))
    return ExtensionForm() if sent else ExtensionForm(formdata=None)


def _view(row: Entry) -> StaffEntry:
    return entry_for_staff(db.session(), row.id, language=current_language(), now=g.now)


def _back(row: Entry, said: str) -> Any:
    flash(said, "success")
    return redirect(url_for(".staff_entry", public_id=row.public_id), code=303)


@bp.get("/entries/<public_id>/screening")
@requires(Permission.ENTRY_READ, Entry)
def staff_entry(row: Entry) -> ResponseReturnValue:
    """One entry as an organiser screens it; its team is sent to its own page."""
    if can(Permission.ENTRY_EDIT, row):
        return redirect(url_for(".entry", public_id=row.public_id), code=303)
    return _staff_page(row)


@bp.post("/entries/<public_id>/screening")
@requires(Permission.ENTRY_SCREEN, Entry)
def screen(row: Entry) -> ResponseReturnValue:
    """Record the verdict; the team is told."""
    form = _screen_form(_view(row), sent=True)
    if not form.validate_on_submit():
        return _staff_page(row, 422, screen=form)
    try:
        with unit_of_work() as unit:
            screening.screen_entry(
                unit,
                row.id,
                form.verdict.data == "eligible",
                form.reason.data or "",
                actor_id=current_actor().person_id,
                now=g.now,
                seen_number=int(form.number.data) if (form.number.data or "").isdecimal() else None,
                base_url=base_url(),
            )
    except AwardError as error:
        return _staff_page(row, refuse(form, error), screen=form)
    return _back(row, _("Recorded. The team has been told by mail."))


@bp.post("/entries/<public_id>/screening/lead")
@requires(Permission.ENTRY_SCREEN, Entry)
def change_lead(row: Entry) -> ResponseReturnValue:
    """Give a team another lead where the first has vanished."""
    form = _lead_form(_view(row), sent=True)
    if not form.validate_on_submit():
        return _staff_page(row, 422, lead=form)
    try:
        with unit_of_work() as unit:
            team.change_lead(
                unit,
                row.id,
                form.member.data,
                reason=form.reason.data,
                actor_id=current_actor().person_id,
                now=g.now,
                base_url=base_url(),
            )
    except AwardError as error:
        return _staff_page(row, refuse(form, error), lead=form)
    return _back(row, _("The team has another lead. Both have been told by mail."))


@bp.post("/entries/<public_id>/screening/extension")
@requires(Permission.ENTRY_SCREEN, Entry)
def extend_entry(row: Entry) -> ResponseReturnValue:
    """Grant one entry a later deadline."""
    form = _extension_form(row.season_id, sent=True)
    if not form.validate():
        return _staff_page(row, 422, extension=form)
    try:
        with unit_of_work() as unit:
            extensions.extend_deadline(
                unit,
                row.season_id,
                entry_id=row.id,
                closes_at=form.closes_at.data or g.now,
                reason=form.reason.data,
                actor_id=current_actor().person_id,
                now=g.now,
                base_url=base_url(),
            )
    except AwardError as error:
        return _staff_page(row, refuse(form, error), extension=form)
    return _back(row, _("The later deadline holds for this entry. The team has been told by mail."))


@bp.post("/entries/<public_id>/screening/paper")
@requires(Permission.ENTRY_SCREEN, Entry)
def record_paper(row: Entry) -> ResponseReturnValue:
    """Record a signed form."""
    form = _paper_form(_view(row), sent=True)
    if not form.validate_on_submit():
        return _staff_page(row, 422, paper=form)
    try:
        with unit_of_work() as unit:
            consents.record_paper(
                unit,
                row.id,
                form.member.data,
                form.agreed.data or [],
                guardian_name=form.guardian_name.data,
                language=current_language(),
                actor_id=current_actor().person_id,
                now=g.now,
            )
    except AwardError as error:
        return _staff_page(row, refuse(form, error), paper=form)
    return _back(row, _("The signed form was recorded."))


@bp.route("/seasons/<public_id>/extensions", methods=["GET", "POST"], endpoint="extensions")
@requires(Permission.SEASON_EDIT, Season)
def extend_season(season: Season) -> ResponseReturnValue:
    """The later deadlines of the whole season, and a new one."""
    asked = asked_of(db.session(), season.id, current_language())
    sent = request.method == "POST"
    form = _extension_form(season.id, sent=sent)
    status = 200
    if sent and form.validate():
        try:
            _extend(season, form)
        except AwardError as error:
            status = refuse(form, error)
        else:
            flash(_("The later deadline holds for the whole season."), "success")
            return redirect(url_for(".extensions", public_id=season.public_id), code=303)
    elif sent:
        status = 422
    page = render_template(
        "entries/extensions.html",
        season=season,
        asked=asked,
        form=form,
        granted=extensions_of(db.session(), season.id),
        closes_at=closing_moment(db.session(), season.id) if asked.closes_at else None,
    )
    return page, status


def _extend(season: Season, form: ExtensionForm) -> None:
    with unit_of_work() as unit:
        extensions.extend_deadline(
            unit,
            season.id,
            closes_at=form.closes_at.data or g.now,
            reason=form.reason.data,
            actor_id=current_actor().person_id,
            now=g.now,
        )
