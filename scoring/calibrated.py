"""The calibrated view: merit, severity and noise told apart, with their uncertainty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import exp

import numpy as np
from scipy.special import chdtri
from threadpoolctl import threadpool_limits

from scoring import draws as sampling
from scoring.errors import Notice, ScoringError
from scoring.exact import mean_of, over_common
from scoring.graph import IntArray, entry_parts, indexed
from scoring.mixed import Design, FloatArray
from scoring.model import Rules
from scoring.reml import Estimate, estimable, estimate
from scoring.result import SheetValue, Variance
from scoring.weighting import weigh

GRID_JURORS = 80
DRAWS = 2_000
DRAWS_LARGE = 400
DRAWS_LARGEST = 200
WEIGHT_DIGITS = 6
DRAWN_NUMBERS = 16_000_000
EXACT = exp(-25)
ERRATIC_SHEETS = 5
ERRATIC_RATIO = 1.5
ERRATIC_LEVEL = 0.01


@dataclass(frozen=True)
class CountedSheets:
    """The sheets that count, by index; entries and jurors by name, each with a sheet at least.

    weight: of each sheet, None where all weigh the same.
    """

    entries: tuple[str, ...]
    jurors: tuple[str, ...]
    entry: IntArray
    juror: IntArray
    values: tuple[Fraction, ...]
    part: IntArray
    weight: FloatArray | None = None

    @cached_property
    def numbers(self) -> FloatArray:
        """The values as floats."""
        return np.array([float(value) for value in self.values])

    def means(self) -> list[Fraction]:
        """Each entry's plain mean, exact."""
        numbers, unit = over_common(self.values)
        found: dict[int, list[int]] = defaultdict(list)
        for entry, number in zip(self.entry.tolist(), numbers, strict=True):
            found[entry].append(number)
        return [mean_of(found[index], unit) for index in range(len(self.entries))]


@dataclass(frozen=True)
class Calibration:
    """By entry index: fair score, 90 % intervals of score and place, probability above the cut;
    by juror index: severity with its interval, erratic. NaN-free: what cannot be had is None as a
    whole. weight: of each sheet, None where all weigh the same.
    """

    score: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    place_low: sampling.PlaceArray | None
    place_high: sampling.PlaceArray | None
    p_cut: FloatArray | None
    severity: FloatArray
    severity_low: FloatArray | None
    severity_high: FloatArray | None
    erratic: tuple[bool, ...]
    variance: Variance
    draws: int
    method: str
    notices: tuple[Notice, ...]
    weight: FloatArray | None = None


def counted_sheets(sheets: Sequence[SheetValue]) -> CountedSheets:
    """Index the sheets that have a value; raise ScoringError `no_sheet_counts` where none has."""
    counted = [
        (sheet.entry, sheet.juror, sheet.value, sheet.weight)
        for sheet in sheets
        if sheet.value is not None
    ]
    if not counted:
        raise ScoringError("no_sheet_counts", sheets=len(sheets))
    entries, entry = indexed([sheet[0] for sheet in counted])
    jurors, juror = indexed([sheet[1] for sheet in counted])
    part = entry_parts(entry, juror, len(entries), len(jurors))
    weight = np.array([sheet[3] for sheet in counted])
    values = tuple(sheet[2] for sheet in counted)
    weighed = None if np.all(weight == 1) else weight
    return CountedSheets(entries, jurors, entry, juror, values, part, weighed)


def calibrate(sheets: CountedSheets, groups: Mapping[str, str], rules: Rules) -> Calibration:
    """Crossed random effects of entry and juror, a fixed mean for each group and connected part.

    The fair score is an entry's mean after each juror's severity is taken off. Variances are
    REML; up to 80 jurors the draws integrate both ratios over a grid, above they are plugged in.
    Where nothing can be estimated (all equal, every juror constant, a single sheet) entries stay
    tied and a notice says why. A very large jury that shares no entries is refused with
    ScoringError `severity_not_separable`, or, where the plain view ranks, gets a notice and no
    calibrated numbers.
    """
    if all(value == sheets.values[0] for value in sheets.values):
        return _without_estimate(
            sheets, rules, "all_equal" if len(sheets.values) > 1 else "one_sheet"
        )
    constants = _juror_constants(sheets)
    if constants is not None:
        return _constant_jurors(sheets, rules, constants)
    cell, notices = cells(sheets, groups)
    design, centre, unit = _standardised(sheets, cell)
    with threadpool_limits(limits=1, user_api="blas"):
        known = estimate(design) if estimable(design) else None
        if known is None and not design.dense:
            return _unseparated(sheets, rules)
        weighs = rules.juror_weights or rules.robust
        if weighs and known is not None and known.residual > EXACT:
            found = _weighed(design, rules)
        else:
            found = _estimated(design, rules, known)
            notices += (Notice("weights_not_estimable"),) if weighs else ()
    return _on_scale(found, sheets, centre, unit, notices)


def _without_estimate(sheets: CountedSheets, rules: Rules, code: str) -> Calibration:
    scores = np.array([float(value) for value in sheets.means()])
    known = code == "all_equal"
    jurors = len(sheets.jurors)
    return _tied(
        rules,
        scores,
        np.zeros(jurors),
        Notice(code, {"entries": len(scores), "jurors": jurors}),
        Variance(0.0, 0.0, 0.0) if known else Variance(),
    )


def _unseparated(sheets: CountedSheets, rules: Rules) -> Calibration:
    params = {"entries": len(sheets.entries), "jurors": len(sheets.jurors)}
    if rules.rank_by == "calibrated":
        raise ScoringError("severity_not_separable", **params)
    plain = _without_estimate(sheets, rules, "severity_not_separable")
    return replace(plain, place_low=None, place_high=None, p_cut=None)


def _juror_constants(sheets: CountedSheets) -> list[Fraction] | None:
    """Each juror's one value, where all scored two entries or more and told none apart."""
    if np.bincount(sheets.juror).min() < 2:
        return None
    found: dict[int, Fraction] = {}
    for juror, value in zip(sheets.juror.tolist(), sheets.values, strict=True):
        if found.setdefault(juror, value) != value:
            return None
    return [found[juror] for juror in range(len(sheets.jurors))]


def _constant_jurors(sheets: CountedSheets, rules: Rules, constants: list[Fraction]) -> Calibration:
    centre = mean_of(*over_common(constants))
    severity = np.array([float(centre - value) for value in constants])
    variance = Variance(0.0, float(np.var(severity, ddof=1)), 0.0)
    scores = np.full(len(sheets.entries), float(centre))
    return _tied(rules, scores, severity, Notice("jurors_constant"), variance)


def _tied(
    rules: Rules, scores: FloatArray, severity: FloatArray, notice: Notice, variance: Variance
) -> Calibration:
    """Nothing separates the entries: each is above the cut with the same probability."""
    entries = len(scores)
    share = None if rules.cut is None else np.full(entries, min(1.0, rules.cut / entries))
    estimated = notice.code in ("all_equal", "jurors_constant")
    ones = np.ones(entries, dtype=np.int32)
    return Calibration(
        scores,
        scores if estimated else None,
        scores if estimated else None,
        ones,
        np.full(entries, entries, dtype=np.int32),
        share,
        severity,
        severity if estimated else None,
        severity if estimated else None,
        (False,) * len(severity),
        variance,
        0,
        "none",
        (notice,),
    )


def cells(sheets: CountedSheets, groups: Mapping[str, str]) -> tuple[IntArray, tuple[Notice, ...]]:
    """The fixed mean of each entry: part and group; coarser if no cell held two entries."""
    labels = np.array([groups.get(entry, "") for entry in sheets.entries])
    _, group = np.unique(labels, return_inverse=True)
    pairs = np.stack([sheets.part, group])
    _, fine = np.unique(pairs, axis=1, return_inverse=True)
    if fine.max() + 1 < len(fine) or len(fine) == 1:
        return fine.ravel().astype(np.int64), ()
    if sheets.part.max() + 1 < len(fine):
        return sheets.part, (Notice("groups_too_small"),)
    return np.zeros(len(fine), dtype=np.int64), (Notice("parts_too_small"),)


def _standardised(sheets: CountedSheets, cell: IntArray) -> tuple[Design, Fraction, float]:
    numerators, common = over_common(sheets.values)
    count, total = len(numerators), sum(numerators)
    # Deviations are taken in integers: a large common offset would cost digits in floats.
    exact = [count * x - total for x in numerators]
    largest = max(abs(x) for x in exact)
    shares = np.array([x / largest for x in exact])
    spread = float(shares.std())
    entries, jurors = len(sheets.entries), len(sheets.jurors)
    design = Design(
        shares / spread, sheets.entry, sheets.juror, cell, entries, jurors, int(cell.max()) + 1
    )
    return design, Fraction(total, common * count), largest / (count * common) * spread


def _estimated(design: Design, rules: Rules, known: Estimate | None) -> Calibration:
    rng = np.random.default_rng(rules.seed)
    count = _draw_count(design, rules)
    if known is None or design.jurors <= GRID_JURORS:
        posterior = sampling.grid_posterior(design)
        drawn = sampling.draws_from_grid(design, posterior, count, rng)
        theta = known.solution.theta if known else posterior.mean_effects()[0]
        return _summary(design, rules, theta, known, drawn, "grid")
    drawn = sampling.draws_at(design, known.solution, count, rng)
    return _summary(design, rules, known.solution.theta, known, drawn, "plug-in")


def _weighed(design: Design, rules: Rules) -> Calibration:
    """Weights are published to six digits, so the fit that follows takes just those."""
    found = weigh(
        design,
        jurors=rules.juror_weights,
        sheets=rules.robust,
        count=_draw_count(design, rules),
        rng=np.random.default_rng(rules.seed),
    )
    weight = np.maximum(np.round(found.weight, WEIGHT_DIGITS), 10.0**-WEIGHT_DIGITS)
    heavy = replace(design, weight=weight)
    known = estimate(heavy)
    result = _summary(heavy, rules, known.solution.theta, known, found.draws, "weighed")
    return replace(result, weight=weight)


def _draw_count(design: Design, rules: Rules) -> int:
    if rules.draws is not None:
        return rules.draws
    affordable = DRAWN_NUMBERS // (design.entries + design.jurors)
    fewest, most = (DRAWS_LARGE, DRAWS) if design.dense else (DRAWS_LARGEST, DRAWS_LARGE)
    return max(fewest, min(most, affordable))


def _summary(
    design: Design,
    rules: Rules,
    theta: FloatArray,
    known: Estimate | None,
    drawn: sampling.Draws,
    method: str,
) -> Calibration:
    juror = theta[design.cells :] if known is None or known.severity else np.zeros(design.jurors)
    own = design.weighed - (1 if design.weight is None else design.weight) * juror[design.juror]
    taken = own / design.counts[design.entry]
    ranks = sampling.drawn_places(drawn.merit)
    low, high = sampling.intervals(drawn.merit)
    milder, stricter = sampling.intervals(drawn.juror)
    place_low, place_high = sampling.place_intervals(ranks)
    return Calibration(
        score=np.bincount(design.entry, taken, minlength=design.entries).astype(float),
        low=low,
        high=high,
        place_low=place_low,
        place_high=place_high,
        p_cut=None if rules.cut is None else np.asarray((ranks <= rules.cut).mean(axis=0)),
        severity=-juror,
        severity_low=-stricter,
        severity_high=-milder,
        erratic=_erratic(design, known) if known else (False,) * design.jurors,
        variance=Variance(known.merit, known.severity, known.residual) if known else Variance(),
        draws=len(drawn.merit),
        method=method,
        notices=() if known else (Notice("variances_not_estimable"),),
    )


def _erratic(design: Design, known: Estimate) -> tuple[bool, ...]:
    """Jurors whose squared surprises exceed 1.5 times the expected and the joint 1 % point.

    z = (r - f(-j)) / sqrt(residual (1 + 1/(d - 1))), r a score minus mean and severity, f(-j) the
    merit that the other jurors' sheets give the entry, d = n + lf (of weights, where sheets have
    them: the juror's own is taken as 1). At least five sheets are asked for.
    """
    solution = known.solution
    if known.residual <= EXACT:
        return (False,) * design.jurors
    own = np.ones(len(design.y)) if design.weight is None else design.weight
    depth = (design.counts + solution.lf)[design.entry]
    rest = design.y - design.unfolded(solution.theta)
    others = (depth * solution.merit[design.entry] - own * rest) / (depth - own)
    surprise = (rest - others) ** 2 / (known.residual * (1 + 1 / (depth - own)))
    total = np.bincount(design.juror, surprise, minlength=design.jurors)
    sheets = np.bincount(design.juror, minlength=design.jurors)
    bound = chdtri(np.maximum(sheets - 1, 1), ERRATIC_LEVEL / design.jurors)
    flagged = (total > np.maximum(bound, ERRATIC_RATIO * sheets)) & (sheets >= ERRATIC_SHEETS)
    return tuple(bool(flag) for flag in flagged)


def _on_scale(
    found: Calibration,
    sheets: CountedSheets,
    centre: Fraction,
    unit: float,
    notices: tuple[Notice, ...],
) -> Calibration:
    """From standardised numbers back to points."""
    origin = float(centre)

    def points(x: FloatArray | None) -> FloatArray | None:
        return None if x is None else origin + unit * x

    def width(x: FloatArray | None) -> FloatArray | None:
        return None if x is None else unit * x

    return replace(
        found,
        score=origin + unit * found.score,
        low=points(found.low),
        high=points(found.high),
        severity=unit * found.severity,
        severity_low=width(found.severity_low),
        severity_high=width(found.severity_high),
        variance=_scaled(found.variance, unit),
        notices=notices + found.notices,
    )


def _scaled(variance: Variance, unit: float) -> Variance:
    if variance.merit is None or variance.severity is None or variance.residual is None:
        return variance
    square = unit**2
    return Variance(variance.merit * square, variance.severity * square, variance.residual * square)
