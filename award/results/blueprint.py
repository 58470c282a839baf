"""The blueprint of ``award.results`` and what its routes share."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, request, send_file
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from award import texts
from award.db import db, read_only
from award.errors import AwardError
from award.i18n import translator
from award.languages import current_language
from award.models.seasons import Programme, Round, RoundState, Season
from award.permissions import current_actor
from award.results import live
from award.results.reading import reading
from award.tables import TYPES, Table, write_table
from exports.archive import safe_name
from exports.documents.protocol import tie_rule

bp = Blueprint("results", __name__)
BEFORE_RESULT = (RoundState.SET_UP, RoundState.OPEN, RoundState.CLOSED)


def actor_id() -> int | None:
    """Return who is asking."""
    return current_actor().user_id


def judges_before_result(round_: Round) -> bool:
    """Whether the reader judges in the season of a round that has no result yet.

    Who works for a programme and judges, too, would let colleagues' points colour her own.
    """
    return round_.state in BEFORE_RESULT and round_.season_id in current_actor().jurors


def let_go_of_store() -> None:
    """End the request's look into the store before something slow; a later one only reads, too."""
    db.session.rollback()
    read_only()


def send_table(table: Table, kind: str, stem: str) -> Response:
    """Write the rows to a temporary file and let go of the store before a slow browser fetches.

    kind: one of ``award.tables.TYPES``. "headers=keys" in the address asks for keys and codes.
    """
    name = safe_name(f"{stem}.{kind}")
    target = tempfile.NamedTemporaryFile(suffix=f".{kind}")  # noqa: SIM115 - sent, then closed
    keys = request.args.get("headers") == "keys"
    write_table(Path(target.name), table, kind, name=stem, keys=keys)
    let_go_of_store()
    return send_file(target, mimetype=TYPES[kind], as_attachment=True, download_name=name)


def stream_revisions(look: Callable[[Session], int], known: int) -> Response:
    """Stream a revision as it changes from ``known``; 204 with none (0) or no stream left: then
    pages ask every few seconds.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def looked() -> int:
        with app.app_context(), reading() as session:
            return look(session)

    if not look(db.session()) or not live.take_stream():
        return Response(status=204)
    db.session.remove()
    response = Response(live.revisions(looked, known), mimetype="text/event-stream")
    response.call_on_close(live.give_back_stream)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def zone_of(season_id: int) -> str:
    """Return the zone in which a season's moments are shown."""
    season = db.session.get_one(Season, season_id)
    return str(db.session.get_one(Programme, season.programme_id).time_zone)


def season_of_round(round_: Round) -> Season:
    """Return the season of a loaded round, for the page's head."""
    return db.session.get_one(Season, round_.season_id)


def refuse(form: Any, error: AwardError) -> int:
    """Put an error's sentence to its field, or to the form; return its status."""
    sentence = texts.sentence(error, current_language())
    name = getattr(error, "field", None)
    if name and name in form:
        form[name].errors = [*form[name].errors, sentence]
    else:
        form.form_errors.append(sentence)
    return error.status


def tell(error: AwardError) -> None:
    """Show a refusal on the page that the person goes back to."""
    flash(texts.sentence(error, current_language()), "error")


def outcome_words() -> dict[str, str]:
    """Return how each outcome is said, in the language of the request."""
    return {
        "through": _("goes on"),
        "out": _("does not go on"),
        "finalist": _("finalist"),
        "winner": _("winner"),
        "special": _("partner's prize"),
    }


def kind_words() -> dict[str, str]:
    """Return how each kind of certificate is said, in the language of the request."""
    return {
        "participant": _("Participants"),
        "team_member": _("Team members"),
        "finalist": _("Finalists"),
        "winner": _("Winners"),
        "community_award": _("Community award"),
        "juror": _("Jurors"),
        "mentor": _("Mentors"),
    }


def step_words(steps: Iterable[str], titles: Mapping[str, str]) -> dict[str, str]:
    """Return steps of the tie cascade, as scoring names them, in the language of the request.

    titles: criterion key -> title.
    """
    translate = translator(current_language()).gettext
    words = {}
    for step in steps:
        rule, _colon, key = step.partition(":")
        words[step] = tie_rule(f"{rule}:{titles[key]}" if key in titles else step, translate)
    return words
