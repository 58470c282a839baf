"""What the scores say: from score sheets and rules to standings, with their uncertainty. Pure:
numpy and scipy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scoring.errors import Notice, ScoringError
from scoring.model import Criterion, Group, Rules, ScoreRow, Scores, TieRule
from scoring.result import (
    Alpha,
    Connected,
    Correlation,
    CriterionDiagnostic,
    CriterionMean,
    Diagnostics,
    Engine,
    EntryStanding,
    Icc,
    JurorDiagnostic,
    JurorSeverity,
    NextBest,
    NextScore,
    OddSheet,
    Reliability,
    Scale,
    Sensitivity,
    SheetValue,
    Study,
    StudyPoint,
    Swap,
    Tabulation,
    TieStep,
    Variance,
    Weight,
    WeightShare,
    WithoutJuror,
)

if TYPE_CHECKING:
    from scoring.cuts import chances_at
    from scoring.further import next_best
    from scoring.tabulation import input_digest, tabulate

LAZY = {
    "chances_at": "cuts",
    "input_digest": "tabulation",
    "next_best": "further",
    "tabulate": "tabulation",
}

__all__ = [
    "Alpha",
    "Connected",
    "Correlation",
    "Criterion",
    "CriterionDiagnostic",
    "CriterionMean",
    "Diagnostics",
    "Engine",
    "EntryStanding",
    "Group",
    "Icc",
    "JurorDiagnostic",
    "JurorSeverity",
    "NextBest",
    "NextScore",
    "Notice",
    "OddSheet",
    "Reliability",
    "Rules",
    "Scale",
    "ScoreRow",
    "Scores",
    "ScoringError",
    "Sensitivity",
    "SheetValue",
    "Study",
    "StudyPoint",
    "Swap",
    "Tabulation",
    "TieRule",
    "TieStep",
    "Variance",
    "Weight",
    "WeightShare",
    "WithoutJuror",
    "chances_at",
    "input_digest",
    "next_best",
    "tabulate",
]


def __getattr__(name: str) -> Any:
    """Load the engine when it is first asked for: who only names a rubric need not wait."""
    if name in LAZY:
        return getattr(import_module(f"scoring.{LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
