"""Sheets on paper: printing them, and typing filled ones in."""

from __future__ import annotations

import io

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.addresses import base_url
from award.db import db, unit_of_work
from award.errors import AwardError, InputError
from award.i18n import translator
from award.judging.blueprint import bp
from award.judging.pages import gap_sentences
from award.judging.paper import enter_from_paper, has_draft, paper_list, paper_sheets, sheet_of
from award.judging.service import values_of
from award.judging.sheets import PRIVATE_NOTE, form_values, gaps, read_values
from award.languages import current_language
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment
from award.models.seasons import Round
from award.permissions import Permission, current_actor, requires
from exports.archive import safe_name
from exports.documents.score_sheets import render_score_sheets


@bp.get("/rounds/<public_id>/paper")
@requires(Permission.SHEET_REOPEN, Round)
def paper(round_: Round) -> ResponseReturnValue:
    """Who judges what: a PDF for each juror, and each sheet's way to be typed in."""
    found = paper_list(db.session(), round_.id)
    return render_template("judging/paper.html", round=round_, season=round_.season, jurors=found)


@bp.get("/rounds/<public_id>/paper/<juror_id>.pdf")
@requires(Permission.SHEET_REOPEN, Round)
def paper_pdf(round_: Round, juror_id: str) -> ResponseReturnValue:
    """The sheets of one juror, a page an entry."""
    language = current_language()
    found = paper_sheets(db.session(), round_.id, juror_id, language, base_url())
    return send_file(
        io.BytesIO(render_score_sheets(found, translator(language).gettext)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=safe_name(f"{found.juror}-{round_.position}.pdf"),
    )


@bp.get("/assignments/<public_id>/paper")
@requires(Permission.SHEET_REOPEN, Assignment)
def paper_entry(assignment: Assignment) -> ResponseReturnValue:
    """An empty form of the sheet, for an organiser who has the paper in hand."""
    return _entry_page(assignment)


@bp.post("/assignments/<public_id>/paper")
@requires(Permission.SHEET_REOPEN, Assignment)
def paper_enter(assignment: Assignment) -> ResponseReturnValue:
    """Type the paper in: it is handed in at once, and marked."""
    try:
        with unit_of_work() as session:
            enter_from_paper(
                session,
                assignment.id,
                request.form,
                replace_draft="replace_draft" in request.form,
                actor_id=current_actor().user_id,
                now=g.now,
            )
    except AwardError as error:
        return _entry_page(assignment, error)
    flash(_("The sheet is handed in, marked as typed in from paper."), "success")
    juror, round_ = assignment.juror, assignment.round
    return redirect(
        url_for(".paper", public_id=round_.public_id, _anchor=juror.public_id), code=303
    )


def _entry_page(assignment: Assignment, error: AwardError | None = None) -> ResponseReturnValue:
    sheet = sheet_of(db.session(), assignment.id)
    g.subject = assignment.round
    page = render_template(
        "judging/paper_entry.html",
        assignment=assignment,
        round=assignment.round,
        season=assignment.round.season,
        criteria=assignment.round.criteria,
        typed=request.form or _typed_before(assignment, sheet),
        draft=has_draft(sheet),
        submitted=sheet is not None and sheet.state is SheetState.SUBMITTED,
        problem=texts.sentence(error, current_language()) if error else "",
        errors=_errors(assignment, error),
    )
    return page, error.status if error else 200


def _typed_before(assignment: Assignment, sheet: ScoreSheet | None) -> dict[str, str]:
    """What stood on a sheet from paper that was reopened: one number is mistyped, not all of them.

    The juror's note to herself is not the organiser's to read.
    """
    if sheet is None or not sheet.on_paper or sheet.state is SheetState.SUBMITTED:
        return {}
    return form_values(values_of(sheet), assignment.round.criteria) | {PRIVATE_NOTE: ""}


def _errors(assignment: Assignment, error: AwardError | None) -> dict[str, str]:
    """Return the field's name -> what is wrong with it."""
    language = current_language()
    if isinstance(error, InputError) and error.code == "paper_incomplete":
        criteria = assignment.round.criteria
        return gap_sentences(gaps(read_values(request.form, criteria), criteria), language)
    if isinstance(error, InputError) and error.field:
        return {error.field: texts.sentence(error, language)}
    return {}
