"""Who judges what: an exact, fair and explainable assignment of jurors to entries.

Pure: numpy, scipy and OR-tools, no store and no web. docs/assignment.md tells how it works.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from assignment.affinity import Affinity
from assignment.check import check
from assignment.conflicts import find_conflicts
from assignment.model import (
    AssignmentError,
    Bottleneck,
    CannotAssign,
    Conflict,
    Difference,
    DualPrices,
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
    Served,
    SolverFailed,
    Wanted,
    Why,
)

if TYPE_CHECKING:
    from assignment.explain import Explanation, Move, WhyNot, WhyPair
    from assignment.infeasible import refuse
    from assignment.optimum import Optimum, find_optimum
    from assignment.recruiting import ExtraJuror, extra_jurors
    from assignment.relaxation import relax
    from assignment.verbs import assign, difference, rebalance, repair, top_up

LAZY = {
    "refuse": "infeasible",
    "relax": "relaxation",
    **dict.fromkeys(("Explanation", "Move", "WhyNot", "WhyPair"), "explain"),
    **dict.fromkeys(("Optimum", "find_optimum"), "optimum"),
    **dict.fromkeys(("ExtraJuror", "extra_jurors"), "recruiting"),
    **dict.fromkeys(("assign", "difference", "rebalance", "repair", "top_up"), "verbs"),
}

__all__ = [
    "Affinity",
    "AssignmentError",
    "Bottleneck",
    "CannotAssign",
    "Conflict",
    "Difference",
    "DualPrices",
    "EntryNeed",
    "Explanation",
    "ExtraJuror",
    "Impossible",
    "InvalidProblem",
    "JurorOffer",
    "Move",
    "Optimum",
    "Options",
    "Pair",
    "PairKey",
    "Plan",
    "PlanBroken",
    "Problem",
    "Relaxation",
    "Served",
    "SolverFailed",
    "Wanted",
    "Why",
    "WhyNot",
    "WhyPair",
    "assign",
    "check",
    "difference",
    "extra_jurors",
    "find_conflicts",
    "find_optimum",
    "rebalance",
    "refuse",
    "relax",
    "repair",
    "top_up",
]


def __getattr__(name: str) -> Any:
    """Load the solvers when they are first asked for: who only names a pair need not wait."""
    if name in LAZY:
        return getattr(import_module(f"assignment.{LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
