"""Tables of what stands behind a round's result: rubric, correction, running order, a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from award.jury.proposals.queries import RunView
from award.results.stage.queries import running_order
from award.results.tabulation.change_queries import changes
from award.results.tabulation.latest import latest
from award.results.tabulation.reliance_queries import diagnostics
from award.seasons.queries import rubric_of
from award.tables import EVERYTHING, Filters, Say, Table
from exports.tables.spreadsheets import Column


def criteria_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """The rubric of a round in its order, and how its criteria worked once it is tabulated.

    share of the whole weight and spread as a share of the scale from 0 to 1; levels: how many
    points of the scale have a text.
    """
    columns = (
        Column("key", _("Short name")),
        Column("title", _("Criterion")),
        Column("weight", _("Weight"), "number"),
        Column("share", _("Share"), "number"),
        Column("minimum", _("Scale from"), "number"),
        Column("maximum", _("Scale to"), "number"),
        Column("levels", _("Levels"), "number"),
        Column("comment_required", _("comment required")),
        Column("spread", _("Jurors differ by"), "number"),
        Column("discrimination", _("Goes with the rest"), "number"),
    )
    worked = diagnostics(latest(session, round_id, language), "criterion")
    rows = [
        asdict(one)
        | {"share": round(float(one.share), 6), "levels": len(one.levels)}
        | {name: worked.get(one.key, {}).get(name) for name in ("spread", "discrimination")}
        for one in rubric_of(session, round_id, language).criteria
    ]
    return Table(columns, rows, {"comment_required": {True: _("yes"), False: None}})


def moves_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """The entries that the correction for severity moves, in the order of the page; no rows before
    the tabulation. shares: what each juror's severity adds, the largest first.
    """
    columns = (
        Column("entry", _("Code")),
        Column("title", _("Project")),
        Column("mean", _("Plain mean"), "number"),
        Column("correction", _("Correction"), "number"),
        Column("score", _("Fair score"), "number"),
        Column("plain_place", _("Place by plain mean"), "number"),
        Column("calibrated_place", _("Place by fair score"), "number"),
        Column("crosses", _("crosses the cut")),
        Column("shares", _("Whose severity")),
    )
    rows = [
        {
            "entry": one.code,
            "title": one.title,
            "mean": one.mean,
            "correction": round(one.correction, 6),
            "score": one.score,
            "plain_place": one.plain_place,
            "calibrated_place": one.calibrated_place,
            "crosses": one.crosses,
            "shares": [f"{share.juror}: {share.points:+.2f}" for share in one.shares],
        }
        for one in changes(latest(session, round_id, language))
    ]
    return Table(columns, rows, {"crosses": {True: _("yes"), False: None}})


def running_order_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Who pitches in which order, those who have first; no rows before the stage is set up."""
    columns = (
        Column("number", "№", "number"),
        Column("entry", _("Code")),
        Column("title", _("Project")),
        Column("category", _("Category")),
        Column("state", _("State")),
    )
    words = {"pitched": _("has pitched"), "on": _("on stage"), "waits": _("waiting")}
    turns = running_order(session, round_id, language)
    rows = [asdict(one) | {"entry": one.code} for one in turns]
    return Table(columns, rows, {"state": words})


def proposal_table(run: RunView, _: Say) -> Table:
    """The pairs that a proposal would add, worst matches first, then those it would remove."""
    columns = (
        Column("change", _("What")),
        Column("entry", _("Code")),
        Column("title", _("Project")),
        Column("juror", _("Juror")),
        Column("affinity", _("Fit"), "number"),
        Column("why", _("Why")),
    )
    words = {"add": _("To add"), "remove": _("To remove")}
    return Table(columns, list(_proposed(run)), {"change": words})


def _proposed(run: RunView) -> Iterator[dict[str, Any]]:
    for change, pairs in (("add", run.added), ("remove", run.removed)):
        for one in pairs:
            yield {
                "change": change,
                "entry": one.code,
                "title": one.title,
                "juror": one.juror,
                "affinity": one.affinity,
                "why": one.why or None,
            }
