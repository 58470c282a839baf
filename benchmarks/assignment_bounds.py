"""The linear programs beside the engine, on all pairs, by HiGHS and nothing of the engine's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack, vstack

from assignment import Problem

Floats = NDArray[np.float64]


def _pairs(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    barred = {(one.entry, one.juror) for one in problem.conflicts}
    table = np.asarray(problem.affinity)
    pairs = [
        (row, column)
        for row, entry in enumerate(problem.entries)
        for column, juror in enumerate(problem.jurors)
        if (entry.key, juror.key) not in barred
    ]
    rows, columns = np.array(pairs, dtype=np.int64).T
    return rows, columns, table[rows, columns].astype(np.float64)


def _limits(problem: Problem) -> tuple[Floats, Floats, Floats]:
    need = np.array([float(entry.per_entry) for entry in problem.entries])
    low = np.array([float(juror.minimum) for juror in problem.jurors])
    high = np.array([float(juror.maximum or len(need)) for juror in problem.jurors])
    return need, low, high


def linear_optimum(problem: Problem, limit: float = 1.0) -> float:
    """Return the greatest total, in thousandths, with at most ``limit`` of a pair."""
    rows, columns, fit = _pairs(problem)
    need, low, high = _limits(problem)
    at = np.arange(len(rows))
    ones = np.ones(len(rows))
    entries = coo_array((ones, (rows, at)), shape=(len(need), len(rows)))
    jurors = coo_array((ones, (columns, at)), shape=(len(high), len(rows)))
    found = linprog(
        -fit,
        A_ub=vstack([jurors, -jurors]),
        b_ub=np.concatenate([high, -low]),
        A_eq=entries,
        b_eq=need,
        bounds=(0, limit),
        method="highs",
    )
    return float(-found.fun)


def worst_entry_bound(problem: Problem) -> float:
    """Return what the worst entry's mean affinity cannot exceed, 0 to 1, by the max-min program."""
    rows, columns, fit = _pairs(problem)
    need, low, high = _limits(problem)
    at = np.arange(len(rows))
    ones = np.ones(len(rows))
    entries = coo_array((ones, (rows, at)), shape=(len(need), len(rows)))
    jurors = coo_array((ones, (columns, at)), shape=(len(high), len(rows)))
    means = coo_array((-fit / need[rows] / 1000, (rows, at)), shape=(len(need), len(rows)))
    level = coo_array(np.ones((len(need), 1)))
    empty = coo_array((2 * len(high), 1))
    found = linprog(
        np.concatenate([np.zeros(len(rows)), [-1.0]]),
        A_ub=vstack([hstack([vstack([jurors, -jurors]), empty]), hstack([means, level])]),
        b_ub=np.concatenate([high, -low, np.zeros(len(need))]),
        A_eq=hstack([entries, coo_array((len(need), 1))]),
        b_eq=need,
        bounds=(0, 1),
        method="highs",
    )
    return float(-found.fun)
