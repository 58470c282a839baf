"""The plain view: sheets to one number each, in exact fractions, and their means over jurors.

Inside, points are whole numbers of one small unit: exact like fractions, and many times faster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import compress
from math import lcm
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.codec import plain_decimal
from scoring.errors import ScoringError
from scoring.exact import mean_of, median_of, over_common, spread_of
from scoring.graph import IntArray
from scoring.model import MOST_DIGITS, Criterion, Rules, ScoreRow, Scores, beyond_floats
from scoring.result import CriterionMean, Scale, SheetValue

WORD = 2**26
Pair = tuple[str, str]
Given = dict[str, Decimal | None]
WholeArray = NDArray[Any]


@dataclass(frozen=True)
class Points:
    """A row a sheet, (entry, juror), and a column a criterion: whole numbers of 1/unit, 0 where the
    criterion is open. Numbers that products of 64 bits cannot hold are Python's own.
    """

    pairs: tuple[Pair, ...]
    numbers: WholeArray
    given: NDArray[np.bool_]
    unit: int

    def only(self, wanted: NDArray[np.bool_]) -> Points:
        """The wanted rows alone."""
        if wanted.all():
            return self
        pairs = tuple(compress(self.pairs, wanted.tolist()))
        return replace(self, pairs=pairs, numbers=self.numbers[wanted], given=self.given[wanted])


@dataclass(frozen=True)
class PlainView:
    """Sheets in the order (entry, juror); means, medians, spreads and criteria by entry, scored
    ones only. points: of the sheets that count, in their order, in each criterion's own scale.
    """

    sheets: tuple[SheetValue, ...]
    mean: Mapping[str, Fraction]
    median: Mapping[str, Fraction]
    spread: Mapping[str, float | None]
    criteria: Mapping[str, tuple[CriterionMean, ...]]
    scale: Scale
    points: Points


def plain_view(scores: Scores, rules: Rules) -> PlainView:
    """Weighted mean over the rubric, then mean over jurors (never a sum: a recusal must not cost
    points).

    A sheet without a required criterion, or with less than half of the weight answered, is
    incomplete: its value is None and it counts nowhere. An optional open criterion is
    renormalised away after centring. Raises ScoringError where a row names an unknown criterion,
    leaves its scale, or comes twice.
    """
    criteria = rules.criteria
    points = whole_points(gather(scores.rows, criteria), criteria)
    scale = common_scale(criteria)
    counted = points.only(_counting(points.given, criteria))
    values = composites(counted, criteria, scale)
    sheets = tuple(
        SheetValue(*pair, values.get(pair), missing)
        for pair, missing in zip(points.pairs, _missing(points.given, criteria), strict=True)
    )
    by_entry, unit = _by_entry(values)
    return PlainView(
        sheets,
        {entry: mean_of(found, unit) for entry, found in by_entry.items()},
        {entry: median_of(found, unit) for entry, found in by_entry.items()},
        {entry: spread_of(found, unit) for entry, found in by_entry.items()},
        _criterion_means(counted, criteria),
        scale,
        counted,
    )


def gather(rows: Iterable[ScoreRow], criteria: Sequence[Criterion]) -> dict[Pair, Given]:
    """(entry, juror) -> criterion -> points, checked; None where a juror left a criterion open."""
    by_key = {criterion.key: criterion for criterion in criteria}
    fine: dict[str, set[Decimal]] = {key: set() for key in by_key}
    sheets: dict[Pair, Given] = defaultdict(dict)
    for row in rows:
        key, points = row.criterion, row.points
        criterion = by_key.get(key)
        if criterion is None:
            raise ScoringError("criterion_unknown", **_where(row))
        sheet = sheets[row.entry, row.juror]
        if key in sheet:
            raise ScoringError("score_twice", **_where(row))
        if points is not None and not (points.is_finite() and points in fine[key]):
            _check(row, points, criterion)
            fine[key].add(points)
        sheet[key] = points
    return dict(sheets)


def whole_points(
    sheets: Mapping[Pair, Mapping[str, Decimal | None]], criteria: Sequence[Criterion]
) -> Points:
    """Gathered sheets, sorted, as whole numbers of the largest unit that all points are multiples
    of.
    """
    keys = [item.key for item in criteria]
    pairs = tuple(sorted(sheets))
    answers = [sheet.get(key) for sheet in map(sheets.__getitem__, pairs) for key in keys]
    different = [points for points in set(answers) if points is not None]
    unit = lcm(1, *(points.as_integer_ratio()[1] for points in different))
    position = {None: -1} | {points: at for at, points in enumerate(different)}
    at = np.fromiter(map(position.__getitem__, answers), dtype=np.intp, count=len(answers))
    at = at.reshape(len(pairs), len(keys))
    numbers = _whole([*(int(Fraction(points) * unit) for points in different), 0])
    return Points(pairs, numbers[at], at >= 0, unit)


def _whole(numbers: Sequence[int] | WholeArray) -> WholeArray:
    """As 64 bits where sums of products of two of them fit, else as Python's own integers."""
    found = numbers if isinstance(numbers, np.ndarray) else np.array(numbers, dtype=object)
    fits = not found.size or max(-found.min(), found.max()) < WORD
    return found.astype(np.int64 if fits else object)


def common_scale(criteria: Sequence[Criterion]) -> Scale:
    """The rubric's own scale where all criteria share it, else 0 to 100."""
    ends = {(item.minimum, item.maximum) for item in criteria}
    if len(ends) > 1:
        return Scale(Fraction(0), Fraction(100), rubric_points=False)
    ((low, high),) = ends
    return Scale(Fraction(low), Fraction(high), rubric_points=True)


def composites(points: Points, criteria: Sequence[Criterion], scale: Scale) -> dict[Pair, Fraction]:
    """Each sheet's weighted mean, y = sum_present w (x - c) / sum_present w + sum w c / sum w.

    c is a criterion's mean over all counted sheets: a missing hard criterion is then no gift and
    a missing easy one no penalty. On a sheet without gaps the centring cancels and y is the
    weighted mean itself.
    """
    mapped = points if scale.rubric_points else _mapped(points, criteria)
    used = np.asarray(mapped.given.any(axis=0))
    shares, _ = over_common([Fraction(item.weight) for item in criteria])
    weight = _whole([share if there else 0 for share, there in zip(shares, used, strict=True)])
    if not weight.any():
        return {}
    gap = _gaps(mapped, weight.tolist())

    @cache
    def share(total: int, below: int) -> Fraction:
        return Fraction(total, below * mapped.unit)

    totals, belows = (mapped.numbers @ weight).tolist(), (mapped.given @ weight).tolist()
    values = list(map(share, totals, belows))
    for at in np.flatnonzero((mapped.given != used).any(axis=1)).tolist():
        values[at] += gap(mapped.given[at].tobytes())
    return dict(zip(mapped.pairs, values, strict=True))


def _gaps(points: Points, weight: list[int]) -> Callable[[bytes], Fraction]:
    """What a sheet with only these criteria answered gets for the others: their centres' weighted
    mean over all less that over the answered ones.
    """
    tallies = zip(
        points.numbers.sum(axis=0).tolist(), points.given.sum(axis=0).tolist(), strict=True
    )
    centre = [
        Fraction(total, count * points.unit) if count else Fraction(0) for total, count in tallies
    ]
    whole = _weighted(centre, weight)

    @cache
    def gap(answered: bytes) -> Fraction:
        return whole - _weighted(
            centre, [w * there for w, there in zip(weight, answered, strict=True)]
        )

    return gap


def _weighted(values: list[Fraction], weight: list[int]) -> Fraction:
    return sum(map(mul, weight, values), Fraction(0)) / sum(weight)


def _where(row: ScoreRow) -> dict[str, str]:
    return {"entry": row.entry, "juror": row.juror, "criterion": row.criterion}


def _check(row: ScoreRow, points: Decimal, criterion: Criterion) -> None:
    if not points.is_finite():
        raise ScoringError("points_not_finite", **_where(row), points=str(points))
    if beyond_floats(points):
        raise ScoringError("points_too_long", **_where(row), digits=str(MOST_DIGITS))
    if not criterion.minimum <= points <= criterion.maximum:
        raise ScoringError(
            "points_out_of_range",
            **_where(row),
            points=plain_decimal(points),
            minimum=plain_decimal(criterion.minimum),
            maximum=plain_decimal(criterion.maximum),
        )


def _missing(given: NDArray[np.bool_], criteria: Sequence[Criterion]) -> list[tuple[str, ...]]:
    """The criteria that each sheet leaves open, in the rubric's order."""
    found: list[tuple[str, ...]] = [()] * len(given)
    for at in np.flatnonzero(~given.all(axis=1)).tolist():
        left = np.flatnonzero(~given[at]).tolist()
        found[at] = tuple([criteria[column].key for column in left])
    return found


def _counting(given: NDArray[np.bool_], criteria: Sequence[Criterion]) -> NDArray[np.bool_]:
    """Whether each sheet counts: all that is required answered, and half of the weight at least."""
    required = np.array([item.required for item in criteria])
    shares, _ = over_common([Fraction(item.weight) for item in criteria])
    present = given @ _whole(shares)
    return np.asarray(
        (given | ~required).all(axis=1) & (present > 0) & (2 * present >= sum(shares)), dtype=bool
    )


def _mapped(points: Points, criteria: Sequence[Criterion]) -> Points:
    """Points on 0 to 100, still whole numbers of one unit."""
    low = [Fraction(item.minimum) * points.unit for item in criteria]
    per = [
        100 / (Fraction(item.maximum) * points.unit - least)
        for item, least in zip(criteria, low, strict=True)
    ]
    offset = list(map(mul, per, low))
    unit = lcm(*(number.denominator for number in (*per, *offset)))
    factors, least = (_whole([int(number * unit) for number in part]) for part in (per, offset))
    numbers = np.where(points.given, points.numbers * factors - least, 0)
    return replace(points, numbers=_whole(numbers), unit=unit)


def _by_entry(values: Mapping[Pair, Fraction]) -> tuple[dict[str, list[int]], int]:
    """Each entry's sheets as whole numbers of one unit, and how many units make 1."""
    numbers, unit = over_common(values.values())
    found: dict[str, list[int]] = defaultdict(list)
    for (entry, _), number in zip(values, numbers, strict=True):
        found[entry].append(number)
    return dict(found), unit


def _criterion_means(
    points: Points, criteria: Sequence[Criterion]
) -> dict[str, tuple[CriterionMean, ...]]:
    position: dict[str, int] = {}
    row = np.array(
        [position.setdefault(entry, len(position)) for entry, _ in points.pairs], dtype=int
    )
    columns = [
        _column_means(item.key, points, column, row, len(position))
        for column, item in enumerate(criteria)
    ]
    return dict(zip(position, zip(*columns, strict=True), strict=True))


def _column_means(
    key: str, points: Points, column: int, row: IntArray, entries: int
) -> list[CriterionMean]:
    sums = np.zeros(entries, dtype=points.numbers.dtype)
    np.add.at(sums, row, points.numbers[:, column])
    counts = np.bincount(row[points.given[:, column]], minlength=entries)

    @cache
    def mean(total: int, count: int) -> CriterionMean:
        return CriterionMean(key, Fraction(total, count * points.unit) if count else None)

    return list(map(mean, sums.tolist(), counts.tolist()))
