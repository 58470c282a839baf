"""Pages of a live round: who leads the stage, the big screen, and what a juror follows."""

from __future__ import annotations

import secrets
from typing import Any

from flask import g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.db import db, unit_of_work
from award.entries.reading.juror_view import entry_for_juror
from award.errors import AwardError, InputError, NotFoundError
from award.languages import current_language
from award.models.entries import Entry
from award.models.seasons import Round
from award.models.stage import Phase
from award.permissions import Permission, can, current_actor, find, requires
from award.results.blueprint import (
    actor_id,
    bp,
    refuse,
    season_of_round,
    stream_revisions,
    tell,
    zone_of,
)
from award.results.forms import StageForm
from award.results.stage import staging
from award.results.stage.queries import (
    OwnTurn,
    StageView,
    entry_ids,
    existing_stage,
    own_turn,
    running_results,
    stage_revision,
    stage_view,
)

MINUTES = 5


def phase_words() -> dict[str, str]:
    """Return how each phase is said, in the language of the request."""
    return {
        "empty": _("Nobody is on stage"),
        "called": _("Getting ready"),
        "pitch": _("Pitch"),
        "questions": _("Questions"),
    }


@bp.get("/rounds/<public_id>/stage")
@requires(Permission.STAGE_LEAD, Round)
def stage(round_: Round) -> ResponseReturnValue:
    """Running order, clock and running results, for chair and organisers."""
    return _stage_page(round_, None, 200)


def _stage_page(round_: Round, form: StageForm | None, status: int) -> ResponseReturnValue:
    if not round_.live:
        raise NotFoundError
    found = stage_view(db.session(), round_.id, current_language(), now=g.now)
    if form is None:
        minutes = (found.pitch_minutes, found.question_minutes) if found else (MINUTES, MINUTES)
        form = StageForm(formdata=None, pitch=minutes[0], questions=minutes[1])
    actor = current_actor()
    page = render_template(
        "results/stage.html",
        round=round_,
        season=season_of_round(round_),
        zone=zone_of(round_.season_id),
        found=found,
        form=form,
        phases=phase_words(),
        staff=can(Permission.SCORES_READ, round_),
        revision=stage_revision(db.session(), round_.id, sheets=True),
        results=running_results(
            db.session(),
            round_,
            user_id=actor.user_id,
            juror_id=actor.jurors.get(round_.season_id),
        )
        if found
        else (),
    )
    return page, status


@bp.post("/rounds/<public_id>/stage")
@requires(Permission.STAGE_LEAD, Round)
def set_stage(round_: Round) -> ResponseReturnValue:
    """Set the stage up, or change its minutes."""
    form = StageForm()
    if not form.validate():
        return _stage_page(round_, form, 422)
    try:
        with unit_of_work() as unit:
            staging.set_stage(
                unit,
                round_.id,
                pitch_minutes=form.pitch.data or 0,
                question_minutes=form.questions.data or 0,
                **_who(),
            )
    except InputError as error:
        return _stage_page(round_, form, refuse(form, error))
    return _back(round_)


@bp.post("/rounds/<public_id>/stage/order")
@requires(Permission.STAGE_LEAD, Round)
def order_stage(round_: Round) -> ResponseReturnValue:
    """Draw the order by lot, move one entry, or put all as they were dragged."""
    sent = request.form
    try:
        with unit_of_work() as unit:
            if sent.get("do") == "lot":
                staging.draw_order(unit, round_.id, secrets.randbelow(10**6), **_who())
            elif sent.get("do") == "drag":
                staging.set_order(unit, round_.id, _ids(round_), **_who())
            else:
                step = -1 if sent.get("do") == "up" else 1
                staging.move_slot(unit, round_.id, _entry_id(round_), step, **_who())
    except NotFoundError:
        raise
    except AwardError as error:
        tell(error)
    return _back(round_)


@bp.post("/rounds/<public_id>/stage/clock")
@requires(Permission.STAGE_LEAD, Round)
def run_stage(round_: Round) -> ResponseReturnValue:
    """Call up, start, hold, go on, or thank and call the next: ``do`` says which."""
    do, seen = request.form.get("do", ""), request.form.get("revision", 0, type=int)
    who: dict[str, Any] = _who() | {"revision": seen}
    try:
        with unit_of_work() as unit:
            if do == "call":
                staging.call_up(unit, round_.id, _entry_id(round_), **who)
            elif do in (Phase.PITCH.value, Phase.QUESTIONS.value):
                staging.start_clock(unit, round_.id, Phase(do), **who)
            elif do in ("hold", "go_on"):
                staging.hold_clock(unit, round_.id, hold=do == "hold", **who)
            elif do == "next":
                staging.finish_turn(unit, round_.id, **who)
            else:
                raise NotFoundError
    except NotFoundError:
        raise
    except AwardError as error:
        tell(error)
    return _back(round_)


@bp.get("/rounds/<public_id>/stage/screen")
@requires(Permission.STAGE_FOLLOW, Round)
def stage_screen(round_: Round) -> ResponseReturnValue:
    """Who is on stage and the clock, large enough for a wall; no score is on it."""
    found = _existing(round_)
    return render_template(
        "results/stage_screen.html",
        round=round_,
        found=found,
        phases=phase_words(),
        entry=entry_for_juror(
            db.session(), found.on.entry_id, blind=round_.blind, language=current_language()
        )
        if found.on
        else None,
    )


@bp.get("/rounds/<public_id>/stage/follow")
@requires(Permission.STAGE_FOLLOW, Round)
def follow_stage(round_: Round) -> ResponseReturnValue:
    """Take a juror to her sheet of who is on stage, or tell her what she waits for."""
    if not round_.live:
        raise NotFoundError
    found = stage_view(db.session(), round_.id, current_language(), now=g.now)
    own = _own(round_, found)
    if own.state == "open":
        return redirect(
            url_for("judging.desk", public_id=own.assignment, _anchor="rubric"), code=303
        )
    return render_template(
        "results/stage_follow.html",
        round=round_,
        season=season_of_round(round_),
        found=found,
        own=own,
        phases=phase_words(),
        lead=can(Permission.STAGE_LEAD, round_),
    )


@bp.get("/rounds/<public_id>/stage/state")
@requires(Permission.STAGE_FOLLOW, Round)
def stage_state(round_: Round) -> ResponseReturnValue:
    """The stage for scripts: who is on it, the clock, and the juror's own sheet of it."""
    found = _existing(round_)
    own = _own(round_, found)
    return jsonify(
        revision=found.revision,
        phase=found.clock.phase.value,
        word=phase_words()[found.clock.phase.value],
        left=round(found.clock.left, 1),
        running=found.clock.running,
        title=found.on.title if found.on else "",
        desk=url_for("judging.desk", public_id=own.assignment) if own.state == "open" else "",
    )


@bp.get("/rounds/<public_id>/stage/revision")
@requires(Permission.STAGE_FOLLOW, Round)
def stage_now(round_: Round) -> ResponseReturnValue:
    """The stage's revision, for pages that ask every few seconds."""
    sheets = _with_sheets(round_)
    return jsonify(revision=stage_revision(db.session(), round_.id, sheets=sheets))


@bp.get("/rounds/<public_id>/stage/events")
@requires(Permission.STAGE_FOLLOW, Round)
def stage_events(round_: Round) -> ResponseReturnValue:
    """Stream the revision as it changes; for who leads, with every sheet that is handed in."""
    known = request.args.get("revision", 0, type=int)
    round_id, sheets = round_.id, _with_sheets(round_)
    return stream_revisions(lambda session: stage_revision(session, round_id, sheets=sheets), known)


def _with_sheets(round_: Round) -> bool:
    return "sheets" in request.args and can(Permission.STAGE_LEAD, round_)


def _existing(round_: Round) -> StageView:
    return existing_stage(db.session(), round_.id, current_language(), now=g.now)


def _own(round_: Round, found: StageView | None) -> OwnTurn:
    juror_id = current_actor().jurors.get(round_.season_id)
    if found is None or found.on is None or juror_id is None:
        return OwnTurn("", "out")
    return own_turn(db.session(), round_.id, found.on.entry_id, juror_id)


def _who() -> dict[str, Any]:
    return {"actor_id": actor_id(), "now": g.now}


def _entry_id(round_: Round) -> int:
    entry = find(db.session(), Entry, request.form.get("entry", ""))
    if entry.season_id != round_.season_id:
        raise NotFoundError
    return int(entry.id)


def _ids(round_: Round) -> list[int]:
    sent = request.form.get("order", "").split()
    return entry_ids(db.session(), round_.season_id, sent)


def _back(round_: Round) -> ResponseReturnValue:
    return redirect(url_for(".stage", public_id=round_.public_id), code=303)
