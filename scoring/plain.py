"""The plain view: sheets to one number each, in exact fractions, and their means over jurors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from scoring.codec import plain_decimal
from scoring.errors import ScoringError
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
    mapped = {
        pair: {
            item.key: _mapped(sheet[item.key], item, scale)
            for item in criteria
            if item.key in sheet
        }
        for pair, sheet in sheets.items()
    }
    centres = _centres(mapped.values(), criteria)
    weights = {item.key: Fraction(item.weight) for item in criteria if item.key in centres}
    if not sum(weights.values()):
        return {}
    base = sum((weights[key] * centres[key] for key in weights), Fraction(0)) / sum(
        weights.values()
    )
    return {pair: _composite(sheet, weights, centres, base) for pair, sheet in mapped.items()}


def mean(values: Sequence[Fraction]) -> Fraction:
    """Arithmetic mean of at least one fraction, exact."""
    return sum(values, Fraction(0)) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    """Middle value, or the mean of the two middle ones, of at least one fraction; exact."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def spread(values: Sequence[Fraction]) -> float | None:
    """Standard deviation with divisor n - 1; None for a single value."""
    if len(values) < 2:
        return None
    centre = mean(values)
    squares = sum(((value - centre) ** 2 for value in values), Fraction(0))
    return sqrt(squares / (len(values) - 1))


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
    return Fraction(points)


def _missing(sheet: Answers, criteria: Sequence[Criterion]) -> tuple[str, ...]:
    return tuple(item.key for item in criteria if item.key not in sheet)


def _counts(sheet: Answers, criteria: Sequence[Criterion]) -> bool:
    if any(item.required and item.key not in sheet for item in criteria):
        return False
    present = sum(item.weight for item in criteria if item.key in sheet)
    return present > 0 and 2 * present >= sum(item.weight for item in criteria)


def _mapped(points: Fraction, criterion: Criterion, scale: Scale) -> Fraction:
    if scale.rubric_points:
        return points
    low, high = Fraction(criterion.minimum), Fraction(criterion.maximum)
    return 100 * (points - low) / (high - low)


def _centres(sheets: Iterable[Answers], criteria: Sequence[Criterion]) -> Answers:
    found: dict[str, list[Fraction]] = {item.key: [] for item in criteria}
    for sheet in sheets:
        for key, points in sheet.items():
            found[key].append(points)
    return {key: mean(points) for key, points in found.items() if points}


def _composite(sheet: Answers, weights: Answers, centres: Answers, base: Fraction) -> Fraction:
    total = sum((weights[key] for key in sheet), Fraction(0))
    if len(sheet) == len(weights):
        return sum((weights[key] * points for key, points in sheet.items()), Fraction(0)) / total
    centred = sum((weights[key] * (x - centres[key]) for key, x in sheet.items()), Fraction(0))
    return centred / total + base


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
