"""The proof of an optimum: prices from which anybody can add up a bound that no assignment exceeds.

OR-tools keeps its dual prices to itself, so they are recovered as shortest-path potentials of the
residual graph (Ahuja, Magnanti and Orlin, "Network Flows", 1993, section 9.3); weak duality then
bounds every assignment, whoever found it, and where the bound equals the total, the total is the
optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assignment.instance import Bools, Instance, Ints

FAR = 1 << 40


@dataclass(frozen=True, eq=False)
class DualPrices:
    """In thousandths: `entry` what one more review of an entry is worth, `juror` what one more
    place of a juror is worth (negative: what her minimum costs).
    """

    entry: Ints
    juror: Ints


def dual_prices(instance: Instance, chosen: Bools) -> DualPrices:
    """Prices that support `chosen` where it is optimal; where it is not, prices that still give a
    bound.

    Bellman-Ford over whole arrays: u_e - q_j <= a for made pairs, q_j - u_e <= -a for open ones,
    q_j >= 0 where the juror has room and q_j <= 0 where she is above her minimum (q_j is minus her
    price).
    """
    load = chosen.sum(axis=0)
    has_room, above_low = load < instance.high, load > instance.low
    made = np.where(chosen, instance.affinity, FAR)
    idle = np.where(instance.open & ~chosen, instance.affinity, -FAR)
    entry = np.zeros(len(instance.entries), dtype=np.int64)
    juror = np.zeros(len(instance.jurors), dtype=np.int64)
    zero = 0
    for _ in range(len(entry) + len(juror) + 2):
        lower_entry = np.minimum(entry, np.min(juror[None, :] + made, axis=1, initial=FAR))
        lower = np.minimum(juror, np.min(lower_entry[:, None] - idle, axis=0, initial=FAR))
        zero = int(np.min(lower, where=has_room, initial=zero))
        lower = np.where(above_low, np.minimum(lower, zero), lower)
        if np.array_equal(lower, juror) and np.array_equal(lower_entry, entry):
            break
        entry, juror = lower_entry, lower
    return DualPrices(entry=entry - zero, juror=zero - juror)


def upper_bound(instance: Instance, prices: DualPrices) -> int:
    """The most that any assignment can reach, in thousandths, kept pairs included; true for any
    prices.

    Dual of: maximise sum of a x with each entry's need met exactly, loads between low and high, x
    <= 1.
    """
    surplus = instance.affinity - prices.entry[:, None] - prices.juror[None, :]
    return instance.kept_total + int(
        (instance.need * prices.entry).sum()
        + (instance.high * np.maximum(prices.juror, 0)).sum()
        - (instance.low * np.maximum(-prices.juror, 0)).sum()
        + np.where(instance.open, np.maximum(surplus, 0), 0).sum()
    )
