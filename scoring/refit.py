"""The calibrated fit once more, at variances that are known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scoring.calibrated import CountedSheets, cells
from scoring.errors import ScoringError
from scoring.mixed import Design, FloatArray, solve
from scoring.result import Variance


def ratios(variance: Variance) -> tuple[float, float, float]:
    """(residual / merit, residual / severity, residual), floored so that a variance of 0 divides.

    Raises ScoringError `variances_unknown` where there is nothing to go by.
    """
    merit, severity, residual = variance.merit, variance.severity, variance.residual
    if merit is None or severity is None or residual is None or not merit + residual:
        raise ScoringError("variances_unknown")
    floor = 1e-6 * (merit + severity + residual)
    residual = max(residual, floor)
    return residual / max(merit, floor), residual / max(severity, floor), residual


def design_of(
    sheets: CountedSheets, groups: Mapping[str, str], jurors: Sequence[str] | None = None
) -> Design:
    """The design of counted sheets; `jurors` (all who scored among them) may hold further ones."""
    cell, _ = cells(sheets, groups)
    names = sheets.jurors if jurors is None else tuple(jurors)
    index = {name: position for position, name in enumerate(names)}
    place = np.array([index[name] for name in sheets.jurors], dtype=np.int64)
    juror = place[sheets.juror]
    return Design(
        sheets.numbers,
        sheets.entry,
        juror,
        cell,
        len(sheets.entries),
        len(names),
        int(cell.max()) + 1,
        sheets.weight,
    )


def fair_scores(design: Design, lf: float, lb: float) -> FloatArray:
    """Each entry's mean after its jurors' severity is taken off, at given variance ratios."""
    severity = -solve(design, lf, lb).theta[design.cells :]
    fair = design.y + severity[design.juror]
    weighed = fair if design.weight is None else design.weight * fair
    taken = weighed / design.counts[design.entry]
    return np.bincount(design.entry, taken, minlength=design.entries).astype(float)
