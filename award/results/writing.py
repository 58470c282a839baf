"""A table into a file of one of the formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from award.results.tables import Table
from exports.json_tables import json_lines
from exports.spreadsheets import csv_lines, write_xlsx

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def write_table(
    path: Path,
    table: Table,
    kind: str,
    *,
    name: str,
    keys: bool = False,
    rows: Iterable[Mapping[str, Any]] | None = None,
) -> None:
    """Write a table row by row. kind: one of TYPES; name: of the sheet; keys: the columns are
    called by their keys, the same in every language; rows: in place of the table's own.
    """
    columns = [one._replace(title=one.key) for one in table.columns] if keys else table.columns
    found = table.rows if rows is None else rows
    if kind == "xlsx":
        write_xlsx(path, columns, found, sheet=name)
        return
    lines = csv_lines if kind == "csv" else json_lines
    with path.open("wb") as file:
        file.writelines(line.encode() for line in lines(columns, found))
