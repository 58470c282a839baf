"""The solver interface on OR-tools.

`minimum_cost` is Goldberg's cost-scaling push-relabel ("An Efficient Implementation of a Scaling
Minimum-Cost Flow Algorithm", J. Algorithms 22, 1997), `maximum` highest-label push-relabel.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from assignment.arcs import Arcs, Ints
from assignment.model import SolverFailed


class OrtoolsSolver:
    """See `assignment.flow.Solver`."""

    def minimum_cost(self, arcs: Arcs, supply: Ints) -> Ints | None:
        """The cheapest flow that carries every supply, or None."""
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, arcs.capacity, arcs.cost)
        solver.set_nodes_supplies(np.arange(len(supply)), supply)
        status = solver.solve()
        if status == solver.INFEASIBLE:
            return None
        if status != solver.OPTIMAL:
            raise SolverFailed("flow", {"status": str(status)})
        return np.asarray(solver.flows(np.arange(len(arcs))), dtype=np.int64)

    def maximum(self, arcs: Arcs, source: int, sink: int) -> Ints:
        """A largest flow."""
        solver = max_flow.SimpleMaxFlow()
        solver.add_arcs_with_capacity(arcs.tail, arcs.head, arcs.capacity)
        status = solver.solve(source, sink)
        if status != solver.OPTIMAL:
            raise SolverFailed("flow", {"status": str(status)})
        return np.asarray(solver.flows(np.arange(len(arcs))), dtype=np.int64)


SOLVER = OrtoolsSolver()
