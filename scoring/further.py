"""Which further scores would settle the cut best: the expected gain of each juror-entry pair.

All formulas hold at the estimated variances, where the posterior of merits and severities is
Gaussian and the covariance after one more score does not depend on its points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_solve
from scipy.special import ndtr, owens_t
from threadpoolctl import threadpool_limits

from scoring.calibrated import CountedSheets, counted_sheets
from scoring.errors import ScoringError
from scoring.mixed import DENSE_LIMIT, Design, FloatArray, Solution, solve
from scoring.refit import design_of, ratios
from scoring.result import NextBest, NextScore, Tabulation

Pair = tuple[str, str]
SETTLED = 1e-4


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
    gains go by entry, then juror. Entries are those of the undecided band. room: how many further
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
    full = residual * _covariance(design, solution)
    chance = ndtr(margin / np.sqrt(np.diag(full)[: design.entries]))
    near = np.flatnonzero(chance * (1 - chance) > SETTLED)
    if len(near) == 0:
        near = np.argsort(np.abs(margin))[:1]
    weight = (chance * (1 - chance))[near] / np.sum((chance * (1 - chance))[near])
    kept = np.concatenate([near, np.arange(design.entries, len(full))])
    known = full[np.ix_(kept, kept)]
    shift = np.eye(len(near)) - weight
    rows = np.vstack([np.hstack([shift, np.zeros((len(near), len(names)))]), np.eye(len(known))])
    entries = tuple(sheets.entries[index] for index in near)
    cov = rows @ known @ rows.T
    return Belief(entries, names, margin[near], np.diag(cov)[: len(near)], cov, residual)


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


def _covariance(design: Design, solution: Solution) -> FloatArray:
    """Of (merit with its cell mean, juror effects), in units of the residual variance.

    Means and jurors have covariance S^-1, merits given them 1 / d about (sums - G theta) / d; so
    cov(f) = D^-1 + D^-1 G S^-1 G' D^-1.
    """
    inverse = cho_solve((solution.factor, True), np.eye(len(solution.theta)))
    weight = design.counts + solution.lf
    slope = -design.cross.toarray() / weight[:, None]
    slope[np.arange(design.entries), design.cell] += 1
    pick = np.eye(len(solution.theta))[design.cells :]
    rows = np.vstack([slope, pick])
    found = rows @ inverse @ rows.T
    found[np.arange(design.entries), np.arange(design.entries)] += 1 / weight
    return np.asarray(found)


def _open_pairs(belief: Belief, band: Iterable[str], closed: Collection[Pair]) -> set[Pair]:
    return {
        (entry, juror)
        for entry in band
        if entry in belief.entries
        for juror in belief.jurors
        if (entry, juror) not in closed
    }


def _chosen(
    belief: Belief, open_pairs: set[Pair], room: dict[str, int], count: int
) -> Iterable[NextScore]:
    for _ in range(count):
        now = belief.unsettled
        best = _best(belief, {pair for pair in open_pairs if room.get(pair[1], 0) > 0})
        if best is None:
            return
        (entry, juror), later = best
        yield NextScore(entry, juror, now - later, later)
        belief = belief.after(entry, juror)
        open_pairs.discard((entry, juror))
        room[juror] -= 1


def _best(belief: Belief, pairs: set[Pair]) -> tuple[Pair, float] | None:
    found: list[tuple[float, Pair]] = []
    for entry in sorted({entry for entry, _ in pairs}):
        later = belief.unsettled_after(belief.entries.index(entry))
        for position, juror in enumerate(belief.jurors):
            if (entry, juror) in pairs:
                found.append((round(float(later[position]), 12), (entry, juror)))
    if not found:
        return None
    later_value, pair = min(found)
    return pair, later_value
