"""What severity correction is worth: Kendall's tau with a truth that the engine never sees.

Juries are drawn as people score: whole points, clipped at the ends of the scale, jurors who differ
in severity and in care, merits that lean to one side. No part is drawn from the fitted model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from benchmarks.measuring import cpu_seconds
from scoring import Criterion, Rules, ScoreRow, Scores, tabulate

Floats = NDArray[np.float64]
SHAPES = {
    "12 entries, 4 jurors, all see all": (12, 4, 4, 40),
    "60 entries, 12 jurors, 3 each": (60, 12, 3, 20),
    "193 entries, 24 jurors, 3 each": (193, 24, 3, 10),
}
RULES = Rules((Criterion("merit", minimum=Decimal(1), maximum=Decimal(10)),))


@dataclass(frozen=True)
class Jury:
    """Scores of one jury, as arrays and as the engine takes them, and what each entry is worth."""

    truth: Floats
    entry: NDArray[np.int64]
    juror: NDArray[np.int64]
    points: Floats

    def scores(self) -> Scores:
        """Return the score sheets as rows."""
        return Scores(
            tuple(
                ScoreRow(f"e{e:04}", f"j{j:04}", "merit", Decimal(int(p)))
                for e, j, p in zip(self.entry, self.juror, self.points, strict=True)
            )
        )


def drawn(entries: int, jurors: int, each: int, seed: int) -> Jury:
    """Draw a jury: skewed merit, severe and mild jurors, careful and careless ones."""
    random = np.random.default_rng(seed)
    truth = 8.5 - random.gamma(2.0, 0.9, entries)
    severity = random.normal(0, 0.9, jurors)
    care = random.uniform(0.5, 1.4, jurors)
    entry = np.repeat(np.arange(entries), each)
    juror = np.concatenate([random.choice(jurors, each, replace=False) for _ in range(entries)])
    raw = truth[entry] - severity[juror] + random.normal(0, 1, entry.size) * care[juror]
    return Jury(truth, entry, juror, np.clip(np.round(raw), 1, 10))


def plain_mean(jury: Jury, values: Floats | None = None) -> Floats:
    """Return each entry's mean of the points, or of other values of the same sheets."""
    weights = jury.points if values is None else values
    return np.bincount(jury.entry, weights) / np.bincount(jury.entry)


def standardised(jury: Jury) -> Floats:
    """Return each entry's mean of points rescaled a juror at a time, as many platforms do."""
    count = np.maximum(np.bincount(jury.juror), 1)
    centre = np.bincount(jury.juror, jury.points) / count
    spread = np.sqrt(np.bincount(jury.juror, (jury.points - centre[jury.juror]) ** 2) / count)
    return plain_mean(
        jury, (jury.points - centre[jury.juror]) / np.maximum(spread, 0.3)[jury.juror]
    )


def report() -> Iterator[str]:
    """Yield a table: tau of each method, coverage of the 90 % intervals, CPU time a jury."""
    yield f"{'jury':>34} {'mean':>6} {'z':>6} {'ours':>6} {'cover':>6} {'ms':>7}"
    for name, (entries, jurors, each, juries) in SHAPES.items():
        taus, inside, taken = [], [], 0.0
        for seed in range(juries):
            jury = drawn(entries, jurors, each, seed)
            scores = jury.scores()
            taken += cpu_seconds(partial(tabulate, scores, RULES))
            standing = {one.entry: one for one in tabulate(scores, RULES).entries}
            found = [standing[f"e{i:04}"] for i in range(entries)]
            ours = np.array([float(one.score or 0) for one in found])
            taus.append(
                [kendalltau(jury.truth, x)[0] for x in (plain_mean(jury), standardised(jury), ours)]
            )
            # Clipping and rounding move the whole scale, so the truth is compared centred.
            shift = float(np.mean(ours) - np.mean(jury.truth))
            inside += [
                one.low <= true + shift <= one.high
                for one, true in zip(found, jury.truth, strict=True)
                if one.low is not None and one.high is not None
            ]
        mean, z, own = np.mean(taus, axis=0)
        cover, each_ms = np.mean(inside), 1000 * taken / juries
        yield f"{name:>34} {mean:6.3f} {z:6.3f} {own:6.3f} {cover:6.3f} {each_ms:7.1f}"
