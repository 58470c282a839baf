"""Tables as people send them."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exports.errors import TableError
from exports.tables.reading import parse_decimal, read_table, split_list

ROWS = [("1", "Двор, на вырост", "7,5"), ("2", "Тихий «лифт»", "8")]


def cells(content: bytes, **options: Any) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(content, "scores.csv", **options).rows]


def refusal(content: bytes, **options: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(TableError) as caught:
        read_table(content, "scores.csv", **options)
    return caught.value.code, caught.value.params


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_every_usual_dialect_reads_the_same(delimiter: str, encoding: str) -> None:
    lines = [delimiter.join(("№", "Проект", "Балл"))]
    lines += [delimiter.join(f'"{cell}"' for cell in row) for row in ROWS]
    assert cells("\r\n".join(lines).encode(encoding)) == ROWS


def test_a_quoted_newline_stays_in_its_cell_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    table = read_table(b'entry,text\n1,"two\r\nlines"\n\n2,b\n', "t.csv")
    assert [(row.number, row["text"]) for row in table.rows] == [(2, "two\nlines"), (4, "b")]


def test_commas_in_cells_do_not_win_over_the_real_delimiter() -> None:
    content = "Проект;Теги\nA;раз, два, три\nB;раз\n".encode()
    assert cells(content) == [("A", "раз, два, три"), ("B", "раз")]


def test_the_separator_that_excel_declares_is_honoured() -> None:
    table = read_table(b"sep=;\r\na;b\r\n1,5;2\r\n", "t.csv")
    assert (table.columns, table.rows[0].cells, table.rows[0].number) == (
        ("a", "b"),
        ("1,5", "2"),
        3,
    )


def test_a_workbook_gives_plain_text_of_numbers_and_dates() -> None:
    content = workbook(("entry", "score", "when"), ("A", 7.0, date(2026, 5, 1)), ("B", 7.25, None))
    assert cells(content) == [("A", "7", "2026-05-01"), ("B", "7.25", "")]


def test_a_workbook_of_another_sheet_or_with_a_title_above_the_header() -> None:
    content = workbook(("Итоги",), ("entry", "score"), ("A", 7))
    assert cells(content, header_row=2) == [("A", "7")]
    assert refusal(content, sheet="Нет")[0] == "sheet_missing"


def test_an_error_value_in_a_workbook_is_refused_with_its_place() -> None:
    code, params = refusal(workbook(("entry", "score"), ("A", "#REF!")))
    assert (code, params["row"], params["column"]) == ("sheet_error", 2, "B")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (b"PK\x03\x04 no archive", "format_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1", "format_old_xls"),
        (b"a,b\n\x00\x01,2\n", "format_unknown"),
        ("ё".encode("cp1251") + b"\x98", "encoding_unknown"),
        (b'a,b\n1,"open\n2,3\n', "quote_unclosed"),
        (b"a,b\n1,2,3\n", "row_too_long"),
        (b"a,b\n1," + b"x" * 200_000, "cell_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(content: bytes, code: str) -> None:
    found, params = refusal(content)
    assert (found, params["file"]) == (code, "scores.csv")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="file_missing"):
        read_table(tmp_path / "none.csv")


def test_a_doubled_column_is_kept_and_refused_only_where_it_is_needed() -> None:
    table = read_table(b"entry,score,Score\nA,1,2\n", "t.csv")
    assert table.columns == ("entry", "score", "Score (2)")
    table.require("entry")
    with pytest.raises(TableError) as caught:
        table.require("score")
    assert caught.value.code == "column_doubled"


def test_columns_are_found_whatever_their_case_and_missing_ones_are_named() -> None:
    table = read_table(b"Entry , JUROR\nA,B\n", "t.csv")
    table.require("entry", "juror")
    assert (table.rows[0]["entry"], table.rows[0].get("juror")) == ("A", "B")
    with pytest.raises(TableError) as caught:
        table.require("score")
    assert caught.value.params == {"file": "t.csv", "column": "score", "found": "Entry, JUROR"}


@pytest.mark.parametrize(
    ("text", "number"),
    [("7,5", "7.5"), ("7.5", "7.5"), (" 1 000,25 ", "1000.25"), ("\u22123", "-3"), ("+4", "4")],
)
def test_decimals_with_comma_point_and_thousands_blanks(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e3", "1.000,5", "1_0", "٣", "7/10", "1" * 99])
def test_what_is_no_score_is_no_number(text: str) -> None:
    with pytest.raises(TableError, match="not_a_number"):
        parse_decimal(text)


def test_a_cell_that_is_no_number_is_named_with_row_and_column() -> None:
    table = read_table(b"entry,score\nA,seven\n", "t.csv")
    with pytest.raises(TableError) as caught:
        table.decimal(table.rows[0], "score")
    expected = {"file": "t.csv", "row": 2, "column": "score", "value": "seven"}
    assert caught.value.params == expected


def test_lists_in_a_cell() -> None:
    assert split_list(" a; b;;c ") == ("a", "b", "c")
    assert split_list("") == ()
