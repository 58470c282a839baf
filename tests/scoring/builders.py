"""Small juries for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from scoring import Criterion, Group, Rules, ScoreRow, Scores, Tabulation, tabulate

Cell = float | int | str | None

# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def row(entry: str, juror: str, points: Cell, criterion: str = "merit") -> ScoreRow:
    return ScoreRow(entry, juror, criterion, None if points is None else Decimal(str(points)))


def jury(table: Sequence[Sequence[Cell]]) -> Scores:
    """Rows are entries e0, e1, …; columns jurors j0, j1, …; None where a juror did not score."""
    return Scores(
        tuple(
            row(f"e{i}", f"j{j}", points)
            for i, line in enumerate(table)
            for j, points in enumerate(line)
            if points is not None
        )
    )


def rules(keys: Iterable[str] = ("merit",), **options: Any) -> Rules:
    scale = {
        "minimum": options.pop("minimum", Decimal(0)),
        "maximum": options.pop("maximum", Decimal(10)),
    }
    return Rules(tuple(Criterion(key, **scale) for key in keys), **options)


def ranked(table: Sequence[Sequence[Cell]], **options: Any) -> Tabulation:
    return tabulate(jury(table), rules(**options))


def grouped(scores: Scores, groups: dict[str, str]) -> Scores:
    return Scores(scores.rows, scores.entries, tuple(Group(*pair) for pair in groups.items()))


def simulated(
    seed: int, entries: int, jurors: int, each: int, sd: tuple[float, float, float]
) -> tuple[Scores, dict[str, float]]:
    """A jury drawn at random with its true merits; sd of merit, severity and noise, mean 50."""
    rng = np.random.default_rng(seed)
    merit = 50 + sd[0] * rng.standard_normal(entries)
    severity = sd[1] * rng.standard_normal(jurors)
    rows = []
    for i in range(entries):
        for j in rng.choice(jurors, each, replace=False):
            points = merit[i] - severity[j] + sd[2] * rng.standard_normal()
            rows.append(row(f"e{i}", f"j{j}", round(float(points), 3)))
    return Scores(tuple(rows)), {f"e{i}": float(merit[i]) for i in range(entries)}
