"""What comes out: one frozen `Tabulation` with every number that led to a place."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring import codec
from scoring.errors import Notice
from scoring.model import Rules


@dataclass(frozen=True, slots=True)
class CriterionMean:
    """An entry's mean on one criterion, in that criterion's own points; None where nobody
    answered.
    """

    criterion: str
    mean: Fraction | None


@dataclass(frozen=True, slots=True)
class EntryStanding:
    """One row of the ranking. Numbers are on `Tabulation.scale`; None where nobody scored the
    entry.

    mean, median: over its counted sheets, exact. spread: their standard deviation (n - 1), None
    below two. score: the fair score; low, high: its 90 % interval; place_low, place_high: 90 % of
    the drawn places. p_cut: probability of being among the first `cut`. jurors: counted sheets;
    incomplete: sheets that did not count. provisional: fewer sheets than the rules ask for.
    """

    entry: str
    group: str | None
    place: int | None
    mean: Fraction | None
    mean_place: int | None
    median: Fraction | None
    spread: float | None
    score: float | None
    low: float | None
    high: float | None
    place_low: int | None
    place_high: int | None
    p_cut: float | None
    jurors: int
    incomplete: int
    provisional: bool
    criteria: tuple[CriterionMean, ...]


@dataclass(frozen=True, slots=True)
class JurorSeverity:
    """How much stricter a juror scores than colleagues on the same entries: positive is stricter.

    severity is in points of `Tabulation.scale` with its 90 % interval (None where it cannot be
    had); sheets counts what counted. erratic: strays from colleagues and own habit further than
    chance explains. weight: mean weight of the juror's sheets.
    """

    juror: str
    sheets: int
    severity: float
    low: float | None
    high: float | None
    erratic: bool
    weight: float = 1.0


@dataclass(frozen=True)
class Variance:
    """REML variances of merit (entries), severity (jurors) and residual (the rest), in squared
    points.

    All None where the sheets cannot tell them apart, for example with a single juror.
    """

    merit: float | None = None
    severity: float | None = None
    residual: float | None = None


@dataclass(frozen=True)
class Icc:
    """The six intraclass correlations of Shrout and Fleiss (1979).

    icc2k is None where its estimated variance is not positive, which happens when jurors disagree.
    """

    icc1: float
    icc2: float
    icc3: float
    icc1k: float
    icc2k: float | None
    icc3k: float


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha at four levels of measurement; None where a level does not apply."""

    nominal: float | None = None
    ordinal: float | None = None
    interval: float | None = None
    ratio: float | None = None


@dataclass(frozen=True)
class Reliability:
    """How far the round's scores can be trusted; a None does not apply to its design.

    w: Kendall's W. g, phi: generalizability for ranking, dependability for a cut-off, of the mean
    of as many jurors as an entry has here (harmonic mean).
    """

    icc: Icc | None
    alpha: Alpha
    w: float | None
    g: float | None
    phi: float | None


@dataclass(frozen=True)
class StudyPoint:
    """Reliability of the mean of so many jurors an entry: g for ranking, phi for a threshold."""

    jurors: int
    g: float
    phi: float


@dataclass(frozen=True)
class Study:
    """The decision study. jurors_for_g, jurors_for_phi: jurors an entry that reach `goal`, None
    where no number does.
    """

    goal: float
    jurors_for_g: int | None
    jurors_for_phi: int | None
    points: tuple[StudyPoint, ...]


@dataclass(frozen=True, slots=True)
class JurorDiagnostic:
    """spread: s.d. of the juror's sheets in points; width: spread over the median juror's, below 1
    for who keeps to the middle. agreement: correlation with the other jurors on shared entries.
    halo: how far the criteria move together beyond what the entry explains, 1 at most.
    """

    juror: str
    spread: float | None
    width: float | None
    agreement: float | None
    halo: float | None


@dataclass(frozen=True)
class Correlation:
    """Of the entries' means on two criteria; None where one of them does not vary."""

    criterion: str
    value: float | None


@dataclass(frozen=True)
class CriterionDiagnostic:
    """spread: how far jurors of one entry lie apart on it (pooled s.d., share of its scale).
    discrimination: correlation over entries with the mean of all other criteria.
    """

    criterion: str
    spread: float | None
    discrimination: float | None
    correlations: tuple[Correlation, ...]


@dataclass(frozen=True, slots=True)
class OddSheet:
    """A sheet far from the other sheets of its entry, in standard deviations; positive above."""

    entry: str
    juror: str
    z: float


@dataclass(frozen=True)
class Diagnostics:
    """jurors: by name; criteria: in the rubric's order; odd: farthest first."""

    jurors: tuple[JurorDiagnostic, ...]
    criteria: tuple[CriterionDiagnostic, ...]
    odd: tuple[OddSheet, ...]


@dataclass(frozen=True)
class WithoutJuror:
    """The ranking as it would be without one juror. first: who would then be first, all of them in
    a tie. enters, leaves: who would cross the cut. moved: the most places that an entry moves.
    unscored: entries that nobody else scored.
    """

    juror: str
    first: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    moved: int
    unscored: tuple[str, ...]


@dataclass(frozen=True)
class WeightShare:
    """Over weights near the rubric's: how often an entry is above the cut, how often first."""

    entry: str
    above: float
    first: float


@dataclass(frozen=True)
class Weight:
    """A criterion's share of the whole weight, 0 to 1."""

    criterion: str
    share: float


@dataclass(frozen=True)
class Swap:
    """What would put an entry level with the first one: so many points more on one of its sheets,
    or the nearest weights (empty where no weights do).
    """

    entry: str
    points: float
    weights: tuple[Weight, ...]
    change: float | None


@dataclass(frozen=True)
class Sensitivity:
    """jurors: by name, None above 100 of them. weights: entries that any weighting lifts above the
    cut (to the first place without a cut), most often first. swaps: the nearest three to the first
    place.
    """

    jurors: tuple[WithoutJuror, ...] | None
    weights: tuple[WeightShare, ...]
    swaps: tuple[Swap, ...]


@dataclass(frozen=True)
class NextScore:
    """One further score worth asking for. gain: by how much it is expected to lower the number of
    unsettled entries; unsettled: what then is expected to remain.
    """

    entry: str
    juror: str
    gain: float
    unsettled: float


@dataclass(frozen=True)
class NextBest:
    """Further scores in the order of their use. unsettled: entries that two equally good juries
    would put on different sides of the cut, before any of them.
    """

    unsettled: float
    scores: tuple[NextScore, ...]


@dataclass(frozen=True)
class Connected:
    """Whether chains of shared jurors link all scored entries, and in how many parts they lie."""

    connected: bool
    parts: int


@dataclass(frozen=True)
class TieStep:
    """What happened to entries that were equal on the way to `place`: the step that told them
    apart.

    step "shared": nothing declared told them apart, and they share the place.
    """

    entries: tuple[str, ...]
    place: int
    step: str


@dataclass(frozen=True, slots=True)
class SheetValue:
    """A sheet as one number: the exact weighted composite, None where it did not count.

    weight: what it counts in the calibrated view, positive; 1 unless the rules weigh sheets.
    """

    entry: str
    juror: str
    value: Fraction | None
    missing: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Scale:
    """What means and scores are expressed in: the rubric's points, or 0 to 100 where its scales
    differ.
    """

    minimum: Fraction
    maximum: Fraction
    rubric_points: bool


@dataclass(frozen=True)
class Engine:
    """What computed this: with the same input, rules and versions it comes out the same.

    method: "grid" (variances integrated), "plug-in", "weighed" (variances and weights of sheets
    integrated) or "none" (nothing to estimate). digest:
    SHA-256 of the input.
    """

    name: str
    version: str
    seed: int
    draws: int
    method: str
    digest: str


@dataclass(frozen=True)
class Tabulation:
    """The frozen computation. entries: by place, then name, unranked ones last; jurors: strictest
    first.

    ties: in the order of places. sheets: by entry, then juror. parts: scored entries of each
    connected part. study, diagnostics and sensitivity are None in tabulations of engine 1.0.
    """

    entries: tuple[EntryStanding, ...]
    jurors: tuple[JurorSeverity, ...]
    variance: Variance
    reliability: Reliability
    connected: Connected
    ties: tuple[TieStep, ...]
    notices: tuple[Notice, ...]
    sheets: tuple[SheetValue, ...]
    parts: tuple[tuple[str, ...], ...]
    scale: Scale
    rules: Rules
    engine: Engine
    study: Study | None = None
    diagnostics: Diagnostics | None = None
    sensitivity: Sensitivity | None = None

    def undecided(self) -> tuple[EntryStanding, ...]:
        """Entries that the scores can put neither above nor below the cut; empty without a cut."""
        band = float(self.rules.band)
        return tuple(
            item for item in self.entries if item.p_cut is not None and band < item.p_cut < 1 - band
        )

    def moved(self) -> tuple[EntryStanding, ...]:
        """Entries whose place differs from their place by plain mean."""
        return tuple(item for item in self.entries if item.place != item.mean_place)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `from_dict` restores it exactly."""
        data: dict[str, Any] = codec.to_dict(self)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tabulation:
        """The tabulation that `to_dict` wrote."""
        return codec.from_dict(cls, data)
