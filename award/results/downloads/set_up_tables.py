"""Tables of the set-up: form, consents, prizes, rounds, workshops; and of who was at a workshop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from award.education.queries import everybody_at, workshop_rows
from award.models.seasons import Category, Consent, Faq, Prize, Question
from award.seasons.set_up.queries import item_rows, round_rows
from award.tables import EVERYTHING, Filters, Say, Table
from exports.tables.spreadsheets import Column

SeasonTable = Callable[[Session, int, str, Say, Filters], Table]
LISTS: Mapping[str, Any] = {
    "categories": Category,
    "questions": Question,
    "consents": Consent,
    "prizes": Prize,
    "faq": Faq,
}
"""The lists of the set-up that are kept in an order by hand."""


def _items_table(model: Any) -> SeasonTable:
    def table(
        session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
    ) -> Table:
        columns = (
            Column("number", "№", "number"),
            Column("title", _("Title")),
            Column("key", _("Short name")),
            Column("kind", _("Kind")),
            Column("required", _("Required")),
            Column("withdrawn_at", _("Withdrawn (UTC)"), "moment"),
        )
        rows = [
            asdict(row)
            | {"number": number, "title": row.label, "key": row.key or None}
            | {"kind": row.note or None}
            for number, row in enumerate(item_rows(session, season_id, model, language), start=1)
        ]
        words = {"kind": _kinds(_), "required": {True: _("yes"), False: None}}
        return Table(columns, rows, words)

    return table


def _kinds(_: Say) -> dict[Any, Any]:
    return {
        "short_text": _("Short text"),
        "long_text": _("Long text"),
        "one_choice": _("One choice"),
        "many_choices": _("Several choices"),
        "number": _("A number"),
        "date": _("Date"),
        "link": _("Link"),
        "file": _("File"),
        "agreement": _("Agreement"),
        "main": _("Prize of the ranking"),
        "special": _("A partner's prize"),
        "community": _("Community award"),
    }


def rounds_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """The rounds of a season in their order; cut is how many go on."""
    columns = (
        Column("round", _("Round")),
        Column("state", _("State")),
        Column("opens_at", _("Scoring from (UTC)"), "moment"),
        Column("closes_at", _("Scoring until (UTC)"), "moment"),
        Column("blind", _("blind")),
        Column("criteria", _("Criteria"), "number"),
        Column("jurors", _("Jurors an entry"), "number"),
        Column("cut", _("Go on"), "number"),
    )
    states = {
        "set_up": _("being set up"),
        "open": _("open"),
        "closed": _("closed"),
        "tabulated": _("tabulated"),
        "decided": _("decided"),
        "announced": _("announced"),
    }
    rows = [
        asdict(row) | {"round": row.name, "jurors": row.jurors_per_entry}
        for row in round_rows(session, season_id, language)
    ]
    return Table(columns, rows, {"state": states, "blind": {True: _("yes"), False: None}})


def workshops_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """The workshops by day, those without one last."""
    columns = (
        Column("workshop", _("Workshop")),
        Column("place", _("Where")),
        Column("held_on", _("Day"), "date"),
        Column("signed_up", _("Signed up"), "number"),
        Column("attended", _("Were there"), "number"),
    )
    rows = [
        asdict(row) | {"workshop": row.name} for row in workshop_rows(session, season_id, language)
    ]
    return Table(columns, rows)


def workshop_people_table(session: Session, workshop_id: int, text: str, _: Say) -> Table:
    """Who signed up for a workshop or was there, by name. text: as the page is searched."""
    columns = (
        Column("name", _("Name")),
        Column("email", _("E-mail address")),
        Column("organisation", _("Organisation")),
        Column("city", _("City")),
        Column("attended", _("Was there")),
    )
    rows = [row._asdict() for row in everybody_at(session, workshop_id, text)]
    return Table(columns, rows, {"attended": {True: _("yes"), False: None}})


SET_UP_TABLES: Mapping[str, SeasonTable] = {
    **{name: _items_table(model) for name, model in LISTS.items()},
    "rounds": rounds_table,
    "workshops": workshops_table,
}
