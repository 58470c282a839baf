"""A table of scores as sheets: long or wide, every number held against the rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from exports.errors import TableError
from exports.tables.fields import Field, bare, complete, guess, require_fields
from exports.tables.mapping import ColumnMapping, Long, apply_mapping
from exports.tables.reading import Row, Table

ENTRY, JUROR, CRITERION, SCORE = "entry", "juror", "criterion", "score"
STEPS = tuple(Decimal(text) for text in ("1", "0.5", "0.25", "0.1", "0.05", "0.01"))
FINEST = Decimal("0.001")
FIELDS = (
    Field(
        ENTRY,
        ("заявка", "код", "код заявки", "номер заявки", "проект", "code", "project", "einreichung"),
        needed=True,
    ),
    Field(
        JUROR,
        (
            "эксперт",
            "член жюри",
            "жюри",
            "судья",
            "judge",
            "jury member",
            "email",
            "e-mail",
            "адрес электронной почты",
            "фио",
            "jurymitglied",
        ),
        needed=True,
    ),
    Field(CRITERION, ("критерий", "kriterium")),
    Field(SCORE, ("балл", "баллы", "оценка", "points", "punkte")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as an import needs it. step None: any number with three decimals fits."""

    key: str
    titles: tuple[str, ...]
    minimum: Decimal
    maximum: Decimal
    step: Decimal | None = None
    required: bool = True
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One juror's scores for one entry, as the table names both; row is where it begins."""

    entry: str
    juror: str
    points: Mapping[str, Decimal]
    row: Row


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """A table that was read: its sheets in file order, its rubric, and what it says wrong.

    ``check_names`` adds what is wrong with its names; nothing is written before it was asked.
    """

    table: Table
    sheets: tuple[Sheet, ...]
    lines: tuple[Line, ...]
    errors: tuple[TableError, ...] = ()

    @property
    def scores(self) -> int:
        """How many numbers there are."""
        return sum(len(sheet.points) for sheet in self.sheets)


def name_columns(table: Table, mapping: ColumnMapping | None, lines: Sequence[Line]) -> Table:
    """Return the table as ``entry, juror, criterion, score``.

    Where neither mapping nor header says which column the criterion is, columns that are called
    like a criterion are made long; with a single criterion the column may be missing. Raises
    TableError ``column_missing``, ``column_doubled`` or what a mapping raises.
    """
    full = complete(table, mapping, FIELDS)
    filled = {*full.columns.values(), *full.constants}
    wide = guess(
        (column for column in table.columns if column not in full.columns),
        [Field(line.key, line.titles) for line in lines],
    )
    if full.long is None and CRITERION not in filled and wide:
        full = replace(full, long=Long(CRITERION, SCORE, wide))
    made = apply_mapping(table, full)
    more = () if len(lines) == 1 else (CRITERION,)
    require_fields(made, table, ENTRY, JUROR, SCORE, *more)
    return made


def plan_scores(table: Table, lines: Sequence[Line]) -> ScorePlan:
    """Check a table as ``name_columns`` returns it against a rubric; no lines: make the rubric.

    A made rubric has each criterion that occurs, alike in weight, on the range of all scores.
    What is wrong is in the plan's ``errors``; raises TableError ``table_empty``.
    """
    if not table.rows:
        raise TableError("table_empty", file=table.name)
    reading = _Reading(table, _keys(lines), lines[0].key if len(lines) == 1 else "")
    for row in table.rows:
        reading.read(row)
    known = tuple(lines) or _lines_of(reading)
    reading.check(known)
    sheets = (
        Sheet(entry, juror, points, reading.first[entry, juror])
        for (entry, juror), points in reading.sheets.items()
    )
    errors = tuple(reading.errors)
    return ScorePlan(table, tuple(sheets), with_steps(reading, known), errors)


def with_steps(reading: _Reading, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give criteria without a step the coarsest of STEPS that all their scores keep to."""
    given: dict[str, set[Decimal]] = {}
    for points in reading.sheets.values():
        for key, value in points.items():
            given.setdefault(key, set()).add(value)
    made = []
    for line in lines:
        offsets = {value - line.minimum for value in given.get(line.key, ())}
        fits = (step for step in STEPS if not any(offset % step for offset in offsets))
        step = line.step or next(fits, FINEST)
        made.append(replace(line, step=step))
    return tuple(made)


def _keys(lines: Sequence[Line]) -> dict[str, str]:
    return {bare(title): line.key for line in lines for title in (line.key, *line.titles)}


def _lines_of(reading: _Reading) -> tuple[Line, ...]:
    given = [value for points in reading.sheets.values() for value in points.values()]
    low, high = min(given, default=Decimal(0)), max(given, default=Decimal(1))
    keys = dict.fromkeys(key for points in reading.sheets.values() for key in points)
    high = high if high > low else low + 1
    return tuple(Line(key, (key,), low, high) for key in keys)


@dataclass
class _Reading:
    """One pass over a table that keeps what is wrong instead of stopping at it."""

    table: Table
    keys: Mapping[str, str]
    only: str
    sheets: dict[tuple[str, str], dict[str, Decimal]] = field(default_factory=dict)
    first: dict[tuple[str, str], Row] = field(default_factory=dict)
    rows: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    faulty: set[tuple[str, str]] = field(default_factory=set)
    errors: list[TableError] = field(default_factory=list)

    def read(self, row: Row) -> None:
        pair = row.get(ENTRY), row.get(JUROR)
        try:
            self.table.text(row, ENTRY)
            self.table.text(row, JUROR)
            self._keep(row, pair)
        except TableError as error:
            self.errors.append(error)
            self.faulty.add(pair)

    def _keep(self, row: Row, pair: tuple[str, str]) -> None:
        self.first.setdefault(pair, row)
        sheet = self.sheets.setdefault(pair, {})
        key = self._criterion(row)
        if (*pair, key) in self.rows:
            other = self.rows[*pair, key].number
            raise self.table.error("import.score_twice", row, SCORE, other=other)
        self.rows[*pair, key] = row
        if row.get(SCORE):
            sheet[key] = self.table.decimal(row, SCORE)

    def _criterion(self, row: Row) -> str:
        if self.only and not row.get(CRITERION):
            return self.only
        name = self.table.text(row, CRITERION)
        if not self.keys:
            return name
        key = self.keys.get(bare(name))
        if key is None:
            raise self.table.error("import.criterion_unknown", row, CRITERION, criterion=name[:80])
        return key

    def check(self, lines: Sequence[Line]) -> None:
        by_key = {line.key: line for line in lines}
        for pair, points in self.sheets.items():
            for key, value in points.items():
                error = _off_scale(value, by_key[key])
                if error:
                    row = self.rows[*pair, key]
                    self.errors.append(self.table.error(error[0], row, SCORE, **error[1]))
            if pair not in self.faulty:
                self._check_complete(pair, points, lines)

    def _check_complete(
        self, pair: tuple[str, str], points: Mapping[str, Decimal], lines: Sequence[Line]
    ) -> None:
        missing = [line.titles[0] for line in lines if line.required and line.key not in points]
        if missing:
            shown = {"entry": pair[0], "juror": pair[1], "criteria": "; ".join(missing)}
            row = self.first[pair]
            self.errors.append(self.table.error("import.sheet_incomplete", row, **shown))


def _off_scale(value: Decimal, line: Line) -> tuple[str, dict[str, Any]] | None:
    shown = {"value": value, "minimum": line.minimum, "maximum": line.maximum}
    if value % FINEST:
        return "import.score_too_fine", {"value": value}
    if not line.minimum <= value <= line.maximum:
        return "import.score_off_scale", shown
    if line.step and (value - line.minimum) % line.step:
        return "points_off_scale", {**shown, "step": line.step}
    return None
