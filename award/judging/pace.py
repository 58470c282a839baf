"""How long a juror needs for a sheet, told from the moments at which she handed sheets in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=30)
FEWEST = 3


def minutes_a_sheet(submitted: Iterable[datetime]) -> float | None:
    """Return the median minutes between one sheet and the next, None where too little is known.

    submitted: in any order. Longer gaps are breaks, shorter ones are sheets that were filled
    before and only handed in one after the other; neither tells a pace. Needs three gaps.
    """
    gaps = [later - earlier for earlier, later in pairwise(sorted(submitted))]
    worked = [gap / timedelta(minutes=1) for gap in gaps if SHORTEST <= gap <= LONGEST]
    return median(worked) if len(worked) >= FEWEST else None
