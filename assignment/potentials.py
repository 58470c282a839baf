"""Dual prices of a flow, which OR-tools keeps to itself: shortest-path potentials of the residual
graph (Ahuja, Magnanti and Orlin, "Network Flows", 1993, section 9.3).
"""

from __future__ import annotations

import numpy as np

from assignment.arcs import Arcs, Ints


def potentials(arcs: Arcs, flow: Ints, size: int) -> Ints:
    """A whole number for each of `size` nodes, at most 0.

    Where the flow is optimal, cost + potential[tail] - potential[head] is at least 0 on every arc
    with room and at most 0 on every arc that is used. Bellman-Ford over whole arrays, started from
    0 everywhere; for a flow that is not optimal it stops after `size` rounds with numbers that
    still serve as the prices of a bound.
    """
    tail, head, cost = _residual(arcs, flow)
    found = np.zeros(size, dtype=np.int64)
    if not len(head):
        return found
    starts = np.flatnonzero(np.concatenate([[True], head[1:] != head[:-1]]))
    reached = head[starts]
    for _ in range(size):
        lower = np.minimum(found[reached], np.minimum.reduceat(found[tail] + cost, starts))
        if np.array_equal(lower, found[reached]):
            break
        found[reached] = lower
    return found


def _residual(arcs: Arcs, flow: Ints) -> tuple[Ints, Ints, Ints]:
    forward, back = flow < arcs.capacity, flow > 0
    tail = np.concatenate([arcs.tail[forward], arcs.head[back]])
    head = np.concatenate([arcs.head[forward], arcs.tail[back]])
    cost = np.concatenate([arcs.cost[forward], -arcs.cost[back]])
    order = np.argsort(head, kind="stable")
    return tail[order], head[order], cost[order]
