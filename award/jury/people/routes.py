"""The jury's people: list, invitation, spreadsheet, one juror's page."""

from __future__ import annotations

import json
from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from award import texts
from award.accounts.saved_views import views_of
from award.addresses import base_url, list_url, sort_url
from award.db import db, unit_of_work
from award.errors import AwardError, InputError, NotFoundError
from award.jury.blueprint import bp, refuse
from award.jury.changes import service as changes
from award.jury.conflicts import service as conflicts
from award.jury.conflicts.queries import conflicts_of
from award.jury.people import invitations, queries
from award.jury.people.forms import ConflictForm, JurorForm, PanelForm, TableForm
from award.jury.people.invitations import JurorOffer
from award.jury.people.juror_list import JurorFilters, listed
from award.jury.people.spreadsheet import JurorRow, read_jurors
from award.languages import current_language
from award.models.entries import Entry
from award.models.jury import ConflictSource, Juror, JurorState
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires
from exports.errors import TableError

PAGE = 100


def _panel_choices(season_id: int) -> list[tuple[str, str]]:
    found = queries.panels(db.session(), season_id, current_language())
    return [("", _("any"))] + [(panel.key, panel.name) for panel in found]


@bp.get("/seasons/<public_id>/jury")
@requires(Permission.JURY_READ, Season)
def jurors(season: Season) -> ResponseReturnValue:
    """Show the jury with its panels."""
    return _jury_page(season, _new_juror_form(season), PanelForm(formdata=None))


def _new_juror_form(season: Season) -> JurorForm:
    form = JurorForm()
    form.panel.choices = _panel_choices(season.id)
    return form


def _jury_page(season: Season, form: JurorForm, panel_form: PanelForm) -> str:
    rows = queries.juror_rows(db.session(), season.id, current_language())
    filters = JurorFilters.read(request.args)
    found = listed(rows, filters)
    first = max(0, request.args.get("from", 0, type=int))
    return render_template(
        "jury/jurors.html",
        season=season,
        rows=rows,
        filters=filters,
        views=views_of(db.session(), season.programme_id, current_actor().user_id, "jurors"),
        found=len(found),
        shown=found[first : first + PAGE],
        first=first,
        size=PAGE,
        sort_url=partial(sort_url, ".jurors"),
        page_url=lambda first: list_url(".jurors", **{"from": first}),
        active=sum(row.state is JurorState.ACTIVE for row in rows),
        waiting=sum(row.state is JurorState.INVITED for row in rows),
        room=sum(row.maximum for row in rows if row.state is JurorState.ACTIVE),
        panels=queries.panels(db.session(), season.id, current_language()),
        form=form,
        panel_form=panel_form,
    )


@bp.post("/seasons/<public_id>/jury")
@requires(Permission.JURY_EDIT, Season)
def invite(season: Season) -> ResponseReturnValue:
    """Invite one juror."""
    form = _new_juror_form(season)
    if not form.validate():
        return _jury_page(season, form, PanelForm(formdata=None)), 422
    try:
        with unit_of_work() as session:
            invitations.invite_juror(
                session,
                season.id,
                form.offer(),
                base_url=base_url(),
                language=season.programme.languages[0],
                actor_id=current_actor().user_id,
                now=g.now,
            )
    except AwardError as error:
        status = refuse(form, error)
        return _jury_page(season, form, PanelForm(formdata=None)), status
    flash(_("The invitation is on its way to %(name)s.", name=form.name.data), "success")
    return redirect(url_for("jury.jurors", public_id=season.public_id), code=303)


@bp.post("/seasons/<public_id>/jury/panels")
@requires(Permission.JURY_EDIT, Season)
def new_panel(season: Season) -> ResponseReturnValue:
    """Add a panel."""
    form = PanelForm()
    blank = JurorForm(formdata=None)
    blank.panel.choices = _panel_choices(season.id)
    if not form.validate():
        return _jury_page(season, blank, form), 422
    name = dict.fromkeys(season.programme.languages, form.name.data or "")
    try:
        with unit_of_work() as session:
            actor_id = current_actor().user_id
            invitations.add_panel(
                session, season.id, form.key.data or "", name, actor_id=actor_id, now=g.now
            )
    except AwardError as error:
        status = refuse(form, error)
        return _jury_page(season, blank, form), status
    return redirect(url_for("jury.jurors", public_id=season.public_id), code=303)


@bp.get("/seasons/<public_id>/jury/import")
@requires(Permission.JURY_EDIT, Season)
def import_jurors(season: Season) -> ResponseReturnValue:
    """Ask for a spreadsheet of jurors."""
    return render_template(
        "jury/import.html", season=season, form=TableForm(formdata=None), rows=None
    )


@bp.post("/seasons/<public_id>/jury/import")
@requires(Permission.JURY_EDIT, Season)
def check_import(season: Season) -> ResponseReturnValue:
    """Show row by row what a spreadsheet says; nobody is invited yet."""
    form = TableForm()
    if not form.validate():
        return render_template("jury/import.html", season=season, form=form, rows=None), 422
    try:
        rows = _read_table(season, form)
    except TableError as error:
        form.table.errors = [texts.say(error.code, current_language(), error.params)]
        return render_template("jury/import.html", season=season, form=form, rows=None), 422
    except InputError as error:
        status = refuse(form, error)
        return render_template("jury/import.html", season=season, form=form, rows=None), status
    wrong = sum(row.offer is None for row in rows)
    page = render_template(
        "jury/import.html",
        season=season,
        form=TableForm(formdata=None),
        rows=rows,
        wrong=wrong,
        sentences={
            row.number: texts.say(row.error, current_language(), row.params)
            for row in rows
            if row.error
        },
        payload="" if wrong else _payload(rows),
    )
    return page, 422 if wrong else 200


def _read_table(season: Season, form: TableForm) -> list[JurorRow]:
    session = db.session()
    known = frozenset(session.scalars(select(Juror.email_key).where(Juror.season_id == season.id)))
    keys = frozenset(key for key, _name in _panel_choices(season.id) if key)
    upload = form.table.data
    return read_jurors(upload.read(), upload.filename or "", panels=keys, known=known)


def _payload(rows: list[JurorRow]) -> str:
    offers = [{n: getattr(row.offer, n) for n in JurorOffer.__slots__} for row in rows]
    return json.dumps(offers, ensure_ascii=False)


@bp.post("/seasons/<public_id>/jury/import/invite")
@requires(Permission.JURY_EDIT, Season)
def invite_all(season: Season) -> ResponseReturnValue:
    """Invite everybody of a checked spreadsheet, or nobody."""
    offers = _offers(request.form.get("rows", ""))
    with unit_of_work() as session:
        made = invitations.invite_jurors(
            session,
            season.id,
            offers,
            base_url=base_url(),
            language=season.programme.languages[0],
            actor_id=current_actor().user_id,
            now=g.now,
        )
    flash(
        ngettext(
            "%(num)d invitation is on its way.", "%(num)d invitations are on their way.", len(made)
        ),
        "success",
    )
    return redirect(url_for("jury.jurors", public_id=season.public_id), code=303)


def _offers(text: str) -> list[JurorOffer]:
    """Read back what check_import printed; whatever else is sent is refused, then checked again."""
    try:
        offers = [
            JurorOffer(
                **{**row, "topics": tuple(row["topics"]), "languages": tuple(row["languages"])}
            )
            for row in json.loads(text)
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise InputError("bad_request") from error
    if not all(map(_is_offer, offers)):
        raise InputError("bad_request")
    return offers


def _is_offer(offer: JurorOffer) -> bool:
    """Whether each value is of the kind that a spreadsheet gives; JSON holds any other too."""
    words = (offer.name, offer.email, offer.organisation, offer.region, offer.panel)
    return (
        all(isinstance(one, str) for one in (*words, *offer.topics, *offer.languages))
        and all(type(one) is int for one in (offer.minimum, offer.maximum))
        and all(isinstance(one, bool) for one in (offer.is_chair, offer.standby))
    )


@bp.get("/jurors/<public_id>")
@requires(Permission.JURY_READ, Juror)
def juror(juror: Juror) -> ResponseReturnValue:
    """Show one juror: what she offers, her conflicts."""
    return _juror_page(juror, _juror_form(juror), ConflictForm(formdata=None))


def _juror_form(juror: Juror, *, sent: bool = True) -> JurorForm:
    """Return the juror's form; sent: with what this request typed into it."""
    form = JurorForm(
        **({} if sent else {"formdata": None}),
        data={
            "name": juror.name,
            "organisation": juror.organisation,
            "region": juror.region,
            "panel": juror.panel.key if juror.panel else "",
            "topics": "; ".join(juror.topics),
            "languages": "; ".join(juror.languages),
            "minimum": juror.minimum,
            "maximum": juror.maximum,
            "is_chair": juror.is_chair,
            "standby": juror.standby,
        },
    )
    del form.email
    form.panel.choices = _panel_choices(juror.season_id)
    return form


def _juror_page(juror: Juror, form: JurorForm, conflict_form: ConflictForm) -> str:
    return render_template(
        "jury/juror.html",
        juror=juror,
        season=juror.season,
        form=form,
        conflict_form=conflict_form,
        conflicts=conflicts_of(db.session(), juror.id),
    )


@bp.post("/jurors/<public_id>")
@requires(Permission.JURY_EDIT, Juror)
def edit_juror(juror: Juror) -> ResponseReturnValue:
    """Change what a juror offers."""
    form = _juror_form(juror)
    if not form.validate():
        return _juror_page(juror, form, ConflictForm(formdata=None)), 422
    try:
        with unit_of_work() as session:
            invitations.edit_juror(
                session, juror.id, form.offer(), actor_id=current_actor().user_id, now=g.now
            )
    except AwardError as error:
        status = refuse(form, error)
        return _juror_page(juror, form, ConflictForm(formdata=None)), status
    flash(_("Saved."), "success")
    return redirect(url_for("jury.juror", public_id=juror.public_id), code=303)


@bp.post("/jurors/<public_id>/invitation")
@requires(Permission.JURY_EDIT, Juror)
def invite_again(juror: Juror) -> ResponseReturnValue:
    """Send the invitation once more."""
    with unit_of_work() as session:
        invitations.send_invitation(
            session,
            juror.id,
            base_url=base_url(),
            language=juror.season.programme.languages[0],
            actor_id=current_actor().user_id,
            now=g.now,
        )
    flash(_("The invitation is on its way again."), "success")
    return redirect(url_for("jury.juror", public_id=juror.public_id), code=303)


@bp.post("/jurors/<public_id>/remove")
@requires(Permission.JURY_EDIT, Juror)
def remove_juror(juror: Juror) -> ResponseReturnValue:
    """Take a juror off the jury."""
    with unit_of_work() as session:
        ended = changes.remove_juror(session, juror.id, actor_id=current_actor().user_id, now=g.now)
    flash(
        ngettext(
            "The juror has left the jury; %(num)d place is free.",
            "The juror has left the jury; %(num)d places are free.",
            len(ended),
        ),
        "success",
    )
    return redirect(url_for("jury.jurors", public_id=juror.season.public_id), code=303)


@bp.post("/jurors/<public_id>/conflicts")
@requires(Permission.JURY_EDIT, Juror)
def new_conflict(juror: Juror) -> ResponseReturnValue:
    """Keep a relation between a juror and an entry."""
    form = ConflictForm()
    if not form.validate():
        return _juror_page(juror, _juror_form(juror, sent=False), form), 422
    code = (form.entry.data or "").strip()
    entry_id = db.session.scalar(
        select(Entry.id).where(Entry.season_id == juror.season_id, Entry.code == code)
    )
    try:
        if entry_id is None:
            raise InputError("entry_code_unknown", field="entry", entry=code)
        with unit_of_work() as session:
            conflicts.declare_conflict(
                session,
                juror.id,
                entry_id,
                form.reason.data or "",
                source=ConflictSource.RELATION,
                actor_id=current_actor().user_id,
                now=g.now,
            )
    except AwardError as error:
        status = refuse(form, error)
        return _juror_page(juror, _juror_form(juror, sent=False), form), status
    return redirect(url_for("jury.juror", public_id=juror.public_id), code=303)


@bp.post("/jurors/<public_id>/conflicts/<source>/<code>/lift")
@requires(Permission.JURY_EDIT, Juror)
def lift_conflict(juror: Juror, source: str, code: str) -> ResponseReturnValue:
    """Say that a conflict is none."""
    items = conflicts_of(db.session(), juror.id)
    found = next((i for i in items if i.source.value == source and i.entry_code == code), None)
    if found is None:
        raise NotFoundError
    with unit_of_work() as session:
        conflicts.lift_conflict(session, found.id, actor_id=current_actor().user_id, now=g.now)
    return redirect(url_for("jury.juror", public_id=juror.public_id), code=303)
