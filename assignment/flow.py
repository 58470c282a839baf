"""The solver interface: three functions on plain arrays. Nothing else here knows OR-tools.

`minimum_cost` is Goldberg's cost-scaling push-relabel ("An Efficient Implementation of a Scaling
Minimum-Cost Flow Algorithm", J. Algorithms 22, 1997) as OR-tools implements it: exact on integers.
`maximum` is highest-label push-relabel with the cut on the sink's side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from ortools.graph.python import max_flow, min_cost_flow

from assignment.model import SolverFailed

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Arcs:
    """Directed arcs as equal-length integer arrays; parallel arcs are allowed."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints

    @staticmethod
    def of(tail: ArrayLike, head: ArrayLike, capacity: ArrayLike, cost: ArrayLike = 0) -> Arcs:
        """Arcs from anything that broadcasts to one common length."""
        columns = np.broadcast_arrays(*(np.atleast_1d(c) for c in (tail, head, capacity, cost)))
        return Arcs(*(np.ascontiguousarray(column, dtype=np.int64) for column in columns))

    @staticmethod
    def join(*parts: Arcs) -> Arcs:
        """All arcs, one part after another."""
        return Arcs(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("tail", "head", "capacity", "cost")
            )
        )

    def __len__(self) -> int:
        return len(self.tail)


def minimum_cost(arcs: Arcs, supply: Ints, seed: int = 0) -> Ints | None:
    """The flow on each arc that carries every supply (negative: demand) at the least cost.

    None where no flow carries them. Among equally cheap flows the seed decides, by the order in
    which the arcs are handed over. Raises `SolverFailed` where the costs are out of range.
    """
    order = np.random.default_rng(seed).permutation(len(arcs))
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tail[order], arcs.head[order], arcs.capacity[order], arcs.cost[order]
    )
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise SolverFailed("flow", {"status": str(status)})
    flow = np.empty(len(arcs), dtype=np.int64)
    flow[order] = solver.flows(np.arange(len(arcs)))
    return flow


def maximum(arcs: Arcs, source: int, sink: int) -> tuple[int, Ints, set[int]]:
    """(value, flow on each arc, nodes on the sink's side of the smallest minimum cut).

    By max-flow min-cut (Ford and Fulkerson 1956) the value equals the capacity of the arcs that
    lead into that set, which therefore names what is too narrow.
    """
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(arcs.tail, arcs.head, arcs.capacity)
    status = solver.solve(source, sink)
    if status != solver.OPTIMAL:
        raise SolverFailed("max_flow", {"status": str(status)})
    flow = np.asarray(solver.flows(np.arange(len(arcs))), dtype=np.int64)
    return solver.optimal_flow(), flow, {int(node) for node in solver.get_sink_side_min_cut()}
