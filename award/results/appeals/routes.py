"""Appeals: the team's page, the organisers' list and the page on which they answer."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.addresses import base_url
from award.db import db, read_afresh, unit_of_work
from award.errors import AwardError, EditConflictError, InputError
from award.forms import sent_json, version_of
from award.judging.pages import clock
from award.judging.sheets import POINTS
from award.languages import current_language
from award.models.appeals import Appeal, Ruling
from award.models.entries import Entry
from award.models.seasons import Programme, Season
from award.permissions import Permission, can, current_actor, requires
from award.results.appeals import appealing
from award.results.appeals.drafting import draft_of, save_draft
from award.results.appeals.queries import (
    AppealDoor,
    appeal_door,
    appeal_rows,
    appeals_waiting,
    staff_appeal,
)
from award.results.appeals.recalculating import read_disputed, recalculate
from award.results.blueprint import bp, refuse, zone_of
from award.results.forms import AnswerForm, AppealForm

LAST_PAGE = 10_000


def ground_words() -> dict[str, str]:
    """Return how each ground is said, in the language of the request."""
    return {
        "procedure": _("the procedure was not kept"),
        "conflict": _("conflict of interest"),
        "wrong_sheet": _("sheet of another entry"),
        "computation": _("computation"),
    }


def ruling_words() -> dict[str, str]:
    """Return how each answer is said, in the language of the request."""
    return {"upheld": _("upheld"), "partly": _("partly upheld"), "dismissed": _("dismissed")}


@bp.get("/entries/<public_id>/appeals/<round_id>")
@requires(Permission.ENTRY_EDIT, Entry)
def appeal(entry: Entry, round_id: str) -> ResponseReturnValue:
    """The team's appeal against a round, or the form for one, as far as she has come with it."""
    return _team_page(entry, _door(entry, round_id), None, 200)


@bp.put("/entries/<public_id>/appeals/<round_id>")
@requires(Permission.ENTRY_LEAD, Entry)
def save_appeal(entry: Entry, round_id: str) -> ResponseReturnValue:
    """Keep what was typed so far; 409 shows what another device saved."""
    sent, door = sent_json(), _door(entry, round_id)
    try:
        with unit_of_work() as unit:
            version = save_draft(
                unit,
                door.round_id,
                entry.id,
                ground=str(sent.get("ground") or ""),
                text=str(sent.get("text") or ""),
                version=version_of(request.headers.get("If-Match", "")),
                actor_id=current_actor().person_id,
                now=g.now,
            )
    except EditConflictError as error:
        return jsonify(error.current), 409
    return jsonify(version=version, saved_at=clock(g.now, zone_of(entry.season_id)))


def _door(entry: Entry, round_id: str) -> AppealDoor:
    return appeal_door(db.session(), entry.id, round_id, current_language(), now=g.now)


def _team_page(
    entry: Entry, door: AppealDoor, form: AppealForm | None, status: int, *, read_back: bool = False
) -> ResponseReturnValue:
    draft = draft_of(db.session(), door.round_id, entry.id, current_actor().person_id)
    page = render_template(
        "results/appeal.html",
        draft=draft,
        draft_at=clock(draft.saved_at, zone_of(entry.season_id)) if draft else "",
        entry=entry,
        door=door,
        form=form or AppealForm(obj=draft),
        read_back=read_back,
        lead=can(Permission.ENTRY_LEAD, entry),
        longest=appealing.LONGEST,
        zone=zone_of(entry.season_id),
        season=db.session.get_one(Season, entry.season_id),
        grounds=ground_words(),
        rulings=ruling_words(),
    )
    return page, status


@bp.post("/entries/<public_id>/appeals/<round_id>")
@requires(Permission.ENTRY_LEAD, Entry)
def file_appeal(entry: Entry, round_id: str) -> ResponseReturnValue:
    """Show once more what is about to be filed, or file it: ``step`` says which."""
    door, form = _door(entry, round_id), AppealForm()
    step = request.form.get("step", "read")
    if step == "change":
        return _team_page(entry, door, form, 200)
    if not form.validate():
        return _team_page(entry, door, form, 422)
    try:
        if step != "file":
            appealing.checked_appeal(form.ground.data, form.text.data or "")
            return _team_page(entry, door, form, 200, read_back=True)
        with unit_of_work() as unit:
            appealing.file_appeal(
                unit,
                door.round_id,
                entry.id,
                ground=form.ground.data,
                text=form.text.data or "",
                actor_id=current_actor().person_id,
                now=g.now,
                base_url=base_url(),
            )
    except AwardError as error:
        return _team_page(entry, door, form, refuse(form, error))
    flash(_("Your appeal is filed. The receipt is on its way to you by mail."), "success")
    return redirect(url_for(".appeal", public_id=entry.public_id, round_id=round_id), code=303)


@bp.get("/seasons/<public_id>/appeals")
@requires(Permission.SCORES_READ, Season)
def appeals(season: Season) -> ResponseReturnValue:
    """Appeals of a season: those that wait, or those that are answered."""
    answered = request.args.get("show") == "answered"
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    own = list(current_actor().teams)
    rows, more = appeal_rows(
        db.session(),
        season.id,
        current_language(),
        waiting=not answered,
        own_entries=own,
        page=page,
    )
    return render_template(
        "results/appeals.html",
        season=season,
        zone=db.session.get_one(Programme, season.programme_id).time_zone,
        rows=rows,
        answered=answered,
        waiting=appeals_waiting(db.session(), season.id, own),
        next_page=page + 1 if more else None,
        grounds=ground_words(),
        rulings=ruling_words(),
    )


@bp.get("/appeals/<public_id>")
@requires(Permission.APPEAL_READ, Appeal)
def appeal_answer(appeal: Appeal) -> ResponseReturnValue:
    """One appeal with the sheets that it may be about; ``sheet`` opens one to correct it."""
    return _staff_page(appeal, AnswerForm(formdata=None), 200)


def _staff_page(
    appeal: Appeal, form: AnswerForm, status: int, *, problem: InputError | None = None
) -> ResponseReturnValue:
    g.subject = db.session.get_one(Season, appeal.entry.season_id)
    found = staff_appeal(db.session(), appeal, current_language())
    form.recalculation.choices = _choices(found)
    opened = request.values.get("sheet", "")
    sheet = found.sheet(opened) if opened and found.ruling is None else None
    if problem is not None:
        refuse(form, problem)
    page = render_template(
        "results/appeal_answer.html",
        season=g.subject,
        zone=zone_of(g.subject.id),
        found=found,
        form=form,
        sheet=sheet,
        points=POINTS,
        typed=request.form,
        may_answer=can(Permission.APPEAL_ANSWER, appeal) and found.ruling is None,
        grounds=ground_words(),
        rulings=ruling_words(),
    )
    return page, status


def _choices(found: Any) -> list[tuple[str, str]]:
    named = [
        (one.public_id, _("%(number)s: %(juror)s", number=at, juror=one.juror))
        for at, one in enumerate(found.recalculations, start=1)
    ]
    return [("", _("none")), *named]


@bp.post("/appeals/<public_id>/recalculate")
@requires(Permission.APPEAL_ANSWER, Appeal)
def recalculate_appeal(appeal: Appeal) -> ResponseReturnValue:
    """Tabulate once more without a sheet, or with it corrected; outside the transaction."""
    corrected = request.form if request.form.get("how") == "corrected" else None
    try:
        sheet = request.form.get("sheet", "")
        disputed = read_disputed(db.session(), appeal.id, sheet, corrected)
        computed = recalculate(disputed)
        read_afresh()
        with unit_of_work() as unit:
            appealing.keep_recalculation(
                unit, disputed, computed, actor_id=current_actor().user_id, now=g.now
            )
    except InputError as error:
        return _staff_page(appeal, AnswerForm(formdata=None), error.status, problem=error)
    flash(_("Recalculated. It ranks nobody; the frozen result stands."), "success")
    return redirect(url_for(".appeal_answer", public_id=appeal.public_id), code=303)


@bp.post("/appeals/<public_id>")
@requires(Permission.APPEAL_ANSWER, Appeal)
def answer_appeal(appeal: Appeal) -> ResponseReturnValue:
    """Answer the appeal."""
    form = AnswerForm()
    found = staff_appeal(db.session(), appeal, current_language())
    form.recalculation.choices = _choices(found)
    if not form.validate():
        return _staff_page(appeal, form, 422)
    try:
        with unit_of_work() as unit:
            appealing.answer_appeal(
                unit,
                appeal.id,
                ruling=Ruling(form.ruling.data),
                answer=form.answer.data or "",
                recalculation=form.recalculation.data or "",
                actor_id=current_actor().person_id,
                now=g.now,
                base_url=base_url(),
            )
    except InputError as error:
        return _staff_page(appeal, form, error.status, problem=error)
    flash(_("Answered. Everybody on the team gets the answer by mail."), "success")
    return redirect(url_for(".appeal_answer", public_id=appeal.public_id), code=303)
