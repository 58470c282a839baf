"""Rounds and rubrics."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.accounts.routes import refuse
from award.db import db, pick_text, unit_of_work
from award.errors import AwardError, NotFoundError
from award.forms import use_programme
from award.languages import current_language
from award.models.seasons import Criterion, RankBy, Round, RoundState, Season
from award.permissions import Permission, current_actor, find, requires
from award.seasons import queries
from award.seasons.blueprint import bp
from award.seasons.rounds import service as judging_rules
from award.seasons.rounds.forms import CriterionForm, RoundForm
from award.seasons.rounds.rubrics import READY
from award.seasons.set_up import queries as set_up_queries
from award.seasons.set_up.links import step_here, step_url
from award.seasons.transitions import ROUND_STEPS, set_round_state

ROUND_VALUES = (
    "name",
    "opens_at",
    "closes_at",
    "announces_at",
    "appeals_until",
    "jurors_per_entry",
    "blind",
    "ranks",
    "live",
    "rank_by",
    "juror_weights",
    "robust",
    "cut",
    "ties",
)
CRITERION_VALUES = (
    "key",
    "title",
    "help",
    "weight",
    "minimum",
    "maximum",
    "step",
    "required",
    "comment_required",
)


def _actor() -> int:
    return current_actor().person_id


def _values(form: RoundForm) -> dict[str, Any]:
    values = {name: form[name].data for name in ROUND_VALUES if name in form}
    if "rank_by" in values:
        values["rank_by"] = RankBy(values["rank_by"])
    return values


@bp.get("/seasons/<public_id>/set-up/rounds")
@requires(Permission.SEASON_READ, Season)
def rounds(season: Season) -> ResponseReturnValue:
    """The rounds of a season with their rubrics in a line."""
    if step := step_here():
        return redirect(step_url(season, step), code=303)
    rows = set_up_queries.round_rows(db.session(), season.id, current_language())
    return render_template("seasons/rounds.html", season=season, rows=rows)


@bp.route("/seasons/<public_id>/set-up/rounds/new", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def new_round(season: Season) -> ResponseReturnValue:
    """Add a round."""
    use_programme(season.programme)
    form = RoundForm(jurors_per_entry=3, blind=True, ranks=True)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                values = _values(form)
                made = judging_rules.add_round(
                    unit, season.id, values, actor_id=_actor(), now=g.now
                )
            return redirect(url_for(".round_set_up", public_id=made.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    back = (_("Rounds"), url_for(".rounds", public_id=season.public_id))
    return render_template(
        "seasons/form.html", season=season, form=form, title=_("Add a round"), back=back
    ), status


@bp.get("/rounds/<public_id>/set-up")
@requires(Permission.SEASON_READ, Round)
def round_set_up(round_: Round) -> ResponseReturnValue:
    """A round's rules and its rubric."""
    return _round_page(round_, _round_form(round_), 200)


@bp.post("/rounds/<public_id>/set-up")
@requires(Permission.SEASON_EDIT, Round)
def change_round(round_: Round) -> ResponseReturnValue:
    """Change a round's rules and dates."""
    form = _round_form(round_)
    if not form.validate():
        return _round_page(round_, form, 422)
    try:
        with unit_of_work() as unit:
            judging_rules.update_round(unit, round_.id, _values(form), actor_id=_actor(), now=g.now)
    except AwardError as error:
        return _round_page(round_, form, refuse(form, error))
    flash(_("Saved."), "success")
    return redirect(url_for(".round_set_up", public_id=round_.public_id), code=303)


def _round_form(round_: Round) -> RoundForm:
    use_programme(round_.season.programme)
    stored = {name: getattr(round_, name) for name in ROUND_VALUES}
    form = RoundForm(data=stored | {"rank_by": round_.rank_by.value})
    language = current_language()
    form.ties.criteria = [(one.key, pick_text(one.title, language)) for one in round_.criteria]
    # A page from before the opening still sends them: then they are compared, and refused.
    if round_.state is not RoundState.SET_UP and "rank_by" not in request.form:
        for name in judging_rules.FROZEN_WHEN_OPEN:
            del form[name]
    return form


def _round_page(round_: Round, form: RoundForm, status: int) -> Any:
    return render_template(
        "seasons/round.html",
        season=round_.season,
        round=round_,
        form=form,
        rubric=queries.rubric_of(db.session(), round_.id, current_language()),
        ids=set_up_queries.criterion_ids(db.session(), round_.id),
        ready=READY.values(),
        steps=[step.value for step in RoundState if step in ROUND_STEPS[round_.state]],
    ), status


@bp.post("/rounds/<public_id>/state")
@requires(Permission.SEASON_EDIT, Round)
def set_round(round_: Round) -> ResponseReturnValue:
    """Open or close a round; what follows is the results area's."""
    wanted = request.form.get("to", "")
    if wanted not in {RoundState.OPEN.value, RoundState.CLOSED.value}:
        raise NotFoundError
    with unit_of_work() as unit:
        set_round_state(unit, round_.id, RoundState(wanted), actor_id=_actor(), now=g.now)
    flash(_("Done."), "success")
    return redirect(url_for(".round_set_up", public_id=round_.public_id), code=303)


@bp.post("/rounds/<public_id>/rubric")
@requires(Permission.SEASON_EDIT, Round)
def choose_rubric(round_: Round) -> ResponseReturnValue:
    """Begin with a ready-made rubric."""
    with unit_of_work() as unit:
        judging_rules.use_ready_rubric(
            unit, round_.id, request.form.get("rubric", ""), actor_id=_actor(), now=g.now
        )
    flash(_("The rubric is there. Change what you like."), "success")
    if step := step_here():
        return redirect(step_url(round_.season, step), code=303)
    return redirect(url_for(".round_set_up", public_id=round_.public_id), code=303)


@bp.route("/rounds/<public_id>/criteria/new", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Round)
def new_criterion(round_: Round) -> ResponseReturnValue:
    """Add a criterion."""
    use_programme(round_.season.programme)
    form = CriterionForm(weight=1, minimum=1, maximum=10, step=1, required=True)
    return _criterion_page(round_, None, form)


@bp.route("/rounds/<public_id>/criteria/<item_id>", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Round)
def criterion(round_: Round, item_id: str) -> ResponseReturnValue:
    """Change a criterion and its levels."""
    use_programme(round_.season.programme)
    row = find(db.session(), Criterion, item_id)
    if row.round_id != round_.id:
        raise NotFoundError
    levels = [(level.points, level.text) for level in row.levels]
    stored = {name: getattr(row, name) for name in CRITERION_VALUES}
    form = CriterionForm(data=stored | {"levels": levels})
    return _criterion_page(round_, row, form)


def _criterion_page(round_: Round, row: Criterion | None, form: Any) -> Any:
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                judging_rules.save_criterion(
                    unit,
                    round_.id,
                    row.id if row else None,
                    {name: form[name].data for name in CRITERION_VALUES},
                    dict(form.levels.data or ()),
                    actor_id=_actor(),
                    now=g.now,
                )
            flash(_("Saved."), "success")
            return redirect(url_for(".round_set_up", public_id=round_.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    title = _("Change a criterion") if row else _("Add a criterion")
    back = (
        pick_text(round_.name, current_language()),
        url_for(".round_set_up", public_id=round_.public_id),
    )
    return render_template(
        "seasons/form.html", season=round_.season, form=form, title=title, back=back
    ), status


@bp.get("/rounds/<public_id>/sample-sheet")
@requires(Permission.SEASON_READ, Round)
def sample_sheet(round_: Round) -> ResponseReturnValue:
    """The rubric as a juror meets it; what is tried on it is kept nowhere."""
    rubric = queries.rubric_of(db.session(), round_.id, current_language())
    return render_template(
        "seasons/sample_sheet.html", season=round_.season, round=round_, rubric=rubric
    )


@bp.post("/rounds/<public_id>/criteria/<item_id>/<any(up,down):verb>")
@requires(Permission.SEASON_EDIT, Round)
def move_criterion(round_: Round, item_id: str, verb: str) -> ResponseReturnValue:
    """Move a criterion within its rubric."""
    row = find(db.session(), Criterion, item_id)
    if row.round_id != round_.id:
        raise NotFoundError
    with unit_of_work() as unit:
        judging_rules.move_criterion(
            unit, row.id, -1 if verb == "up" else 1, actor_id=_actor(), now=g.now
        )
    return redirect(url_for(".round_set_up", public_id=round_.public_id), code=303)


@bp.post("/rounds/<public_id>/criteria/<item_id>/remove")
@requires(Permission.SEASON_EDIT, Round)
def remove_criterion(round_: Round, item_id: str) -> ResponseReturnValue:
    """Remove a criterion."""
    row = find(db.session(), Criterion, item_id)
    if row.round_id != round_.id:
        raise NotFoundError
    with unit_of_work() as unit:
        judging_rules.remove_criterion(unit, row.id, actor_id=_actor(), now=g.now)
    return redirect(url_for(".round_set_up", public_id=round_.public_id), code=303)
