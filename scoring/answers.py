"""The points of counted sheets as one array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring.mixed import FloatArray
from scoring.model import Criterion
from scoring.plain import Points


def answer_table(points: Points, criteria: Sequence[Criterion]) -> FloatArray:
    """Sheets x criteria, as shares of each scale: 0 is the lower end of it, 1 the upper.

    NaN where the juror left a criterion open. It never leaves this package: who reads the table
    masks it.
    """
    given = np.where(points.given, points.numbers.astype(float), np.nan)
    lows = np.array([float(item.minimum) for item in criteria])
    spans = np.array([float(item.maximum - item.minimum) for item in criteria])
    return np.asarray((given / float(points.unit) - lows) / spans)
