"""What the scores say: from score sheets and rules to standings, with their uncertainty. Pure:
numpy and scipy.
"""

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
from scoring.tabulate import input_digest, tabulate

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
