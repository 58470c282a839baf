"""Tables of what came out of a round: standings, decisions, how strict the jurors were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from award.models.entries import Entry
from award.models.results import Decision, Outcome, Standing, Tabulation
from award.results.decisions.queries import decision_board
from award.results.tabulation.latest import latest
from award.results.tabulation.queries import View, standings
from award.results.tabulation.reliance_queries import diagnostics
from award.tables import EVERYTHING, Filters, Say, Table
from exports.tables.spreadsheets import Column

VIEWS: tuple[View, ...] = ("plain", "calibrated")
BEHAVIOUR = ("agreement", "width", "halo")


def results_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """The latest standings with the decisions beside them; no rows before the tabulation.

    filters: view (plain or calibrated) orders the rows as the page with that view does; cut looks
    at another number of places than the rules say, which moves the chances.
    """
    columns = (
        Column("place", _("Place"), "number"),
        Column("entry", _("Code")),
        Column("title", _("Project")),
        Column("mean", _("Mean"), "number"),
        Column("mean_place", _("Place by plain mean"), "number"),
        Column("score", _("Fair score"), "number"),
        Column("low", _("Fair score from"), "number"),
        Column("high", _("Fair score to"), "number"),
        Column("place_low", _("Place from"), "number"),
        Column("place_high", _("Place to"), "number"),
        Column("p_cut", _("Chance to be above the cut"), "number"),
        Column("jurors", _("Score sheets"), "number"),
        Column("outcome", _("Decision")),
        Column("decided_place", _("Decided place"), "number"),
        Column("departs", _("Differs from the computed result")),
        Column("reason", _("Reason")),
    )
    rows = {row["entry"]: row for row in _result_rows(session, round_id)}
    view = next((one for one in VIEWS if one == filters.get("view")), None)
    known = latest(session, round_id, language)
    found = standings(session, known, view=view, cut=whole(filters.get("cut")))
    shown = found.rows if found else ()
    return Table(columns, [rows[one.code] | {"p_cut": one.chance} for one in shown], _words(_))


def whole(typed: str | None) -> int | None:
    """Return a number of places as an address says it, None for anything else."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 7 else None


def _result_rows(session: Session, round_id: int) -> Iterator[dict[str, Any]]:
    names = ("place", "mean", "mean_place", "score", "low", "high", "place_low", "place_high")
    for standing, code, title, decision in session.execute(_decided(round_id)):
        yield {
            **{name: getattr(standing, name) for name in (*names, "p_cut", "jurors")},
            "entry": code,
            "title": title,
            "outcome": decision.outcome.value if decision else None,
            "decided_place": decision.place if decision else None,
            "departs": decision.departs if decision else None,
            "reason": decision.reason if decision else None,
        }


def _decided(round_id: int) -> Select[Standing, str, str, Decision]:
    """Select the standings of the latest tabulation with what was decided beside them."""
    newest = (
        select(Tabulation.id)
        .where(Tabulation.round_id == round_id)
        .order_by(Tabulation.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Standing, Entry.code, Entry.title, Decision)
        .join(Entry, Entry.id == Standing.entry_id)
        .outerjoin(
            Decision,
            (Decision.entry_id == Entry.id)
            & (Decision.round_id == round_id)
            & Decision.superseded_at.is_(None)
            & (Decision.outcome != Outcome.SPECIAL),
        )
        .where(Standing.tabulation_id == newest)
        .order_by(Standing.position)
    )


def decisions_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """What is computed and what is decided, with prizes and reasons; in the order of the page."""
    columns = (
        Column("place", _("Computed place"), "number"),
        Column("entry", _("Code")),
        Column("title", _("Project")),
        Column("score", _("Score"), "number"),
        Column("outcome", _("Decision")),
        Column("decided_place", _("Decided place"), "number"),
        Column("prize", _("Prize")),
        Column("specials", _("Partners' prizes")),
        Column("departs", _("Differs from the computed result")),
        Column("reason", _("Reason")),
    )
    rows = [
        {
            "place": row.computed_place,
            "entry": row.code,
            "title": row.title,
            "score": row.score,
            "outcome": row.outcome or None,
            "decided_place": row.place,
            "prize": row.prize,
            "specials": row.specials,
            "departs": row.departs,
            "reason": row.reason,
        }
        for row in decision_board(session, round_id, language).rows
    ]
    return Table(columns, rows, _words(_))


def severities_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """How strict each juror was, with its 90 % interval, and how she scored; no rows before the
    tabulation. agreement, width and halo are empty where an engine did not say.
    """
    columns = (
        Column("juror", _("Juror")),
        Column("sheets", _("Sheets"), "number"),
        Column("severity", _("Severity"), "number"),
        Column("low", _("Severity from"), "number"),
        Column("high", _("Severity to"), "number"),
        Column("erratic", _("strays")),
        Column("agreement", _("Agrees with colleagues"), "number"),
        Column("width", _("Use of the scale"), "number"),
        Column("halo", _("Halo"), "number"),
    )
    known = latest(session, round_id, language)
    found = standings(session, known)
    scored = diagnostics(known, "juror")
    rows = [
        {
            "juror": row.name,
            "sheets": row.sheets,
            "severity": row.severity,
            "low": row.low,
            "high": row.high,
            "erratic": row.erratic,
            **{name: scored.get(row.juror, {}).get(name) for name in BEHAVIOUR},
        }
        for row in (found.jurors if found else ())
    ]
    return Table(columns, rows, {"erratic": {True: _("yes"), False: None}})


def _words(_: Say) -> dict[str, dict[Any, Any]]:
    outcomes = {
        Outcome.THROUGH.value: _("goes on"),
        Outcome.OUT.value: _("does not go on"),
        Outcome.FINALIST.value: _("finalist"),
        Outcome.WINNER.value: _("winner"),
    }
    return {"outcome": outcomes, "departs": {True: _("yes"), False: None}}
