"""Who judges what: an exact, fair and explainable assignment of jurors to entries.

Pure: numpy, scipy and OR-tools, no store and no web. docs/assignment.md tells how it works.
"""

from assignment.affinity import Affinity
from assignment.check import check
from assignment.conflicts import find_conflicts
from assignment.infeasible import refuse
from assignment.model import (
    AssignmentError,
    Bottleneck,
    CannotAssign,
    Conflict,
    Difference,
    EntryNeed,
    Impossible,
    InvalidProblem,
    JurorOffer,
    Options,
    Pair,
    PairKey,
    Plan,
    PlanBroken,
    Problem,
    Relaxation,
    SolverFailed,
    Why,
)
from assignment.relax import relax
from assignment.verbs import assign, difference, rebalance, repair, top_up

__all__ = [
    "Affinity",
    "AssignmentError",
    "Bottleneck",
    "CannotAssign",
    "Conflict",
    "Difference",
    "EntryNeed",
    "Impossible",
    "InvalidProblem",
    "JurorOffer",
    "Options",
    "Pair",
    "PairKey",
    "Plan",
    "PlanBroken",
    "Problem",
    "Relaxation",
    "SolverFailed",
    "Why",
    "assign",
    "check",
    "difference",
    "find_conflicts",
    "rebalance",
    "refuse",
    "relax",
    "repair",
    "top_up",
]
