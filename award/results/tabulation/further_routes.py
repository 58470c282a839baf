"""The page that asks jurors for further scores at the cut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import ngettext

from award.addresses import base_url
from award.db import db, unit_of_work
from award.errors import AwardError
from award.forms import use_programme
from award.models.seasons import Round, RoundState
from award.permissions import Permission, requires
from award.results.blueprint import actor_id, bp, refuse, season_of_round, zone_of
from award.results.forms import FurtherForm
from award.results.tabulation import further

DAYS = 4


@bp.route("/rounds/<public_id>/results/further", methods=["GET", "POST"])
@requires(Permission.JURY_EDIT, Round)
def further_scores(round_: Round) -> Any:
    """Propose the scores that would settle the cut best; ask the chosen jurors for them."""
    use_programme(round_.season.programme)
    form = FurtherForm(closes_at=g.now + timedelta(days=DAYS))
    status = 422 if form.is_submitted() else 200
    found: list[further.FurtherScore] = []
    try:
        found = further.further_scores(db.session(), round_.id)
        form.pairs.choices = [(row.value, row.value) for row in found]
        if not form.is_submitted():
            form.pairs.data = [row.value for row in found]
        if form.validate_on_submit():
            _ask(round_, form, found)
            return redirect(url_for("jury.progress", public_id=round_.public_id), code=303)
    except AwardError as error:
        status = refuse(form, error)
    page = render_template(
        "results/further.html",
        round=round_,
        season=season_of_round(round_),
        zone=zone_of(round_.season_id),
        found=found,
        form=form,
        tabulated=round_.state is RoundState.TABULATED,
    )
    return page, status


def _ask(round_: Round, form: FurtherForm, found: list[further.FurtherScore]) -> None:
    assert form.closes_at.data is not None
    chosen = [row for row in found if row.value in (form.pairs.data or ())]
    with unit_of_work() as unit:
        made = further.ask_further(
            unit,
            round_.id,
            [(row.entry_id, row.juror_id) for row in chosen],
            closes_at=form.closes_at.data,
            home_url=f"{base_url()}/LANG/judging",
            actor_id=actor_id(),
            now=g.now,
        )
    flash(
        ngettext(
            "One further score is asked for; its juror gets a mail. The round is open again.",
            "%(num)s further scores are asked for; the jurors get mails. The round is open again.",
            len(made),
        ),
        "success",
    )
