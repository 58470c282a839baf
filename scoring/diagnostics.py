"""How each juror and each criterion behaved: what to look at before a result is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scoring.calibrated import CountedSheets
from scoring.graph import IntArray
from scoring.mixed import FloatArray
from scoring.model import Criterion
from scoring.result import (
    Correlation,
    CriterionDiagnostic,
    Diagnostics,
    JurorDiagnostic,
    OddSheet,
    Variance,
)

FEWEST = 3
HALO_SHEETS = 5
ODD = 3.0
DIGITS = 6


def diagnose(
    points: FloatArray,
    criteria: Sequence[Criterion],
    sheets: CountedSheets,
    severity: Mapping[str, float],
    variance: Variance,
) -> Diagnostics:
    """Figures of each juror (by name), each criterion (in the rubric's order) and odd sheets.

    points: `answer_table` of the sheets, in their order; severity: by juror, in points. A figure is
    None where too little was scored to say it; docs/scoring.md section 8 has the formulas. Odd
    sheets come farthest first.
    """
    table = _Table.of(points, criteria, sheets)
    taken = table.value + np.array([severity[name] for name in sheets.jurors])[sheets.juror]
    return Diagnostics(
        jurors=_jurors(table, taken),
        criteria=_criteria(table, criteria),
        odd=_odd(table, taken, variance.residual),
    )


@dataclass(frozen=True)
class _Table:
    """Counted sheets as arrays; points are shares of each criterion's scale, 0 where not given."""

    entries: tuple[str, ...]
    jurors: tuple[str, ...]
    entry: IntArray
    juror: IntArray
    value: FloatArray
    points: FloatArray
    given: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, points: FloatArray, criteria: Sequence[Criterion], sheets: CountedSheets) -> _Table:
        given = ~np.isnan(points)
        return cls(
            sheets.entries,
            sheets.jurors,
            sheets.entry,
            sheets.juror,
            sheets.numbers,
            np.where(given, points, 0.0),
            given.astype(float),
            np.array([float(item.weight) for item in criteria]),
        )

    def by_entry(self, values: FloatArray) -> FloatArray:
        """Sums over the sheets of each entry; values a column, or several."""
        return _sums(self.entry, values, len(self.entries))

    def by_juror(self, values: FloatArray) -> FloatArray:
        """Sums over the sheets of each juror."""
        return _sums(self.juror, values, len(self.jurors))

    def only(self, wanted: NDArray[np.bool_]) -> _Table:
        """The same entries and jurors with the wanted sheets alone."""
        kept = {
            name: getattr(self, name)[wanted]
            for name in ("entry", "juror", "value", "points", "given")
        }
        return replace(self, **kept)

    def of_juror(self, values: FloatArray) -> FloatArray:
        """Each sheet's value less the mean of its juror's; values a column, or several."""
        sheets = np.maximum(np.bincount(self.juror, minlength=len(self.jurors)), 1)
        means = self.by_juror(values) / (sheets if values.ndim == 1 else sheets[:, None])
        return np.asarray(values - means[self.juror])

    def largest(self, values: FloatArray) -> FloatArray:
        """The largest absolute value of each juror's sheets, 0 for one without."""
        found = np.zeros(len(self.jurors))
        np.maximum.at(found, self.juror, np.abs(values))
        return found


def _jurors(table: _Table, taken: FloatArray) -> tuple[JurorDiagnostic, ...]:
    sheets = table.by_juror(np.ones_like(table.value))
    spread = _spread(table.by_juror(table.value), table.by_juror(table.value**2), sheets)
    agreement, halo = _agreement(table, taken), _halo(table)
    known = [value for value in spread if value is not None]
    usual = float(np.median(known)) if known else 0.0
    return tuple(
        JurorDiagnostic(
            juror=name,
            spread=_rounded(own),
            width=_rounded(own / usual if own is not None and usual else None),
            agreement=_rounded(agreement[at]),
            halo=_rounded(halo[at]),
        )
        for at, (name, own) in enumerate(zip(table.jurors, spread, strict=True))
    )


def _agreement(table: _Table, taken: FloatArray) -> list[float | None]:
    """Correlation of each juror's values with what the entry's other jurors gave, severity taken
    off.
    """
    count = _counts(table.entry)[table.entry]
    others = (table.by_entry(taken)[table.entry] - taken) / np.maximum(count - 1, 1)
    return _correlations(table.only(count > 1), others[count > 1])


def _correlations(table: _Table, others: FloatArray) -> list[float | None]:
    """Of each juror's values with the others, as `_correlation` has it for one."""
    sheets = table.by_juror(np.ones_like(table.value))
    left, right = table.of_juror(table.value), table.of_juror(others)
    size = np.sqrt(table.by_juror(left**2) * table.by_juror(right**2))
    tiny = 1e-9 * sheets * (1 + table.largest(table.value) * table.largest(others))
    known = (sheets >= FEWEST) & (size > tiny)
    found = np.clip(table.by_juror(left * right) / np.where(known, size, 1), -1, 1)
    return [float(x) if there else None for x, there in zip(found, known, strict=True)]


def _halo(table: _Table) -> list[float | None]:
    """ICC(1) of the criteria within a sheet, after what the entry and the juror's habit explain.

    What a juror gives beyond the entry's mean on a criterion, and beyond the juror's own mean
    surplus on it, should not move together across criteria (Saal, Downey and Lahey, Psychological
    Bulletin 88, 1980). Complete sheets of entries with a second juror only.
    """
    width = table.points.shape[1]
    if width < 2:
        return [None] * len(table.jurors)
    rest = np.maximum(table.by_entry(table.given)[table.entry] - table.given, 1)
    others = (table.by_entry(table.points)[table.entry] - table.points) / rest
    full = (table.given.sum(axis=1) == width) & (_counts(table.entry)[table.entry] > 1)
    surplus = table.points - others
    return _shared_parts(table.only(full), surplus[full])


def _shared_parts(table: _Table, surplus: FloatArray) -> list[float | None]:
    """Intraclass correlation of the columns of each juror's sheets, column means taken off."""
    width = surplus.shape[1]
    rows = table.by_juror(np.ones(len(surplus)))
    surplus = table.of_juror(surplus)
    of_sheet = surplus.mean(axis=1)
    between = width * table.by_juror(of_sheet**2) / np.maximum(rows - 1, 1)
    apart = np.sum((surplus - of_sheet[:, None]) ** 2, axis=1)
    within = table.by_juror(apart) / np.maximum(rows * (width - 1), 1)
    whole = between + (width - 1) * within
    known = (rows >= HALO_SHEETS) & (whole > 1e-12)
    found = (between - within) / np.where(known, whole, 1)
    return [float(x) if there else None for x, there in zip(found, known, strict=True)]


def _criteria(table: _Table, criteria: Sequence[Criterion]) -> tuple[CriterionDiagnostic, ...]:
    given = table.by_entry(table.given)
    means = table.by_entry(table.points) / np.maximum(given, 1)
    spread = _within(table, means, given)
    related = {
        frozenset(pair): _rounded(_pair(means, given, *pair))
        for pair in combinations(range(len(criteria)), 2)
    }
    return tuple(
        CriterionDiagnostic(
            criterion=item.key,
            spread=_rounded(spread[at]),
            discrimination=_rounded(_rest(means, given, table.weight, at)),
            correlations=tuple(
                Correlation(other.key, related[frozenset((at, column))])
                for column, other in enumerate(criteria)
                if column != at
            ),
        )
        for at, item in enumerate(criteria)
    )


def _within(table: _Table, means: FloatArray, given: FloatArray) -> list[float | None]:
    """How far jurors of one entry lie apart on each criterion: pooled s.d., share of its scale."""
    gaps = (table.points - means[table.entry]) ** 2 * table.given
    freedom = np.sum(np.maximum(given - 1, 0), axis=0)
    squares = np.sum(gaps, axis=0)
    return [
        float(np.sqrt(square / free)) if free > 0 else None
        for square, free in zip(squares, freedom, strict=True)
    ]


def _rest(means: FloatArray, given: FloatArray, weight: FloatArray, at: int) -> float | None:
    """Correlation over entries of a criterion with the weighted mean of all others."""
    others = np.arange(len(weight)) != at
    usable = (given > 0).all(axis=1)
    if not others.any() or not weight[others].sum():
        return None
    rest = means[:, others] @ weight[others] / weight[others].sum()
    return _correlation(means[usable, at], rest[usable])


def _pair(means: FloatArray, given: FloatArray, one: int, other: int) -> float | None:
    usable = (given[:, one] > 0) & (given[:, other] > 0)
    return _correlation(means[usable, one], means[usable, other])


def _odd(table: _Table, taken: FloatArray, residual: float | None) -> tuple[OddSheet, ...]:
    """Sheets that lie further from the other sheets of their entry than chance explains; of each
    entry the farthest one, because it draws the others' mean away from its neighbours, too.

    z = (own - mean of the n - 1 others) / sqrt(residual (1 + 1 / (n - 1))), severities taken off;
    three sheets an entry at least, as of two nobody can say which is the odd one.
    """
    count = _counts(table.entry)[table.entry]
    if not residual:
        return ()
    rest = np.maximum(count - 1, 1)
    others = (table.by_entry(taken)[table.entry] - taken) / rest
    z = (taken - others) / np.sqrt(residual * (1 + 1 / rest))
    found = np.flatnonzero((count >= FEWEST) & (np.abs(z) > ODD))
    rows = [
        OddSheet(
            table.entries[table.entry[at]], table.jurors[table.juror[at]], round(float(z[at]), 2)
        )
        for at in found
    ]
    farthest: dict[str, OddSheet] = {}
    for row in sorted(rows, key=lambda row: (-abs(row.z), row.entry, row.juror)):
        farthest.setdefault(row.entry, row)
    return tuple(farthest.values())


def _correlation(one: FloatArray, other: FloatArray) -> float | None:
    if len(one) < FEWEST:
        return None
    left, right = one - one.mean(), other - other.mean()
    size = float(np.sqrt((left @ left) * (right @ right)))
    tiny = 1e-9 * len(one) * (1 + float(np.abs(one).max() * np.abs(other).max()))
    return float(np.clip(left @ right / size, -1, 1)) if size > tiny else None


def _spread(total: FloatArray, squares: FloatArray, count: FloatArray) -> list[float | None]:
    return [
        float(np.sqrt(max(square - part**2 / n, 0.0) / (n - 1))) if n > 1 else None
        for part, square, n in zip(total, squares, count, strict=True)
    ]


def _sums(index: IntArray, values: FloatArray, size: int) -> FloatArray:
    if values.ndim == 1:
        return np.bincount(index, values, minlength=size).astype(float)
    return np.stack([np.bincount(index, column, minlength=size) for column in values.T], axis=1)


def _counts(index: IntArray) -> FloatArray:
    return np.bincount(index).astype(float)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS) + 0.0
