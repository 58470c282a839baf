"""Rows out as JSON, for other software: the columns once, then a row a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from exports.tables.spreadsheets import Column


def json_lines(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield ``{"columns": [{key, title, kind}], "rows": [{key: value}]}``, a row a line.

    Numbers are numbers, dates ISO, moments ISO in UTC with "Z", several values a list; an empty
    cell is null. One row is held in memory. The columns of an empty table still stand there.
    """
    head = [{"key": one.key, "title": one.title, "kind": one.kind} for one in columns]
    yield f'{{"columns": {json.dumps(head, ensure_ascii=False)}, "rows": ['
    separator = "\n"
    for row in rows:
        told = {one.key: _plain(row.get(one.key)) for one in columns}
        yield separator + json.dumps(told, ensure_ascii=False, allow_nan=False)
        separator = ",\n"
    yield "\n]}\n"


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(value)
