"""The background work as a table to download, as its page lists it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from award.home.background.queries import work_of
from award.tables import Say, Table
from exports.tables.spreadsheets import Column


def work_table(session: Session, season_id: int, language: str, _: Say) -> Table:
    """A season's background work, what failed first, all pages of its list; error in words."""
    columns = (
        Column("what", _("What")),
        Column("state", _("State")),
        Column("done", _("Done so far"), "number"),
        Column("total", _("In all"), "number"),
        Column("asked_at", _("When (UTC)"), "moment"),
        Column("who", _("Who")),
        Column("error", _("Error")),
    )
    words = {
        "queued": _("waits for the worker"),
        "running": _("being done"),
        "done": _("done"),
        "dead": _("broke off"),
    }
    who = {"": _("the system")}
    return Table(columns, _rows(session, season_id, language), {"state": words, "who": who})


def _rows(session: Session, season_id: int, language: str) -> Iterator[dict[str, Any]]:
    page, more = 1, True
    while more:
        found, more = work_of(session, season_id, language, page=page)
        yield from (asdict(one) for one in found)
        page += 1
