"""Real juries: how well each method foretells a sheet that it was not shown.

The scores lie outside the project (CONTRIBUTING.md says where from); without them this part says
that it was left out.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from scoring.mixed import Design, solve
from scoring.reml import estimate

SKATING = Path(__file__).resolve().parents[2] / "shared" / "data" / "skating" / "components.csv"
FOLDS = 5
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def sheets(path: Path) -> tuple[Floats, Ints, Ints]:
    """Return value, entry and juror of each sheet: the mean of its components."""
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["entry"], row["juror"]].append(Decimal(row["score"]))
    value = np.array([float(sum(points) / len(points)) for points in found.values()])
    _, entry = np.unique([entry for entry, _ in found], return_inverse=True)
    _, juror = np.unique([juror for _, juror in found], return_inverse=True)
    return value, entry, juror


def foretold(
    value: Floats, entry: Ints, juror: Ints, shown: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Return each method's guess of the sheets not shown, from those that are."""
    y, i, j = value[shown], entry[shown], juror[shown]
    entries, jurors = int(entry.max()) + 1, int(juror.max()) + 1
    hidden_i, hidden_j = entry[~shown], juror[~shown]
    sheets_i, sheets_j = np.bincount(i, minlength=entries), np.bincount(j, minlength=jurors)
    mean = np.bincount(i, y, minlength=entries) / sheets_i
    centre = np.bincount(j, y, minlength=jurors) / sheets_j
    spread = np.sqrt(np.bincount(j, (y - centre[j]) ** 2, minlength=jurors) / sheets_j)
    rescaled = np.bincount(i, (y - centre[j]) / spread[j], minlength=entries) / sheets_i
    design = Design(y, i, j, np.zeros(entries, dtype=np.int64), entries, jurors, 1)
    with threadpool_limits(limits=1, user_api="blas"):
        known = estimate(design).solution
        fit = solve(design, known.lf, known.lb)
    return {
        "mean": mean[hidden_i],
        "rescaled juror by juror": centre[hidden_j] + spread[hidden_j] * rescaled[hidden_i],
        "fair score's model": fit.theta[0] + fit.merit[hidden_i] + fit.theta[1 + hidden_j],
    }


def report() -> Iterator[str]:
    """Yield each method's root mean squared error over five folds, in points."""
    if not SKATING.exists():
        yield "left out: the skating scores are not beside the project"
        return
    value, entry, juror = sheets(SKATING)
    fold = np.random.default_rng(1).integers(0, FOLDS, len(value))
    errors: dict[str, list[Floats]] = defaultdict(list)
    for hidden in range(FOLDS):
        for name, guess in foretold(value, entry, juror, fold != hidden).items():
            errors[name].append((guess - value[fold == hidden]) ** 2)
    yield f"{len(value):,} sheets, root mean squared error of a sheet not shown, in points"
    for name, squares in errors.items():
        yield f"{name:>24} {np.sqrt(np.concatenate(squares).mean()):.4f}"
