"""Posterior draws of merits and severities, and what they say about scores and places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from scoring.mixed import Design, FloatArray, Solution, conjugate, draw_effects, solve

PlaceArray = NDArray[np.int32]
Drawn = TypeVar("Drawn", FloatArray, PlaceArray)
GRID = 9
ZOOMS = 3
REACH = 5.0
FARTHEST = 6.5
WORTHLESS = 1e-4
BATCH = 40
BLOCK = 1_000
DRAW_TOLERANCE = 1e-4
INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Draws:
    """merit: draws x entries, cell mean included; juror: draws x jurors, positive if milder."""

    merit: FloatArray
    juror: FloatArray


@dataclass(frozen=True)
class Posterior:
    """Solutions at several pairs of variance ratios, with their probabilities (sum 1)."""

    points: tuple[Solution, ...]
    weights: FloatArray

    def mean_effects(self) -> tuple[FloatArray, FloatArray]:
        """Posterior means of theta (cell means, then jurors) and of the merits."""
        weighted = list(zip(self.weights, self.points, strict=True))
        theta = sum(weight * point.theta for weight, point in weighted)
        merit = sum(weight * point.merit for weight, point in weighted)
        return np.asarray(theta), np.asarray(merit)


def grid_posterior(design: Design) -> Posterior:
    """The posterior of both variance ratios on a 9 x 9 grid that zooms in on its mass twice.

    Half-Cauchy(1) prior on each ratio of standard deviations (Gelman, Bayesian Analysis 1, 2006),
    flat on the means and on the log residual. A variance is never taken for zero, so no tie is
    ever certain. Dense only.
    """
    box = ((-REACH, REACH), (-REACH, REACH))
    for _ in range(ZOOMS - 1):
        _, box = _grid(design, box)
    return _grid(design, box)[0]


def log_density(design: Design, solution: Solution, merit: float, severity: float) -> float:
    """Of the logs of both ratios of standard deviations, everything else integrated out; up to a
    constant. Priors as in `grid_posterior`.
    """
    ratios = 2 * design.entries * merit + 2 * design.jurors * severity
    tiny = np.finfo(float).tiny
    likelihood = -(solution.logdet + ratios + design.freedom * log(max(solution.q, tiny))) / 2
    return likelihood + sum(x - float(np.logaddexp(0, 2 * x)) for x in (merit, severity))


def draws_from_grid(
    design: Design, posterior: Posterior, count: int, rng: np.random.Generator
) -> Draws:
    """`count` draws over the grid's points, each point as often as chance gives it."""
    often = rng.multinomial(count, posterior.weights)
    parts = [
        draws_at(design, point, int(times), rng)
        for point, times in zip(posterior.points, often, strict=True)
        if times
    ]
    merit = np.concatenate([part.merit for part in parts])
    return Draws(merit, np.concatenate([part.juror for part in parts]))


def draws_at(design: Design, solution: Solution, count: int, rng: np.random.Generator) -> Draws:
    """`count` draws at fixed variance ratios; the residual variance is drawn as q / chi2."""
    sd = np.sqrt(solution.q / rng.chisquare(design.freedom, count))
    if not design.dense:
        parts = [
            _simulated(design, solution, sd[start : start + BATCH], rng)
            for start in range(0, count, BATCH)
        ]
        merit = np.concatenate([part.merit for part in parts])
        return Draws(merit, np.concatenate([part.juror for part in parts]))
    noise = rng.standard_normal((len(solution.theta), count))
    theta = draw_effects(design, solution, noise, sd)
    weight = (design.counts + solution.lf)[:, None]
    merit = (design.sums[:, None] - design.crossing @ theta) / weight
    merit += rng.standard_normal(merit.shape) * sd / np.sqrt(weight)
    return _split(design, theta, merit)


def intervals(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The 5 % and 95 % quantiles of each column."""
    blocks = [np.quantile(block, INTERVAL, axis=0) for block in _blocks(draws)]
    low, high = np.concatenate(blocks, axis=1)
    return low, high


def drawn_places(merit: FloatArray) -> PlaceArray:
    """Places 1..entries of each draw (rows), the highest merit first."""
    ranks = np.empty(merit.shape, dtype=np.int32)
    counted = np.arange(1, merit.shape[1] + 1, dtype=np.int32)
    for start in range(0, len(merit), BATCH):
        # Entries follow one another in memory, and a draw is sorted faster where its numbers do.
        block = np.negative(merit[start : start + BATCH], order="C")
        for row, drawn in zip(ranks[start : start + BATCH], block, strict=True):
            row[np.argsort(drawn)] = counted
    return ranks


def place_intervals(ranks: PlaceArray) -> tuple[PlaceArray, PlaceArray]:
    """Whole places that hold at least 90 % of each entry's drawn ones."""
    low = [np.quantile(block, INTERVAL[0], axis=0, method="lower") for block in _blocks(ranks)]
    high = [np.quantile(block, INTERVAL[1], axis=0, method="higher") for block in _blocks(ranks)]
    return np.concatenate(low), np.concatenate(high)


def _blocks(draws: Drawn) -> Iterator[Drawn]:
    """Columns by the thousand: quantiles copy what they look at."""
    for start in range(0, draws.shape[1], BLOCK):
        yield draws[:, start : start + BLOCK]


def _grid(
    design: Design, box: tuple[tuple[float, float], tuple[float, float]]
) -> tuple[Posterior, tuple[tuple[float, float], tuple[float, float]]]:
    first, second = (np.linspace(*side, GRID) for side in box)
    points = [(a, b) for a in first for b in second]
    solutions = [solve(design, exp(-2 * a), exp(-2 * b)) for a, b in points]
    logs = np.array(
        [log_density(design, s, a, b) for (a, b), s in zip(points, solutions, strict=True)]
    )
    weights = np.exp(logs - logsumexp(logs))
    table = weights.reshape(GRID, GRID)
    narrower = _narrow(first, table.max(axis=1)), _narrow(second, table.max(axis=0))
    return Posterior(tuple(solutions), weights), narrower


def _narrow(values: FloatArray, weights: FloatArray) -> tuple[float, float]:
    kept = np.flatnonzero(weights > WORTHLESS * weights.max())
    step = values[1] - values[0]
    low, high = values[kept[0]] - step / 2, values[kept[-1]] + step / 2
    return max(float(low), -FARTHEST), min(float(high), FARTHEST)


def _simulated(
    design: Design, solution: Solution, sd: FloatArray, rng: np.random.Generator
) -> Draws:
    """theta* + BLUP(y - y*): an exact posterior draw without a factor (Papandreou and Yuille
    2010). Of y* only its sums over entries, cells and jurors are needed.
    """
    theta = _normal(rng, len(solution.theta), sd, solution.lb)
    theta[: design.cells] = 0
    merit = _normal(rng, design.entries, sd, solution.lf)
    noise = rng.standard_normal((len(design.y), len(sd)), dtype=np.float32)
    if design.weight is not None:
        noise *= np.sqrt(design.weight, dtype=np.float32)[:, None]
    sums = design.sums[:, None] - design.cross @ theta
    sums -= design.counts[:, None] * merit
    sums -= (design.of_entries @ noise) * sd
    right = design.moments[:, None] - design.normal @ theta
    right -= design.cross.T @ merit
    right -= (design.of_effects @ noise) * sd
    weight = (design.counts + solution.lf)[:, None]
    right -= design.cross.T @ (sums / weight)
    change = conjugate(design, solution.lf, solution.lb, DRAW_TOLERANCE)(right)
    sums -= design.cross @ change
    sums /= weight
    merit += sums
    return _split(design, theta + change, merit)


def _normal(rng: np.random.Generator, levels: int, sd: FloatArray, ratio: float) -> FloatArray:
    """Levels x draws of an effect whose variance is that of the noise over `ratio`."""
    found = rng.standard_normal((levels, len(sd)))
    found *= sd
    found /= np.sqrt(ratio)
    return found


def _split(design: Design, theta: FloatArray, merit: FloatArray) -> Draws:
    means, juror = theta[: design.cells], theta[design.cells :]
    return Draws((merit + means[design.cell]).T, juror.T)
