"""What ``award score`` reads: a table of scores and a rubric, each problem told at its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.errors import TableError, TableErrors
from exports.tables.reading import Row, Table, parse_decimal
from scoring import Criterion, Group, Rules, ScoreRow, Scores, ScoringError, TieRule
from scoring.plain import gather

SINGLE = "score"
NUMBER = "a number"
CRITERION_KEYS = {
    "key": "a text",
    "title": "a text",
    "weight": NUMBER,
    "minimum": NUMBER,
    "maximum": NUMBER,
    "required": "true or false",
}
TIE_KEYS = {"rule": "a text", "criterion": "a text"}


@dataclass(frozen=True)
class Rubric:
    """Criteria and tie cascade of a rubric file."""

    criteria: tuple[Criterion, ...]
    ties: tuple[TieRule, ...] = ()


def read_rubric(path: Path) -> Rubric:
    """Read ``[[criterion]]`` and ``[[tie]]`` tables.

    Raises TableError with ``file`` and, in ``column``, the setting that is wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        raise TableError("file_missing", file=str(path)) from None
    except OSError as error:
        raise TableError("file_unreadable", file=str(path), why=error.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError("score.rubric_not_toml", file=path.name, why=str(error)) from None
    _known(path.name, data, ("criterion", "tie"), "")
    criteria = tuple(_criterion(path.name, *item) for item in _tables(path.name, data, "criterion"))
    ties = tuple(_tie(path.name, *item) for item in _tables(path.name, data, "tie"))
    try:
        Rules(criteria, ties=ties).check()
    except ScoringError as error:
        raise TableError(f"score.{error.code}", file=path.name, **error.params) from None
    return Rubric(criteria, ties)


def read_scores(table: Table, rubric: Rubric | None, group: str | None) -> tuple[Scores, Rubric]:
    """Return the scores and the rubric they are held against.

    An empty score is an open criterion. Without a rubric each criterion that occurs counts
    alike, on the range of all scores. Raises TableError for a missing column, TableErrors for
    bad rows.
    """
    single = rubric is None or len(rubric.criteria) == 1
    columns = ["entry", "juror", "score", *([group] if group else [])]
    table.require(*columns, *([] if single or table.has("criterion") else ["criterion"]))
    only = rubric.criteria[0].key if rubric and single else SINGLE
    reading = _Reading(table, only if not table.has("criterion") else None, group)
    reading.parse()
    rubric = rubric or _rubric_of(reading.rows)
    reading.check(rubric)
    if reading.errors:
        raise TableErrors(reading.errors)
    groups = tuple(Group(*pair) for pair in reading.groups.items())
    return Scores(tuple(row for _, row in reading.rows), groups=groups), rubric


@dataclass
class _Reading:
    """One pass over a table that keeps what is wrong instead of stopping at it."""

    table: Table
    only: str | None
    group: str | None
    rows: list[tuple[Row, ScoreRow]] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    errors: list[TableError] = field(default_factory=list)

    def parse(self) -> None:
        if not self.table.rows:
            raise TableError("table_empty", file=self.table.name)
        for row in self.table.rows:
            try:
                self.rows.append((row, self._score_row(row)))
                self._keep_group(row)
            except TableError as error:
                self.errors.append(error)

    def check(self, rubric: Rubric) -> None:
        seen: set[tuple[str, str, str]] = set()
        for row, score in self.rows:
            where = (score.entry, score.juror, score.criterion)
            if where in seen:
                names = dict(zip(("entry", "juror", "criterion"), where, strict=True))
                self.errors.append(self.table.error("score.score_twice", row, "score", **names))
            seen.add(where)
            try:
                gather((score,), rubric.criteria)
            except ScoringError as error:
                self.errors.append(self._placed(row, error))

    def _score_row(self, row: Row) -> ScoreRow:
        entry, juror = self.table.text(row, "entry"), self.table.text(row, "juror")
        criterion = self.only or self.table.text(row, "criterion")
        points = self.table.decimal(row, "score") if row.get("score") else None
        return ScoreRow(entry, juror, criterion, points)

    def _keep_group(self, row: Row) -> None:
        group = row.get(self.group) if self.group else ""
        if not self.group or not group:
            return
        entry = self.table.text(row, "entry")
        if self.groups.setdefault(entry, group) != group:
            raise self.table.error("score.group_twice", row, self.group, entry=entry, group=group)

    def _placed(self, row: Row, error: ScoringError) -> TableError:
        column = "criterion" if error.code == "criterion_unknown" else "score"
        return self.table.error(f"score.{error.code}", row, column, **error.params)


def _rubric_of(rows: list[tuple[Row, ScoreRow]]) -> Rubric:
    points = [row.points for _, row in rows if row.points is not None]
    low, high = min(points, default=Decimal(0)), max(points, default=Decimal(1))
    keys = dict.fromkeys(row.criterion for _, row in rows)
    high = high if high > low else low + 1
    # Where every row is wrong there is no criterion left, and the errors speak.
    criteria = (Criterion(key, key, minimum=low, maximum=high) for key in keys or (SINGLE,))
    return Rubric(tuple(criteria))


def _tables(file: str, data: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    items = data.get(name, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TableError("score.rubric_value", file=file, column=name, expected=f"[[{name}]]")
    for number, item in enumerate(items, start=1):
        yield f"{name} {number}", item


def _criterion(file: str, where: str, item: dict[str, Any]) -> Criterion:
    values = _values(file, where, item, CRITERION_KEYS)
    if not str(values.get("key", "")):
        raise TableError("score.rubric_value", file=file, column=f"{where}, key", expected="a text")
    return Criterion(**{"title": values["key"], **values})


def _tie(file: str, where: str, item: dict[str, Any]) -> TieRule:
    return TieRule(**{"rule": "", **_values(file, where, item, TIE_KEYS)})


def _values(
    file: str, where: str, item: dict[str, Any], kinds: Mapping[str, str]
) -> dict[str, Any]:
    _known(file, item, tuple(kinds), f"{where}, ")
    return {key: _value(file, f"{where}, {key}", item[key], kinds[key]) for key in item}


def _value(file: str, column: str, value: Any, expected: str) -> Any:
    if expected == NUMBER and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if expected == NUMBER and isinstance(value, str):
        try:
            return parse_decimal(value)
        except TableError:
            raise TableError(
                "score.rubric_value", file=file, column=column, expected=expected
            ) from None
    fits = isinstance(value, bool) if expected == "true or false" else isinstance(value, str)
    if expected == NUMBER or not fits:
        raise TableError("score.rubric_value", file=file, column=column, expected=expected)
    return value


def _known(file: str, item: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in item:
        if key not in known:
            raise TableError(
                "score.rubric_key_unknown",
                file=file,
                column=f"{where}{key}",
                known=", ".join(known),
            )
