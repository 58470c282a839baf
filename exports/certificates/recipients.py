"""The table of recipients that ``award certificates`` reads."""

from __future__ import annotations

from dataclasses import dataclass

from exports.certificates.texts import KINDS
from exports.errors import TableError
from exports.languages import LANGUAGES
from exports.tables.reading import Row, Table

COLUMNS = ("name", "kind", "project", "place", "season", "language")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row: who gets which certificate. ``row`` is its row in the file."""

    row: int
    name: str
    kind: str
    season: str
    language: str
    project: str = ""
    place: str = ""
    prize: str = ""
    email: str = ""


def recipients(table: Table) -> list[Recipient]:
    """Return the recipients in the order of the table.

    Raises TableError: column_missing, cell_empty (name, kind, season or language), kind_unknown,
    language_unknown (``value``, ``known``), place_malformed, table_empty.
    """
    table.require(*COLUMNS)
    if not table.rows:
        raise TableError("table_empty", file=table.name)
    return [_recipient(table, row) for row in table.rows]


def _recipient(table: Table, row: Row) -> Recipient:
    return Recipient(
        row=row.number,
        name=" ".join(table.text(row, "name").split()),
        kind=_one_of(table, row, "kind", KINDS, "kind_unknown"),
        season=table.text(row, "season"),
        language=_one_of(table, row, "language", LANGUAGES, "language_unknown"),
        project=" ".join(row.get("project").split()),
        place=_place(table, row),
        prize=" ".join(row.get("prize").split()),
        email=row.get("email"),
    )


def _one_of(table: Table, row: Row, column: str, known: tuple[str, ...], code: str) -> str:
    value = table.text(row, column)
    folded = value.casefold().replace(" ", "_").replace("-", "_")
    if folded not in known:
        raise table.error(code, row, column, value=value, known=", ".join(known))
    return folded


def _place(table: Table, row: Row) -> str:
    """Return "1", or "2–3" for a shared place, from the ways people write it."""
    typed = row.get("place")
    parts = typed.replace("—", "–").replace("-", "–").rstrip(".").split("–")
    parts = [part.strip() for part in parts]
    if typed and not (len(parts) <= 2 and all(part.isdecimal() and int(part) for part in parts)):
        raise table.error("place_malformed", row, "place", value=typed)
    return "–".join(str(int(part)) for part in parts) if typed else ""
