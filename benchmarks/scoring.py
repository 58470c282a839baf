"""What the fair score is worth: Kendall's tau with a truth that no method sees, and whether the
intervals keep their promise, in every scenario of `juries`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import kendalltau

from benchmarks.juries import SCENARIOS, Floats, Ints, Jury, drawn, rules
from scoring import Tabulation, tabulate

SIZES = {12: 150, 60: 20, 600: 3}
LARGE = 6_000
LARGEST = 60_000
WEIGHED = {"juror_weights": True, "robust": True}
FEWER_DRAWS = {LARGE: 400, LARGEST: 200}
SMALLEST_SPREAD = 0.3
EXPLAINED = (
    "tau: mean; z (rescaled juror by juror); mixed (crossed effects, one mean for all);",
    "fair (as the engine ranks); weighed (the same with unequal weights of sheets).",
    "cover: share of truths in the 90 % interval, of the fair score and of the weighed one.",
)


@dataclass(frozen=True)
class Trial:
    """One jury, and by entry that was scored: the truth, each method's scores, the intervals."""

    truth: Floats
    taus: dict[str, float]
    covered: dict[str, float]
    chance: Floats
    above: Floats


def sheet_means(jury: Jury, values: Floats) -> Floats:
    """Return each entry's mean of a value a sheet; NaN for one without a sheet."""
    count = np.bincount(jury.entry, minlength=len(jury.truth))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.bincount(jury.entry, values, minlength=len(jury.truth)) / count)


def standardised(jury: Jury) -> Floats:
    """Return each sheet rescaled to its juror's mean and spread, as many platforms do."""
    values = jury.composite()
    count = np.maximum(np.bincount(jury.juror), 1)
    centre = np.bincount(jury.juror, values) / count
    spread = np.sqrt(np.bincount(jury.juror, (values - centre[jury.juror]) ** 2) / count)
    apart = values - centre[jury.juror]
    return np.asarray(apart / np.maximum(spread, SMALLEST_SPREAD)[jury.juror])


def tried(letter: str, entries: int, seed: int, *, weighed: bool) -> Trial:
    """Draw a jury and rank it by every method."""
    jury = drawn(SCENARIOS[letter], entries, seed)
    scores = jury.scores()
    cut = max(3, entries // 6)
    draws = FEWER_DRAWS.get(entries)
    options: dict[str, Any] = {"cut": cut, "draws": draws}
    found = {"fair": tabulate(scores, rules(jury.scenario, **options))}
    if scores.groups:
        found["mixed"] = tabulate(replace(scores, groups=()), rules(jury.scenario, draws=100))
    if weighed:
        found["weighed"] = tabulate(scores, rules(jury.scenario, **options, **WEIGHED))
    seen = np.unique(jury.entry)
    truth = jury.truth[seen]
    values = {
        "mean": sheet_means(jury, jury.composite())[seen],
        "z": sheet_means(jury, standardised(jury))[seen],
        **{name: _column(table, seen, "score") for name, table in found.items()},
    }
    values.setdefault("mixed", values["fair"])
    first = np.argsort(-truth)[:cut]
    return Trial(
        truth,
        {name: float(kendalltau(truth, scored)[0]) for name, scored in values.items()},
        {name: _covered(found[name], seen, truth) for name in found if name != "mixed"},
        _column(found["fair"], seen, "p_cut"),
        np.isin(np.arange(len(truth)), first).astype(float),
    )


def _column(table: Tabulation, seen: Ints, name: str) -> Floats:
    standing = {item.entry: item for item in table.entries}
    return np.array([float(getattr(standing[f"e{i}"], name)) for i in seen.tolist()])


def _covered(table: Tabulation, seen: Ints, truth: Floats) -> float:
    low, high = _column(table, seen, "low"), _column(table, seen, "high")
    return float(np.mean((low <= truth) & (truth <= high)))


def _averaged(trials: list[Trial], pick: Callable[[Trial], dict[str, float]], name: str) -> str:
    found = [pick(trial)[name] for trial in trials if name in pick(trial)]
    return f"{np.mean(found):7.3f}" if found else f"{'':>7}"


def report() -> Iterator[str]:
    """Yield a table by scenario and size, then whether chances of the cut come true."""
    yield from EXPLAINED
    columns = ("mean", "z", "mixed", "fair", "weighed")
    yield f"{'':>34} {'entries':>8}" + "".join(f"{name:>8}" for name in columns) + "   cover"
    told: list[Trial] = []
    for letter, scenario in SCENARIOS.items():
        for entries, juries in (SIZES | ({LARGE: 1} if letter in "AB" else {})).items():
            weighed = letter in "FG"
            seeds = range(1_000, 1_000 + juries)
            trials = [tried(letter, entries, seed, weighed=weighed) for seed in seeds]
            told += trials if letter in "ABEGH" and entries <= 60 else []
            yield _line(f"{letter}: {scenario.name}", entries, trials, columns)
    trial = tried("A", LARGEST, 1_000, weighed=True)
    yield _line("A: trained jurors", LARGEST, [trial], columns)
    yield from _chances(told)


def _line(name: str, entries: int, trials: list[Trial], columns: tuple[str, ...]) -> str:
    taus = "".join(" " + _averaged(trials, lambda one: one.taus, column) for column in columns)
    cover = "".join(
        " " + _averaged(trials, lambda one: one.covered, column) for column in ("fair", "weighed")
    )
    return f"{name:>34} {entries:8,}{taus}{cover}"


def _chances(trials: list[Trial]) -> Iterator[str]:
    """Yield how often entries of about the same probability were above the cut."""
    chance = np.concatenate([trial.chance for trial in trials])
    above = np.concatenate([trial.above for trial in trials])
    yield "\nprobability of being above the cut: said, and how often it came true"
    for low, high in ((0.0, 0.05), (0.05, 0.3), (0.3, 0.7), (0.7, 0.95), (0.95, 1.01)):
        kept = (low <= chance) & (chance < high)
        yield f"{chance[kept].mean():8.3f} {above[kept].mean():8.3f}   {int(kept.sum()):,} entries"
