"""How much the result hangs on one juror, on the weights, on a few points.

Everything is computed at the variances that were estimated: with them fixed, fair scores are linear
in the points, so that a weighting is a weighted sum of one fit a criterion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from scoring.calibrated import CountedSheets
from scoring.errors import ScoringError
from scoring.graph import entry_parts
from scoring.mixed import Design, FloatArray
from scoring.model import Criterion, Rules
from scoring.refit import design_of, fair_scores, ratios
from scoring.result import (
    Sensitivity,
    Swap,
    Variance,
    Weight,
    WeightShare,
    WithoutJuror,
)

LARGEST = 100
CONCENTRATION = 50
WEIGHTINGS = 2_000
NUMBERS = 4_000_000
NEAREST = 3
DIGITS = 6


def sensitivity(
    sheets: CountedSheets,
    points: FloatArray,
    rules: Rules,
    groups: Mapping[str, str],
    variance: Variance,
    digits: int,
) -> Sensitivity:
    """Leave each juror out, vary the weights, and say what would make another entry the first.

    points: `answer_table` of the sheets, in the unit of their values. In the view that ranks,
    scores rounded to `digits` so that equal is equal; ties are left as ties. Weights are drawn from
    a Dirichlet distribution around the rubric's (concentration 50, so a weight of .25 varies by
    about .06), 2,000 times with the rules' seed, fewer in very large rounds. The smallest change
    of weights that draws two entries level is the projection of the rubric's weights on the plane
    where they are equal.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        view = _View(sheets, groups, _ratios(rules, variance), digits)
        weight = _weights(rules.criteria)
        by_criterion = _by_criterion(view, points, weight)
        return Sensitivity(
            jurors=_without_jurors(view, rules.cut) if len(sheets.jurors) <= LARGEST else None,
            weights=_weightings(view, by_criterion, weight, rules),
            swaps=_swaps(view, by_criterion, weight, rules.criteria),
        )


@dataclass(frozen=True)
class _View:
    """The scores that rank. ratios: of the calibrated view, None for plain means."""

    sheets: CountedSheets
    groups: Mapping[str, str]
    ratios: tuple[float, float] | None
    digits: int

    def scores(self, values: FloatArray | None = None) -> FloatArray:
        """By entry, from the sheets' own values or from others in their order."""
        if self.ratios is None:
            given = self.sheets.numbers if values is None else values
            return np.bincount(self.sheets.entry, given) / np.bincount(self.sheets.entry)
        design = self._design if values is None else self._design.with_values(values)
        return fair_scores(design, *self.ratios)

    @cached_property
    def _design(self) -> Design:
        return design_of(self.sheets, self.groups)

    @cached_property
    def own(self) -> FloatArray:
        """The scores as they rank, at publication's precision, so that equal is equal."""
        return np.round(self.scores(), self.digits)

    @cached_property
    def places(self) -> dict[str, int]:
        """Competition places by score alone."""
        return _places(self.sheets.entries, self.own)

    def without(self, juror: int) -> _View | None:
        """The same view without a juror's sheets; None where nothing remains."""
        kept = np.flatnonzero(self.sheets.juror != juror)
        if len(kept) == 0:
            return None
        entries, entry = np.unique(self.sheets.entry[kept], return_inverse=True)
        jurors, others = np.unique(self.sheets.juror[kept], return_inverse=True)
        sheets = CountedSheets(
            tuple(self.sheets.entries[index] for index in entries),
            tuple(self.sheets.jurors[index] for index in jurors),
            entry,
            others,
            tuple(self.sheets.values[index] for index in kept),
            entry_parts(entry, others, len(entries), len(jurors)),
            None if self.sheets.weight is None else self.sheets.weight[kept],
        )
        return replace(self, sheets=sheets)


def _ratios(rules: Rules, variance: Variance) -> tuple[float, float] | None:
    if rules.rank_by == "plain":
        return None
    try:
        return ratios(variance)[:2]
    except ScoringError:
        return None


def _places(entries: Sequence[str], scores: FloatArray) -> dict[str, int]:
    above = np.searchsorted(np.sort(-scores), -scores, side="left")
    return {entry: int(count) + 1 for entry, count in zip(entries, above, strict=True)}


def _without_jurors(view: _View, cut: int | None) -> tuple[WithoutJuror, ...]:
    return tuple(
        _without(view, juror, cut)
        for juror in range(len(view.sheets.jurors))
        if len(view.sheets.jurors) > 1
    )


def _without(view: _View, juror: int, cut: int | None) -> WithoutJuror:
    rest = view.without(juror)
    places = rest.places if rest else {}
    before, after = _above(view.places, cut), _above(places, cut)
    return WithoutJuror(
        juror=view.sheets.jurors[juror],
        first=tuple(sorted(entry for entry, place in places.items() if place == 1)),
        enters=tuple(sorted(after - before)),
        leaves=tuple(sorted(before - after)),
        moved=max((abs(view.places[entry] - place) for entry, place in places.items()), default=0),
        unscored=tuple(sorted(view.places.keys() - places.keys())),
    )


def _above(places: Mapping[str, int], cut: int | None) -> set[str]:
    return {entry for entry, place in places.items() if cut is not None and place <= cut}


def _by_criterion(view: _View, points: FloatArray, weight: FloatArray) -> FloatArray:
    """Scores on each criterion alone, entries x criteria; an open answer is filled so that the
    sheet keeps its value.
    """
    given = ~np.isnan(points)
    centre = np.where(given, points, 0).sum(axis=0) / np.maximum(given.sum(axis=0), 1)
    filled = np.where(given, points, centre + (view.sheets.numbers - weight @ centre)[:, None])
    return np.stack([view.scores(column) for column in filled.T], axis=1)


def _weights(criteria: Sequence[Criterion]) -> FloatArray:
    weight = np.array([float(item.weight) for item in criteria])
    return np.asarray(weight / weight.sum())


def _weightings(
    view: _View, by_criterion: FloatArray, weight: FloatArray, rules: Rules
) -> tuple[WeightShare, ...]:
    entries = view.sheets.entries
    if np.count_nonzero(weight) < 2:
        return ()
    often = max(100, min(WEIGHTINGS, NUMBERS // len(entries)))
    used = np.flatnonzero(weight)
    drawn = np.random.default_rng(rules.seed).dirichlet(CONCENTRATION * weight[used], often)
    scores = np.round(by_criterion[:, used] @ drawn.T, view.digits)
    cut = min(rules.cut or 1, len(entries))
    last = np.partition(scores, len(entries) - cut, axis=0)[len(entries) - cut]
    above = (scores >= last).mean(axis=1)
    first = (scores >= scores.max(axis=0)).mean(axis=1)
    rows = [
        WeightShare(entry, round(float(a), DIGITS), round(float(f), DIGITS))
        for entry, a, f in zip(entries, above, first, strict=True)
        if a > 0
    ]
    return tuple(sorted(rows, key=lambda row: (-row.above, -row.first, row.entry)))


def _swaps(
    view: _View, by_criterion: FloatArray, weight: FloatArray, criteria: Sequence[Criterion]
) -> tuple[Swap, ...]:
    order = np.argsort(-view.own, kind="stable")
    counts = np.bincount(view.sheets.entry)
    rows = []
    for at in order[1 : 1 + NEAREST]:
        gap = max(float(view.own[order[0]] - view.own[at]), 0.0)
        moved = _levelled(weight, by_criterion[order[0]] - by_criterion[at])
        rows.append(
            Swap(
                view.sheets.entries[at],
                round(gap * float(counts[at]), view.digits),
                _named(criteria, moved),
                None if moved is None else round(float(np.abs(moved - weight).sum()) / 2, DIGITS),
            )
        )
    return tuple(rows)


def _levelled(weight: FloatArray, lead: FloatArray) -> FloatArray | None:
    """The nearest weights at which a lead (by criterion) vanishes; None if one were negative."""
    used = weight > 0
    tilt = np.where(used, lead - lead[used].mean(), 0.0)
    size = float(tilt @ tilt)
    if size < 1e-12:
        return None
    moved = weight - tilt * float(lead @ weight) / size
    return moved if np.all(moved >= 0) else None


def _named(criteria: Sequence[Criterion], weights: FloatArray | None) -> tuple[Weight, ...]:
    if weights is None:
        return ()
    return tuple(
        Weight(item.key, round(float(share), DIGITS))
        for item, share in zip(criteria, weights, strict=True)
    )
