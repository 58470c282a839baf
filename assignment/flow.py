"""The solver interface: two functions on plain arrays, with two independent implementations.

`ortools_flow` is the engine, `highs_flow` the same on scipy's HiGHS: tests hold them to the same
optimum, and the second steps in where OR-tools is not installed. Nothing else knows either.
"""

from __future__ import annotations

from collections import deque
from importlib import import_module
from typing import Literal, Protocol

import numpy as np

from assignment.arcs import Arcs, Ints

SolverName = Literal["ortools", "highs"]


class Solver(Protocol):
    """What a flow solver must do. Costs, capacities and supplies are whole numbers; so are flows.

    Both functions raise `SolverFailed` where the numbers are out of the solver's range.
    """

    def minimum_cost(self, arcs: Arcs, supply: Ints) -> Ints | None:
        """The flow on each arc that carries every supply (negative: demand) at the least cost.

        None where no flow carries them.
        """

    def maximum(self, arcs: Arcs, source: int, sink: int) -> Ints:
        """The flow on each arc of a largest flow from source to sink; costs are ignored."""


def solver(name: SolverName = "ortools") -> Solver:
    """The solver of that name; HiGHS in place of OR-tools where that is not installed."""
    try:
        found: Solver = import_module(f"assignment.{name}_flow").SOLVER
    except ImportError:
        found = import_module("assignment.highs_flow").SOLVER
    return found


def minimum_cost(
    arcs: Arcs, supply: Ints, seed: int = 0, name: SolverName = "ortools"
) -> Ints | None:
    """As `Solver.minimum_cost`; among equally cheap flows the seed decides, by the order in which
    the arcs are handed over.
    """
    order = np.random.default_rng(seed).permutation(len(arcs))
    shuffled = Arcs(arcs.tail[order], arcs.head[order], arcs.capacity[order], arcs.cost[order])
    found = solver(name).minimum_cost(shuffled, supply)
    if found is None:
        return None
    flow = np.empty(len(arcs), dtype=np.int64)
    flow[order] = found
    return flow


def maximum(
    arcs: Arcs, source: int, sink: int, name: SolverName = "ortools"
) -> tuple[int, Ints, set[int]]:
    """(value, flow on each arc, nodes on the sink's side of the smallest minimum cut).

    By max-flow min-cut (Ford and Fulkerson 1956) the value equals the capacity of the arcs that
    lead into that set, which therefore names what is too narrow.
    """
    flow = solver(name).maximum(arcs, source, sink)
    value = int(flow[arcs.head == sink].sum() - flow[arcs.tail == sink].sum())
    return value, flow, _reaching(arcs, flow, sink)


def _reaching(arcs: Arcs, flow: Ints, sink: int) -> set[int]:
    """The nodes from which more could still be sent to the sink."""
    forward, back = flow < arcs.capacity, flow > 0
    tails = np.concatenate([arcs.tail[forward], arcs.head[back]])
    heads = np.concatenate([arcs.head[forward], arcs.tail[back]])
    order = np.argsort(heads, kind="stable")
    tails, heads = tails[order], heads[order]
    reached, waiting = {sink}, deque([sink])
    while waiting:
        node = waiting.popleft()
        low, high = np.searchsorted(heads, (node, node + 1))
        for tail in tails[low:high].tolist():
            if tail not in reached:
                reached.add(tail)
                waiting.append(tail)
    return reached
