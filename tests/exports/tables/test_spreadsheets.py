"""CSV and XLSX that no spreadsheet program runs."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from exports.tables.reading import read_table
from exports.tables.spreadsheets import csv_bytes, csv_lines, xlsx_bytes

COLUMNS = [
    ("name", "Имя", "text"),
    ("score", "Балл", "number"),
    ("day", "День", "date"),
    ("at", "Когда", "moment"),
]
RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "\0=1"]


def test_a_csv_reads_back_as_written() -> None:
    rows = [
        {"name": 'Ёлка; "а"', "score": Decimal("7.50"), "day": date(2026, 5, 1)},
        {"name": "два\nряда", "score": None, "at": datetime(2026, 5, 1, 12, 30, tzinfo=UTC)},
    ]
    table = read_table(csv_bytes(COLUMNS, rows), "t.csv")
    assert table.columns == ("Имя", "Балл", "День", "Когда")
    assert [row.cells for row in table.rows] == [
        ('Ёлка; "а"', "7.5", "2026-05-01", ""),
        ("два\nряда", "", "", "2026-05-01 12:30+00:00"),
    ]


@pytest.mark.parametrize("text", RISKY)
def test_no_text_becomes_a_formula(text: str) -> None:
    rows = [{"name": text, "score": -5}]
    line = csv_bytes(COLUMNS, rows).decode().split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")
    assert ",-5," in line
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(COLUMNS, rows))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("before", ["a;", "a\n", "a\t", "a, b\r\n"])
def test_no_formula_begins_where_a_program_that_splits_at_semicolons_begins_a_cell(before):
    for risky in ("=1+1", "@SUM(A1)", "-2+3", "＝1"):
        data = csv_bytes(COLUMNS, [{"name": f"{before}{risky}"}]).decode()
        cells = [cell for line in data.splitlines() for cell in re.split(r"[;\t]", line)]
        assert not [cell for cell in cells if cell.startswith(risky[0])]
        assert f"{before[-1]}'{risky}" in data
    assert "one\n- two; - three" in csv_bytes(COLUMNS, [{"name": "one\n- two; - three"}]).decode()


def test_a_workbook_keeps_numbers_as_numbers_and_addresses_as_text() -> None:
    content = xlsx_bytes(
        COLUMNS,
        [{"name": "https://example.org", "score": Fraction(15, 2), "day": date(2026, 5, 1)}],
        sheet="Итоги: [1]",
    )
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page.title == "Итоги   1"
    values = [cell.value for cell in page[2]]
    assert [*values[:2], values[3]] == ["https://example.org", 7.5, None]
    assert values[2].date() == date(2026, 5, 1)
    assert page["A2"].hyperlink is None


def test_the_csv_is_streamed_row_by_row() -> None:
    taken = []
    rows = ({"name": taken.append(number) or f"n{number}"} for number in range(3))
    lines = csv_lines(COLUMNS, rows)
    assert next(lines).startswith("\ufeffИмя")
    assert taken == []
    assert next(lines) == "n0,,,\r\n"
    assert taken == [0]


def test_an_empty_table_has_its_header() -> None:
    assert csv_bytes(COLUMNS, []).decode() == "\ufeffИмя,Балл,День,Когда\r\n"
    assert read_table(xlsx_bytes(COLUMNS, []), "t.xlsx").rows == ()


MEASURE = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from exports.tables.spreadsheets import Column, write_xlsx
columns = [Column("a", "A"), Column("b", "B", "number"), Column("c", "C", "moment")]
columns += [Column(f"t{n}", f"T{n}") for n in range(20)]
now = datetime(2026, 5, 1, tzinfo=UTC)
text = "-1 + a longer answer of a team, " * 12
rows = (
    {"a": f"={n}", "b": n / 4, "c": now} | {f"t{k}": f"{text}{n}.{k}" for k in range(20)}
    for n in range(int(sys.argv[2]))
)
write_xlsx(Path(sys.argv[1]), columns, rows)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.long
def test_ten_thousand_rows_take_no_more_memory_than_a_thousand(tmp_path) -> None:
    def peak(rows: int) -> int:
        command = [sys.executable, "-c", MEASURE, str(tmp_path / "out.xlsx"), str(rows)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        return int(done.stdout)

    few, many = peak(1_000), peak(10_000)
    assert many < few + 16 * 1024
    sheet = openpyxl.load_workbook(
        io.BytesIO((tmp_path / "out.xlsx").read_bytes()), read_only=True
    ).active
    last = None
    for last in sheet.iter_rows(min_row=10_001, values_only=True):  # noqa: B007
        pass
    assert last[:2] == ("=9999", 2499.75)
