"""The plain view: sheets to one number each, in exact fractions, and their means over jurors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from math import lcm

from scoring.codec import plain_decimal
from scoring.errors import ScoringError
from scoring.exact import mean, median, over_common, spread
from scoring.model import Criterion, Rules, ScoreRow, Scores
from scoring.result import CriterionMean, Scale, SheetValue

Answers = dict[str, Fraction]
Sheets = dict[tuple[str, str], Answers]


@dataclass(frozen=True)
class PlainView:
    """Sheets in the order (entry, juror); means, medians, spreads and criteria by entry, scored
    ones only.
    """

    sheets: tuple[SheetValue, ...]
    mean: Mapping[str, Fraction]
    median: Mapping[str, Fraction]
    spread: Mapping[str, float | None]
    criteria: Mapping[str, tuple[CriterionMean, ...]]
    scale: Scale
    answers: Mapping[tuple[str, str], Answers]


def plain_view(scores: Scores, rules: Rules) -> PlainView:
    """Weighted mean over the rubric, then mean over jurors (never a sum: a recusal must not cost
    points).

    A sheet without a required criterion, or with less than half of the weight answered, is
    incomplete: its value is None and it counts nowhere. An optional open criterion is
    renormalised away after centring. Raises ScoringError where a row names an unknown criterion,
    leaves its scale, or comes twice.
    """
    answers = gather(scores.rows, rules.criteria)
    scale = common_scale(rules.criteria)
    missing = {pair: _missing(sheet, rules.criteria) for pair, sheet in answers.items()}
    counted = {pair: sheet for pair, sheet in answers.items() if _counts(sheet, rules.criteria)}
    values = composites(counted, rules.criteria, scale)
    sheets = tuple(
        SheetValue(entry, juror, values.get((entry, juror)), missing[entry, juror])
        for entry, juror in sorted(answers)
    )
    by_entry = _by_entry(values)
    return PlainView(
        sheets,
        {entry: mean(found) for entry, found in by_entry.items()},
        {entry: median(found) for entry, found in by_entry.items()},
        {entry: spread(found) for entry, found in by_entry.items()},
        _criterion_means(counted, rules.criteria),
        scale,
        answers,
    )


def gather(rows: Iterable[ScoreRow], criteria: Sequence[Criterion]) -> Sheets:
    """(entry, juror) -> criterion -> points, checked; a sheet whose every criterion is open
    stays, empty.
    """
    by_key = {criterion.key: criterion for criterion in criteria}
    sheets: Sheets = defaultdict(dict)
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        place = (row.entry, row.juror, row.criterion)
        if place in seen:
            raise ScoringError("score_twice", **_where(row))
        seen.add(place)
        if row.criterion not in by_key:
            raise ScoringError("criterion_unknown", **_where(row))
        sheet = sheets[row.entry, row.juror]
        if row.points is not None:
            sheet[row.criterion] = _checked(row, row.points, by_key[row.criterion])
    return dict(sheets)


def common_scale(criteria: Sequence[Criterion]) -> Scale:
    """The rubric's own scale where all criteria share it, else 0 to 100."""
    ends = {(item.minimum, item.maximum) for item in criteria}
    if len(ends) > 1:
        return Scale(Fraction(0), Fraction(100), rubric_points=False)
    ((low, high),) = ends
    return Scale(Fraction(low), Fraction(high), rubric_points=True)


def composites(
    sheets: Sheets, criteria: Sequence[Criterion], scale: Scale
) -> dict[tuple[str, str], Fraction]:
    """Each sheet's weighted mean, y = sum_present w (x - c) / sum_present w + sum w c / sum w.

    c is a criterion's mean over all counted sheets: a missing hard criterion is then no gift and
    a missing easy one no penalty. On a sheet without gaps the centring cancels and y is the
    weighted mean itself.
    """
    mapped = _mapped(sheets, criteria, scale)
    answered = {key for sheet in mapped.values() for key in sheet}
    weights = {item.key: Fraction(item.weight) for item in criteria if item.key in answered}
    if not sum(weights.values()):
        return {}
    whole = [pair for pair, sheet in mapped.items() if len(sheet) == len(weights)]
    if len(whole) == len(mapped):
        return _whole(mapped, whole, weights)
    centres = _centres(mapped.values())
    base = _weighted(centres, weights)
    found = _whole(mapped, whole, weights)
    return {
        pair: found[pair] if pair in found else _gappy(sheet, weights, centres, base)
        for pair, sheet in mapped.items()
    }


def _where(row: ScoreRow) -> dict[str, str]:
    return {"entry": row.entry, "juror": row.juror, "criterion": row.criterion}


def _checked(row: ScoreRow, points: Decimal, criterion: Criterion) -> Fraction:
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
    return _fraction(points)


@lru_cache(maxsize=4096)
def _fraction(points: Decimal) -> Fraction:
    """One and the same object for the same points: there are few, and comparing is then quick."""
    return Fraction(points)


def _missing(sheet: Answers, criteria: Sequence[Criterion]) -> tuple[str, ...]:
    return tuple(item.key for item in criteria if item.key not in sheet)


def _counts(sheet: Answers, criteria: Sequence[Criterion]) -> bool:
    if any(item.required and item.key not in sheet for item in criteria):
        return False
    present = sum(item.weight for item in criteria if item.key in sheet)
    return present > 0 and 2 * present >= sum(item.weight for item in criteria)


def _mapped(sheets: Sheets, criteria: Sequence[Criterion], scale: Scale) -> Sheets:
    """Points on the common scale; of the few values that jurors give, each is mapped once."""
    if scale.rubric_points:
        return sheets
    ends = {item.key: (Fraction(item.minimum), Fraction(item.maximum)) for item in criteria}

    @cache
    def share(key: str, points: Fraction) -> Fraction:
        low, high = ends[key]
        return 100 * (points - low) / (high - low)

    return {
        pair: {key: share(key, points) for key, points in sheet.items()}
        for pair, sheet in sheets.items()
    }


def _centres(sheets: Iterable[Answers]) -> Answers:
    found: dict[str, list[Fraction]] = defaultdict(list)
    for sheet in sheets:
        for key, points in sheet.items():
            found[key].append(points)
    return {key: mean(points) for key, points in found.items()}


def _whole(
    sheets: Sheets, pairs: Sequence[tuple[str, str]], weights: Answers
) -> dict[tuple[str, str], Fraction]:
    """Weighted means of sheets without a gap, in integers over one denominator."""
    given = {points for pair in pairs for points in sheets[pair].values()}
    common = lcm(*(points.denominator for points in given))
    shares, _ = over_common(weights.values())
    weight = dict(zip(weights, shares, strict=True))
    numerator = {points: int(points * common) for points in given}
    below = common * sum(shares)
    return {
        pair: Fraction(sum(weight[key] * numerator[x] for key, x in sheets[pair].items()), below)
        for pair in pairs
    }


def _gappy(sheet: Answers, weights: Answers, centres: Answers, base: Fraction) -> Fraction:
    centred = {key: points - centres[key] for key, points in sheet.items()}
    return _weighted(centred, weights) + base


def _weighted(values: Answers, weights: Answers) -> Fraction:
    total = sum((weights[key] for key in values), Fraction(0))
    return sum((weights[key] * x for key, x in values.items()), Fraction(0)) / total


def _by_entry(values: Mapping[tuple[str, str], Fraction]) -> dict[str, list[Fraction]]:
    found: dict[str, list[Fraction]] = defaultdict(list)
    for (entry, _), value in values.items():
        found[entry].append(value)
    return dict(found)


def _criterion_means(
    sheets: Sheets, criteria: Sequence[Criterion]
) -> dict[str, tuple[CriterionMean, ...]]:
    found: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for (entry, _), sheet in sheets.items():
        answered = found[entry]
        for key, points in sheet.items():
            answered[key].append(points)
    return {
        entry: tuple(
            CriterionMean(item.key, mean(answered[item.key]) if item.key in answered else None)
            for item in criteria
        )
        for entry, answered in found.items()
    }
