"""The instances of the figures: made-up rounds, the same for the same seed.

Entries ask for one to three topics by a law of scarcity, jurors know two to five that do not follow
the demand; languages and regions weaken a match; 3 % of the pairs are conflicts; maxima differ by
40 % up and down and sum to 1.05 times the demand; minima are half the maxima.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assignment import Conflict, EntryNeed, JurorOffer, Problem

Floats = NDArray[np.float32]
PER_ENTRY, SLACK, CONFLICTS = 4, 1.05, 0.03
LANGUAGES = np.array([0.5, 0.18, 0.12, 0.1, 0.06, 0.04])
OTHER_LANGUAGE, OTHER_REGION, REGIONS = 0.35, 0.9, 5


def synthetic(entries: int, jurors: int, seed: int = 1) -> Problem:
    """Entries e0, e1, … and jurors j0, j1, … with a table of affinities."""
    random = np.random.default_rng(seed)
    asked, known = _topics(random, entries, jurors)
    fit = asked @ known.T
    affinity = fit * _languages(random, entries, jurors) * _regions(random, entries, jurors)
    affinity = affinity * (0.9 + 0.1 * random.random((entries, jurors), dtype=np.float32))
    affinity[fit == 0] = 0
    barred = random.random((entries, jurors)) < CONFLICTS
    most = _maxima(random, entries, jurors)
    table = np.rint(np.round(np.clip(affinity, 0, 1), 3).astype(np.float32) * 1000)
    table[barred] = 0
    return Problem(
        entries=tuple(EntryNeed(f"e{i}", PER_ENTRY) for i in range(entries)),
        jurors=tuple(JurorOffer(f"j{j}", int(top) // 2, int(top)) for j, top in enumerate(most)),
        affinity=table.astype(np.int16),
        conflicts=frozenset(Conflict(f"e{i}", f"j{j}") for i, j in np.argwhere(barred)),
    )


def _topics(random: np.random.Generator, entries: int, jurors: int) -> tuple[Floats, Floats]:
    count = int(np.clip(jurors / 2.5, 12, 60))
    demand = 1 / np.arange(1, count + 1) ** 0.8
    demand /= demand.sum()
    order = random.permutation(count)
    supply = 1 / np.arange(1, count + 1) ** 0.4
    supply = (supply / supply.sum())[order]
    supply = 0.5 * supply + 0.5 * demand
    asked = np.zeros((entries, count), np.float32)
    known = np.zeros((jurors, count), np.float32)
    for row in asked:
        number = random.choice([1, 2, 3], p=[0.35, 0.4, 0.25])
        picked = random.choice(count, number, False, demand)
        weights = np.array([0.6, 0.25, 0.15])[:number]
        row[picked] = weights / weights.sum()
    for row in known:
        number = random.integers(2, 6)
        picked = random.choice(count, number, False, supply)
        row[picked] = random.choice([0.4, 0.7, 1.0], number, p=[0.3, 0.4, 0.3])
    return asked, known


def _languages(random: np.random.Generator, entries: int, jurors: int) -> Floats:
    written = random.choice(len(LANGUAGES), entries, p=LANGUAGES)
    read = np.zeros((jurors, len(LANGUAGES)), dtype=bool)
    read[:, 0] = random.random(jurors) < 0.85
    for language in range(1, len(LANGUAGES)):
        read[:, language] = random.random(jurors) < 0.12 + 0.9 * LANGUAGES[language]
    read[~read.any(1), 0] = True
    return np.where(read[:, written].T, 1.0, OTHER_LANGUAGE).astype(np.float32)


def _regions(random: np.random.Generator, entries: int, jurors: int) -> Floats:
    there = random.integers(0, REGIONS, entries)
    here = random.integers(0, REGIONS, jurors)
    return np.where(there[:, None] == here[None], 1.0, OTHER_REGION).astype(np.float32)


def _maxima(random: np.random.Generator, entries: int, jurors: int) -> NDArray[np.int64]:
    weight = random.uniform(0.6, 1.4, jurors)
    most = np.floor(weight / weight.sum() * entries * PER_ENTRY * SLACK).astype(np.int64)
    short = int(np.ceil(entries * PER_ENTRY * SLACK)) - most.sum()
    most[random.permutation(jurors)[:short]] += 1
    return np.minimum(most, entries)
