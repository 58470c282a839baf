"""Which further scores would settle the cut best: the expected gain of each juror-entry pair.

All formulas hold at the estimated variances, where the posterior of merits and severities is
Gaussian and the covariance after one more score does not depend on its points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import ndtr, owens_t
from threadpoolctl import threadpool_limits

from scoring.calibrated import CountedSheets, counted_sheets
from scoring.errors import ScoringError
from scoring.mixed import DENSE_LIMIT, Design, FloatArray, Solution, solve
from scoring.refit import design_of, ratios
from scoring.result import NextBest, NextScore, Tabulation

Pair = tuple[str, str]
BoolArray = NDArray[np.bool_]
SETTLED = 1e-4
TINY = 1e-12
EXACT = 20_000
"""Pairs that are all tried; beyond, SHORTLIST of them are, those of the largest estimates."""
SHORTLIST = 256


@dataclass(frozen=True)
class Belief:
    """What is known of some entries and of all jurors, as one Gaussian; scores may be promised.

    margin: how far each entry's merit is believed to lie above the cut, today; start: variance of
    that belief, today. cov: covariance, once the promised scores are in, of these margins, then of
    what a score is made of: the merits of the same entries and the effects of all jurors. residual:
    variance of a sheet beyond both.
    """

    entries: tuple[str, ...]
    jurors: tuple[str, ...]
    margin: FloatArray
    start: FloatArray
    cov: FloatArray
    residual: float

    @property
    def unsettled(self) -> float:
        """How many entries two equally good juries are expected to put on different sides of the
        cut: the sum of 2 E[p (1 - p)], p an entry's probability of being above it when the promised
        scores are in.

        They will move a margin by an amount of known variance (start minus later), so that the
        expectation is exact: E[p (1 - p)] = 2 T(h, sqrt(later / (2 start - later))) with h =
        margin / sqrt(start) and Owen's T (Owen, Communications in Statistics B 9, 1980).
        """
        return float(np.sum(self._wrong(self._later[:, None])))

    def unsettled_after(self, entry: int) -> FloatArray:
        """What `unsettled` is after one more promise for an entry, by juror (both as indices)."""
        count = len(self.entries)
        merit, jurors = count + entry, slice(2 * count, None)
        covariance = self.cov[:count, merit, None] + self.cov[:count, jurors]
        own = np.diag(self.cov)[jurors] + self.cov[merit, merit] + 2 * self.cov[merit, jurors]
        later = self._later[:, None] - covariance**2 / (own + self.residual)
        return np.asarray(np.sum(self._wrong(np.maximum(later, 0.0)), axis=0))

    def unsettled_with(self, entry: int, juror: int) -> float:
        """What `unsettled` is after one more promise for this pair alone."""
        count = len(self.entries)
        merit, juror = count + entry, 2 * count + juror
        covariance = self.cov[:count, merit] + self.cov[:count, juror]
        own = self.cov[merit, merit] + self.cov[juror, juror] + 2 * self.cov[merit, juror]
        later = np.maximum(self._later - covariance**2 / (own + self.residual), 0.0)
        return float(np.sum(self._wrong(later[:, None])))

    def estimates(self) -> FloatArray:
        """About how much each pair (entries x jurors) would settle: `unsettled` to first order.

        A promise takes c^2 / v off an entry's margin variance, c its covariance with the score, v
        the score's variance; c is a sum of one part by entry and one by juror, so that the sum over
        all entries of slope times c^2 is three matrix products.
        """
        count = len(self.entries)
        merits, jurors = slice(count, 2 * count), slice(2 * count, None)
        by_entry, by_juror = self.cov[:count, merits], self.cov[:count, jurors]
        slope = self._slope()[:, None]
        variance = np.diag(self.cov)
        taken = (
            np.sum(slope * by_entry**2, axis=0)[:, None]
            + np.sum(slope * by_juror**2, axis=0)
            + 2 * (slope * by_entry).T @ by_juror
        )
        own = variance[merits][:, None] + variance[jurors] + 2 * self.cov[merits, jurors]
        return np.asarray(taken / (own + self.residual))

    def _slope(self) -> FloatArray:
        """How fast each entry's 2 E[p (1 - p)] falls with the variance that its margin keeps.

        By dT/da = exp(-h^2 (1 + a^2) / 2) / (2 pi (1 + a^2)) of Owen's T.
        """
        start, later = np.maximum(self.start, TINY), np.maximum(self._later, TINY)
        ratio = later / (2 * start - later)
        inner = np.exp(-(self.margin**2) / start * (1 + ratio) / 2) / (2 * np.pi * (1 + ratio))
        return np.asarray(4 * inner * start / ((2 * start - later) ** 2 * np.sqrt(ratio)))

    def after(self, entry: str, juror: str) -> Belief:
        """The same with one more score promised: the rank-one update of Sherman and Morrison."""
        loading = self._loading(self.entries.index(entry), self.jurors.index(juror))
        image = self.cov @ loading
        gone = np.outer(image, image) / (float(loading @ image) + self.residual)
        return replace(self, cov=self.cov - gone)

    @property
    def _later(self) -> FloatArray:
        return np.diag(self.cov)[: len(self.entries)]

    def _wrong(self, later: FloatArray) -> FloatArray:
        """2 E[p (1 - p)] of each entry (rows) at variances of its margin to come.

        Where one entry alone is near the cut, the number of places decides about it: its margin has
        no variance, and nothing to be wrong about.
        """
        start = self.start[:, None]
        known = start <= 0
        height = np.where(known, np.inf, self.margin[:, None]) / np.sqrt(np.where(known, 1, start))
        share = np.where(known, 0, later) / np.where(known, 1, 2 * start - later)
        return np.asarray(4 * owens_t(height, np.sqrt(share)))

    def _loading(self, entry: int, juror: int) -> FloatArray:
        loading = np.zeros(len(self.cov))
        loading[len(self.entries) + entry] = loading[2 * len(self.entries) + juror] = 1
        return loading


def next_best(
    tabulation: Tabulation,
    *,
    room: Mapping[str, int],
    forbidden: Collection[Pair] = (),
    pending: Iterable[Pair] = (),
    count: int = 10,
) -> NextBest:
    """Choose up to `count` further scores that are expected to settle the cut most, best first.

    Each step takes the pair with the largest expected gain, given the scores already chosen; equal
    gains go by entry, then juror. Above EXACT open pairs those of the largest first-order gain are
    compared. Entries are those of the undecided band. room: how many further
    entries each juror can take; jurors who have not scored yet may be among them. forbidden:
    (entry, juror) pairs that may not be, such as conflicts and recusals; who has scored an entry is
    never asked again. pending: pairs that are assigned and will come anyway. The answer is empty
    where nothing is undecided or nobody may judge. Raises ScoringError `no_cut`,
    `variances_unknown`, or `jury_too_large` above 1,500 jurors.
    """
    if tabulation.rules.cut is None:
        raise ScoringError("no_cut")
    band = tuple(sorted(item.entry for item in tabulation.undecided()))
    if not band:
        return NextBest(0.0, ())
    with threadpool_limits(limits=1, user_api="blas"):
        belief = believed(tabulation, jurors=room)
        for entry, juror in sorted(pending):
            if entry in belief.entries and juror in belief.jurors:
                belief = belief.after(entry, juror)
        taken = {
            (sheet.entry, sheet.juror) for sheet in tabulation.sheets if sheet.value is not None
        }
        open_pairs = _open_pairs(belief, band, taken | set(forbidden) | set(pending))
        return NextBest(belief.unsettled, tuple(_chosen(belief, open_pairs, dict(room), count)))


def believed(tabulation: Tabulation, *, jurors: Iterable[str] = ()) -> Belief:
    """What a tabulation's sheets say about every entry near its cut, at its variances.

    jurors: further ones, who have not scored yet. The cut lies midway between the last entry above
    it and the first below; its own uncertainty is that of the entries that may well stand there,
    each with weight p (1 - p). Raises ScoringError as `next_best` does.
    """
    sheets = counted_sheets(tabulation.sheets)
    names = tuple(sorted({*sheets.jurors, *jurors}))
    design, solution, residual = _solved(tabulation, sheets, names)
    merit = solution.theta[design.cell] + solution.merit
    margin = merit - _cut_at(merit, int(tabulation.rules.cut or 0))
    half, own = _half_covariance(design, solution)
    spread = np.sqrt(residual * (np.sum(half[: design.entries] ** 2, axis=1) + own))
    chance = ndtr(margin / spread)
    near = np.flatnonzero(chance * (1 - chance) > SETTLED)
    if len(near) == 0:
        near = np.argsort(np.abs(margin))[:1]
    kept = np.concatenate([near, np.arange(design.entries, len(half))])
    known = half[kept] @ half[kept].T
    known[np.arange(len(near)), np.arange(len(near))] += own[near]
    weight = (chance * (1 - chance))[near] / np.sum((chance * (1 - chance))[near])
    cov = _with_margins(residual * known, weight)
    entries = tuple(sheets.entries[index] for index in near)
    return Belief(entries, names, margin[near], np.diag(cov)[: len(near)], cov, residual)


def _with_margins(known: FloatArray, weight: FloatArray) -> FloatArray:
    """The covariance of (margins, merits, jurors) from that of (merits, jurors): a margin is a
    merit minus the weighted merits at the cut.
    """
    count = len(weight)
    across = known[:count] - weight @ known[:count]
    corner = across[:, :count] - (across[:, :count] @ weight)[:, None]
    return np.block([[corner, across], [across.T, known]])


def _solved(
    tabulation: Tabulation, sheets: CountedSheets, jurors: tuple[str, ...]
) -> tuple[Design, Solution, float]:
    groups = {item.entry: item.group for item in tabulation.entries if item.group is not None}
    design = design_of(sheets, groups, jurors)
    if not design.dense:
        raise ScoringError("jury_too_large", jurors=len(jurors), limit=DENSE_LIMIT)
    lf, lb, residual = ratios(tabulation.variance)
    return design, solve(design, lf, lb), residual


def _cut_at(merit: FloatArray, cut: int) -> float:
    ordered = np.sort(merit)[::-1]
    return float(ordered[min(cut, len(ordered)) - 1] + ordered[min(cut, len(ordered) - 1)]) / 2


def _half_covariance(design: Design, solution: Solution) -> tuple[FloatArray, FloatArray]:
    """H and D^-1 with cov(merit with its cell mean, juror effects) = H H' + diag(D^-1, 0), in units
    of the residual variance.

    Means and jurors have covariance S^-1 = (L L')^-1, merits given them 1 / d about (sums - G
    theta) / d; so H' = L^-1 (D^-1 G)'.
    """
    weight = design.counts + solution.lf
    slope = -design.cross.toarray() / weight[:, None]
    slope[np.arange(design.entries), design.cell] += 1
    pick = np.eye(len(solution.theta))[design.cells :]
    half = solve_triangular(solution.factor, np.vstack([slope, pick]).T, lower=True)
    return half.T, 1 / weight


def _open_pairs(belief: Belief, band: Iterable[str], closed: Collection[Pair]) -> BoolArray:
    """Which pairs (entries x jurors of the belief) may be asked for."""
    band = set(band)
    found = np.zeros((len(belief.entries), len(belief.jurors)), dtype=bool)
    found[[entry in band for entry in belief.entries]] = True
    entries = {entry: at for at, entry in enumerate(belief.entries)}
    jurors = {juror: at for at, juror in enumerate(belief.jurors)}
    for entry, juror in closed:
        if entry in entries and juror in jurors:
            found[entries[entry], jurors[juror]] = False
    return found


def _chosen(
    belief: Belief, open_pairs: BoolArray, room: dict[str, int], count: int
) -> Iterable[NextScore]:
    for _ in range(count):
        now = belief.unsettled
        free = np.array([room.get(juror, 0) > 0 for juror in belief.jurors])
        best = _best(belief, open_pairs & free)
        if best is None:
            return
        (at, by), later = best
        entry, juror = belief.entries[at], belief.jurors[by]
        yield NextScore(entry, juror, now - later, later)
        belief = belief.after(entry, juror)
        open_pairs[at, by] = False
        room[juror] -= 1


def _best(belief: Belief, pairs: BoolArray) -> tuple[tuple[int, int], float] | None:
    """The pair after which least is unsettled, both as indices; equal ones by entry, then juror.

    Every pair is tried; of very many those that settle most to first order.
    """
    if not pairs.any():
        return None
    if np.count_nonzero(pairs) <= EXACT:
        tried = _tried_all(belief, pairs)
    else:
        estimates = np.where(pairs, belief.estimates(), -np.inf)
        nearest = np.argpartition(-estimates, SHORTLIST, axis=None)[:SHORTLIST]
        shortlist = [divmod(int(at), pairs.shape[1]) for at in nearest]
        tried = {pair: belief.unsettled_with(*pair) for pair in shortlist if pairs[pair]}
    later, pair = min((round(value, 12), pair) for pair, value in tried.items())
    return pair, later


def _tried_all(belief: Belief, pairs: BoolArray) -> dict[tuple[int, int], float]:
    tried: dict[tuple[int, int], float] = {}
    for entry in np.flatnonzero(pairs.any(axis=1)).tolist():
        later = belief.unsettled_after(entry)
        tried |= {(entry, by): float(later[by]) for by in np.flatnonzero(pairs[entry]).tolist()}
    return tried
