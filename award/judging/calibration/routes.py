"""Pages of the calibration round: the organiser's choice, and what each juror sees afterwards."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy import select

from award import texts
from award.addresses import base_url
from award.db import db, unit_of_work
from award.errors import AwardError, NotFoundError
from award.judging.blueprint import bp
from award.judging.calibration import agreement
from award.judging.calibration import service as calibrating
from award.judging.forms import CommonEntriesForm
from award.jury.proposals.planning import OPEN_STATES
from award.languages import current_language
from award.models.entries import Entry
from award.models.jury import Assignment, RoundEntry
from award.models.seasons import Round
from award.permissions import Permission, can, current_actor, requires


@bp.get("/rounds/<public_id>/calibration")
@requires(Permission.JURY_READ, Round)
def calibration(round_: Round) -> ResponseReturnValue:
    """The common entries, and how the jurors agree on them; not for who judges them herself."""
    return _page(round_, _form(round_))


@bp.post("/rounds/<public_id>/calibration")
@requires(Permission.JURY_EDIT, Round)
def share_entries(round_: Round) -> ResponseReturnValue:
    """Give the chosen entries to every juror."""
    form = _form(round_)
    if not form.validate():
        return _page(round_, form), 422
    try:
        with unit_of_work() as session:
            made = calibrating.share_entries(
                session,
                round_.id,
                form.entries.data or (),
                home_url=f"{base_url()}/LANG/judging",
                actor_id=current_actor().user_id,
                now=g.now,
            )
    except AwardError as error:
        form.entries.errors = [texts.sentence(error, current_language())]
        return _page(round_, form), error.status
    flash(
        ngettext(
            "%(num)d assignment is made; its juror gets a mail.",
            "%(num)d assignments are made; each juror gets one mail.",
            len(made),
        ),
        "success",
    )
    return redirect(url_for("judging.calibration", public_id=round_.public_id), code=303)


@bp.get("/assignments/<public_id>/agreement")
@requires(Permission.SHEET_SCORE, Assignment)
def own_agreement(assignment: Assignment) -> ResponseReturnValue:
    """A juror's own points beside those of the others, once the calibration round is closed."""
    found = agreement.own_agreement(db.session(), assignment, current_language())
    return render_template("judging/agreement.html", found=found)


def _form(round_: Round) -> CommonEntriesForm:
    session = db.session()
    rows = session.execute(
        select(Entry.id, Entry.code, Entry.title)
        .where(Entry.season_id == round_.season_id, Entry.state.in_(calibrating.USABLE))
        .order_by(Entry.code)
    ).all()
    form = CommonEntriesForm()
    form.entries.choices = [(row.id, f"{row.code} · {row.title}") for row in rows]
    if not form.is_submitted():
        inside = select(RoundEntry.entry_id).where(RoundEntry.round_id == round_.id)
        form.entries.data = list(session.scalars(inside))
    return form


def _page(round_: Round, form: CommonEntriesForm) -> str:
    if round_.ranks or round_.season_id in current_actor().jurors:
        raise NotFoundError
    return render_template(
        "judging/calibration.html",
        round=round_,
        season=round_.season,
        form=form,
        found=agreement.jury_agreement(db.session(), round_, current_language()),
        may_edit=can(Permission.JURY_EDIT, round_) and round_.state in OPEN_STATES,
        most=calibrating.MOST,
    )
