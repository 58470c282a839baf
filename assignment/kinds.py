"""Kinds of juror of whom every entry should have one: a strong match, a native reader, a panel.

One kind is exact in the flow, through a gate whose first place earns a bonus (`network`). Several
that cross are no flow; a mixed-integer program of the same network with one counting variable for
each entry and kind serves them (HiGHS: Huangfu and Hall, Math. Prog. Comp. 10, 2018), on instances
of at most MOST_PAIRS likely pairs. How few entries can be left without each kind is computed for
each by itself, by the flow, over all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, hstack, vstack

from assignment.arcs import Arcs
from assignment.flow import SolverName
from assignment.instance import Bools, Instance, Ints
from assignment.model import THOUSANDTHS, Problem, Wanted
from assignment.names import fold
from assignment.network import Prices, cheapest, likely_arcs

MOST_PAIRS = 40_000
MOST_NODES = 200


def masks(problem: Problem, instance: Instance, strong: int) -> tuple[Bools, ...]:
    """For the strong match and then for each wanted kind, the pairs that are of it."""
    return (instance.affinity >= strong, *(_mask(problem, kind) for kind in problem.wanted))


def _mask(problem: Problem, kind: Wanted) -> Bools:
    shape = len(problem.entries), len(problem.jurors)
    if kind.code == "native":
        asked = np.array([fold(entry.language) for entry in problem.entries], dtype=object)
        own = np.array(
            [fold(juror.languages[0]) if juror.languages else "" for juror in problem.jurors],
            dtype=object,
        )
        fits = (asked[:, None] == own[None, :]) | (asked == "")[:, None]
        return np.asarray(fits, dtype=np.bool_)
    if kind.code == "panel":
        who = [juror.panel == kind.panel for juror in problem.jurors]
    else:
        who = [juror.key in kind.jurors for juror in problem.jurors]
    return np.broadcast_to(np.array(who, dtype=np.bool_), shape).copy()


def without(instance: Instance, chosen: Bools, kind: Bools) -> int:
    """How many entries that have jurors have none of a kind."""
    taken = chosen | instance.kept
    return int((taken.any(axis=1) & ~(taken & kind).any(axis=1)).sum())


def fewest_without(
    instance: Instance, kind: Bools, reached: int, seed: int, solver: SolverName
) -> int:
    """The fewest entries that any assignment leaves without a juror of a kind.

    `reached` is what some assignment leaves: where no entry beyond those without any such juror is
    left, that is the answer; else one flow in which a juror of the kind outweighs everything finds
    it.
    """
    possible = (instance.kept | (instance.open & (instance.need > 0)[:, None])) & kind
    hopeless = (instance.need + instance.kept.sum(axis=1) > 0) & ~possible.any(axis=1)
    if int(hopeless.sum()) == reached:
        return reached
    bonus = int(instance.need.sum()) * THOUSANDTHS + 1
    made = cheapest(instance, Prices(strong=kind, bonus=bonus), seed, solver=solver)
    return reached if made is None else without(instance, made.chosen(), kind)


def serve(instance: Instance, prices: Prices, kinds: Sequence[Bools], bonus: int) -> Bools | None:
    """The assignment of the best prices in which each entry earns `bonus` for each kind it has.

    None where the instance is too large or HiGHS finds nothing within MOST_NODES nodes.
    """
    rows, columns, arcs, supply = likely_arcs(instance, prices, kinds)
    if not len(rows):
        return np.zeros_like(instance.open)
    if len(rows) > MOST_PAIRS:
        return None
    gains = [_first_of(kind, rows, columns, instance, len(arcs)) for kind in kinds]
    counted = sum(gain.shape[0] for gain in gains)
    pairs_side = vstack(gains)
    conserve = csc_array(
        (np.repeat([1.0, -1.0], len(arcs)), _ends(arcs)), shape=(len(supply), len(arcs))
    )
    unserved = csc_array((len(supply), counted))
    found = milp(
        np.concatenate([arcs.cost, np.full(counted, -bonus)]),
        constraints=[
            LinearConstraint(_beside(conserve, unserved), supply, supply),
            *([LinearConstraint(_beside(-pairs_side, _eye(counted)), -np.inf, 0)] * bool(counted)),
        ],
        bounds=Bounds(0, np.concatenate([arcs.capacity, np.ones(counted)])),
        integrality=np.concatenate([np.arange(len(arcs)) < len(rows), np.zeros(counted)]),
        options={"node_limit": MOST_NODES, "mip_rel_gap": 1e-7},
    )
    if found.x is None:
        return None
    chosen = np.zeros_like(instance.open)
    made = found.x[: len(rows)] > 0.5
    chosen[rows[made], columns[made]] = True
    return chosen


def _ends(arcs: Arcs) -> tuple[Ints, Ints]:
    column = np.arange(len(arcs))
    return np.concatenate([arcs.tail, arcs.head]), np.concatenate([column, column])


def _beside(left: csc_array, right: csc_array) -> csc_array:
    return csc_array(hstack([left, right]))


def _eye(size: int) -> csc_array:
    diagonal = np.arange(size)
    return csc_array((np.ones(size), (diagonal, diagonal)), shape=(size, size))


def _first_of(
    kind: Bools, rows: np.ndarray, columns: np.ndarray, instance: Instance, width: int
) -> csc_array:
    """One row for each entry that could still get its first juror of the kind: its such pairs."""
    served = np.asarray((instance.kept & kind).any(axis=1))
    of_kind = kind[rows, columns] & ~served[rows]
    entries, place = np.unique(rows[of_kind], return_inverse=True)
    ones = np.ones(int(of_kind.sum()))
    return csc_array((ones, (place, np.flatnonzero(of_kind))), shape=(len(entries), width))
