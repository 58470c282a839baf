"""Mapping files: how the columns of somebody else's table become the fields of ours.

docs/formats.md describes the file for the people who write one.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exports.errors import TableError
from exports.tables.reading import BLANKS, Row, Table, fold, read_table, split_list, table_of

KEYS = frozenset(
    {"sheet", "header_row", "fill_down", "columns", "constants", "values", "separators", "long"}
)


@dataclass(frozen=True, slots=True)
class Long:
    """Wide to long: each of ``columns`` (header or "Juror *" -> name) makes a row of its own.

    The name goes into field ``name``, the cell into field ``value``; an empty cell makes no row.
    """

    name: str
    value: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A mapping file that was read: see docs/formats.md for each key."""

    sheet: str = ""
    header_row: int = 1
    fill_down: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    long: Long | None = None


def load_mapping(path: str | Path) -> ColumnMapping:
    """Read a mapping file.

    Raises TableError file_missing, mapping_not_toml (``why``), mapping_key_unknown (``column``
    names the key) or mapping_value (``column`` names the key, ``expected`` what belongs there).
    """
    source = Path(path)
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise TableError("file_missing", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError("mapping_not_toml", file=source.name, why=str(error)) from None
    return parse_mapping(data, source.name)


def parse_mapping(data: Mapping[str, Any], name: str = "") -> ColumnMapping:
    """Return the mapping that ``data`` (a parsed TOML file, or a form's answers) describes."""
    for key in data:
        if key not in KEYS:
            raise TableError("mapping_key_unknown", file=name, column=key)
    header_row = data.get("header_row", 1)
    if not isinstance(header_row, int) or header_row < 1:
        raise TableError("mapping_value", file=name, column="header_row", expected="1, 2, …")
    return ColumnMapping(
        sheet=str(data.get("sheet", "")),
        header_row=header_row,
        fill_down=_texts(data.get("fill_down", []), "fill_down", name),
        columns=_pairs(data.get("columns", {}), "columns", name),
        constants=_pairs(data.get("constants", {}), "constants", name),
        values={
            key: _pairs(table, f"values.{key}", name)
            for key, table in _section(data.get("values", {}), "values", name).items()
        },
        separators=_pairs(data.get("separators", {}), "separators", name),
        long=_long(data["long"], name) if "long" in data else None,
    )


def mapping_text(mapping: ColumnMapping) -> str:
    """Return the text of a mapping file that says the same; ``load_mapping`` reads it back."""
    lines = [f"sheet = {_quoted(mapping.sheet)}"] if mapping.sheet else []
    if mapping.header_row != 1:
        lines.append(f"header_row = {mapping.header_row}")
    if mapping.fill_down:
        lines.append(f"fill_down = [{', '.join(map(_quoted, mapping.fill_down))}]")
    sections: list[tuple[str, Mapping[str, str]]] = [("columns", mapping.columns)]
    sections.append(("constants", mapping.constants))
    sections += [(f"values.{_quoted(key)}", pairs) for key, pairs in mapping.values.items()]
    sections.append(("separators", mapping.separators))
    if mapping.long:
        sections.append(("long", {"name": mapping.long.name, "value": mapping.long.value}))
        sections.append(("long.columns", mapping.long.columns))
    for name, pairs in sections:
        if pairs:
            told = (f"{_quoted(key)} = {_quoted(value)}" for key, value in pairs.items())
            lines += ["", f"[{name}]", *told]
    return "\n".join(lines).lstrip("\n") + "\n"


def _quoted(text: str) -> str:
    """TOML's basic strings are JSON's, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_mapped(
    source: str | Path | bytes, name: str = "", mapping: ColumnMapping | None = None
) -> Table:
    """Read a table and apply the mapping, if there is one. Raises what the two steps raise."""
    if mapping is None:
        return read_table(source, name)
    table = read_table(source, name, sheet=mapping.sheet, header_row=mapping.header_row)
    return apply_mapping(table, mapping)


def apply_mapping(table: Table, mapping: ColumnMapping) -> Table:
    """Return the table with its columns renamed, values replaced and wide columns made long.

    The order: fill down, rename, constants, wide to long, values, separators. Columns that are
    not mentioned keep their header; a column whose field is "" is left out. Rows keep their source
    row number; the rows that one wide row makes follow each other in the order of the mapping's
    columns. Raises TableError column_missing where the mapping names a column that is not there,
    mapping_collision where two columns would get one name.
    """
    table.require(*(name for name, field in mapping.columns.items() if field), *mapping.fill_down)
    table = _fill_down(table, mapping.fill_down)
    table = _rename(table, mapping)
    if mapping.long:
        table = _to_long(table, mapping.long)
    return _replace_values(table, mapping)


def _fill_down(table: Table, columns: tuple[str, ...]) -> Table:
    if not columns:
        return table
    last: dict[int, str] = {_position(table, column): "" for column in columns}
    rows = []
    for row in table.rows:
        cells = list(row.cells)
        for position, above in last.items():
            cells[position] = cells[position] or above
        last = {position: cells[position] for position in last}
        rows.append((row.number, tuple(cells), row.source))
    return table_of(table.name, table.columns, rows, doubled=table.doubled)


def _rename(table: Table, mapping: ColumnMapping) -> Table:
    renamed = {fold(header): name for header, name in mapping.columns.items()}
    named = [renamed.get(fold(column), column) for column in table.columns]
    kept = [position for position, name in enumerate(named) if name]
    columns = [*(named[position] for position in kept), *mapping.constants]
    for column in columns:
        if columns.count(column) > 1:
            raise TableError("mapping_collision", file=table.name, column=column)
    constants = tuple(mapping.constants.values())
    return table_of(
        table.name,
        columns,
        (
            (row.number, tuple(row.cells[position] for position in kept) + constants, row.source)
            for row in table.rows
        ),
        doubled=table.doubled - set(renamed),
        origins={name: header for header, name in mapping.columns.items() if name},
    )


def _to_long(table: Table, long: Long) -> Table:
    chosen = list(long_columns(table, long))
    taken = {position for position, _ in chosen}
    kept = [position for position in range(len(table.columns)) if position not in taken]
    columns = [table.columns[position] for position in kept]
    for name in (long.name, long.value):
        if name in columns:
            raise TableError("mapping_collision", file=table.name, column=name)
    rows = (
        (row.number, tuple(row.cells[at] for at in kept) + pair, header)
        for row in table.rows
        for pair, header in _long_cells(table, row, chosen)
    )
    return table_of(
        table.name,
        [*columns, long.name, long.value],
        rows,
        doubled=table.doubled,
        origins=table.origins,
        value_field=long.value,
    )


def _long_cells(
    table: Table, row: Row, chosen: list[tuple[int, str]]
) -> Iterator[tuple[tuple[str, str], str]]:
    for position, name in chosen:
        if row.cells[position]:
            yield (name, row.cells[position]), table.columns[position]


def long_columns(table: Table, long: Long) -> Iterator[tuple[int, str]]:
    """Yield (position, name) of each column that becomes rows, in the order of the mapping.

    A pattern that is a header letter by letter, its star included, means that column alone; a star
    does not stand for columns that the mapping has given to a field. Raises TableError
    ``column_missing`` where a header or pattern fits no column.
    """
    headers = {fold(column): position for position, column in enumerate(table.columns)}
    for pattern, name in long.columns.items():
        if fold(pattern) in headers:
            yield headers[fold(pattern)], name
            continue
        before, star, after = BLANKS.sub(" ", pattern).strip().partition("*")
        expression = re.compile(
            re.escape(before) + ("(.*)" if star else "") + re.escape(after), re.IGNORECASE
        )
        found = False
        for position, column in enumerate(table.columns):
            match = expression.fullmatch(column)
            if match and column not in table.origins:
                found = True
                yield position, name.replace("*", match[1].strip()) if star else name
        if not found:
            found_columns = ", ".join(table.columns)
            raise TableError("column_missing", file=table.name, column=pattern, found=found_columns)


def _replace_values(table: Table, mapping: ColumnMapping) -> Table:
    if not mapping.values and not mapping.separators:
        return table
    table.require(*mapping.values, *mapping.separators)
    folded = {
        _position(table, column): {fold(old): new for old, new in pairs.items()}
        for column, pairs in mapping.values.items()
    }
    lists = {_position(table, column): mark for column, mark in mapping.separators.items()}
    rows = []
    for row in table.rows:
        cells = list(row.cells)
        for position, separator in lists.items():
            cells[position] = "; ".join(split_list(cells[position], separator))
        for position, pairs in folded.items():
            parts = split_list(cells[position]) if position in lists else (cells[position],)
            cells[position] = "; ".join(pairs.get(fold(part), part) for part in parts)
        rows.append((row.number, tuple(cells), row.source))
    return table_of(
        table.name,
        table.columns,
        rows,
        doubled=table.doubled,
        origins=table.origins,
        value_field=table.value_field,
    )


def _position(table: Table, column: str) -> int:
    return [fold(name) for name in table.columns].index(fold(column))


def _long(data: Any, name: str) -> Long:
    section = _section(data, "long", name)
    for key in ("name", "value"):
        if not isinstance(section.get(key), str):
            raise TableError("mapping_value", file=name, column=f"long.{key}", expected="field")
    columns = section.get("columns", {})
    if isinstance(columns, list):
        columns = {column: column for column in _texts(columns, "long.columns", name)}
    pairs = _pairs(columns, "long.columns", name)
    if not pairs:
        raise TableError("mapping_value", file=name, column="long.columns", expected="headers")
    return Long(section["name"], section["value"], pairs)


def _section(data: Any, key: str, name: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise TableError("mapping_value", file=name, column=key, expected=f"[{key}]")
    return data


def _pairs(data: Any, key: str, name: str) -> dict[str, str]:
    pairs = _section(data, key, name)
    for inner, value in pairs.items():
        if not isinstance(value, str):
            raise TableError("mapping_value", file=name, column=f"{key}.{inner}", expected='"…"')
    return dict(pairs)


def _texts(data: Any, key: str, name: str) -> tuple[str, ...]:
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        raise TableError("mapping_value", file=name, column=key, expected='["…", "…"]')
    return tuple(data)
