"""What the jury's pages look up, and where they go back to."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from award.addresses import base_url
from award.db import db
from award.errors import NotFoundError
from award.models.entries import Entry
from award.models.jury import AssignmentRun, Juror
from award.models.seasons import Round
from award.permissions import Permission, can, current_actor, find


def home_url() -> str:
    """Return the address of a juror's list; mails put her language for LANG."""
    return f"{base_url()}/LANG/judging"


def actor_id() -> int | None:
    """Return who acts, for the log."""
    return current_actor().user_id


def entry_of(round_: Round, public_id: str) -> Entry:
    """Return an entry of the round's season that this person may see; else NotFoundError."""
    found: Entry = find(db.session(), Entry, public_id)
    if found.season_id != round_.season_id or not can(Permission.JURY_READ, found):
        raise NotFoundError
    return found


def juror_of(round_: Round, public_id: str) -> Juror:
    """Return a juror of the round's season; else NotFoundError."""
    found: Juror = find(db.session(), Juror, public_id)
    if found.season_id != round_.season_id:
        raise NotFoundError
    return found


def run_of(round_: Round, public_id: str) -> AssignmentRun:
    """Return a run of the round; else NotFoundError."""
    run: AssignmentRun = find(db.session(), AssignmentRun, public_id)
    if run.round_id != round_.id:
        raise NotFoundError
    return run


def to_board(round_: Round) -> ResponseReturnValue:
    """Go to the round's assignment."""
    return redirect(url_for("jury.assignment", public_id=round_.public_id), code=303)


def entry_address(round_: Round, entry: Entry) -> str:
    """Return where an entry's jurors are shown."""
    return url_for("jury.entry", public_id=round_.public_id, entry_id=entry.public_id)
