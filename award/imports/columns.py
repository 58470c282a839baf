"""The columns of a table that was sent, and which field of ours somebody says each one is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from award.judging.importing.cells import CRITERION, ENTRY, JUROR, SCORE
from exports.tables.fields import Field, samples
from exports.tables.mapping import ColumnMapping, Long
from exports.tables.reading import Table

POINTS = "points:"
"""What the key of a field begins with whose column holds the scores for one criterion."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of ours as it stands in a list to choose from."""

    field: Field
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: some of its values, the field it is ("" for none).

    fill_down: an empty cell repeats the one above. error: a code of ``award.texts``, "" for none.
    """

    position: int
    header: str
    values: tuple[str, ...]
    field: str
    fill_down: bool = False
    error: str = ""


def guessed_columns(table: Table, choices: Sequence[Choice]) -> tuple[Column, ...]:
    """Return each column with the field that its header sounds like, in the order of the file."""
    found = samples(table, [choice.field for choice in choices])
    wide = any(one.field.startswith(POINTS) for one in found)
    return tuple(
        Column(
            position,
            one.header,
            one.values,
            "" if wide and one.field in (CRITERION, SCORE) else one.field,
        )
        for position, one in enumerate(found)
    )


def chosen_columns(
    table: Table, choices: Sequence[Choice], form: Mapping[str, str]
) -> tuple[Column, ...]:
    """Return each column as a form says it (``column-0``, ``fill-0`` …); unknown fields are none.

    A field that was chosen for a second column has its error there.
    """
    known = {choice.field.key for choice in choices}
    seen: set[str] = set()
    columns = []
    for position, one in enumerate(samples(table, [])):
        field = form.get(f"column-{position}", "")
        field = field if field in known else ""
        error = "import.field_twice" if field and field in seen else ""
        seen.add(field)
        fill_down = bool(form.get(f"fill-{position}"))
        columns.append(Column(position, one.header, one.values, field, fill_down, error))
    return tuple(columns)


def missing_fields(columns: Sequence[Column], choices: Sequence[Choice]) -> Iterator[Choice]:
    """Yield each needed field that no column is; with a column a criterion there is no other."""
    chosen = {column.field for column in columns}
    if any(key.startswith(POINTS) for key in chosen):
        chosen |= {CRITERION, SCORE}
    for choice in choices:
        if choice.field.needed and choice.field.key not in chosen:
            yield choice


def mapping_of(columns: Sequence[Column], *, sheet: str, header_row: int) -> ColumnMapping:
    """Return the choices as a mapping that names every column, so that nothing is guessed."""
    points = {
        column.header: column.field.removeprefix(POINTS)
        for column in columns
        if column.field.startswith(POINTS)
    }
    return ColumnMapping(
        sheet=sheet,
        header_row=header_row,
        fill_down=tuple(column.header for column in columns if column.fill_down),
        columns={column.header: column.field for column in columns if column.header not in points},
        long=Long(CRITERION, SCORE, points) if points else None,
    )


def score_fields(fields: Sequence[Field], points: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields of a table of scores; each criterion may have a column of its own."""
    needed = {ENTRY, JUROR, SCORE, *([CRITERION] if len(points) > 1 else [])}
    return (*(replace(field, needed=field.key in needed) for field in fields), *points)
