"""Rows out as CSV and XLSX, with no cell that a spreadsheet program would run.

A column is (key, title, kind); kind is "text", "number", "date", "moment" or "link". A row maps
keys to values; None and a missing key are an empty cell.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NamedTuple

import xlsxwriter

Kind = Literal["text", "number", "date", "moment", "link"]
BOM = "\ufeff"
# The full-width forms are folded to the plain ones by some spreadsheet programs.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "'")
AFTER = re.compile(r"([;\t\r\n])(?=[=@＝＠]|[+\-＋－](?! ))")
"""Where a program that separates cells by semicolons, as Excel does in Russia and Germany, begins a
new one in the midst of ours: it heeds no quotes that stand after a comma. "- " begins a line of a
list, and no formula.
"""
XLSX_CELL = 32767
FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
WIDTHS = {"text": 28, "number": 12, "date": 12, "moment": 18, "link": 36}


class Column(NamedTuple):
    """One column: the key of the row's value, the header, and what the values are."""

    key: str
    title: str
    kind: Kind = "text"


def neutral(text: str) -> str:
    """Return the text such that a spreadsheet program takes it for text: a risky first character
    gets an apostrophe before it. A text that begins with one gets another, so that the change can
    be undone; ``-5`` written as text is changed too, numbers are not.
    """
    return f"'{text}" if text.startswith(RISKY) else text


def csv_lines(
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Mapping[str, Any]],
    *,
    delimiter: str = ",",
) -> Iterator[str]:
    """Yield the CSV line by line, the header first, with CRLF ends and a BOM (Excel needs it).

    Numbers have a decimal point and no zeros at their end, dates and moments are ISO. For
    streaming: nothing but one row is held in memory.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    known = [Column(*column) for column in columns]  # type: ignore[arg-type]
    writer.writerow([neutral(column.title) for column in known])
    yield BOM + _taken(buffer)
    for row in rows:
        writer.writerow([_csv_cell(row.get(column.key)) for column in known])
        yield _taken(buffer)


def csv_bytes(
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Mapping[str, Any]],
    *,
    delimiter: str = ",",
) -> bytes:
    """Return the whole CSV as UTF-8 with BOM; see ``csv_lines``."""
    return "".join(csv_lines(columns, rows, delimiter=delimiter)).encode()


def xlsx_bytes(
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Mapping[str, Any]],
    *,
    sheet: str = "Sheet1",
) -> bytes:
    """Return a workbook of one sheet: header frozen and filterable, no formula, no live link.

    Text longer than a cell can hold (32,767 characters) ends with "…". sheet is cut to 31
    characters, without those that Excel forbids there.
    """
    output = io.BytesIO()
    _write_book(output, columns, rows, sheet)
    return output.getvalue()


def write_xlsx(
    path: Path,
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Mapping[str, Any]],
    *,
    sheet: str = "Sheet1",
) -> None:
    """Write the workbook of ``xlsx_bytes`` to a file, row by row: for more than fits in memory."""
    with path.open("wb") as file:
        _write_book(file, columns, rows, sheet)


def _write_book(
    target: Any,
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Mapping[str, Any]],
    sheet: str,
) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    known = [Column(*column) for column in columns]  # type: ignore[arg-type]
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(_sheet_name(sheet))
        formats = {kind: book.add_format({"num_format": FORMATS[kind]}) for kind in FORMATS}
        bold = book.add_format({"bold": True, "bottom": 1})
        page.freeze_panes(1, 0)
        for position, column in enumerate(known):
            page.set_column(position, position, WIDTHS[column.kind])
            page.write_string(0, position, column.title, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for position, column in enumerate(known):
                _write_cell(page, last, position, row.get(column.key), formats)
        if known:
            page.autofilter(0, 0, last, len(known) - 1)


def _write_cell(page: Any, row: int, column: int, value: Any, formats: Mapping[str, Any]) -> None:
    value = _simple(value)
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        page.write_number(row, column, float(value))
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), formats["moment"])
    elif isinstance(value, date):
        whole = datetime.combine(value, time())
        page.write_datetime(row, column, whole, formats["date"])
    else:
        page.write_string(row, column, _short(str(value)))


def _csv_cell(value: Any) -> str:
    value = _simple(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes" if value.second == 0 else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return neutral(AFTER.sub(r"\1'", str(value).replace("\0", "")))


def _simple(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _short(text: str) -> str:
    return text if len(text) <= XLSX_CELL else text[: XLSX_CELL - 1] + "…"


def _sheet_name(name: str) -> str:
    kept = "".join(" " if character in "[]:*?/\\" else character for character in name)
    return kept.strip(" '")[:31] or "Sheet1"


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
