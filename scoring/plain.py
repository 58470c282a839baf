"""The plain view: sheets to one number each, in exact fractions, and their means over jurors.

Inside, points are whole numbers of one small unit: exact like fractions, and many times faster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import lcm

from scoring.codec import plain_decimal
from scoring.errors import ScoringError
from scoring.exact import mean_of, median_of, over_common, spread_of
from scoring.model import Criterion, Rules, ScoreRow, Scores
from scoring.result import CriterionMean, Scale, SheetValue

Pair = tuple[str, str]
Given = dict[str, Decimal | None]
Answers = dict[str, int]


@dataclass(frozen=True)
class Points:
    """Sheets, (entry, juror) -> criterion -> a whole number of 1/unit; open criteria are absent."""

    sheets: Mapping[Pair, Answers]
    unit: int


@dataclass(frozen=True)
class PlainView:
    """Sheets in the order (entry, juror); means, medians, spreads and criteria by entry, scored
    ones only. points: of all sheets, in each criterion's own scale.
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
    points = whole_points(gather(scores.rows, criteria))
    scale = common_scale(criteria)
    whole = len(criteria)
    counted = {
        pair: sheet
        for pair, sheet in points.sheets.items()
        if len(sheet) == whole or _counts(sheet, criteria)
    }
    values = composites(Points(counted, points.unit), criteria, scale)
    sheets = tuple(
        SheetValue(*pair, values.get(pair), _missing(points.sheets[pair], criteria))
        for pair in sorted(points.sheets)
    )
    by_entry, unit = _by_entry(values)
    return PlainView(
        sheets,
        {entry: mean_of(found, unit) for entry, found in by_entry.items()},
        {entry: median_of(found, unit) for entry, found in by_entry.items()},
        {entry: spread_of(found, unit) for entry, found in by_entry.items()},
        _criterion_means(Points(counted, points.unit), criteria),
        scale,
        points,
    )


def gather(rows: Iterable[ScoreRow], criteria: Sequence[Criterion]) -> dict[Pair, Given]:
    """(entry, juror) -> criterion -> points, checked; None where a juror left a criterion open."""
    by_key = {criterion.key: criterion for criterion in criteria}
    sheets: dict[Pair, Given] = defaultdict(dict)
    for row in rows:
        criterion = by_key.get(row.criterion)
        if criterion is None:
            raise ScoringError("criterion_unknown", **_where(row))
        sheet = sheets[row.entry, row.juror]
        if row.criterion in sheet:
            raise ScoringError("score_twice", **_where(row))
        if row.points is not None:
            _check(row, row.points, criterion)
        sheet[row.criterion] = row.points
    return dict(sheets)


def whole_points(sheets: Mapping[Pair, Mapping[str, Decimal | None]]) -> Points:
    """Gathered sheets as whole numbers of the largest unit that all points are multiples of."""
    given = {points for sheet in sheets.values() for points in sheet.values() if points is not None}
    unit = lcm(1, *(points.as_integer_ratio()[1] for points in given))
    number = {points: int(Fraction(points) * unit) for points in given}
    return Points(
        {
            pair: {key: number[points] for key, points in sheet.items() if points is not None}
            for pair, sheet in sheets.items()
        },
        unit,
    )


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
    answered = {key for sheet in mapped.sheets.values() for key in sheet}
    used = [item for item in criteria if item.key in answered]
    shares, _ = over_common([Fraction(item.weight) for item in used])
    weights = dict(zip((item.key for item in used), shares, strict=True))
    if not sum(shares):
        return {}
    gap = _gaps(mapped, weights)

    @cache
    def share(total: int, below: int) -> Fraction:
        return Fraction(total, below * mapped.unit)

    found: dict[Pair, Fraction] = {}
    for pair, sheet in mapped.sheets.items():
        total = sum([weights[key] * x for key, x in sheet.items()])
        below = sum([weights[key] for key in sheet])
        value = share(total, below)
        found[pair] = value if len(sheet) == len(weights) else value + gap(frozenset(sheet))
    return found


def _gaps(points: Points, weights: Answers) -> Callable[[frozenset[str]], Fraction]:
    """What a sheet with only these criteria answered gets for the others: their centres' weighted
    mean over all less that over the answered ones.
    """
    sums: dict[str, list[int]] = {key: [0, 0] for key in weights}
    for sheet in points.sheets.values():
        for key, x in sheet.items():
            tally = sums[key]
            tally[0] += x
            tally[1] += 1
    centre = {key: Fraction(total, count * points.unit) for key, (total, count) in sums.items()}

    @cache
    def gap(answered: frozenset[str]) -> Fraction:
        return _weighted(centre, weights, weights) - _weighted(centre, weights, answered)

    return gap


def _weighted(values: Mapping[str, Fraction], weights: Answers, keys: Iterable[str]) -> Fraction:
    named = list(keys)
    return sum(weights[key] * values[key] for key in named) / Fraction(
        sum(weights[key] for key in named)
    )


def _where(row: ScoreRow) -> dict[str, str]:
    return {"entry": row.entry, "juror": row.juror, "criterion": row.criterion}


def _check(row: ScoreRow, points: Decimal, criterion: Criterion) -> None:
    if not points.is_finite():
        raise ScoringError("points_not_finite", **_where(row), points=str(points))
    if not criterion.minimum <= points <= criterion.maximum:
        raise ScoringError(
            "points_out_of_range",
            **_where(row),
            points=plain_decimal(points),
            minimum=plain_decimal(criterion.minimum),
            maximum=plain_decimal(criterion.maximum),
        )


def _missing(sheet: Answers, criteria: Sequence[Criterion]) -> tuple[str, ...]:
    if len(sheet) == len(criteria):
        return ()
    return tuple(item.key for item in criteria if item.key not in sheet)


def _counts(sheet: Answers, criteria: Sequence[Criterion]) -> bool:
    if any(item.required and item.key not in sheet for item in criteria):
        return False
    present = sum(item.weight for item in criteria if item.key in sheet)
    return present > 0 and 2 * present >= sum(item.weight for item in criteria)


def _mapped(points: Points, criteria: Sequence[Criterion]) -> Points:
    """Points on 0 to 100, still whole numbers of one unit."""
    low = {item.key: Fraction(item.minimum) * points.unit for item in criteria}
    per = {
        item.key: Fraction(100, 1) / (Fraction(item.maximum) * points.unit - low[item.key])
        for item in criteria
    }
    unit = lcm(*(item.denominator for key in low for item in (per[key], per[key] * low[key])))

    @cache
    def share(key: str, x: int) -> int:
        return int((x - low[key]) * per[key] * unit)

    return Points(
        {
            pair: {key: share(key, x) for key, x in sheet.items()}
            for pair, sheet in points.sheets.items()
        },
        unit,
    )


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
    sums: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for (entry, _), sheet in points.sheets.items():
        tallies = sums[entry]
        for key, x in sheet.items():
            tally = tallies.setdefault(key, [0, 0])
            tally[0] += x
            tally[1] += 1

    @cache
    def share(key: str, total: int, count: int) -> CriterionMean:
        return CriterionMean(key, Fraction(total, count * points.unit) if count else None)

    return {
        entry: tuple(share(item.key, *tallies.get(item.key, (0, 0))) for item in criteria)
        for entry, tallies in sums.items()
    }
