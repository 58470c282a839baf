"""Proposals: asked for, looked at, applied, undone."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.db import db, unit_of_work
from award.errors import AwardError, InputError
from award.jury.assignment.forms import WishForm
from award.jury.assignment.routes import board_page, wish_form
from award.jury.blueprint import bp, refuse
from award.jury.lookup import actor_id, home_url, run_of, to_board
from award.jury.proposals import planning, running
from award.jury.proposals import queries as proposals
from award.jury.proposals.drafting import VERBS, Wish, draft_outcome, is_quick
from award.jury.proposals.queries import ProposedPair
from award.languages import current_language
from award.models.jury import AssignmentRun
from award.models.seasons import Round
from award.permissions import Permission, requires

PAGE = 100


@bp.post("/rounds/<public_id>/proposals")
@requires(Permission.JURY_EDIT, Round)
def propose(round_: Round) -> ResponseReturnValue:
    """Ask the engine for a proposal and show what it would change; a long one is the worker's."""
    form = wish_form(round_)
    if not form.validate():
        return board_page(round_, form), 422
    try:
        run = _asked(round_, request.form.get("verb", "top_up"), form)
    except AwardError as error:
        status = refuse(form, error)
        return board_page(round_, form), status
    address = url_for("jury.proposal", public_id=round_.public_id, run_id=run.public_id)
    return redirect(address, code=303)


def _asked(round_: Round, verb: str, form: WishForm) -> AssignmentRun:
    if verb not in VERBS:
        raise InputError("verb_unknown", verb=verb)
    wish = form.wish(round_.seed)
    planning.check_assignable(round_)
    if not is_quick(db.session(), round_.id):
        with unit_of_work() as session:
            return running.request_run(
                session, round_.id, verb, wish, actor_id=actor_id(), now=g.now
            )
    drafted = draft_outcome(db.session(), round_.id, verb, wish)
    with unit_of_work() as session:
        return planning.propose_assignment(
            session, round_.id, drafted, actor_id=actor_id(), now=g.now
        )


@bp.get("/rounds/<public_id>/proposals/<run_id>")
@requires(Permission.JURY_READ, Round)
def proposal(round_: Round, run_id: str) -> ResponseReturnValue:
    """Show a run: how far it is, its figures and its difference, or why it is impossible."""
    row = run_of(round_, run_id)
    run = proposals.run_view(db.session(), row, current_language())
    page = max(1, request.args.get("page", 1, type=int))
    last = max(1, -(-max(len(run.added), len(run.removed)) // PAGE))
    page = min(page, last)
    return render_template(
        "jury/proposal.html",
        round=round_,
        season=round_.season,
        run=run,
        added=_page(run.added, page),
        removed=_page(run.removed, page),
        page=page,
        pages=last,
        size=PAGE,
        wished=WishForm.typed(Wish.of(row.options)),
    )


def _page(pairs: tuple[ProposedPair, ...], page: int) -> tuple[ProposedPair, ...]:
    return pairs[(page - 1) * PAGE : page * PAGE]


@bp.post("/rounds/<public_id>/proposals/<run_id>/apply")
@requires(Permission.JURY_EDIT, Round)
def apply(round_: Round, run_id: str) -> ResponseReturnValue:
    """Make a proposal true."""
    run = run_of(round_, run_id)
    with unit_of_work() as session:
        planning.apply_run(session, run.id, home_url=home_url(), actor_id=actor_id(), now=g.now)
    flash(
        _("The assignment is in force; the jurors get a mail. It can be undone in one click."),
        "success",
    )
    return to_board(round_)


@bp.post("/rounds/<public_id>/proposals/<run_id>/undo")
@requires(Permission.JURY_EDIT, Round)
def undo(round_: Round, run_id: str) -> ResponseReturnValue:
    """Put back what a proposal changed."""
    run = run_of(round_, run_id)
    with unit_of_work() as session:
        planning.undo_run(session, run.id, actor_id=actor_id(), now=g.now)
    flash(_("The assignment is as it was before."), "success")
    return to_board(round_)
