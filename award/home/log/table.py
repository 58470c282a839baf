"""The audit log as a table to download, as its page is filtered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from award import texts
from award.home.log.queries import PAGE, audit_actions, audit_lines
from award.models.seasons import Season
from award.tables import EVERYTHING, Filters, Say, Table
from exports.tables.spreadsheets import Column


def audit_table(
    session: Session,
    season: Season,
    language: str,
    _: Say,
    filters: Filters = EVERYTHING,
    *,
    points: bool = True,
) -> Table:
    """Return a season's changes, newest first, as the log's page shows them, all its pages.

    filters: action and who. before and after are JSON; hash links the row into the chain. One page
    of rows is held in memory. points: as ``audit_lines``.
    """
    columns = (
        Column("number", "№", "number"),
        Column("at", _("When (UTC)"), "moment"),
        Column("who", _("Who")),
        Column("what", _("What")),
        Column("action", _("Kind")),
        Column("subject", _("Object")),
        Column("subject_id", _("Its id")),
        Column("before", _("Before")),
        Column("after", _("After")),
        Column("hash", "SHA-256"),
    )
    words = {one: action_words(one, language) for one in audit_actions(session, season)}
    nobody = {True: _("somebody whose name is not known"), False: _("the system")}
    return Table(columns, _rows(session, season, filters, points), {"what": words, "who": nobody})


def action_words(action: str, language: str) -> str:
    """Return what an action is called; one that has no words yet is shown as it is."""
    code = f"log.{action}"
    words = texts.say(code, language)
    return action if words == code else words


def _rows(
    session: Session, season: Season, filters: Filters, points: bool
) -> Iterator[dict[str, Any]]:
    action, who = (filters.get(name, "").strip()[:80] for name in ("action", "who"))
    below: int | None = None
    while lines := audit_lines(session, season, action=action, who=who, below=below, points=points):
        for line in lines:
            yield {
                "number": line.id,
                "at": line.at,
                "who": line.who or line.by_person,
                "what": line.action,
                "action": line.action,
                "subject": line.subject,
                "subject_id": line.subject_id,
                "before": _json(line.before),
                "after": _json(line.after),
                "hash": line.hash,
            }
        if len(lines) < PAGE:
            return
        below = lines[-1].id


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
