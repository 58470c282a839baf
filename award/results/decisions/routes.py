"""The organiser's pages of a round's outcome: standings, decisions, protocol."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.addresses import list_url, stretch
from award.db import db, read_afresh, unit_of_work
from award.errors import AwardError, NotFoundError
from award.forms import use_programme
from award.languages import current_language
from award.models.entries import Entry
from award.models.results import Outcome
from award.models.seasons import Programme, Round
from award.permissions import Permission, can, requires
from award.results.blueprint import (
    actor_id,
    bp,
    outcome_words,
    refuse,
    season_of_round,
    step_words,
    tell,
    zone_of,
)
from award.results.decisions import deciding
from award.results.decisions import queries as decision_queries
from award.results.decisions.citing_queries import honoured
from award.results.decisions.closing import close_decisions, reopen_decisions
from award.results.decisions.deciding import award_special, decide, take_the_cut
from award.results.decisions.tables import VIEWS, whole
from award.results.forms import (
    AnnouncementForm,
    DecisionForm,
    ReasonForm,
    SpecialForm,
    TabulateForm,
)
from award.results.rounds import is_public
from award.results.tabulation import change_queries, queries, reliance_queries
from award.results.tabulation.latest import Latest, latest
from award.results.tabulation.tabulating import compute, read_input, tabulate_round

ROWS = 200
"""Rows of a page: what nearly every round has in one, and a round of thousands in stretches."""


@bp.get("/rounds/<public_id>/results")
@requires(Permission.SCORES_READ, Round)
def results(round_: Round) -> ResponseReturnValue:
    """The standings with their uncertainty, as they were frozen; a calibration round has none."""
    if not round_.ranks:
        return redirect(url_for("judging.calibration", public_id=round_.public_id), code=303)
    return _results_page(round_, TabulateForm(), 200)


def _results_page(round_: Round, form: TabulateForm, status: int) -> Any:
    session = db.session()
    wanted = request.args.get("view")
    view = next((one for one in VIEWS if one == wanted), None)
    cut = whole(request.args.get("cut"))
    language = current_language()
    known = latest(session, round_.id, language)
    found = queries.standings(session, known, view=view, cut=cut)
    shown = stretch(found.rows if found else (), ".results", ROWS)
    said = found.notices if found else ()
    notices = [texts.say(f"score.{code}", language, params) for code, params in said]
    page = render_template(
        "results/results.html",
        round=round_,
        season=season_of_round(round_),
        zone=zone_of(round_.season_id),
        found=found,
        shown=shown,
        to_cut=_to_cut(found),
        notices=notices,
        changes=change_queries.changes(known, found.cut) if found else (),
        steps=_steps(known, found),
        trust=reliance_queries.reliance(known),
        may_ask=can(Permission.JURY_EDIT, round_),
        sheets=queries.sheet_count(session, round_.id),
        form=form,
        words=outcome_words(),
        may_decide=can(Permission.RESULTS_DECIDE, round_),
        public=is_public(round_, g.now),
    )
    return page, status


def _to_cut(found: queries.Standings | None) -> str:
    """Return the address of the stretch in which the cut lies; "" before the first tabulation."""
    if found is None:
        return ""
    return list_url(".results", **{"from": ((found.cut or 1) - 1) // ROWS * ROWS or ""})


def _steps(known: Latest | None, found: queries.Standings | None) -> dict[str, str]:
    """Return in words which steps of the cascade broke ties."""
    if known is None or found is None:
        return {}
    return step_words((tie.step for tie in found.ties), known.criteria)


@bp.post("/rounds/<public_id>/results")
@requires(Permission.RESULTS_DECIDE, Round)
def tabulate(round_: Round) -> ResponseReturnValue:
    """Compute outside the transaction; freeze only what still holds when it opens."""
    form = TabulateForm()
    if not form.validate():
        return _results_page(round_, form, 422)
    try:
        computed = compute(read_input(db.session(), round_.id))
        read_afresh()
        with unit_of_work() as unit:
            made = tabulate_round(
                unit,
                round_.id,
                reason=form.reason.data or "",
                actor_id=actor_id(),
                now=g.now,
                computed=computed,
            )
        flash(_("Tabulation %(number)s is frozen.", number=made.number), "success")
        return redirect(url_for(".results", public_id=round_.public_id), code=303)
    except AwardError as error:
        return _results_page(round_, form, refuse(form, error))


@bp.get("/rounds/<public_id>/decisions")
@requires(Permission.SCORES_READ, Round)
def decisions(round_: Round) -> ResponseReturnValue:
    """What is computed and what is decided, side by side."""
    return _decisions_page(round_, 200)


def _decisions_page(
    round_: Round,
    status: int,
    *,
    special: SpecialForm | None = None,
    announcement: AnnouncementForm | None = None,
    reopening: ReasonForm | None = None,
) -> Any:
    session = db.session()
    season = season_of_round(round_)
    use_programme(session.get_one(Programme, season.programme_id))
    board = decision_queries.decision_board(session, round_.id, current_language())
    if announcement is None:
        announcement = AnnouncementForm(formdata=None, announces_at=round_.announces_at)
    page = render_template(
        "results/decisions.html",
        round=round_,
        season=season,
        zone=zone_of(season.id),
        board=board,
        honoured=honoured(session, round_.id, current_language()),
        shown=stretch(board.rows, ".decisions", ROWS),
        special=_fill_special(special or SpecialForm(formdata=None), board),
        announcement=announcement,
        reopening=reopening or ReasonForm(formdata=None),
        words=outcome_words(),
        may_decide=can(Permission.RESULTS_DECIDE, round_),
        public=is_public(round_, g.now),
    )
    return page, status


def _fill_special(form: SpecialForm, board: decision_queries.DecisionBoard) -> SpecialForm:
    form.prize.choices = [
        (item.id, f"{item.title} · {item.partner}" if item.partner else item.title)
        for item in board.prizes
        if item.kind != "main" and not item.given_in
    ]
    form.entry.choices = [(row.entry_id, f"{row.code} · {row.title}") for row in board.rows]
    return form


@bp.route("/rounds/<public_id>/decisions/<entry_id>", methods=["GET", "POST"])
@requires(Permission.RESULTS_DECIDE, Round)
def decision(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Decide for one entry."""
    board = decision_queries.decision_board(db.session(), round_.id, current_language())
    row = next((row for row in board.rows if row.public_id == entry_id), None)
    if row is None or not _may_decide_on(row.entry_id):
        raise NotFoundError
    form = _decision_form(board, row)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _decide(round_, row.entry_id, form)
            flash(_("The decision on “%(title)s” is recorded.", title=row.title), "success")
            return redirect(url_for(".decisions", public_id=round_.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    page = render_template(
        "results/decision.html",
        round=round_,
        season=season_of_round(round_),
        board=board,
        row=row,
        form=form,
        words=outcome_words(),
    )
    return page, status


def _decide(round_: Round, entry_id: int, form: DecisionForm) -> None:
    with unit_of_work() as unit:
        decide(
            unit,
            round_.id,
            entry_id,
            outcome=Outcome(form.outcome.data),
            place=form.place.data,
            prize_id=form.prize.data or None,
            reason=form.reason.data or "",
            actor_id=actor_id(),
            now=g.now,
        )


def _may_decide_on(entry_id: int) -> bool:
    """Whether she may decide on this very entry: nobody does on her own team's."""
    return can(Permission.RESULTS_DECIDE, db.session.get_one(Entry, entry_id))


def _decision_form(
    board: decision_queries.DecisionBoard, row: decision_queries.DecisionRow
) -> DecisionForm:
    words = outcome_words()
    form = DecisionForm(
        outcome=row.outcome,
        place=row.place or (row.computed_place if board.final else None),
        prize=row.prize_id or 0,
        reason=row.reason,
    )
    outcomes = ("winner", "finalist") if board.final else ("through", "out")
    form.outcome.choices = [(name, words[name]) for name in outcomes]
    form.prize.choices = [
        (0, _("no prize")),
        *((item.id, item.title) for item in board.prizes if item.kind == "main"),
    ]
    return form


@bp.post("/rounds/<public_id>/decisions/cut")
@requires(Permission.RESULTS_DECIDE, Round)
def take_cut(round_: Round) -> ResponseReturnValue:
    """Take the computed result for every entry without a decision."""
    try:
        with unit_of_work() as unit:
            made = take_the_cut(unit, round_.id, actor_id=actor_id(), now=g.now)
        flash(_("Decided as computed: %(count)s.", count=len(made)), "success")
    except AwardError as error:
        tell(error)
    return redirect(url_for(".decisions", public_id=round_.public_id), code=303)


@bp.post("/rounds/<public_id>/decisions/special")
@requires(Permission.RESULTS_DECIDE, Round)
def give_special(round_: Round) -> ResponseReturnValue:
    """Give a partner's prize or the community award outside the ranking."""
    board = decision_queries.decision_board(db.session(), round_.id, current_language())
    form = _fill_special(SpecialForm(), board)
    if not form.validate():
        return _decisions_page(round_, 422, special=form)
    if not _may_decide_on(form.entry.data):
        raise NotFoundError
    try:
        with unit_of_work() as unit:
            award_special(
                unit,
                round_.id,
                form.entry.data,
                form.prize.data,
                reason=form.reason.data or "",
                actor_id=actor_id(),
                now=g.now,
            )
    except AwardError as error:
        return _decisions_page(round_, refuse(form, error), special=form)
    flash(_("The prize is given."), "success")
    return redirect(url_for(".decisions", public_id=round_.public_id), code=303)


@bp.post("/rounds/<public_id>/announcement")
@requires(Permission.RESULTS_DECIDE, Round)
def set_announcement(round_: Round) -> ResponseReturnValue:
    """Set the minute at which the result becomes public by itself."""
    use_programme(db.session.get_one(Programme, season_of_round(round_).programme_id))
    form = AnnouncementForm()
    at = form.announces_at.data if form.validate() else None
    if at is None:
        return _decisions_page(round_, 422, announcement=form)
    try:
        with unit_of_work() as unit:
            deciding.set_announcement(unit, round_.id, at, actor_id=actor_id(), now=g.now)
    except AwardError as error:
        return _decisions_page(round_, refuse(form, error), announcement=form)
    flash(_("The minute of the announcement is set."), "success")
    return redirect(url_for(".decisions", public_id=round_.public_id), code=303)


@bp.post("/rounds/<public_id>/decisions/close")
@requires(Permission.RESULTS_DECIDE, Round)
def close(round_: Round) -> ResponseReturnValue:
    """Close the decisions: the announcement waits for its minute."""
    try:
        with unit_of_work() as unit:
            close_decisions(unit, round_.id, actor_id=actor_id(), now=g.now)
        flash(_("The decisions are closed. They become public at the set minute."), "success")
    except AwardError as error:
        tell(error)
    return redirect(url_for(".decisions", public_id=round_.public_id), code=303)


@bp.post("/rounds/<public_id>/decisions/reopen")
@requires(Permission.RESULTS_DECIDE, Round)
def reopen(round_: Round) -> ResponseReturnValue:
    """Go back to deciding, before anything is public."""
    form = ReasonForm()
    if not form.validate():
        return _decisions_page(round_, 422, reopening=form)
    try:
        with unit_of_work() as unit:
            reopen_decisions(
                unit, round_.id, reason=form.reason.data, actor_id=actor_id(), now=g.now
            )
    except AwardError as error:
        return _decisions_page(round_, refuse(form, error), reopening=form)
    flash(_("The decisions are open again."), "success")
    return redirect(url_for(".decisions", public_id=round_.public_id), code=303)
