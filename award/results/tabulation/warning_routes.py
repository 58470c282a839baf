"""What the organiser should look at while judging runs, and the click that joins what is apart."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from award.addresses import base_url
from award.db import db, unit_of_work
from award.errors import AwardError, NotFoundError
from award.jury.proposals.problem import load_problem
from award.jury.service import assign_by_hand
from award.models.entries import Entry
from award.models.jury import Juror
from award.models.seasons import Round
from award.permissions import Permission, can, current_actor, requires
from award.results.blueprint import actor_id, bp, season_of_round, send_table, tell
from award.results.tabulation import queries
from award.results.tabulation.warning_queries import Warnings, joined
from award.results.tabulation.warning_table import warnings_table
from award.results.tabulation.watching import look_now
from award.tables import FORMATS


@bp.get("/rounds/<public_id>/warnings")
@requires(Permission.SCORES_READ, Round)
def round_warnings(round_: Round) -> ResponseReturnValue:
    """What needs attention while scores come in; not for organisers who judge themselves."""
    _check_not_judging(round_)
    return render_template(
        "results/warnings.html",
        round=round_,
        season=season_of_round(round_),
        sheets=queries.sheet_count(db.session(), round_.id),
        may_edit=can(Permission.JURY_EDIT, round_),
        **_told(round_),
    )


@bp.get(f"/rounds/<public_id>/warnings.<{FORMATS}:kind>")
@requires(Permission.SCORES_READ, Round)
def export_warnings(round_: Round, kind: str) -> ResponseReturnValue:
    """The same as a table; not for organisers who judge themselves."""
    _check_not_judging(round_)
    table = warnings_table(**_told(round_), _=_)
    stem = f"{season_of_round(round_).slug}-{round_.position}-warnings"
    answer: ResponseReturnValue = send_table(table, kind, stem)
    return answer


@bp.post("/rounds/<public_id>/warnings/link")
@requires(Permission.JURY_EDIT, Round)
def link_parts(round_: Round) -> ResponseReturnValue:
    """Assign the pairs that join the parts of the assignment, as the page proposed them."""
    _check_not_judging(round_)
    session = db.session()
    state = load_problem(session, round_.id)
    found = joined(look_now(session, round_, now=g.now), state)
    links = found.apart.links if found.apart else ()
    try:
        with unit_of_work() as unit:
            for entry, juror in links:
                assign_by_hand(
                    unit,
                    round_.id,
                    state.entry_ids[entry],
                    state.juror_ids[juror],
                    home_url=f"{base_url()}/LANG/judging",
                    actor_id=actor_id(),
                    now=g.now,
                )
        flash(
            ngettext(
                "One linking assignment is made; its juror gets a mail.",
                "%(num)s linking assignments are made; the jurors get mails.",
                len(links),
            ),
            "success",
        )
    except AwardError as error:
        tell(error)
    return redirect(url_for(".round_warnings", public_id=round_.public_id), code=303)


def _check_not_judging(round_: Round) -> None:
    """Colleagues' points would colour what she gives herself."""
    if round_.season_id in current_actor().jurors:
        raise NotFoundError


def _told(round_: Round) -> dict[str, Any]:
    """Return the warnings, and the names of what they are about."""
    session = db.session()
    found = look_now(session, round_, now=g.now)
    if found.apart:
        found = joined(found, load_problem(session, round_.id))
    entries, jurors = _keys(found)
    titles = session.execute(
        select(Entry.code, Entry.title, Entry.public_id).where(
            Entry.season_id == round_.season_id, Entry.code.in_(entries)
        )
    )
    names = session.execute(select(Juror.public_id, Juror.name).where(Juror.public_id.in_(jurors)))
    return {
        "found": found,
        "titles": {code: (title, public_id) for code, title, public_id in titles},
        "names": dict(names.all()),
    }


def _keys(found: Warnings) -> tuple[set[str], set[str]]:
    entries = {row.entry for row in found.entries}
    jurors = {row.juror for row in found.jurors}
    jurors |= {juror for row in found.entries for juror, _ in row.sheets}
    if found.apart:
        entries |= {entry for entry, _ in found.apart.links}
        entries |= {part[0] for part in found.apart.parts}
        jurors |= {juror for _, juror in found.apart.links}
    return entries, jurors
