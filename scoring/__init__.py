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
    CriterionMean,
    Engine,
    EntryStanding,
    Icc,
    JurorSeverity,
    Reliability,
    Scale,
    SheetValue,
    Tabulation,
    TieStep,
    Variance,
)

if TYPE_CHECKING:
    from scoring.tabulation import input_digest, tabulate

__all__ = [
    "Alpha",
    "Connected",
    "Criterion",
    "CriterionMean",
    "Engine",
    "EntryStanding",
    "Group",
    "Icc",
    "JurorSeverity",
    "Notice",
    "Reliability",
    "Rules",
    "Scale",
    "ScoreRow",
    "Scores",
    "ScoringError",
    "SheetValue",
    "Tabulation",
    "TieRule",
    "TieStep",
    "Variance",
    "input_digest",
    "tabulate",
]


def __getattr__(name: str) -> Any:
    """Load the engine when it is first asked for: who only names a rubric need not wait."""
    if name in ("input_digest", "tabulate"):
        return getattr(import_module("scoring.tabulation"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
