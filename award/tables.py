"""Tables that leave the house: columns, rows, the words for codes, and the file they become."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exports.tables.json_tables import json_lines
from exports.tables.spreadsheets import Column, csv_lines, write_xlsx

Say = Callable[[str], str]
"""Turns an English msgid into the reader's language; called ``_``, so that msgids are found."""
Filters = Mapping[str, str]
"""What a list page was asked for, as its address says it; a table picks what it knows."""
EVERYTHING: Filters = {}
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
FORMATS = f"any({','.join(TYPES)})"
"""The last part of a download's address, as a converter of routes."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of one download. words: a column's key -> how its codes are said; machines
    get the codes.
    """

    columns: tuple[Column, ...]
    rows: Iterable[Mapping[str, Any]]
    words: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)


def write_table(
    path: Path,
    table: Table,
    kind: str,
    *,
    name: str,
    keys: bool = False,
    rows: Iterable[Mapping[str, Any]] | None = None,
) -> None:
    """Write a table row by row. kind: one of TYPES; name: of the sheet; rows: in place of its own.

    keys: for other software, as JSON always is: columns are called by their keys and codes stay
    codes, the same in every language.
    """
    columns = [one._replace(title=one.key) for one in table.columns] if keys else table.columns
    found = table.rows if rows is None else rows
    if not keys and kind != "json":
        found = _said(found, table.words)
    if kind == "xlsx":
        write_xlsx(path, columns, found, sheet=name)
        return
    lines = csv_lines if kind == "csv" else json_lines
    with path.open("wb") as file:
        file.writelines(line.encode() for line in lines(columns, found))


def _said(
    rows: Iterable[Mapping[str, Any]], words: Mapping[str, Mapping[Any, Any]]
) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield {**row, **{key: _word(row.get(key), table) for key, table in words.items()}}


def _word(value: Any, words: Mapping[Any, Any]) -> Any:
    """Return how a code is said, or each of several; what is no code stays as it is."""
    if isinstance(value, list):
        return [words.get(one, one) for one in value]
    return words.get(value, value) if isinstance(value, Hashable) else value
