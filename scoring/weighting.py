"""Sheets of unequal weight: careful jurors count more, odd sheets less.

y = mean(cell) + merit(entry) + b(juror) + e, e ~ N(0, residual / (w_j t_ij)), with a precision of
each juror w_j ~ Gamma(a/2, a/2) (the reviewer precisions of Ge, Welling and Ghahramani's Bayesian
model for calibrating conference review scores, 2013) and one of each sheet t_ij ~ Gamma(v/2, v/2),
which makes the noise Student's t (Geweke, Journal of Applied Econometrics 8, 1993). Both have mean
1, so that the residual keeps its meaning; a and v come from the data. Weights are averaged over,
never plugged in: intervals would be too narrow.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
from scipy.special import gammaln

from scoring.draws import FARTHEST, Draws, log_density
from scoring.mixed import (
    Design,
    FloatArray,
    Solution,
    conjugate_gradients,
    draw_effects,
    solve,
)

SHAPES = np.array([1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 40.0, 100.0])
COLLAPSED_JURORS = 80
BURN_IN = 300
START = np.array([0.0, -0.5])
STEP = 0.5
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Weighed:
    """draws: as of equal weights; weight: the mean weight of each sheet over them, positive."""

    draws: Draws
    weight: FloatArray


def weigh(
    design: Design, *, jurors: bool, sheets: bool, count: int, rng: np.random.Generator
) -> Weighed:
    """`count` draws of merits and jurors' effects by Gibbs sampling, and the sheets' mean weights.

    jurors, sheets: whose weights are unknown. Up to 80 jurors both variance ratios move by
    Metropolis steps with effects and residual integrated out, priors as in `grid_posterior`;
    above, variances are drawn from their conjugate conditionals (the half-Cauchy prior as a
    mixture: Makalic and Schmidt, IEEE Signal Processing Letters 23, 2016). Effects are drawn
    exactly, by solving perturbed equations (Papandreou and Yuille 2010).
    """
    kind = _Collapsed if design.jurors <= COLLAPSED_JURORS else _Conjugate
    chain: _Chain = kind(design, jurors, sheets, rng)
    for _ in range(min(BURN_IN, count)):
        chain.step()
    merit, juror = np.empty((count, design.entries)), np.empty((count, design.jurors))
    total = np.zeros(len(design.y))
    for at in range(count):
        chain.step()
        merit[at] = chain.merit + chain.theta[design.cell]
        juror[at] = chain.theta[design.cells :]
        total += chain.weight
    return Weighed(Draws(merit, juror), total / count)


def precision(
    shape: float, sheets: FloatArray | int, squares: FloatArray
) -> tuple[FloatArray | float, FloatArray]:
    """Shape and rate of the Gamma distribution of a precision once so many sheets are known.

    shape: of the prior Gamma(shape / 2, shape / 2); squares: the sum of the sheets' squared noise,
    in residual variances. The precision's mean is the first over the second.
    """
    return (shape + sheets) / 2, (shape + squares) / 2


class _Chain(ABC):
    """One state of the sampler, and how it moves on."""

    def __init__(
        self, design: Design, jurors: bool, sheets: bool, rng: np.random.Generator
    ) -> None:
        self.design, self.jurors, self.sheets, self.rng = design, jurors, sheets, rng
        self.of_juror, self.of_sheet = np.ones(design.jurors), np.ones(len(design.y))
        self.merit = np.zeros(design.entries)
        self.theta = np.zeros(design.cells + design.jurors)
        self.ratios = START
        self.residual = float(np.var(design.y)) / 2

    @property
    def weight(self) -> FloatArray:
        """Of each sheet, now."""
        return self.of_sheet * self.of_juror[self.design.juror]

    def step(self) -> None:
        """Variances and effects given the weights, then the weights given the effects."""
        self.move(replace(self.design, weight=self.weight))
        squares = self.rest() ** 2 / self.residual
        if self.sheets:
            self._draw_sheets(squares * self.of_juror[self.design.juror])
        if self.jurors:
            self._draw_jurors(squares * self.of_sheet)

    @abstractmethod
    def move(self, design: Design) -> None:
        """Draw variances and effects at the design's weights."""

    def rest(self) -> FloatArray:
        """What merit and severity leave of each sheet."""
        return self.design.y - self.design.unfolded(self.theta) - self.merit[self.design.entry]

    def _draw_sheets(self, squares: FloatArray) -> None:
        """Shape v with the weights integrated out (Student's t), then the weights."""
        logs = np.array([_student(v, squares) for v in SHAPES])
        half, rate = precision(self._picked(logs), 1, squares)
        self.of_sheet = self.rng.gamma(half, 1 / rate)

    def _draw_jurors(self, squares: FloatArray) -> None:
        """Shape a with the weights integrated out, then the weights."""
        design, half = self.design, SHAPES[:, None] / 2
        sums = np.bincount(design.juror, squares, minlength=design.jurors) / 2
        sheets = np.bincount(design.juror, minlength=design.jurors) / 2
        logs = half * np.log(half) - gammaln(half) + gammaln(half + sheets)
        logs -= (half + sheets) * np.log(half + sums)
        halves, rates = precision(self._picked(logs.sum(axis=1)), 2 * sheets, 2 * sums)
        self.of_juror = self.rng.gamma(halves, 1 / rates)

    def _picked(self, logs: FloatArray) -> float:
        chances = np.exp(logs - logs.max())
        return float(self.rng.choice(SHAPES, p=chances / chances.sum()))


class _Collapsed(_Chain):
    """Both ratios by a Metropolis step with effects and residual integrated out: for few jurors,
    whose variances and effects hang together.
    """

    def move(self, design: Design) -> None:
        """Draw variances and effects at the design's weights."""
        solution = self._move_ratios(design)
        sd = np.sqrt(solution.q / self.rng.chisquare(design.freedom, 1))
        self.residual = float(sd[0]) ** 2
        noise = self.rng.standard_normal((len(self.theta), 1))
        self.theta = draw_effects(design, solution, noise, sd)[:, 0]
        depth = design.counts + solution.lf
        self.merit = (design.sums - design.crossing @ self.theta) / depth
        self.merit += self.rng.standard_normal(design.entries) * sd / np.sqrt(depth)

    def _move_ratios(self, design: Design) -> Solution:
        here, there = self.ratios, self.ratios + STEP * self.rng.standard_normal(2)
        chance = self.rng.random()
        now = _solution(design, here)
        if np.any(np.abs(there) > FARTHEST):
            return now
        then = _solution(design, there)
        if log(chance) >= log_density(design, then, *there) - log_density(design, now, *here):
            return now
        self.ratios = there
        return then


class _Conjugate(_Chain):
    """Variances from their conjugate conditionals, effects from perturbed equations: for many."""

    def __init__(
        self, design: Design, jurors: bool, sheets: bool, rng: np.random.Generator
    ) -> None:
        super().__init__(design, jurors, sheets, rng)
        self.mixing = np.full(2, self.residual)

    def move(self, design: Design) -> None:
        """Draw effects and variances at the design's weights."""
        assert design.weight is not None
        rng, sd = self.rng, self.residual**0.5
        lf, lb = np.exp(-2 * self.ratios)
        seen = design.weighed + sd * np.sqrt(design.weight) * rng.standard_normal(len(design.y))
        right = design.folded(seen)
        right[design.cells :] += sd * lb**0.5 * rng.standard_normal(design.jurors)
        sums = np.bincount(design.entry, seen, minlength=design.entries)
        sums = sums + sd * lf**0.5 * rng.standard_normal(design.entries)
        depth = design.counts + lf
        right -= design.folded(design.weight * (sums / depth)[design.entry])
        self.theta = _iterated(design, lb, depth, right, self.theta)
        shared = design.weight * design.unfolded(self.theta)
        self.merit = (sums - np.bincount(design.entry, shared, minlength=design.entries)) / depth
        self._draw_variances(design.weight)

    def _draw_variances(self, weight: FloatArray) -> None:
        rng, juror = self.rng, self.theta[self.design.cells :]
        squares = np.array([self.merit @ self.merit, juror @ juror])
        levels = np.array([len(self.merit), len(juror)])
        variances = (squares / 2 + 1 / self.mixing) / rng.gamma((levels + 1) / 2)
        self.mixing = (1 / variances + 1 / self.residual) / rng.gamma(1.0, size=2)
        rate = float(weight @ self.rest() ** 2) / 2 + float(np.sum(1 / self.mixing))
        self.residual = rate / float(rng.gamma((len(weight) + 2) / 2))
        self.ratios = np.log(variances / self.residual) / 2


def _solution(design: Design, ratios: FloatArray) -> Solution:
    return solve(design, exp(-2 * ratios[0]), exp(-2 * ratios[1]))


def _iterated(
    design: Design, lb: float, depth: FloatArray, right: FloatArray, start: FloatArray
) -> FloatArray:
    """S^-1 right by conjugate gradients, from a start nearby."""
    weight = np.asarray(design.weight)
    ridge = np.full(len(right), lb)
    ridge[: design.cells] = 0

    def apply(x: FloatArray) -> FloatArray:
        own = weight * design.unfolded(x)
        lent = np.bincount(design.entry, own, minlength=design.entries) / depth
        return design.folded(own - weight * lent[design.entry]) + ridge * x

    diagonal = design.folded(weight - weight**2 / depth[design.entry]) + ridge
    return np.asarray(start + conjugate_gradients(apply, right - apply(start), diagonal, TOLERANCE))


def _student(v: float, squares: FloatArray) -> float:
    """Log likelihood of v degrees of freedom, up to a constant."""
    constant = float(gammaln((v + 1) / 2) - gammaln(v / 2)) - log(v) / 2
    return constant * len(squares) - (v + 1) / 2 * float(np.log1p(squares / v).sum())
