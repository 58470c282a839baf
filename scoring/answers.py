"""The points of counted sheets as one array."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from scoring.mixed import FloatArray
from scoring.model import Criterion
from scoring.plain import Answers


def answer_table(
    answers: Mapping[tuple[str, str], Answers],
    pairs: Iterable[tuple[str, str]],
    criteria: Sequence[Criterion],
) -> FloatArray:
    """Sheets (the given (entry, juror) pairs, in their order) x criteria, as shares of each scale.

    0 is the lower end of the criterion's scale, 1 the upper; NaN where the juror left it open. NaN
    never leaves this package: who reads the table masks it.
    """
    lows = [Fraction(item.minimum) for item in criteria]
    spans = [Fraction(item.maximum) - low for item, low in zip(criteria, lows, strict=True)]
    keys = [item.key for item in criteria]
    lines = [[answers[pair].get(key) for key in keys] for pair in pairs]
    points = np.array(
        [[np.nan if x is None else float(x) for x in line] for line in lines], dtype=float
    ).reshape(len(lines), len(keys))
    return np.asarray((points - [float(x) for x in lows]) / [float(x) for x in spans])
