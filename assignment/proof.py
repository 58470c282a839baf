"""The proof of an optimum: prices from which anybody can add up a bound that no assignment exceeds.

Weak duality bounds every assignment, whoever found it and whatever the prices; where the bound
equals the total, the total is the optimum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assignment.instance import Instance, Ints
from assignment.model import THOUSANDTHS, DualPrices

BLOCK = 1 << 18


def named(instance: Instance, entry: Ints, juror: Ints) -> DualPrices:
    """The prices of all entries and jurors, in the instance's order, by key."""
    return DualPrices(
        dict(zip(instance.entries, entry.tolist(), strict=True)),
        dict(zip(instance.jurors, juror.tolist(), strict=True)),
    )


def upper_bound(instance: Instance, prices: DualPrices) -> int:
    """The most that any assignment can reach, in thousandths, kept pairs included; true for any
    prices (an entry or juror without one counts as 0).

    Dual of: maximise sum of a x with each entry's need met exactly, loads between low and high, x
    <= 1.
    """
    entry = np.array([prices.entry.get(key, 0) for key in instance.entries], dtype=np.int64)
    juror = np.array([prices.juror.get(key, 0) for key in instance.jurors], dtype=np.int64)
    most = np.minimum(instance.high, instance.open.sum(axis=0))
    return instance.kept_total + int(
        (instance.need * entry).sum()
        + (most * np.maximum(juror, 0)).sum()
        - (instance.low * np.maximum(-juror, 0)).sum()
        + _surplus(instance, entry, juror)
    )


def _surplus(instance: Instance, entry: Ints, juror: Ints) -> int:
    entries, jurors = instance.affinity.shape
    height = max(1, BLOCK // max(1, jurors))
    total = 0
    for first in range(0, entries, height):
        rows = slice(first, first + height)
        over = instance.affinity[rows] - entry[rows, None] - juror[None, :]
        counted = instance.open[rows] & (over > 0) & (instance.need[rows] > 0)[:, None]
        total += int(over[counted].sum())
    return total


def ceilings(instance: Instance) -> NDArray[np.float64]:
    """The highest value that each entry can have in any assignment, 0 to 1: the mean affinity of
    its kept jurors and the best open ones. Entries that need nobody are left out.
    """
    kept = instance.kept.sum(axis=1)
    most = int(instance.need.max(initial=0))
    best = np.zeros(len(instance.entries))
    height = max(1, BLOCK // max(1, len(instance.jurors)))
    for first in range(0, len(best), height):
        rows = slice(first, first + height)
        affinity = instance.affinity[rows]
        free = np.where(instance.open[rows], affinity, 0)
        if most < free.shape[1]:
            free = -np.partition(-free, most - 1, axis=1)[:, :most] if most else free[:, :0]
        free = -np.sort(-free, axis=1)
        counted = np.arange(free.shape[1])[None, :] < instance.need[rows, None]
        best[rows] = np.where(counted, free, 0).sum(axis=1)
        best[rows] += np.where(instance.kept[rows], affinity, 0).sum(axis=1)
    wanted = kept + np.maximum(instance.need, 0)
    judged = wanted > 0
    return np.asarray(best[judged] / wanted[judged] / THOUSANDTHS, dtype=np.float64)
