"""Which column of somebody else's table is which field of ours: guessed from the headers.

A guess only ever fills what a mapping left open, so that a person's word beats ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from exports.errors import TableError
from exports.tables.mapping import ColumnMapping, apply_mapping, long_columns
from exports.tables.reading import Table, fold

BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a table may fill. titles: the headers under which people know it."""

    key: str
    titles: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """One column of a table: its header, the field it seems to be ("" for none), some values."""

    header: str
    field: str
    values: tuple[str, ...]


def bare(title: str) -> str:
    """Return a header without what forms add to it: brackets, "*", ":", case, ё and blanks."""
    plain = fold(BRACKETS.sub("", title)).replace("ё", "е")
    return plain.strip(" *:?.!№#\"'«»“”")


def guess(
    headers: Iterable[str], fields: Sequence[Field], *, loose: bool = False
) -> dict[str, str]:
    """Return header -> field key, each field at most once; headers nobody knows are absent.

    A header fits where it is the field's key or one of its titles, see ``bare``. loose: then also
    where it begins with a title of at least four letters ("Название вашего проекта"), which is
    good enough to propose and not to act on.
    """
    known = {bare(title): field.key for field in reversed(fields) for title in _names(field)}
    plain = {header: bare(header) for header in headers}
    found: dict[str, str] = {}
    for header, name in plain.items():
        if name in known and known[name] not in found.values():
            found[header] = known[name]
    longest = sorted(known.items(), key=lambda pair: -len(pair[0]))
    for header, name in plain.items() if loose else ():
        fits = (key for title, key in longest if len(title) > 3 and name.startswith(title))
        key = next((key for key in fits if key not in found.values()), "")
        if key and header not in found:
            found[header] = key
    return found


def complete(table: Table, mapping: ColumnMapping | None, fields: Sequence[Field]) -> ColumnMapping:
    """Return the mapping with guesses for the columns it does not name and fields it does not fill.

    Raises TableError ``column_missing`` where the mapping names a column that is not there.
    """
    mapping = mapping or ColumnMapping()
    named = {fold(header) for header in mapping.columns}
    filled = {*mapping.columns.values(), *mapping.constants}
    if mapping.long:
        named |= {fold(table.columns[at]) for at, _ in long_columns(table, mapping.long)}
        filled |= {mapping.long.name, mapping.long.value}
    headers = [column for column in table.columns if fold(column) not in named]
    open_fields = [field for field in fields if field.key not in filled]
    return replace(mapping, columns={**guess(headers, open_fields), **mapping.columns})


def named_table(table: Table, mapping: ColumnMapping | None, fields: Sequence[Field]) -> Table:
    """Return the table with its columns called as ``fields`` call them.

    Raises TableError: what ``apply_mapping`` raises, and column_missing for a needed field.
    """
    made = apply_mapping(table, complete(table, mapping, fields))
    require_fields(made, table, *(field.key for field in fields if field.needed))
    return made


def require_fields(made: Table, table: Table, *keys: str) -> None:
    """Raise TableError ``column_missing`` unless ``made`` has each field of ours once.

    made is the table with its columns renamed; the error lists the headers of the file itself.
    """
    for key in keys:
        if not made.has(key):
            found = ", ".join(table.columns)
            raise TableError("column_missing", file=table.name, column=key, found=found)
    made.require(*keys)


def samples(table: Table, fields: Sequence[Field]) -> list[ColumnSample]:
    """Return each column with a loose guess and its first different values, in file order."""
    guessed: Mapping[str, str] = guess(table.columns, fields, loose=True)
    shown = []
    for position, header in enumerate(table.columns):
        values = dict.fromkeys(row.cells[position] for row in table.rows if row.cells[position])
        first = tuple(value[:80] for value in list(values)[:SAMPLES])
        shown.append(ColumnSample(header, guessed.get(header, ""), first))
    return shown


def _names(field: Field) -> tuple[str, ...]:
    return (field.key, *field.titles)
