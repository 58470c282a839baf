"""Pages of the jury meeting: the board, the big screen, what the chair does, signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import (
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
from award.db import db, unit_of_work
from award.errors import AwardError, NotFoundError
from award.languages import current_language
from award.models.entries import Entry
from award.models.results import Outcome
from award.models.seasons import Round, RoundState
from award.permissions import Permission, can, current_actor, find, requires
from award.results.blueprint import (
    actor_id,
    bp,
    outcome_words,
    refuse,
    season_of_round,
    stream_revisions,
    zone_of,
)
from award.results.deliberation import deliberating
from award.results.deliberation.citing_routes import citable
from award.results.deliberation.queries import Board, barred_entries, board, revision_of
from award.results.forms import MoveForm, NoteForm
from award.results.tabulation.latest import latest


@bp.get("/rounds/<public_id>/deliberation")
@requires(Permission.DELIBERATION_JOIN, Round)
def deliberation(round_: Round) -> ResponseReturnValue:
    """The meeting as the reader may see it."""
    return _page(round_)


@bp.get("/rounds/<public_id>/deliberation/screen")
@requires(Permission.DELIBERATION_JOIN, Round)
def big_screen(round_: Round) -> ResponseReturnValue:
    """The one entry that is talked about, large enough for a wall."""
    return _page(round_, template="results/big_screen.html")


@bp.post("/rounds/<public_id>/deliberation")
@requires(Permission.RESULTS_DECIDE, Round)
def open_deliberation(round_: Round) -> ResponseReturnValue:
    """Open the meeting, or open it again."""
    return _do(round_, lambda unit: deliberating.open_deliberation(unit, round_.id, **_who()))


@bp.post("/rounds/<public_id>/deliberation/show")
@requires(Permission.DELIBERATION_LEAD, Round)
def show_entry(round_: Round) -> ResponseReturnValue:
    """Put an entry on the big screen, or clear it."""
    entry_id = _entry_id(round_, request.form.get("entry", ""))
    return _do(round_, lambda unit: deliberating.show(unit, round_.id, entry_id, **_who()))


@bp.post("/rounds/<public_id>/deliberation/move")
@requires(Permission.DELIBERATION_LEAD, Round)
def move_entry(round_: Round) -> ResponseReturnValue:
    """Decide on the entry with a reason."""
    found = _board(round_)
    form = _move_form(found)
    entry_id = _entry_id(round_, form.entry.data or "")
    if not form.validate() or entry_id is None:
        return _page(round_, move_form=form), 422
    # The form would come back under the entry that is on the screen by now.
    shown = found.screen.item.public_id if found and found.screen else ""
    return _do(
        round_,
        lambda unit: deliberating.move(
            unit,
            round_.id,
            entry_id,
            outcome=Outcome(form.outcome.data),
            place=form.place.data,
            reason=form.reason.data or "",
            seen=form.seen.data,
            **_who(),
        ),
        move_form=form if shown == form.entry.data else None,
    )


@bp.post("/rounds/<public_id>/deliberation/note")
@requires(Permission.DELIBERATION_LEAD, Round)
def note_line(round_: Round) -> ResponseReturnValue:
    """Write a line of the minutes by hand."""
    form = NoteForm()
    if not form.validate():
        return _page(round_, note_form=form), 422
    text = form.text.data or ""
    return _do(
        round_,
        lambda unit: deliberating.note(unit, round_.id, text, **_who()),
        note_form=form,
    )


@bp.post("/rounds/<public_id>/deliberation/present")
@requires(Permission.DELIBERATION_LEAD, Round)
def note_present(round_: Round) -> ResponseReturnValue:
    """Write down who is in the room."""
    here = request.form.getlist("here")
    return _do(round_, lambda unit: deliberating.note_present(unit, round_.id, here, **_who()))


@bp.post("/rounds/<public_id>/deliberation/close")
@requires(Permission.DELIBERATION_LEAD, Round)
def close_deliberation(round_: Round) -> ResponseReturnValue:
    """Close the meeting, so that its minutes can be signed."""
    return _do(round_, lambda unit: deliberating.close_deliberation(unit, round_.id, **_who()))


@bp.post("/rounds/<public_id>/deliberation/sign")
@requires(Permission.DELIBERATION_JOIN, Round)
def sign_minutes(round_: Round) -> ResponseReturnValue:
    """Sign the minutes as a juror."""
    juror_id = current_actor().jurors.get(round_.season_id)
    if juror_id is None:
        raise NotFoundError
    return _do(round_, lambda unit: deliberating.sign(unit, round_.id, juror_id, **_who()))


@bp.get("/rounds/<public_id>/deliberation/revision")
@requires(Permission.DELIBERATION_JOIN, Round)
def meeting_revision(round_: Round) -> ResponseReturnValue:
    """The meeting's revision, for pages that ask every few seconds."""
    return jsonify(revision=revision_of(db.session(), round_.id))


@bp.get("/rounds/<public_id>/deliberation/events")
@requires(Permission.DELIBERATION_JOIN, Round)
def meeting_events(round_: Round) -> ResponseReturnValue:
    """Stream the revision as it grows; 204 with no meeting, or no stream left: then pages ask."""
    known = request.args.get("revision", 0, type=int)
    round_id = round_.id
    return stream_revisions(lambda session: revision_of(session, round_id), known)


def _who() -> dict[str, Any]:
    return {"actor_id": actor_id(), "now": g.now}


def _do(
    round_: Round,
    act: Callable[[Any], Any],
    *,
    move_form: MoveForm | None = None,
    note_form: NoteForm | None = None,
) -> ResponseReturnValue:
    """Carry out one step of the meeting, and come back to the board with what it said."""
    address = url_for(".deliberation", public_id=round_.public_id)
    try:
        with unit_of_work() as unit:
            act(unit)
    except NotFoundError:
        raise
    except AwardError as error:
        form = move_form or note_form
        if form is None:
            flash(texts.sentence(error, current_language()), "error")
            return redirect(address, code=303)
        status = refuse(form, error)
        return _page(round_, move_form=move_form, note_form=note_form), status
    return redirect(address, code=303)


def _entry_id(round_: Round, public_id: str) -> int | None:
    """The entry that is meant, None for none; one that the person is barred from is not there."""
    if not public_id:
        return None
    entry = find(db.session(), Entry, public_id)
    actor = current_actor()
    juror_id = actor.jurors.get(round_.season_id)
    barred = barred_entries(db.session(), round_.season_id, actor.user_id, juror_id)
    if entry.id in barred or entry.season_id != round_.season_id:
        raise NotFoundError
    return int(entry.id)


def _board(round_: Round) -> Board | None:
    actor, language = current_actor(), current_language()
    return board(
        db.session(),
        round_,
        latest(db.session(), round_.id, language),
        language,
        user_id=actor.user_id,
        juror_id=actor.jurors.get(round_.season_id),
    )


def _move_form(found: Board | None) -> MoveForm:
    words = outcome_words()
    form = MoveForm()
    if found and found.screen and found.final and not form.is_submitted():
        item, cut = found.screen.item, found.cut
        inside = item.place is not None and cut is not None and item.place <= cut
        form.place.data = item.decided_place or (item.place if inside else None)
    outcomes = ("winner", "finalist") if found and found.final else ("through", "out")
    # No answer is suggested: a chair in a hurry would record the first one.
    form.outcome.choices = [("", _("please choose")), *((name, words[name]) for name in outcomes)]
    return form


def _page(
    round_: Round,
    *,
    template: str = "results/deliberation.html",
    move_form: MoveForm | None = None,
    note_form: NoteForm | None = None,
) -> str:
    found = _board(round_)
    staff = can(Permission.SCORES_READ, round_)
    if found is None and not staff:
        raise NotFoundError
    return render_template(
        template,
        round=round_,
        season=season_of_round(round_),
        zone=zone_of(round_.season_id),
        found=found,
        staff=staff,
        juror=round_.season_id in current_actor().jurors,
        may_open=can(Permission.RESULTS_DECIDE, round_) and round_.state is RoundState.TABULATED,
        may_lead=can(Permission.DELIBERATION_LEAD, round_)
        and round_.state is RoundState.TABULATED
        and found is not None
        and found.open,
        move_form=move_form or _move_form(found),
        note_form=note_form or NoteForm(formdata=None),
        honoured=citable(round_) if can(Permission.DELIBERATION_LEAD, round_) else (),
        words=outcome_words(),
    )
