"""The solver interface on HiGHS, as scipy brings it: the flow as a linear program.

The node-arc incidence matrix is totally unimodular (Hoffman and Kruskal 1956), so a vertex of the
program, which the simplex method returns, is integral (Huangfu and Hall, "Parallelizing the dual
revised simplex method", Math. Prog. Comp. 10, 2018).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array

from assignment.arcs import Arcs, Ints
from assignment.model import SolverFailed

OPTIMAL, INFEASIBLE = 0, 2
LARGEST_COST = 1e6
"""Costs are handed over as numbers of this size at most: the tolerances of HiGHS are absolute."""


class HighsSolver:
    """See `assignment.flow.Solver`."""

    def minimum_cost(self, arcs: Arcs, supply: Ints) -> Ints | None:
        """The cheapest flow that carries every supply, or None."""
        if supply.sum() != 0:
            return None
        return _solved(arcs, arcs.cost, supply)

    def maximum(self, arcs: Arcs, source: int, sink: int) -> Ints:
        """A largest flow: the dearest circulation through an arc back from sink to source."""
        size = 1 + int(max(arcs.tail.max(), arcs.head.max(), source, sink))
        back = Arcs.of(sink, source, int(arcs.capacity[arcs.tail == source].sum()), -1)
        closed = Arcs.join(Arcs(arcs.tail, arcs.head, arcs.capacity, 0 * arcs.cost), back)
        flow = _solved(closed, closed.cost, np.zeros(size, dtype=np.int64))
        if flow is None:
            raise SolverFailed("flow", {"status": "infeasible"})
        return flow[:-1]


def _solved(arcs: Arcs, cost: Ints, supply: Ints) -> Ints | None:
    if not len(arcs):
        return None if supply.any() else np.zeros(0, dtype=np.int64)
    column = np.arange(len(arcs))
    entries = np.concatenate([np.ones(len(arcs)), -np.ones(len(arcs))])
    at = np.concatenate([arcs.tail, arcs.head]), np.concatenate([column, column])
    scale = max(1.0, float(np.abs(cost).max()) / LARGEST_COST)
    found = linprog(
        cost / scale,
        A_eq=csc_array((entries, at), shape=(len(supply), len(arcs))),
        b_eq=supply,
        bounds=np.column_stack([np.zeros(len(arcs)), arcs.capacity]),
        method="highs-ds",
    )
    if found.status == INFEASIBLE:
        return None
    if found.status != OPTIMAL:
        raise SolverFailed("flow", {"status": str(found.status)})
    return _whole(arcs, supply, found.x)


def _whole(arcs: Arcs, supply: Ints, amounts: np.ndarray) -> Ints:
    flow = np.rint(amounts).astype(np.int64)
    balance = np.bincount(arcs.tail, flow, len(supply)) - np.bincount(arcs.head, flow, len(supply))
    if np.abs(amounts - flow).max() > 1e-4 or not np.array_equal(balance.astype(np.int64), supply):
        raise SolverFailed("flow", {"status": "not integral"})
    return flow


SOLVER = HighsSolver()
