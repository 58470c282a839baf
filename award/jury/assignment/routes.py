"""Who judges what in a round: the grid, one cell of it, tables in and out."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from award import texts
from award.db import db, read_afresh, unit_of_work
from award.errors import AwardError, InputError, NotFoundError
from award.forms import sent_json
from award.jury import admission
from award.jury.assignment.forms import PairsForm, WishForm
from award.jury.assignment.grid import cell as read_cell
from award.jury.assignment.grid import grid
from award.jury.assignment.queries import pair_row
from award.jury.assignment.tables import draft_table
from award.jury.assignment.window import look_of
from award.jury.blueprint import bp
from award.jury.changes import service as changes
from award.jury.lookup import actor_id, entry_of, home_url, juror_of, to_board
from award.jury.people.queries import panels
from award.jury.proposals import planning
from award.jury.proposals import queries as proposals
from award.languages import current_language
from award.models.entries import Entry
from award.models.jury import Assignment, Juror
from award.models.seasons import Round
from award.permissions import Permission, requires
from exports.errors import ExportError, TableErrors
from exports.tables.reading import read_table

SHOWN_ERRORS = 50


@bp.get("/rounds/<public_id>/assignment")
@requires(Permission.JURY_READ, Round)
def assignment(round_: Round) -> ResponseReturnValue:
    """Show who judges what, worst matches on top: the part that is asked for."""
    return board_page(round_, wish_form(round_, formdata=None))


def wish_form(round_: Round, **over: Any) -> WishForm:
    """Return the form of the wishes for a proposal, with what this request typed into it."""
    form = WishForm(data={"seed": round_.seed}, **over)
    found = panels(db.session(), round_.season_id, current_language())
    form.panel.choices = [("", _("no panel in particular"))] + [
        (one.key, one.name) for one in found
    ]
    return form


def board_page(round_: Round, form: WishForm) -> str:
    """Return the page of the assignment; form: the wishes for a proposal, as typed."""
    found = grid(db.session(), round_.id, current_language(), look_of(request.args))
    runs = proposals.recent_runs(db.session(), round_.id)
    return render_template(
        "jury/assignment.html",
        round=round_,
        season=round_.season,
        grid=found,
        applied=proposals.last_applied(runs),
        waiting=proposals.open_proposal(db.session(), round_.id, runs),
        form=form,
    )


@bp.post("/rounds/<public_id>/admit")
@requires(Permission.JURY_EDIT, Round)
def admit(round_: Round) -> ResponseReturnValue:
    """Let the entries into the round that may compete in it."""
    with unit_of_work() as session:
        made = admission.admit_entries(session, round_.id, actor_id=actor_id(), now=g.now)
    flash(
        ngettext("%(num)d entry was admitted.", "%(num)d entries were admitted.", len(made)),
        "success" if made else "info",
    )
    return to_board(round_)


@bp.put("/rounds/<public_id>/assignment/<entry_id>/<juror_id>")
@requires(Permission.JURY_EDIT, Round)
def cell(round_: Round, entry_id: str, juror_id: str) -> ResponseReturnValue:
    """Change one cell of the grid, {"do": "toggle"} or {"do": "lock"}, and say what it shows."""
    entry, juror = entry_of(round_, entry_id), juror_of(round_, juror_id)
    do = sent_json().get("do")
    try:
        if do == "toggle":
            _toggle(round_, entry, juror)
        elif do == "lock":
            _lock(round_, entry, juror)
        else:
            raise InputError("bad_request")
    except AwardError as error:
        return jsonify(message=texts.sentence(error, current_language())), error.status
    read_afresh()
    return jsonify(_shown(round_, entry, juror))


def _standing(round_: Round, entry: Entry, juror: Juror) -> Assignment | None:
    return pair_row(db.session(), round_.id, entry.id, juror.id)


def _toggle(round_: Round, entry: Entry, juror: Juror) -> None:
    standing = _standing(round_, entry, juror)
    with unit_of_work() as session:
        if standing is not None and not standing.ended_at:
            changes.unassign(session, standing.id, actor_id=actor_id(), now=g.now)
            return
        changes.assign_by_hand(
            session,
            round_.id,
            entry.id,
            juror.id,
            home_url=home_url(),
            actor_id=actor_id(),
            now=g.now,
        )


def _lock(round_: Round, entry: Entry, juror: Juror) -> None:
    standing = _standing(round_, entry, juror)
    if standing is None:
        raise InputError("nothing_to_lock")
    wanted = not (standing.locked or standing.manual)
    with unit_of_work() as session:
        changes.set_lock(session, standing.id, wanted, actor_id=actor_id(), now=g.now)


def _shown(round_: Round, entry: Entry, juror: Juror) -> dict[str, Any]:
    """Return the cell, the counts at both margins and the finding, as the page prints them."""
    shown = read_cell(db.session(), round_.id, entry.id, juror.id, current_language())
    if shown is None:
        raise NotFoundError
    row, column, holes, pairs = shown
    parts = {
        part: render_template(
            "jury/_cell.html",
            part=part,
            pair=row.cells.get(juror.public_id),
            entry=row,
            juror=column,
            holes=holes,
            pairs=pairs,
        ).strip()
        for part in ("cell", "count", "headline", "message")
    }
    return {**parts, "hole": bool(row.missing), "load": column.load, "over": column.over}


@bp.get("/rounds/<public_id>/assignment/table")
@requires(Permission.JURY_EDIT, Round)
def import_assignment(round_: Round) -> ResponseReturnValue:
    """Ask for a table of pairs."""
    return _table_page(round_, PairsForm(formdata=None))


def _table_page(round_: Round, form: PairsForm) -> str:
    return render_template("jury/table.html", round=round_, season=round_.season, form=form)


@bp.post("/rounds/<public_id>/assignment/table")
@requires(Permission.JURY_EDIT, Round)
def check_assignment(round_: Round) -> ResponseReturnValue:
    """Show what a table would change; nothing is assigned yet."""
    form = PairsForm()
    if not form.validate():
        return _table_page(round_, form), 422
    upload = form.table.data
    try:
        table = read_table(upload.read(), upload.filename or "")
        drafted = draft_table(db.session(), round_.id, table, whole=form.whole.data)
        with unit_of_work() as session:
            run = planning.propose_assignment(
                session, round_.id, drafted, actor_id=actor_id(), now=g.now
            )
    except ExportError as error:
        form.table.errors = _sentences(error)
        return _table_page(round_, form), 422
    except AwardError as error:
        form.form_errors.append(texts.sentence(error, current_language()))
        return _table_page(round_, form), error.status
    address = url_for("jury.proposal", public_id=round_.public_id, run_id=run.public_id)
    return redirect(address, code=303)


def _sentences(error: ExportError) -> list[str]:
    all_ = error.errors if isinstance(error, TableErrors) else (error,)
    shown = [texts.say(one.code, current_language(), one.params) for one in all_[:SHOWN_ERRORS]]
    more = len(all_) - len(shown)
    return [*shown, f"… +{more}"] if more else shown
