"""Pages of ``award.judging``: the juror's home and her desk."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.addresses import base_url
from award.db import db, read_afresh, unit_of_work
from award.entries.files.downloads import send_stored
from award.entries.reading.juror_view import entry_for_juror
from award.errors import AwardError, EditConflictError, InputError, NotFoundError
from award.forms import sent_json, version_of
from award.judging import paper_routes, queries, service
from award.judging.blueprint import bp
from award.judging.calibration import routes as calibration_routes
from award.judging.forms import RecuseForm, ReopenForm, ReportForm
from award.judging.home_page import home_context, round_dates
from award.judging.pages import clock, desk_context
from award.judging.reporting import report_entry
from award.judging.work import work_list
from award.jury import service as jury_service
from award.jury.people.expertise import own_expertise
from award.languages import current_language
from award.models.entries import StoredFile
from award.models.jury import Assignment, AssignmentState
from award.models.seasons import Season
from award.models.threads import Trouble
from award.permissions import Permission, current_actor, find, public, requires
from exports.calendar import calendar_file

__all__ = ["bp", "calibration_routes", "paper_routes"]


@bp.get("/judging")
@requires(Permission.ACCOUNT_USE)
def desk_home() -> ResponseReturnValue:
    """Show what is left to judge, over all seasons."""
    jurors = list(current_actor().jurors.values())
    rounds = work_list(db.session(), jurors, current_language(), now=g.now)
    context = home_context(rounds, request.args.get("show", ""), request.args.get("sort", ""))
    said = own_expertise(db.session(), jurors, current_language())
    return render_template("judging/home.html", said=said, **context)


@bp.get("/judging/offline")
@public
def offline() -> ResponseReturnValue:
    """Say, where there is no connection, that a page was not kept; it shows no entry."""
    return render_template("judging/offline.html")


@bp.get("/judging/dates.ics")
@requires(Permission.ACCOUNT_USE)
def dates() -> ResponseReturnValue:
    """Send the rounds' last moments as a calendar file."""
    rounds = work_list(
        db.session(), list(current_actor().jurors.values()), current_language(), now=g.now
    )
    url = current_app.extensions["settings"].base_url + url_for("judging.desk_home")
    content = calendar_file(round_dates(rounds, url), now=g.now)
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="judging.ics"'
    return response


@bp.post("/judging/<public_id>/accept")
@requires(Permission.JURY_SERVE, Season)
def accept(season: Season) -> ResponseReturnValue:
    """Say yes to every offered entry of the season."""
    actor = current_actor()
    juror_id = actor.jurors[season.id]
    with unit_of_work() as session:
        jury_service.accept_offers(session, juror_id, actor_id=actor.user_id, now=g.now)
    flash(_("Thank you. The entries are yours to judge."), "success")
    return redirect(url_for("judging.desk_home"), code=303)


@bp.get("/assignments/<public_id>")
@requires(Permission.SHEET_SCORE, Assignment)
def desk(assignment: Assignment) -> ResponseReturnValue:
    """Show the desk: entry on one side, rubric on the other. First the juror says yes."""
    if assignment.state is AssignmentState.OFFERED:
        return redirect(url_for("jury.offers"), code=303)
    page = queries.desk(db.session(), assignment.id, current_language(), now=g.now)
    return render_template("judging/desk.html", **desk_context(page))


@bp.put("/assignments/<public_id>")
@requires(Permission.SHEET_SCORE, Assignment)
def autosave(assignment: Assignment) -> ResponseReturnValue:
    """Save the sheet as it is typed, and hand it in where ``action`` is submit or goes on.

    409 shows what another tab saved. The answer to an action names the page to go to; a sheet that
    is saved and cannot be handed in says why, with the version that it has now.
    """
    data = sent_json()
    action = str(data.get("action", ""))
    version = None
    try:
        with unit_of_work() as session:
            version = service.handed_in(session, assignment.id, data) if action else None
            if version is None:
                version = _save(session, assignment, data, request.headers.get("If-Match", ""))
        if action == "submit":
            version = _submit(assignment, version, data)
    except EditConflictError as error:
        return jsonify(error.current), 409
    except InputError as error:
        if error.code != "sheet_incomplete":
            raise
        return jsonify(message=texts.sentence(error, current_language()), version=version), 422
    answer = {"version": version, "saved_at": clock(g.now, _zone(assignment))}
    return jsonify(answer | ({"go": _after(assignment, action)} if action else {}))


def _submit(assignment: Assignment, version: int, data: Any) -> int:
    with unit_of_work() as session:
        done = service.handed_in(session, assignment.id, data)
        if done is not None:
            return done
        sheet = service.submit_sheet(
            session, assignment.id, version, actor_id=_actor_id(), now=g.now
        )
        return sheet.version


def _zone(assignment: Assignment) -> str:
    return assignment.round.season.programme.time_zone


@bp.post("/assignments/<public_id>")
@requires(Permission.SHEET_SCORE, Assignment)
def save(assignment: Assignment) -> ResponseReturnValue:
    """Save, go on or submit as a plain form; what was typed is saved even if it is not enough."""
    action = request.form.get("action", "save")
    try:
        with unit_of_work() as session:
            version = _save(session, assignment, request.form, request.form.get("version", ""))
        if action == "submit":
            _submit(assignment, version, request.form)
    except AwardError as error:
        return _show_again(assignment, error)
    return redirect(_after(assignment, action), code=303)


def _save(session: Any, assignment: Assignment, data: Any, version: str) -> int:
    number = version_of(version)
    return service.save_sheet(session, assignment.id, data, number, actor_id=_actor_id(), now=g.now)


def _actor_id() -> int | None:
    return current_actor().user_id


def _after(assignment: Assignment, action: str) -> str:
    if action == "save":
        flash(_("Saved as a draft. Only you can see it."), "success")
        return url_for("judging.desk", public_id=assignment.public_id)
    queue = queries.own_queue(db.session(), assignment.juror_id, assignment.round_id)
    following = queries.next_to_judge(queue, assignment.public_id)
    if action == "submit":
        flash(_("Sheet %(number)s is submitted.", number=assignment.position), "success")
    if assignment.round.live:
        return url_for("results.follow_stage", public_id=assignment.round.public_id)
    if following is None:
        return url_for("judging.desk_home")
    return url_for("judging.desk", public_id=following)


def _show_again(assignment: Assignment, error: AwardError) -> ResponseReturnValue:
    read_afresh()
    page = queries.desk(db.session(), assignment.id, current_language(), now=g.now)
    context = desk_context(page, typed=request.form, error=error)
    return render_template("judging/desk.html", **context), error.status


@bp.post("/assignments/<public_id>/change")
@requires(Permission.SHEET_SCORE, Assignment)
def change_again(assignment: Assignment) -> ResponseReturnValue:
    """Make her submitted sheet a draft again."""
    try:
        with unit_of_work() as session:
            service.take_back_sheet(session, assignment.id, actor_id=_actor_id(), now=g.now)
    except AwardError as error:
        flash(texts.sentence(error, current_language()), "error")
    else:
        flash(
            _("The sheet is a draft again. Submit it when it is right: then it counts."), "success"
        )
    return redirect(url_for("judging.desk", public_id=assignment.public_id), code=303)


@bp.get("/assignments/<public_id>/files/<file_id>")
@requires(Permission.SHEET_SCORE, Assignment)
def file(assignment: Assignment, file_id: str) -> ResponseReturnValue:
    """Send a file of the assigned entry, under a neutral name and, where blind, cleaned."""
    blind = assignment.round.blind
    entry = entry_for_juror(
        db.session(), assignment.entry_id, blind=blind, language=current_language()
    )
    shown = next((one for one in entry.files if one.public_id == file_id), None)
    if shown is None:
        raise NotFoundError
    stored = find(db.session(), StoredFile, file_id)
    return send_stored(stored, name=f"entry-{assignment.position}-{shown.name}", neutral=blind)


@bp.get("/assignments/<public_id>/recuse")
@requires(Permission.SHEET_SCORE, Assignment)
def recuse(assignment: Assignment) -> ResponseReturnValue:
    """Ask why the juror steps back."""
    return _recuse_page(assignment, RecuseForm())


@bp.post("/assignments/<public_id>/recuse")
@requires(Permission.SHEET_SCORE, Assignment)
def recuse_now(assignment: Assignment) -> ResponseReturnValue:
    """Step back from one entry."""
    form = RecuseForm()
    if not form.validate():
        return _recuse_page(assignment, form), 422
    try:
        with unit_of_work() as session:
            jury_service.recuse(
                session,
                assignment.id,
                form.reason.data or "",
                conflict=form.conflict.data,
                base_url=base_url(),
                actor_id=_actor_id(),
                now=g.now,
            )
    except AwardError as error:
        form.form_errors.append(texts.sentence(error, current_language()))
        return _recuse_page(assignment, form), error.status
    flash(_("You have stepped back from entry %(number)s.", number=assignment.position), "success")
    return redirect(url_for("judging.desk_home"), code=303)


def _recuse_page(assignment: Assignment, form: RecuseForm) -> str:
    return render_template(
        "judging/recuse.html", form=form, assignment=assignment, title=_title(assignment)
    )


def _title(assignment: Assignment) -> str:
    blind = assignment.round.blind
    return entry_for_juror(
        db.session(), assignment.entry_id, blind=blind, language=current_language()
    ).title


@bp.get("/assignments/<public_id>/report")
@requires(Permission.SHEET_SCORE, Assignment)
def report(assignment: Assignment) -> ResponseReturnValue:
    """Ask what is wrong with an entry."""
    return _report_page(assignment, ReportForm())


@bp.post("/assignments/<public_id>/report")
@requires(Permission.SHEET_SCORE, Assignment)
def report_now(assignment: Assignment) -> ResponseReturnValue:
    """Tell the organisers what is wrong with an entry."""
    form = ReportForm()
    if not form.validate():
        return _report_page(assignment, form), 422
    with unit_of_work() as session:
        report_entry(
            session,
            assignment.id,
            Trouble(form.trouble.data),
            form.words.data or "",
            actor_id=_actor_id(),
            now=g.now,
            base_url=base_url(),
        )
    flash(_("Thank you. The organisers have been told by mail."), "success")
    return redirect(url_for("judging.desk", public_id=assignment.public_id), code=303)


def _report_page(assignment: Assignment, form: ReportForm) -> str:
    return render_template(
        "judging/report.html", form=form, assignment=assignment, title=_title(assignment)
    )


@bp.get("/assignments/<public_id>/reopen")
@requires(Permission.SHEET_REOPEN, Assignment)
def reopen(assignment: Assignment) -> ResponseReturnValue:
    """Ask the organiser why a submitted sheet is to be given back."""
    return _reopen_page(assignment, ReopenForm())


@bp.post("/assignments/<public_id>/reopen")
@requires(Permission.SHEET_REOPEN, Assignment)
def reopen_now(assignment: Assignment) -> ResponseReturnValue:
    """Give a submitted sheet back to its juror."""
    form = ReopenForm()
    if not form.validate():
        return _reopen_page(assignment, form), 422
    address = url_for("judging.desk", public_id=assignment.public_id)
    try:
        with unit_of_work() as session:
            service.reopen_sheet(
                session,
                assignment.id,
                form.reason.data or "",
                actor_id=_actor_id(),
                now=g.now,
                desk_url=base_url() + address,
            )
    except AwardError as error:
        form.form_errors.append(texts.sentence(error, current_language()))
        return _reopen_page(assignment, form), error.status
    flash(_("The sheet is open again. The juror has been told by mail."), "success")
    return redirect(url_for("jury.progress", public_id=assignment.round.public_id), code=303)


def _reopen_page(assignment: Assignment, form: ReopenForm) -> str:
    g.subject = assignment.round
    return render_template("judging/reopen.html", form=form, assignment=assignment)
