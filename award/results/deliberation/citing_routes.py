"""The page on which the organiser or the chair writes what the jury says about a winner."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.db import db, unit_of_work
from award.errors import InputError, NotFoundError
from award.forms import use_programme
from award.languages import current_language
from award.models.seasons import Programme, Round
from award.permissions import Permission, can, current_actor, requires
from award.results.blueprint import actor_id, bp, refuse, season_of_round
from award.results.decisions.citing import LONGEST, cite
from award.results.decisions.citing_queries import Honoured, honoured
from award.results.deliberation.queries import barred_entries
from award.results.forms import CitationForm
from award.results.rounds import is_public


@bp.route("/rounds/<public_id>/citations/<entry_id>", methods=["GET", "POST"])
@requires(Permission.DELIBERATION_LEAD, Round)
def citation(round_: Round, entry_id: str) -> ResponseReturnValue:
    """Write it, change it, or take it back by leaving every language empty."""
    item = next((one for one in citable(round_) if one.public_id == entry_id), None)
    if item is None:
        raise NotFoundError
    use_programme(db.session.get_one(Programme, season_of_round(round_).programme_id))
    form = CitationForm(words=item.words)
    status = 422 if form.is_submitted() else 200
    staff = can(Permission.SCORES_READ, round_)
    back = url_for(".decisions" if staff else ".deliberation", public_id=round_.public_id)
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                words = form.words.data or {}
                cite(unit, round_.id, item.entry_id, words, actor_id=actor_id(), now=g.now)
            flash(_("The jury's words about “%(title)s” are kept.", title=item.title), "success")
            return redirect(back, code=303)
        except InputError as error:
            status = refuse(form, error)
    page = render_template(
        "results/citation.html",
        round=round_,
        season=season_of_round(round_),
        item=item,
        form=form,
        longest=LONGEST,
        back=back,
        public=is_public(round_, g.now),
    )
    return page, status


def citable(round_: Round) -> tuple[Honoured, ...]:
    """Return whom a round honours and she may talk about."""
    actor = current_actor()
    juror_id = actor.jurors.get(round_.season_id)
    barred = barred_entries(db.session(), round_.season_id, actor.user_id, juror_id)
    return honoured(db.session(), round_.id, current_language(), barred)
