"""Who judges what: the board, proposals, changes by hand, progress."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from award.addresses import base_url
from award.db import db, unit_of_work
from award.errors import AwardError, InputError, NotFoundError
from award.jury import proposals, queries, service
from award.jury.blueprint import bp
from award.jury.forms import ExcludeForm, HandForm, NeedForm
from award.jury.people_routes import refuse
from award.languages import current_language
from award.models.entries import Entry
from award.models.jury import Assignment, AssignmentRun, Juror, RoundEntry
from award.models.seasons import Round
from award.permissions import Permission, can, current_actor, find, requires

PAGE = 60
WIDE = 40


def home_url() -> str:
    """Return the address of a juror's list; mails put her language for LANG."""
    return f"{base_url()}/LANG/judging"


@bp.get("/rounds/<public_id>/assignment")
@requires(Permission.JURY_READ, Round)
def assignment(round_: Round) -> ResponseReturnValue:
    """Show who judges what, worst matches on top."""
    return _board_page(round_)


def _board_page(round_: Round, impossible: list[str] | None = None, help_: Any = ()) -> str:
    board = queries.board(db.session(), round_.id, current_language())
    page = max(1, request.args.get("page", 1, type=int))
    last = max(1, -(-len(board.entries) // PAGE))
    page = min(page, last)
    return render_template(
        "jury/assignment.html",
        round=round_,
        season=round_.season,
        board=board,
        entries=board.entries[(page - 1) * PAGE : page * PAGE],
        first=(page - 1) * PAGE + 1,
        page=page,
        pages=last,
        by_juror=_by_juror(board),
        wide=len(board.jurors) > WIDE,
        runs=proposals.recent_runs(db.session(), round_.id),
        impossible=impossible,
        relaxation=help_,
    )


def _by_juror(board: queries.Board) -> dict[str, list[tuple[queries.BoardEntry, queries.Pair]]]:
    lists: dict[str, list[tuple[queries.BoardEntry, queries.Pair]]] = {}
    for entry in board.entries:
        for pair in entry.pairs:
            if pair.state is not queries.PairState.CONFLICT:
                lists.setdefault(pair.juror, []).append((entry, pair))
    return lists


@bp.post("/rounds/<public_id>/admit")
@requires(Permission.JURY_EDIT, Round)
def admit(round_: Round) -> ResponseReturnValue:
    """Let the entries into the round that may compete in it."""
    with unit_of_work() as session:
        made = service.admit_entries(session, round_.id, actor_id=_actor_id(), now=g.now)
    flash(
        ngettext("%(num)d entry was admitted.", "%(num)d entries were admitted.", len(made)),
        "success" if made else "info",
    )
    return _to_board(round_)


@bp.post("/rounds/<public_id>/proposals")
@requires(Permission.JURY_EDIT, Round)
def propose(round_: Round) -> ResponseReturnValue:
    """Ask the engine for a proposal and show what it would change."""
    verb = request.form.get("verb", "top_up")
    try:
        proposal = service.draft_proposal(db.session(), round_.id, verb, seed=round_.seed)
    except service.ImpossibleError as error:
        reasons, help_ = proposals.explain(db.session(), error.certificate, current_language())
        return _board_page(round_, reasons, help_), error.status
    with unit_of_work() as session:
        run = service.propose_assignment(
            session, round_.id, proposal, actor_id=_actor_id(), now=g.now
        )
    address = url_for("jury.proposal", public_id=round_.public_id, run_id=run.public_id)
    return redirect(address, code=303)


@bp.get("/rounds/<public_id>/proposals/<run_id>")
@requires(Permission.JURY_READ, Round)
def proposal(round_: Round, run_id: str) -> ResponseReturnValue:
    """Show a proposal: its figures and its difference."""
    run = _run(round_, run_id)
    shown = proposals.run_view(db.session(), run, current_language())
    return render_template("jury/proposal.html", round=round_, season=round_.season, run=shown)


@bp.post("/rounds/<public_id>/proposals/<run_id>/apply")
@requires(Permission.JURY_EDIT, Round)
def apply(round_: Round, run_id: str) -> ResponseReturnValue:
    """Make a proposal true."""
    run = _run(round_, run_id)
    with unit_of_work() as session:
        service.apply_run(session, run.id, home_url=home_url(), actor_id=_actor_id(), now=g.now)
    flash(
        _("The assignment is in force; the jurors get a mail. It can be undone in one click."),
        "success",
    )
    return _to_board(round_)


@bp.post("/rounds/<public_id>/proposals/<run_id>/undo")
@requires(Permission.JURY_EDIT, Round)
def undo(round_: Round, run_id: str) -> ResponseReturnValue:
    """Put back what a proposal changed."""
    run = _run(round_, run_id)
    with unit_of_work() as session:
        service.undo_run(session, run.id, actor_id=_actor_id(), now=g.now)
    flash(_("The assignment is as it was before."), "success")
    return _to_board(round_)


def _run(round_: Round, run_id: str) -> AssignmentRun:
    run: AssignmentRun = find(db.session(), AssignmentRun, run_id)
    if run.round_id != round_.id:
        raise NotFoundError
    return run


@bp.get("/rounds/<public_id>/assignment/<entry_id>")
@requires(Permission.JURY_READ, Round)
def entry(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Show one entry's jurors, with what may be changed by hand."""
    found = _entry(round_, entry_id)
    return _entry_page(round_, found, _hand_form(round_), _need_form(round_, found))


def _entry(round_: Round, entry_id: str) -> Entry:
    found: Entry = find(db.session(), Entry, entry_id)
    if found.season_id != round_.season_id or not can(Permission.JURY_READ, found):
        raise NotFoundError
    return found


def _hand_form(round_: Round, **over: Any) -> HandForm:
    form = HandForm(**over)
    rows = queries.juror_rows(db.session(), round_.season_id, current_language())
    form.juror.choices = [(row.public_id, row.name) for row in rows if row.state.value == "active"]
    return form


def _need_form(round_: Round, entry_: Entry, **over: Any) -> NeedForm:
    row = db.session.scalar(
        select(RoundEntry).where(RoundEntry.round_id == round_.id, RoundEntry.entry_id == entry_.id)
    )
    if row is None:
        raise NotFoundError
    form = NeedForm(data={"jurors": row.jurors_per_entry, "panel": row.panel_id or 0}, **over)
    found = queries.panels(db.session(), round_.season_id, current_language())
    form.panel.choices = [(0, _("any"))] + [(panel.id, panel.name) for panel in found]
    return form


def _entry_page(round_: Round, entry_: Entry, hand: HandForm, need: NeedForm) -> str:
    board = queries.board(db.session(), round_.id, current_language())
    row = next((one for one in board.entries if one.public_id == entry_.public_id), None)
    if row is None:
        raise NotFoundError
    return render_template(
        "jury/entry.html",
        round=round_,
        season=round_.season,
        row=row,
        names={juror.public_id: juror for juror in board.jurors},
        hand=hand,
        need=need,
        form=hand if hand.errors else need,
    )


@bp.post("/rounds/<public_id>/assignment/<entry_id>")
@requires(Permission.JURY_EDIT, Round)
def assign_by_hand(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Give an entry to a juror by hand."""
    found = _entry(round_, entry_id)
    form = _hand_form(round_)
    try:
        if not form.validate():
            raise InputError("bad_request")
        juror = find(db.session(), Juror, form.juror.data)
        with unit_of_work() as session:
            service.assign_by_hand(
                session,
                round_.id,
                found.id,
                juror.id,
                home_url=home_url(),
                actor_id=_actor_id(),
                now=g.now,
            )
    except AwardError as error:
        status = refuse(form, error)
        return _entry_page(round_, found, form, _need_form(round_, found, formdata=None)), status
    flash(_("%(juror)s has the entry now and gets a mail.", juror=juror.name), "success")
    return _to_entry(round_, found)


@bp.post("/rounds/<public_id>/assignment/<entry_id>/need")
@requires(Permission.JURY_EDIT, Round)
def set_need(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Say how many jurors one entry needs."""
    found = _entry(round_, entry_id)
    form = _need_form(round_, found)
    if not form.validate():
        return _entry_page(round_, found, _hand_form(round_, formdata=None), form), 422
    with unit_of_work() as session:
        service.set_need(
            session,
            round_.id,
            found.id,
            form.jurors.data,
            form.panel.data or None,
            actor_id=_actor_id(),
            now=g.now,
        )
    return _to_entry(round_, found)


@bp.post("/assignments/<public_id>/take-back")
@requires(Permission.SHEET_REOPEN, Assignment)
def take_back(assignment_: Assignment) -> ResponseReturnValue:
    """Take an assignment back that nobody has begun."""
    address = _entry_address(assignment_.round, assignment_.entry)
    with unit_of_work() as session:
        service.unassign(session, assignment_.id, actor_id=_actor_id(), now=g.now)
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
    address = _entry_address(assignment_.round, assignment_.entry)
    try:
        with unit_of_work() as session:
            reason = form.reason.data or ""
            service.exclude_juror(session, assignment_.id, reason, actor_id=_actor_id(), now=g.now)
    except AwardError as error:
        status = refuse(form, error)
        return _exclude_page(assignment_, form), status
    flash(_("The juror no longer judges this entry. Its place is free."), "success")
    return redirect(address, code=303)


def _exclude_page(assignment_: Assignment, form: ExcludeForm) -> str:
    g.subject = assignment_.round
    return render_template("jury/exclude.html", assignment=assignment_, form=form)


@bp.get("/rounds/<public_id>/progress")
@requires(Permission.JURY_READ, Round)
def progress(round_: Round) -> ResponseReturnValue:
    """Show how far the jurors are; drafts show only that they exist."""
    rows = queries.progress_rows(db.session(), round_.id, current_language())
    return render_template("jury/progress.html", round=round_, season=round_.season, progress=rows)


@bp.post("/rounds/<public_id>/remind")
@requires(Permission.JURY_EDIT, Round)
def remind(round_: Round) -> ResponseReturnValue:
    """Mail the jurors whose sheets are outstanding."""
    with unit_of_work() as session:
        count = service.remind_jurors(
            session, round_.id, home_url=home_url(), actor_id=_actor_id(), now=g.now
        )
    flash(
        ngettext("%(num)d juror gets a reminder.", "%(num)d jurors get a reminder.", count),
        "success",
    )
    return redirect(url_for("jury.progress", public_id=round_.public_id), code=303)


def _actor_id() -> int | None:
    return current_actor().user_id


def _to_board(round_: Round) -> ResponseReturnValue:
    return redirect(url_for("jury.assignment", public_id=round_.public_id), code=303)


def _to_entry(round_: Round, entry_: Entry) -> ResponseReturnValue:
    return redirect(_entry_address(round_, entry_), code=303)


def _entry_address(round_: Round, entry_: Entry) -> str:
    return url_for("jury.entry", public_id=round_.public_id, entry_id=entry_.public_id)
