"""The proof of an optimum: prices from which anybody can add up a bound that no assignment exceeds.

Weak duality bounds every assignment, whoever found it and whatever the prices; where the bound
equals the total, the total is the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assignment.instance import Instance, Ints

BLOCK = 1 << 18


@dataclass(frozen=True, eq=False)
class DualPrices:
    """In thousandths: `entry` what one more review of an entry is worth, `juror` what one more
    place of a juror is worth (negative: what her minimum costs).
    """

    entry: Ints
    juror: Ints


def upper_bound(instance: Instance, prices: DualPrices) -> int:
    """The most that any assignment can reach, in thousandths, kept pairs included; true for any
    prices.

    Dual of: maximise sum of a x with each entry's need met exactly, loads between low and high, x
    <= 1.
    """
    most = np.minimum(instance.high, instance.open.sum(axis=0))
    return instance.kept_total + int(
        (instance.need * prices.entry).sum()
        + (most * np.maximum(prices.juror, 0)).sum()
        - (instance.low * np.maximum(-prices.juror, 0)).sum()
        + _surplus(instance, prices)
    )


def _surplus(instance: Instance, prices: DualPrices) -> int:
    entries, jurors = instance.affinity.shape
    height = max(1, BLOCK // max(1, jurors))
    total = 0
    for first in range(0, entries, height):
        rows = slice(first, first + height)
        over = instance.affinity[rows] - prices.entry[rows, None] - prices.juror[None, :]
        counted = instance.open[rows] & (over > 0) & (instance.need[rows] > 0)[:, None]
        total += int(over[counted].sum())
    return total
