"""Juries drawn as people score, with a truth that the engine never sees.

Whole points, clipped at the ends of the scale; jurors who differ in severity, care and in how far
they pull entries apart; criteria that move together (halo); open criteria, recusals. Variances are
those that were fitted to the reviews of NeurIPS 2014 (merit 1.28, severity .24, noise 1.27). The
truth of an entry is what the whole population of such jurors would give it on average, rounding and
clipping included. No part is drawn from the model that the engine fits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from scoring import Criterion, Group, Rules, ScoreRow, Scores

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEIGHTS = np.array([0.4, 0.3, 0.2, 0.1])
POPULATION = 20_000
GROUPS = 8
FEWEST_IN_GROUP = 6


@dataclass(frozen=True)
class Scenario:
    """How a jury scores; standard deviations in points of a scale from 1 to `top`.

    load: the fewest and the most entries a juror gets. care: sd of the log of jurors' noise.
    groups: "" (one field), "routed" (85 % of the sheets within a track) or "apart" (panels that
    share no juror). rogue: share of sheets filled in at random. skewed: merit has a long lower
    tail.
    """

    name: str
    top: int = 10
    merit: float = 1.131
    severity: float = 0.49
    noise: float = 1.126
    care: float = 0.25
    pull: float = 0.2
    load: tuple[int, int] = (10, 20)
    groups: str = ""
    rogue: float = 0.0
    skewed: bool = False


SCENARIOS = {
    "A": Scenario("trained jurors"),
    "B": Scenario("harsh and mild jurors", severity=0.95),
    "C": Scenario("tracks of unequal merit", groups="routed"),
    "D": Scenario("panels that share no juror", groups="apart"),
    "E": Scenario("3 to 6 entries a juror", severity=0.707, load=(3, 6)),
    "F": Scenario("4 % rogue sheets", rogue=0.04),
    "G": Scenario("jurors of unequal care", care=0.5),
    "H": Scenario("scale from 1 to 5", top=5, merit=0.57, severity=0.35, noise=0.56),
    "S": Scenario("skewed merit", severity=0.7, skewed=True),
}


@dataclass(frozen=True)
class Jury:
    """Sheets x criteria of points (NaN where open), and what each entry is worth."""

    scenario: Scenario
    truth: Floats
    entry: Ints
    juror: Ints
    points: Floats
    group: Ints | None

    def scores(self) -> Scores:
        """Return the score sheets as rows."""
        given = {value: Decimal(value) for value in range(1, self.scenario.top + 1)}
        entries = [f"e{e}" for e in range(len(self.truth))]
        jurors = [f"j{j}" for j in range(int(self.juror.max()) + 1)]
        criteria = [f"c{k}" for k in range(len(WEIGHTS))]
        rows = tuple(
            ScoreRow(entries[e], jurors[j], criteria[k], None if x != x else given[int(x)])
            for e, j, sheet in zip(
                self.entry.tolist(), self.juror.tolist(), self.points.tolist(), strict=True
            )
            for k, x in enumerate(sheet)
        )
        groups = () if self.group is None else enumerate(self.group.tolist())
        return Scores(rows, groups=tuple(Group(f"e{e}", f"g{g}") for e, g in groups))

    def composite(self) -> Floats:
        """Return each sheet's weighted mean of centred points, as the plain view has it."""
        given = ~np.isnan(self.points)
        centre = np.nanmean(self.points, axis=0)
        weight = given * WEIGHTS
        centred = np.where(given, self.points - centre, 0)
        return np.asarray((centred * WEIGHTS).sum(axis=1) / weight.sum(axis=1) + centre @ WEIGHTS)


def rules(scenario: Scenario, **options: object) -> Rules:
    """Return the rubric of a scenario: four criteria that may be left open."""
    criteria = tuple(
        Criterion(f"c{k}", "", Decimal(str(w)), Decimal(1), Decimal(scenario.top), required=False)
        for k, w in enumerate(WEIGHTS)
    )
    return replace(Rules(criteria), **options)  # type: ignore[arg-type]


def drawn(scenario: Scenario, entries: int, seed: int) -> Jury:
    """Draw a jury that scores so many entries, 4 to 6 jurors each."""
    random = np.random.default_rng(seed)
    groups = min(GROUPS, entries // FEWEST_IN_GROUP)
    group = np.arange(entries) % groups if scenario.groups else None
    entry, juror, jurors = _sheets(random, scenario, entries, group)
    merits = _merits(random, scenario, entries, group)
    shown = _shown(random, scenario, merits[entry], juror, jurors)
    rogue = random.random(len(entry)) < scenario.rogue
    shown[rogue] = random.integers(1, scenario.top + 1, (int(rogue.sum()), len(WEIGHTS)))
    gaps = random.random(shown.shape) < 0.03
    shown[gaps & ~(gaps[:, :2].any(axis=1))[:, None]] = np.nan
    there = random.random(len(entry)) > 0.02
    truth = _expected(random, scenario, merits) @ WEIGHTS
    return Jury(scenario, truth, entry[there], juror[there], shown[there], group)


def _sheets(
    random: np.random.Generator, scenario: Scenario, entries: int, group: Ints | None
) -> tuple[Ints, Ints, int]:
    """Entry and juror of each sheet: jurors fill up to their loads in a random order of entries."""
    each = random.integers(4, 7, entries)
    mean_load = sum(scenario.load) / 2
    jurors = max(4, round(float(each.sum()) / mean_load))
    home = np.arange(jurors) % (1 if group is None else int(group.max()) + 1)
    room = random.integers(scenario.load[0], scenario.load[1] + 1, jurors).astype(float)
    pairs: list[tuple[int, int]] = []
    for e in random.permutation(entries):
        key = room / max(room.max(), 1.0) + random.random(jurors) * 0.5
        if group is not None:
            stays = scenario.groups == "apart" or random.random() < 0.85
            key = key + (10.0 if stays else 0.0) * (home == group[e])
        chosen = np.argpartition(-key, min(each[e], jurors) - 1)[: min(each[e], jurors)]
        if group is not None and scenario.groups == "apart":
            chosen = chosen[home[chosen] == group[e]]
        room[chosen] -= 1
        pairs += [(int(e), int(j)) for j in chosen]
    found = np.array(sorted(pairs), dtype=np.int64)
    return found[:, 0], found[:, 1], jurors


def _merits(
    random: np.random.Generator, scenario: Scenario, entries: int, group: Ints | None
) -> Floats:
    """Entries x criteria, around 0."""
    merit = random.standard_normal(entries)
    if scenario.skewed:
        merit = (2 - random.gamma(2.0, 1.0, entries)) / np.sqrt(2)
    if group is not None:
        merit = merit + random.normal(0, 0.7, GROUPS)[group]
    own = random.standard_normal((entries, len(WEIGHTS)))
    return np.asarray(scenario.merit * (0.95 * merit[:, None] + 0.5 * own))


def _shown(
    random: np.random.Generator, scenario: Scenario, merits: Floats, juror: Ints, jurors: int
) -> Floats:
    """Points as written down: pulled, moved and blurred by the juror, rounded, clipped."""
    severity = scenario.severity * random.standard_normal(jurors)
    pull = np.exp(scenario.pull * random.standard_normal(jurors))
    care = np.exp(scenario.care * random.standard_normal(jurors) - scenario.care**2)
    latent = pull[juror, None] * merits - severity[juror, None]
    latent += care[juror, None] * _noise(random, scenario, merits.shape)
    return _written(scenario, latent)


def _noise(random: np.random.Generator, scenario: Scenario, shape: tuple[int, ...]) -> Floats:
    """A sheet's criteria share most of their error: the halo."""
    shared = random.standard_normal((shape[0], 1))
    own = random.standard_normal(shape)
    return np.asarray(scenario.noise * (0.93 * shared + 0.7 * own))


def _written(scenario: Scenario, latent: Floats) -> Floats:
    middle = (scenario.top + 1) / 2
    return np.clip(np.round(middle + latent), 1, scenario.top).astype(float)


def _expected(random: np.random.Generator, scenario: Scenario, merits: Floats) -> Floats:
    """What the population of jurors gives for each merit, by its curve over all merits."""
    grid = np.linspace(merits.min(), merits.max(), 60)
    severity = scenario.severity * random.standard_normal(POPULATION)
    pull = np.exp(scenario.pull * random.standard_normal(POPULATION))
    care = np.exp(scenario.care * random.standard_normal(POPULATION) - scenario.care**2)
    blur = care * scenario.noise * np.sqrt(0.93**2 + 0.7**2) * random.standard_normal(POPULATION)
    curve = [float(_written(scenario, pull * m - severity + blur).mean()) for m in grid]
    return np.asarray(np.interp(merits, grid, curve))
