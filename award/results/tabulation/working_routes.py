"""Pages that show how numbers came about: of one entry, of the correction, of a team's result."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from award.addresses import stretch
from award.db import db
from award.errors import NotFoundError
from award.languages import current_language
from award.models.entries import Entry
from award.models.seasons import Round
from award.permissions import Permission, can, find, requires
from award.results.blueprint import bp, season_of_round, step_words, zone_of
from award.results.rounds import is_public
from award.results.tabulation import change_queries
from award.results.tabulation.latest import latest
from award.results.tabulation.working import Working, working

ROWS = 100


@bp.get("/rounds/<public_id>/results/entries/<entry_id>")
@requires(Permission.SCORES_READ, Round)
def entry_working(round_: Round, entry_id: str) -> ResponseReturnValue:
    """How each of an entry's numbers came about; not for who is on its team."""
    entry = find(db.session(), Entry, entry_id)
    if not can(Permission.JURY_READ, entry):
        raise NotFoundError
    found = working(db.session(), round_.id, entry.id, current_language())
    return render_template(
        "results/working.html",
        round=round_,
        season=season_of_round(round_),
        zone=zone_of(round_.season_id),
        entry=entry,
        found=found,
        steps=_steps(found),
    )


@bp.get("/rounds/<public_id>/results/changes")
@requires(Permission.SCORES_READ, Round)
def changes(round_: Round) -> ResponseReturnValue:
    """Every entry that the correction for severity moves, with the jurors whose severity it is."""
    found = change_queries.changes(latest(db.session(), round_.id, current_language()))
    return render_template(
        "results/changes.html",
        round=round_,
        season=season_of_round(round_),
        shown=stretch(found, ".changes", ROWS),
    )


@bp.get("/entries/<public_id>/feedback/<round_id>")
@requires(Permission.ENTRY_READ, Entry)
def own_working(entry: Entry, round_id: str) -> ResponseReturnValue:
    """How a team's own result was computed, from the announced minute on."""
    session = db.session()
    round_ = session.scalar(
        select(Round).where(Round.public_id == round_id, Round.season_id == entry.season_id)
    )
    if round_ is None or not is_public(round_, g.now):
        raise NotFoundError
    found = working(session, round_.id, entry.id, current_language())
    return render_template(
        "results/own_working.html",
        entry=entry,
        round=round_,
        found=found,
        steps=_steps(found),
        tells=season_of_round(round_).tells_places,
    )


def _steps(found: Working) -> dict[str, str]:
    titles = {one.key: one.title for one in found.criteria}
    return step_words((tie.step for tie in found.ties), titles)
