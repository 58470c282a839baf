"""Random assignments in which no pair is likelier than Q, for rounds that fear manipulation.

The best probabilities solve a linear program (Jecmen, Zhang, Liu, Shah, Conitzer, Fang, "Mitigating
Manipulation in Peer Review via Randomized Reviewer Assignments", NeurIPS 2020, equation 1). In
steps of 1/64 that program is the same minimum-cost flow with everything counted 64 times. It is
sampled by halving: the odd pairs form trails along which one half is rounded up and the other down
by one fair coin, so each pair keeps its probability exactly and every need and load its bounds
(dependent rounding: Gandhi, Khuller, Parthasarathy, Srinivasan, JACM 53, 2006).
"""

from __future__ import annotations

import numpy as np

from assignment.instance import Bools, Instance, Ints
from assignment.network import Prices, cheapest

HALVINGS = 6
SCALE = 1 << HALVINGS


def pair_limit(probability: float) -> int:
    """The most 64ths that stay at or below `probability` (rounded down, never up)."""
    return int(probability * SCALE + 1e-9)


def probabilities(instance: Instance, limit: int, seed: int) -> Ints | None:
    """How many 64ths each open pair gets in the best lottery with at most `limit` a pair, or
    None.
    """
    if limit < 1 and instance.need.sum() > 0:
        return None
    made = cheapest(instance, Prices(), seed, scale=SCALE, pair_limit=limit)
    if made is None:
        return None
    table = np.zeros(made.shape, dtype=np.int64)
    table[made.rows, made.columns] = made.count
    return table


def draw(instance: Instance, sixtyfourths: Ints, seed: int) -> Bools:
    """One assignment from the lottery; every run with the same seed draws the same."""
    coins = np.random.default_rng(seed)
    counts = sixtyfourths.copy()
    for _ in range(HALVINGS):
        odd = counts % 2
        counts //= 2
        for row, column in _rounded_up(odd, coins):
            counts[row, column] += 1
    return np.asarray(counts > 0, dtype=np.bool_)


def _rounded_up(odd: Ints, coins: np.random.Generator) -> list[tuple[int, int]]:
    """Half of the odd pairs: in each closed trail every second one, which half by a coin.

    Jurors with an odd number of them are joined to an extra entry, so that every trail closes;
    trails alternate between entries and jurors and are therefore even.
    """
    extra = odd.shape[0]
    rows, columns = np.nonzero(odd)
    edges = list(zip(rows.tolist(), columns.tolist(), strict=True))
    edges += [(extra, int(column)) for column in np.flatnonzero(odd.sum(axis=0) % 2)]
    rounded = []
    for trail in _trails(edges):
        half = trail[int(coins.integers(2)) :: 2]
        rounded += [edges[index] for index in half if edges[index][0] != extra]
    return rounded


def _trails(edges: list[tuple[int, int]]) -> list[list[int]]:
    """Closed trails that use every edge once, as edge numbers (Hierholzer 1873)."""
    around: dict[tuple[str, int], list[int]] = {}
    for index, (row, column) in enumerate(edges):
        around.setdefault(("row", row), []).append(index)
        around.setdefault(("column", column), []).append(index)
    used = [False] * len(edges)
    trails = []
    for start in list(around):
        while trail := _walk(start, edges, around, used):
            trails.append(trail)
    return trails


def _walk(
    start: tuple[str, int],
    edges: list[tuple[int, int]],
    around: dict[tuple[str, int], list[int]],
    used: list[bool],
) -> list[int]:
    """A closed trail from `start` along unused edges; every degree is even, so it ends where it
    began.
    """
    trail: list[int] = []
    node = start
    while True:
        waiting = around[node]
        while waiting and used[waiting[-1]]:
            waiting.pop()
        if not waiting:
            return trail
        index = waiting.pop()
        used[index] = True
        trail.append(index)
        row, column = edges[index]
        node = ("column", column) if node[0] == "row" else ("row", row)
