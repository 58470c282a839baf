"""How far jurors agree: intraclass correlations, Krippendorff's alpha, Kendall's W,
generalizability.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.graph import IntArray
from scoring.result import Alpha, Icc, Variance

FloatArray = NDArray[np.float64]
RATIO_LEVELS = 20_000


def complete_table(
    entry: IntArray, juror: IntArray, values: FloatArray, entries: int, jurors: int
) -> FloatArray | None:
    """The entries x jurors table where every juror scored every entry, else None; one value a
    pair.
    """
    if len(values) != entries * jurors or entries < 2 or jurors < 2:
        return None
    table = np.empty((entries, jurors))
    table[entry, juror] = values
    return table


def icc(table: FloatArray) -> Icc | None:
    """The six ICCs of a complete entries x jurors table (2 x 2 at least).

    Shrout and Fleiss, Psychological Bulletin 86 (1979) 420-428, equations on p. 423 and 426:
    cases 1, 2, 3 for a single juror and for the mean of all k. None where the table has no
    variance to divide.
    """
    n, k = table.shape
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    grand = table.mean()
    between = k * np.sum((rows - grand) ** 2) / (n - 1)
    jurors = n * np.sum((columns - grand) ** 2) / (k - 1)
    error = np.sum((table - rows[:, None] - columns + grand) ** 2) / ((n - 1) * (k - 1))
    within = np.sum((table - rows[:, None]) ** 2) / (n * (k - 1))
    if between <= 1e-12 * max(jurors, error, within, np.finfo(float).tiny):
        return None
    whole = between + (jurors - error) / n
    return Icc(
        icc1=_published((between - within) / (between + (k - 1) * within)),
        icc2=_published((between - error) / (between + (k - 1) * error + k * (jurors - error) / n)),
        icc3=_published((between - error) / (between + (k - 1) * error)),
        icc1k=_published((between - within) / between),
        icc2k=_published((between - error) / whole) if whole > 1e-9 * between else None,
        icc3k=_published((between - error) / between),
    )


def alpha(entry: IntArray, values: FloatArray) -> Alpha:
    """Krippendorff's alpha at four levels: one value a sheet, `entry` the unit it belongs to.

    alpha = 1 - observed / expected disagreement (Krippendorff, Content Analysis, 2004, ch. 11);
    units with a single value do not count. The ordinal difference of two values is the difference
    of their mid-ranks. None everywhere without pairs or without differences; ratio None where a
    value is negative.
    """
    _, unit, counts = np.unique(entry, return_inverse=True, return_counts=True)
    paired = counts[unit] > 1
    values = values[paired]
    _, unit = np.unique(unit[paired], return_inverse=True)
    if len(values) == 0 or np.ptp(values) == 0:
        return Alpha()
    levels, level, often = np.unique(values, return_inverse=True, return_counts=True)
    midranks = (np.cumsum(often) - often / 2)[level]
    return Alpha(
        nominal=_alpha_nominal(unit, level),
        ordinal=_alpha_squared(unit, midranks),
        interval=_alpha_squared(unit, (values - values.mean()) / values.std()),
        ratio=_alpha_ratio(unit, values, levels, often),
    )


def kendall_w(table: FloatArray) -> float | None:
    """Kendall's coefficient of concordance of a complete entries x jurors table, corrected for
    ties.

    W = 12 S / (m^2 (n^3 - n) - m sum T), T = sum over a juror's ties of (t^3 - t) (Kendall and
    Gibbons, Rank Correlation Methods, 1990, ch. 6). None for fewer than three entries or where
    every juror ties them all.
    """
    n, m = table.shape
    ranks = np.column_stack([_midranks(table[:, j]) for j in range(m)])
    squares = np.sum((ranks.sum(axis=1) - m * (n + 1) / 2) ** 2)
    ties = sum(float(np.sum(t**3 - t)) for t in map(_tie_sizes, table.T))
    most = m**2 * (n**3 - n) - m * ties
    return _published(12 * squares / most) if n >= 3 and most > 0 else None


def generalizability(
    variance: Variance, counts: Sequence[int]
) -> tuple[float | None, float | None]:
    """(g, phi) of an entry's mean over n jurors, n the harmonic mean of `counts` (jurors an
    entry).

    g = merit / (merit + residual / n) for rankings; phi = merit / (merit + (severity + residual)
    / n) for cut-offs (Brennan, Generalizability Theory, 2001, eqs. 2.39, 2.41). None where
    variances are unknown or all 0.
    """
    if variance.merit is None or variance.severity is None or variance.residual is None:
        return None, None
    share = float(np.mean([1 / count for count in counts]))
    relative = variance.merit + variance.residual * share
    absolute = relative + variance.severity * share
    g = _published(variance.merit / relative) if relative > 0 else None
    phi = _published(variance.merit / absolute) if absolute > 0 else None
    return g, phi


def _alpha_nominal(unit: IntArray, level: IntArray) -> float:
    size, levels = np.bincount(unit), int(level.max()) + 1
    pairs, within = np.unique(unit * levels + level, return_counts=True)
    total = len(unit)
    often = np.bincount(level)
    agreeing = np.sum(within * (within - 1) / (size[pairs // levels] - 1))
    observed = 1 - agreeing / total
    expected = 1 - np.sum(often * (often - 1.0)) / (total * (total - 1))
    return _published(1 - observed / expected)


def _alpha_squared(unit: IntArray, x: FloatArray) -> float:
    size = np.bincount(unit)
    centred = x - (np.bincount(unit, x) / size)[unit]
    observed = np.sum(2 * np.bincount(unit, centred**2) * size / (size - 1)) / len(x)
    expected = 2 * np.sum((x - x.mean()) ** 2) / (len(x) - 1)
    return _published(1 - observed / expected)


def _alpha_ratio(
    unit: IntArray, values: FloatArray, levels: FloatArray, often: IntArray
) -> float | None:
    if levels[0] < 0 or len(levels) > RATIO_LEVELS:
        return None
    size = np.bincount(unit)[unit]
    order = np.lexsort((unit, size))
    tables = [values[order][size[order] == n].reshape(-1, n) for n in np.unique(size).tolist()]
    observed = sum(
        float(np.sum(_ratios_squared(table[:, :, None], table[:, None, :]))) / (table.shape[1] - 1)
        for table in tables
    )
    expected = sum(
        count * float(_ratios_squared(value, levels) @ often)
        for value, count in zip(levels, often, strict=True)
    )
    return _published(1 - (observed / len(values)) / (expected / (len(values) * (len(values) - 1))))


def _ratios_squared(left: FloatArray, right: FloatArray) -> FloatArray:
    """((a - b) / (a + b))^2, 0 for two zeros."""
    total = left + right
    return np.divide(left - right, total, out=np.zeros_like(total), where=total > 0) ** 2


def _midranks(values: FloatArray) -> FloatArray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse])


def _tie_sizes(values: FloatArray) -> FloatArray:
    return np.unique(values, return_counts=True)[1].astype(float)


def _published(value: float) -> float:
    return round(float(value), 6)
