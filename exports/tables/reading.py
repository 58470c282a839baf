"""Tables as people send them: CSV in any of the usual dialects, and XLSX.

Every cell becomes text without surrounding blanks; numbers are read from it by ``parse_decimal``.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from exports.errors import TableError

DELIMITERS = (",", ";", "\t")
SNIFFED_ROWS = 50
LONGEST_SHOWN = 60
MAX_UNPACKED = 400 * 1024 * 1024
SHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"}
)
DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?")
BLANKS = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``row["entry"]`` is the cell's text, "" where it is empty.

    ``number`` is the row of the source file, the header being row 1. ``source`` names the column
    that the value of a row made by a wide-to-long mapping came from, else it is "".
    """

    number: int
    cells: tuple[str, ...]
    index: Mapping[str, int] = field(repr=False, compare=False)
    source: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells[self.index[column]]

    def get(self, column: str, default: str = "") -> str:
        """Return the cell's text, or ``default`` where the column is absent or the cell empty."""
        position = self.index.get(column)
        return default if position is None else self.cells[position] or default


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text: ``rows`` in the order of the file, every row as wide as ``columns``.

    ``doubled`` holds the columns whose header occurs more than once (the further ones are called
    "Header (2)"); ``origins`` leads from a mapped field to the header it came from; ``value_field``
    is the field whose header differs from row to row (see ``Row.source``), or "".
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    doubled: frozenset[str] = frozenset()
    origins: Mapping[str, str] = field(default_factory=dict)
    value_field: str = ""

    def has(self, column: str) -> bool:
        """Return whether the table has the column; upper and lower case are the same."""
        return fold(column) in _index(self.columns)

    def require(self, *columns: str) -> None:
        """Raise TableError ``column_missing`` or ``column_doubled`` unless each is there once."""
        present = _index(self.columns)
        for column in columns:
            if fold(column) not in present:
                found = ", ".join(self.columns)
                raise TableError("column_missing", file=self.name, column=column, found=found)
            if fold(column) in self.doubled:
                raise TableError("column_doubled", file=self.name, column=column)

    def error(self, code: str, row: Row, column: str = "", **params: Any) -> TableError:
        """Return a TableError that names the file, the row and the header the person knows."""
        header = self.origins.get(column, column)
        if row.source and column == self.value_field:
            header = row.source
        return TableError(code, file=self.name, row=row.number, column=header, **params)

    def text(self, row: Row, column: str) -> str:
        """Return the cell's text; raise TableError ``cell_empty`` where there is none."""
        value = row.get(column)
        if not value:
            raise self.error("cell_empty", row, column)
        return value

    def decimal(self, row: Row, column: str) -> Decimal:
        """Return the cell's number; raise TableError ``cell_empty`` or ``not_a_number``."""
        value = self.text(row, column)
        try:
            return parse_decimal(value)
        except TableError as error:
            shown = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
            raise self.error(error.code, row, column, value=shown) from None


def fold(name: str) -> str:
    """Return the form under which two column names are the same: case and blanks do not count."""
    return BLANKS.sub(" ", name).strip().casefold()


def parse_decimal(text: str) -> Decimal:
    """Return the number written with a decimal comma or point: "7,5", "7.5", "1 000,25", "−3".

    Only one separator is understood, and never as a thousands mark; exponents, infinity and "not a
    number" are no scores. Raises TableError ``not_a_number`` with ``value``.
    """
    plain = BLANKS.sub("", text).replace("\u2212", "-")
    if not DECIMAL.fullmatch(plain):
        raise TableError("not_a_number", value=text)
    return Decimal(plain.replace(",", "."))


def split_list(text: str, separator: str = ";") -> tuple[str, ...]:
    """Return the parts of a cell that lists several values, without blanks and empty parts."""
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def read_table(
    source: str | Path | bytes, name: str = "", *, sheet: str = "", header_row: int = 1
) -> Table:
    """Read a CSV or XLSX file, told apart by its content.

    source is a path or the file's bytes; name is what errors call it (the path's last part unless
    given). CSV: comma, semicolon or tab, whichever gives the most even table; UTF-8 with or
    without BOM, UTF-16 with BOM, else cp1251. XLSX: the values of ``sheet`` (the first unless
    given). header_row counts from 1; what stands above it is skipped. Rows that are empty
    altogether are left out; short rows are filled with "". A table with a header and no rows is a
    Table with no rows.

    Raises TableError: file_missing, file_unreadable, file_empty, encoding_unknown, format_old_xls,
    format_unknown, quote_unclosed, row_too_long, sheet_missing, sheet_error, cell_too_long.
    """
    content, name = _content(source, name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError("format_old_xls", file=name)
    if content.startswith(b"PK\x03\x04"):
        records = _xlsx_records(content, name, sheet)
    else:
        records = _csv_records(_decode(content, name), name)
    return _table(records, name, header_row)


def table_of(
    name: str,
    columns: Sequence[str],
    rows: Iterable[tuple[int, tuple[str, ...], str]],
    *,
    doubled: frozenset[str] = frozenset(),
    origins: Mapping[str, str] | None = None,
    value_field: str = "",
) -> Table:
    """Return a Table of (source row, cells, source column) triples that are already clean."""
    index = _index(columns)
    made = tuple(Row(number, cells, index, source) for number, cells, source in rows)
    return Table(name, tuple(columns), made, doubled, origins or {}, value_field)


def _content(source: str | Path | bytes, name: str) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, name
    path = Path(source)
    try:
        return path.read_bytes(), name or path.name
    except FileNotFoundError:
        raise TableError("file_missing", file=str(source)) from None
    except OSError as error:
        raise TableError("file_unreadable", file=str(source), why=error.strerror) from None


def _decode(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_as(content, "utf-16", name)
    if b"\0" in content:
        raise TableError("format_unknown", file=name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_as(content, "cp1251", name)


def _decode_as(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise TableError("encoding_unknown", file=name) from None


def _csv_records(text: str, name: str) -> Iterator[list[str]]:
    declared = re.match(r"sep=(.)\r?\n", text)
    delimiter = declared.group(1) if declared else _delimiter(text)
    body = text[declared.end() :] if declared else text
    if declared:
        yield []
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    number = 1 if declared else 0
    while True:
        number += 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "cell_too_long" if "field limit" in str(error) else "quote_unclosed"
            raise TableError(code, file=name, row=number) from None


def _delimiter(text: str) -> str:
    """Return the delimiter under which the most of the first rows are as wide as the widest."""

    def evenness(delimiter: str) -> tuple[float, int]:
        widths = _first_widths(text, delimiter)
        widest = max(widths, default=0)
        return (widths.count(widest) / len(widths) if widest > 1 else 0.0, widest)

    return max(DELIMITERS, key=evenness)


def _first_widths(text: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(record):
                widths.append(len(record))
            if len(widths) == SNIFFED_ROWS:
                break
    except csv.Error:
        return widths
    return widths


def sheet_names(content: bytes, name: str = "") -> tuple[str, ...]:
    """Return the sheets of an XLSX workbook in order, nothing for a CSV file.

    Raises TableError as ``read_table`` does for a workbook that cannot be opened.
    """
    if not content.startswith(b"PK\x03\x04"):
        return ()
    return tuple(sheet.title for sheet in _workbook(content, name).worksheets)


def _workbook(content: bytes, name: str) -> openpyxl.Workbook:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise TableError("table_too_large", file=name)
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except TableError:
        raise
    except Exception:  # openpyxl lets through whatever its XML and ZIP readers raise
        raise TableError("format_unknown", file=name) from None


def _xlsx_records(content: bytes, name: str, sheet: str) -> Iterator[list[str]]:
    book = _workbook(content, name)
    if sheet and sheet not in book.sheetnames:
        found = ", ".join(book.sheetnames)
        raise TableError("sheet_missing", file=name, sheet=sheet, found=found)
    page = book[sheet] if sheet else book.worksheets[0]
    # Some programs write a wrong size into the sheet; then openpyxl would read only one cell.
    page.reset_dimensions()
    for number, values in enumerate(page.iter_rows(values_only=True), start=1):
        yield [_cell_text(value, name, number, at) for at, value in enumerate(values, start=1)]


def _cell_text(value: Any, name: str, row: int, column: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        if value in SHEET_ERRORS:
            letter = get_column_letter(column)
            raise TableError("sheet_error", file=name, row=row, column=letter, value=value)
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat(*_separator(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _separator(value: datetime) -> tuple[str, ...]:
    return () if value.time() == time() else (" ",)


def _table(records: Iterator[list[str]], name: str, header_row: int) -> Table:
    rows: list[tuple[int, tuple[str, ...], str]] = []
    columns: tuple[str, ...] = ()
    doubled: frozenset[str] = frozenset()
    for number, record in enumerate(records, start=1):
        cells = [_clean(cell) for cell in record]
        if not any(cells) or number < header_row:
            continue
        if not columns:
            columns, doubled = _header(cells)
            continue
        rows.append((number, _fit(cells, len(columns), name, number), ""))
    if not columns:
        raise TableError("file_empty", file=name)
    return table_of(name, columns, rows, doubled=doubled)


def _clean(cell: str) -> str:
    return cell.replace("\u00a0", " ").replace("\r\n", "\n").strip(" \t\r\n\ufeff")


def _header(cells: list[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    seen: dict[str, int] = {}
    columns: list[str] = []
    while cells and not cells[-1]:
        cells = cells[:-1]
    for position, cell in enumerate(cells, start=1):
        title = BLANKS.sub(" ", cell) or get_column_letter(position)
        seen[fold(title)] = count = seen.get(fold(title), 0) + 1
        columns.append(title if count == 1 else f"{title} ({count})")
    return tuple(columns), frozenset(title for title, count in seen.items() if count > 1)


def _fit(cells: list[str], width: int, name: str, number: int) -> tuple[str, ...]:
    for position, extra in enumerate(cells[width:], start=width + 1):
        if extra:
            letter = get_column_letter(position)
            raise TableError("row_too_long", file=name, row=number, column=letter, width=width)
    return tuple(cells[:width]) + ("",) * (width - len(cells))


def _index(columns: Sequence[str]) -> dict[str, int]:
    folded = {fold(column): position for position, column in reversed(list(enumerate(columns)))}
    return folded | {column: position for position, column in enumerate(columns)}
