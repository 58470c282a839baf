"""The points of counted sheets as one array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from scoring.mixed import FloatArray
from scoring.model import Criterion
from scoring.plain import Pair, Points


def answer_table(
    points: Points, pairs: Iterable[Pair], criteria: Sequence[Criterion]
) -> FloatArray:
    """Sheets (the given (entry, juror) pairs, in their order) x criteria, as shares of each scale.

    0 is the lower end of the criterion's scale, 1 the upper; NaN where the juror left it open. NaN
    never leaves this package: who reads the table masks it.
    """
    keys = [item.key for item in criteria]
    sheets = [points.sheets[pair] for pair in pairs]
    given = np.array(
        [[sheet.get(key, np.nan) for key in keys] for sheet in sheets], dtype=float
    ).reshape(len(sheets), len(keys))
    lows = np.array([float(item.minimum) for item in criteria])
    spans = np.array([float(item.maximum - item.minimum) for item in criteria])
    return np.asarray((given / points.unit - lows) / spans)
