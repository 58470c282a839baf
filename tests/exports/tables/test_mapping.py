"""Mapping files: other people's columns become ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports.errors import TableError
from exports.tables.mapping import (
    apply_mapping,
    load_mapping,
    mapping_text,
    parse_mapping,
    read_mapped,
)
from exports.tables.reading import read_table

WIDE = "Команда;Эксперт;Влияние (1-10);Новизна (1-10)\nДвор;А;7,5;8\n;Б;;9\nЛифт;А;6;5\n".encode()


def test_a_wide_table_with_merged_cells_becomes_long(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text(
        """
fill_down = ["команда"]
[columns]
"Команда" = "entry"
"Эксперт" = "juror"
[long]
name = "criterion"
value = "score"
[long.columns]
"Влияние (1-10)" = "impact"
"Новизна (1-10)" = "novelty"
""",
        encoding="utf-8",
    )
    table = read_mapped(WIDE, "t.csv", load_mapping(file))
    assert table.columns == ("entry", "juror", "criterion", "score")
    assert [(row.number, *row.cells) for row in table.rows] == [
        (2, "Двор", "А", "impact", "7,5"),
        (2, "Двор", "А", "novelty", "8"),
        (3, "Двор", "Б", "novelty", "9"),
        (4, "Лифт", "А", "impact", "6"),
        (4, "Лифт", "А", "novelty", "5"),
    ]


def test_a_wrong_cell_is_named_by_the_header_that_the_person_knows() -> None:
    mapping = parse_mapping(
        {
            "columns": {"Команда": "entry"},
            "long": {"name": "criterion", "value": "score", "columns": ["Влияние (1-10)"]},
        }
    )
    table = read_mapped(WIDE.replace(b"7,5", b"seven"), "t.csv", mapping)
    with pytest.raises(TableError) as caught:
        table.decimal(table.rows[0], "score")
    assert (caught.value.params["row"], caught.value.params["column"]) == (2, "Влияние (1-10)")
    assert table.error("x", table.rows[0], "entry").params["column"] == "Команда"


def test_a_star_takes_the_name_from_the_header() -> None:
    table = read_table(b"entry,Juror Anna,Juror Boris\n1,5,6\n", "t.csv")
    mapping = parse_mapping(
        {"long": {"name": "juror", "value": "score", "columns": {"juror *": "*"}}}
    )
    mapped = apply_mapping(table, mapping)
    assert [row.cells for row in mapped.rows] == [("1", "Anna", "5"), ("1", "Boris", "6")]


def test_constants_values_and_separators() -> None:
    table = read_table('Кто,Роль,Темы\nАня,Участник,"a, b"\n'.encode(), "t.csv")
    mapping = parse_mapping(
        {
            "columns": {"Кто": "name", "Роль": "kind", "Темы": "topics"},
            "constants": {"language": "ru"},
            "values": {"kind": {"участник": "participant"}},
            "separators": {"topics": ","},
        }
    )
    mapped = apply_mapping(table, mapping)
    assert mapped.columns == ("name", "kind", "topics", "language")
    assert mapped.rows[0].cells == ("Аня", "participant", "a; b", "ru")


@pytest.mark.parametrize(
    ("mapping", "code", "column"),
    [
        ({"colums": {}}, "mapping_key_unknown", "colums"),
        ({"columns": {"A": 1}}, "mapping_value", "columns.A"),
        ({"header_row": 0}, "mapping_value", "header_row"),
        ({"long": {"name": "x"}}, "mapping_value", "long.value"),
        ({"long": {"name": "x", "value": "y"}}, "mapping_value", "long.columns"),
        ({"columns": {"Нет": "entry"}}, "column_missing", "Нет"),
        ({"columns": {"Команда": "Эксперт"}}, "mapping_collision", "Эксперт"),
        ({"long": {"name": "a", "value": "b", "columns": ["Нет *"]}}, "column_missing", "Нет *"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    mapping: dict[str, object], code: str, column: str
) -> None:
    with pytest.raises(TableError) as caught:
        apply_mapping(read_table(WIDE, "t.csv"), parse_mapping(mapping, "map.toml"))
    assert (caught.value.code, caught.value.params["column"]) == (code, column)


def test_a_mapping_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text("columns = [")
    with pytest.raises(TableError, match="mapping_not_toml"):
        load_mapping(file)


def test_a_column_whose_field_is_empty_is_left_out() -> None:
    table = read_table(b"entry,note\nA,x\n", "t.csv")
    made = apply_mapping(table, parse_mapping({"columns": {"note": "", "gone": ""}}))
    assert (made.columns, made.rows[0].cells) == (("entry",), ("A",))


def test_a_star_alone_stands_for_every_column_that_has_no_field_yet() -> None:
    mapping = parse_mapping(
        {
            "columns": {"Команда": "entry"},
            "long": {"name": "juror", "value": "score", "columns": {"*": "*"}},
        }
    )
    table = apply_mapping(read_table("Команда;А;Б\nДвор;7,5;8\n".encode(), "t.csv"), mapping)
    assert [row.cells for row in table.rows] == [("Двор", "А", "7,5"), ("Двор", "Б", "8")]


def test_a_header_with_a_star_of_its_own_means_that_column_alone() -> None:
    table = read_table("entry,Балл *,Балл жюри\nA,7,8\n".encode(), "t.csv")
    long = {"name": "criterion", "value": "score", "columns": {"Балл *": "impact"}}
    made = apply_mapping(table, parse_mapping({"long": long}))
    assert [row.cells for row in made.rows] == [("A", "8", "impact", "7")]


def test_a_mapping_that_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    mapping = parse_mapping(
        {
            "sheet": "Ответы (1)",
            "header_row": 3,
            "fill_down": ["Команда"],
            "columns": {'The "best" = \\ one\x7f': "entry", "Пол\nстроки": ""},
            "constants": {"language": "ru"},
            "values": {"kind.of": {"Да": "yes"}},
            "separators": {"topics": ","},
            "long": {"name": "criterion", "value": "score", "columns": {"Балл *": "*"}},
        }
    )
    file = tmp_path / "map.toml"
    file.write_text(mapping_text(mapping), encoding="utf-8")
    assert load_mapping(file) == mapping
