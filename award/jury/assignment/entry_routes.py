"""One entry's jurors: who and why, by hand, locked, excluded, and how many it needs."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from award.db import db, unit_of_work
from award.errors import AwardError, InputError, NotFoundError
from award.i18n import format_points
from award.jury.assignment.explaining import candidates, explain_pair
from award.jury.assignment.forms import ExcludeForm, HandForm, NeedForm
from award.jury.assignment.grid import entry_row
from award.jury.assignment.queries import is_begun, pair_row
from award.jury.blueprint import bp, refuse
from award.jury.changes import service as changes
from award.jury.conflicts import service as conflicts
from award.jury.lookup import actor_id, entry_address, entry_of, home_url, juror_of
from award.jury.people.queries import panels
from award.jury.proposals.searches import request_search
from award.languages import current_language
from award.models.entries import Entry
from award.models.jury import Assignment, Juror, RoundEntry
from award.models.seasons import Round
from award.permissions import Permission, find, requires


@bp.get("/rounds/<public_id>/assignment/<entry_id>")
@requires(Permission.JURY_READ, Round)
def entry(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Show one entry's jurors, with what may be changed by hand."""
    found = entry_of(round_, entry_id)
    return _entry_page(round_, found, _hand_form(round_, found), _need_form(round_, found))


def _hand_form(round_: Round, entry_: Entry, **over: Any) -> HandForm:
    """Offer the jurors who may judge the entry, the best match first, with what they have."""
    form = HandForm(**over)
    rows = candidates(db.session(), round_.id, entry_.id, current_language())
    form.juror.choices = [
        (
            row.public_id,
            _(
                "%(name)s: match %(match)s, %(load)s of %(maximum)s entries",
                name=row.name,
                match=format_points(row.affinity, current_language(), 2),
                load=row.load,
                maximum=row.maximum,
            )
            + (f"; {row.but}" if row.but else ""),
        )
        for row in rows
    ]
    return form


def _need_form(round_: Round, entry_: Entry, **over: Any) -> NeedForm:
    row = db.session.scalar(
        select(RoundEntry).where(RoundEntry.round_id == round_.id, RoundEntry.entry_id == entry_.id)
    )
    if row is None:
        raise NotFoundError
    form = NeedForm(
        data={
            "jurors": row.jurors_per_entry,
            "panel": row.panel_id or 0,
            "reason": row.need_reason,
        },
        **over,
    )
    found = panels(db.session(), round_.season_id, current_language())
    form.panel.choices = [(0, _("any"))] + [(panel.id, panel.name) for panel in found]
    return form


def _entry_page(round_: Round, entry_: Entry, hand: HandForm, need: NeedForm) -> str:
    found = entry_row(db.session(), round_.id, entry_.id, current_language())
    if found is None:
        raise NotFoundError
    row, jurors = found
    return render_template(
        "jury/entry.html",
        round=round_,
        season=round_.season,
        row=row,
        jurors=jurors,
        hand=hand,
        need=need,
        form=hand if hand.errors else need,
    )


@bp.get("/rounds/<public_id>/assignment/<entry_id>/<juror_id>")
@requires(Permission.JURY_READ, Round)
def pair(round_: Round, entry_id: str, juror_id: str) -> ResponseReturnValue:
    """Say why a juror judges an entry, or why not and what it would cost."""
    found, juror = entry_of(round_, entry_id), juror_of(round_, juror_id)
    answer = explain_pair(db.session(), round_.id, found, juror, current_language())
    if answer.code == "beyond":
        raise NotFoundError
    if answer.code == "searching":
        with unit_of_work() as session:
            request_search(session, round_.id, actor_id=actor_id(), now=g.now)
    standing = pair_row(db.session(), round_.id, found.id, juror.id)
    return render_template(
        "jury/pair.html",
        round=round_,
        season=round_.season,
        entry=found,
        juror=juror,
        answer=answer,
        standing=standing,
        begun=standing is not None and is_begun(db.session(), standing.id),
    )


@bp.post("/rounds/<public_id>/assignment/<entry_id>/<juror_id>/lift")
@requires(Permission.JURY_EDIT, Round)
def lift_pair(round_: Round, entry_id: str, juror_id: str) -> ResponseReturnValue:
    """Say that what stands between an entry and a juror is no conflict of interest."""
    found, juror = entry_of(round_, entry_id), juror_of(round_, juror_id)
    with unit_of_work() as session:
        conflicts.lift_found(session, found.id, juror.id, actor_id=actor_id(), now=g.now)
    address = url_for("jury.pair", public_id=round_.public_id, entry_id=entry_id, juror_id=juror_id)
    return redirect(address, code=303)


@bp.post("/assignments/<public_id>/lock")
@requires(Permission.SHEET_REOPEN, Assignment)
def lock(assignment_: Assignment) -> ResponseReturnValue:
    """Lock a pair against every proposal, or let it go."""
    address = url_for(
        "jury.pair",
        public_id=assignment_.round.public_id,
        entry_id=assignment_.entry.public_id,
        juror_id=assignment_.juror.public_id,
    )
    wanted = not (assignment_.locked or assignment_.manual)
    with unit_of_work() as session:
        changes.set_lock(session, assignment_.id, wanted, actor_id=actor_id(), now=g.now)
    return redirect(address, code=303)


@bp.post("/rounds/<public_id>/assignment/<entry_id>")
@requires(Permission.JURY_EDIT, Round)
def assign_by_hand(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Give an entry to a juror by hand."""
    found = entry_of(round_, entry_id)
    form = _hand_form(round_, found)
    try:
        if not form.validate():
            raise InputError("bad_request")
        juror = find(db.session(), Juror, form.juror.data)
        with unit_of_work() as session:
            changes.assign_by_hand(
                session,
                round_.id,
                found.id,
                juror.id,
                home_url=home_url(),
                actor_id=actor_id(),
                now=g.now,
            )
    except AwardError as error:
        status = refuse(form, error)
        return _entry_page(round_, found, form, _need_form(round_, found, formdata=None)), status
    flash(
        _(
            "%(juror)s has the entry now. A mail in ten minutes lists what is given until then.",
            juror=juror.name,
        ),
        "success",
    )
    return redirect(entry_address(round_, found), code=303)


@bp.post("/rounds/<public_id>/assignment/<entry_id>/need")
@requires(Permission.JURY_EDIT, Round)
def set_need(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Say how many jurors one entry needs."""
    found = entry_of(round_, entry_id)
    form = _need_form(round_, found)
    if not form.validate():
        return _entry_page(round_, found, _hand_form(round_, found, formdata=None), form), 422
    try:
        with unit_of_work() as session:
            changes.set_need(
                session,
                round_.id,
                found.id,
                form.jurors.data,
                form.panel.data or None,
                reason=form.reason.data or "",
                actor_id=actor_id(),
                now=g.now,
            )
    except AwardError as error:
        status = refuse(form, error)
        return _entry_page(round_, found, _hand_form(round_, found, formdata=None), form), status
    return redirect(entry_address(round_, found), code=303)


@bp.post("/assignments/<public_id>/take-back")
@requires(Permission.SHEET_REOPEN, Assignment)
def take_back(assignment_: Assignment) -> ResponseReturnValue:
    """Take an assignment back that nobody has begun."""
    address = entry_address(assignment_.round, assignment_.entry)
    with unit_of_work() as session:
        changes.unassign(session, assignment_.id, actor_id=actor_id(), now=g.now)
    return redirect(address, code=303)


@bp.get("/assignments/<public_id>/exclude")
@requires(Permission.SHEET_REOPEN, Assignment)
def exclude(assignment_: Assignment) -> ResponseReturnValue:
    """Ask why a juror is taken off an entry."""
    return _exclude_page(assignment_, ExcludeForm())


@bp.post("/assignments/<public_id>/exclude")
@requires(Permission.SHEET_REOPEN, Assignment)
def exclude_now(assignment_: Assignment) -> ResponseReturnValue:
    """Take a juror off an entry for good."""
    form = ExcludeForm()
    if not form.validate():
        return _exclude_page(assignment_, form), 422
    address = entry_address(assignment_.round, assignment_.entry)
    try:
        with unit_of_work() as session:
            reason = form.reason.data or ""
            changes.exclude_juror(session, assignment_.id, reason, actor_id=actor_id(), now=g.now)
    except AwardError as error:
        status = refuse(form, error)
        return _exclude_page(assignment_, form), status
    flash(_("The juror no longer judges this entry. Its place is free."), "success")
    return redirect(address, code=303)


def _exclude_page(assignment_: Assignment, form: ExcludeForm) -> str:
    g.subject = assignment_.round
    return render_template("jury/exclude.html", assignment=assignment_, form=form)
