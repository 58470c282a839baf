"""The linear algebra of y = mean(cell) + merit(entry) + b(juror) + noise, entries eliminated
exactly. A sheet of weight w has noise of variance residual / w; W is their diagonal matrix.

Notation of Henderson's mixed-model equations: lf = residual / merit variance, lb = residual /
juror variance, D = diag(w_i + lf) with the sum of an entry's weights w_i, G = Zf'W[X Zb],
S = [X Zb]'W[X Zb] + diag(0, lb) - G' D^-1 G.
The entries' block D is diagonal, so what remains to solve has one row a juror (and one a cell).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.sparse import csr_array

from scoring.graph import IntArray

FloatArray = NDArray[np.float64]
DENSE_LIMIT = 1_500
STACK_LIMIT = 20_000_000
SMALL = 200_000
CG_TOLERANCE = 1e-9
CG_STEPS = 400
OF_VALUES = {"y", "weighed", "sums", "moments"}


@dataclass(frozen=True)
class Design:
    """One number a sheet: y, standardised; entry, juror: indices; cell: the mean of each entry;
    weight: of each sheet, positive, None where all are 1.
    """

    y: FloatArray
    entry: IntArray
    juror: IntArray
    cell: IntArray
    entries: int
    jurors: int
    cells: int
    weight: FloatArray | None = None

    def with_values(self, y: FloatArray) -> Design:
        """The same sheets with other numbers; all that does not depend on them is kept."""
        found = replace(self, y=y)
        kept = vars(self).items()
        vars(found).update({name: known for name, known in kept if name not in OF_VALUES})
        return found

    @property
    def freedom(self) -> int:
        """Sheets minus fixed means: what variances are estimated from."""
        return len(self.y) - self.cells

    @property
    def dense(self) -> bool:
        """Whether the jurors' system is small enough for a Cholesky factor."""
        return self.cells + self.jurors <= DENSE_LIMIT

    @cached_property
    def counts(self) -> FloatArray:
        """The weight of each entry's sheets, their number where all weigh 1; never 0."""
        return np.bincount(self.entry, self.weight, minlength=self.entries).astype(float)

    @cached_property
    def weighed(self) -> FloatArray:
        """W y."""
        return self.y if self.weight is None else self.weight * self.y

    @cached_property
    def fixed(self) -> csr_array:
        """[X Zb]: a row a sheet, with a 1 for its cell and a 1 for its juror."""
        rows = np.tile(np.arange(len(self.y)), 2)
        columns = np.concatenate([self.cell[self.entry], self.cells + self.juror])
        shape = (len(self.y), self.cells + self.jurors)
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)

    def folded(self, values: FloatArray) -> FloatArray:
        """[X Zb]' values: sums over the sheets of each cell, then of each juror."""
        cell = np.bincount(self.cell[self.entry], values, minlength=self.cells)
        return np.concatenate([cell, np.bincount(self.juror, values, minlength=self.jurors)])

    def unfolded(self, theta: FloatArray) -> FloatArray:
        """[X Zb] theta: each sheet's cell mean plus juror effect."""
        return np.asarray(theta[self.cell][self.entry] + theta[self.cells + self.juror])

    @cached_property
    def merits(self) -> csr_array:
        """Zf: a row a sheet, with a 1 for its entry."""
        rows = np.arange(len(self.y))
        return csr_array((np.ones(len(rows)), (rows, self.entry)), shape=(len(rows), self.entries))

    @cached_property
    def of_entries(self) -> csr_array:
        """Zf', a row an entry, in single precision: to add up noise."""
        return csr_array(self.merits.T, dtype=np.float32)

    @cached_property
    def of_effects(self) -> csr_array:
        """[X Zb]', a row a cell or juror, in single precision: to add up noise."""
        return csr_array(self.fixed.T, dtype=np.float32)

    @cached_property
    def sums(self) -> FloatArray:
        """Zf'W y: the weighted sum of each entry's sheets."""
        return np.bincount(self.entry, self.weighed, minlength=self.entries).astype(float)

    @cached_property
    def moments(self) -> FloatArray:
        """[X Zb]'W y."""
        return np.asarray(self.fixed.T @ self.weighed)

    @cached_property
    def cross(self) -> csr_array:
        """G = Zf'W[X Zb], sparse."""
        return csr_array(self.merits.T @ self._scaled)

    @cached_property
    def small(self) -> bool:
        """Whether G is better kept as a plain array: a product then costs a twentieth."""
        return self.entries * (self.cells + self.jurors) <= SMALL

    @cached_property
    def crossing(self) -> csr_array | FloatArray:
        """G, as a plain array where it is small."""
        if not self.small:
            return self.cross
        found = np.zeros((self.entries, self.cells + self.jurors))
        found[np.arange(self.entries), self.cell] = self.counts
        found[self.entry, self.cells + self.juror] = 1 if self.weight is None else self.weight
        return found

    @cached_property
    def squares(self) -> csr_array:
        """G, each of its numbers squared."""
        return csr_array(self.cross.multiply(self.cross))

    @cached_property
    def normal(self) -> csr_array:
        """A = [X Zb]'W[X Zb], sparse."""
        return csr_array(self.fixed.T @ self._scaled)

    @cached_property
    def _scaled(self) -> csr_array:
        if self.weight is None:
            return self.fixed
        return csr_array(self.fixed.multiply(self.weight[:, None]))

    @cached_property
    def normal_dense(self) -> FloatArray:
        """A, dense."""
        pair = self.cell[self.entry] * self.jurors + self.juror
        mixed = np.bincount(pair, self.weight, minlength=self.cells * self.jurors)
        found = np.diag(self.folded(np.ones(len(self.y)) if self.weight is None else self.weight))
        found[: self.cells, self.cells :] = mixed.reshape(self.cells, self.jurors)
        found[self.cells :, : self.cells] = found[: self.cells, self.cells :].T
        return found

    @cached_property
    def stacks(self) -> dict[float, FloatArray] | None:
        """G_n'G_n of the entries with n sheets, by n: S is then a few sums. None where sheets have
        weights, or if too large.
        """
        sizes = np.unique(self.counts)
        if self.weight is not None or len(sizes) * self.normal.shape[0] ** 2 > STACK_LIMIT:
            return None
        parts = {float(n): self.cross[np.flatnonzero(self.counts == n)] for n in sizes}
        return {n: np.asarray((part.T @ part).toarray()) for n, part in parts.items()}

    def eliminated(self, lf: float, power: int) -> FloatArray:
        """G' D^-power G, dense."""
        if self.stacks is not None:
            return np.asarray(sum(part / (n + lf) ** power for n, part in self.stacks.items()))
        if self.small:
            weighted = self.crossing * ((self.counts + lf) ** -power)[:, None]
            return np.asarray(self.crossing.T @ weighted)
        scaled = csr_array(self.cross.multiply(((self.counts + lf) ** -power)[:, None]))
        return np.asarray((self.cross.T @ scaled).toarray())


@dataclass(frozen=True)
class Solution:
    """BLUPs at given ratios: theta = (cell means, juror effects b), merit, and the quadratic form
    q = y'Py se2.

    factor: lower Cholesky factor of S (dense only); logdet: log |S| + sum log d (dense only, else
    NaN-free 0).
    """

    lf: float
    lb: float
    theta: FloatArray
    merit: FloatArray
    q: float
    factor: FloatArray | None
    logdet: float


def solve(design: Design, lf: float, lb: float) -> Solution:
    """Solve the mixed-model equations (Henderson 1975) at two variance ratios, both positive."""
    weight = design.counts + lf
    right = design.moments - design.crossing.T @ (design.sums / weight)
    if design.dense:
        factor = _factor(design, lf, lb)
        theta = np.asarray(cho_solve((factor, True), right, check_finite=False))
        logdet = 2 * float(np.sum(np.log(np.diag(factor)))) + float(np.sum(np.log(weight)))
    else:
        factor, logdet = None, 0.0
        theta = conjugate(design, lf, lb)(right[:, None])[:, 0]
    merit = (design.sums - design.crossing @ theta) / weight
    return Solution(lf, lb, theta, merit, _quadratic(design, lf, lb, theta, merit), factor, logdet)


def conjugate(
    design: Design, lf: float, lb: float, tolerance: float = CG_TOLERANCE
) -> Callable[[FloatArray], FloatArray]:
    """A solver of S x = r for many right-hand sides (columns), by conjugate gradients.

    Jacobi preconditioner; well conditioned because lb > 0: a handful of steps in random designs.
    """
    weight = (design.counts + lf)[:, None]
    ridge = _ridge(design, lb)[:, None]
    diagonal = design.normal.diagonal()[:, None] + ridge - design.squares.T @ (1 / weight)

    def apply(x: FloatArray) -> FloatArray:
        shrunk = design.cross @ x
        shrunk /= weight
        image = design.normal @ x
        image += ridge * x
        image -= design.cross.T @ shrunk
        return np.asarray(image)

    return lambda right: conjugate_gradients(apply, right, diagonal, tolerance)


def conjugate_gradients(
    apply: Callable[[FloatArray], FloatArray],
    right: FloatArray,
    diagonal: FloatArray,
    tolerance: float = CG_TOLERANCE,
) -> FloatArray:
    """Solve a positive definite system for one right side or several (columns), Jacobi
    preconditioner (Hestenes and Stiefel 1952); tolerance: of the residual, relative to the start.
    """
    x = np.zeros_like(right)
    residual = right.copy()
    scaled = residual / diagonal
    direction = scaled.copy()
    power = np.sum(residual * scaled, axis=0)
    goal = tolerance**2 * power
    for _ in range(CG_STEPS):
        if np.all(power <= goal):
            break
        image = apply(direction)
        curvature = np.sum(direction * image, axis=0)
        step = np.divide(power, curvature, out=np.zeros_like(power), where=curvature > 0)
        x += step * direction
        residual -= step * image
        np.divide(residual, diagonal, out=scaled)
        previous, power = power, np.sum(residual * scaled, axis=0)
        direction *= np.divide(power, previous, out=np.zeros_like(power), where=previous > 0)
        direction += scaled
    return x


def draw_effects(
    design: Design, solution: Solution, noise: FloatArray, sd: FloatArray
) -> FloatArray:
    """Posterior draws of theta: mean + sd L^-T z; noise is (cells + jurors) x draws, sd one a
    draw. Dense only.
    """
    if solution.factor is None:
        raise ValueError("draws by Cholesky need a dense system")
    spread = solve_triangular(solution.factor, noise, trans="T", lower=True)
    return np.asarray(solution.theta[:, None] + spread * sd)


def _factor(design: Design, lf: float, lb: float) -> FloatArray:
    system = design.normal_dense - design.eliminated(lf, 1)
    system.flat[:: len(system) + 1] += _ridge(design, lb)
    return np.asarray(cholesky(system, lower=True, overwrite_a=True, check_finite=False))


def _ridge(design: Design, lb: float) -> FloatArray:
    return np.concatenate([np.zeros(design.cells), np.full(design.jurors, lb)])


def _quadratic(design: Design, lf: float, lb: float, theta: FloatArray, merit: FloatArray) -> float:
    # A sum of squares: y'y minus the fitted part is the same number, but would cancel to noise
    # where jurors agree perfectly.
    juror = theta[design.cells :]
    effects = (theta[design.cell] + merit)[design.entry]
    residual = design.y - effects - juror[design.juror]
    squares = residual**2 if design.weight is None else design.weight * residual**2
    return float(squares.sum() + lf * merit @ merit + lb * juror @ juror)
