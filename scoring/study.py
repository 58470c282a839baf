"""The decision study: how reliable the mean of one, two, three … jurors an entry would be."""

from __future__ import annotations

from math import ceil

from scoring.result import Study, StudyPoint, Variance

GOAL = 0.8
MOST = 10


def decision_study(variance: Variance, goal: float = GOAL) -> Study | None:
    """Reliability by jurors an entry, and how many would reach `goal` (between 0 and 1).

    g(n) = merit / (merit + residual / n) for ranking, phi(n) = merit / (merit + (severity +
    residual) / n) for a fixed threshold; g(n) >= R if and only if n >= R / (1 - R) residual /
    merit (Brennan, Generalizability Theory, 2001, section 2.2). Points from one to ten jurors. A
    number of jurors is None where merit does not vary: no jury then reaches the goal. None as a
    whole where the variances are unknown or all 0. Raises ValueError for a goal outside 0 to 1.
    """
    if not 0 < goal < 1:
        raise ValueError("the goal lies between 0 and 1")
    merit, severity, residual = variance.merit, variance.severity, variance.residual
    if merit is None or severity is None or residual is None or merit + residual + severity == 0:
        return None
    points = tuple(
        StudyPoint(n, _share(merit, residual / n), _share(merit, (severity + residual) / n))
        for n in range(1, MOST + 1)
    )
    return Study(
        goal, _needed(merit, residual, goal), _needed(merit, severity + residual, goal), points
    )


def _share(merit: float, error: float) -> float:
    return round(merit / (merit + error), 6) if merit else 0.0


def _needed(merit: float, error: float, goal: float) -> int | None:
    if merit == 0:
        return None
    # A hair is taken off so that an exact solution is not rounded up by the last digit.
    return max(1, ceil(goal / (1 - goal) * error / merit - 1e-9))
