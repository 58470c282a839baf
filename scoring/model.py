"""What goes in: the rules of a round and its scores. What comes out is in `result`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal

from scoring import codec
from scoring.errors import ScoringError

RankBy = Literal["plain", "calibrated"]
MOST_DIGITS = 60
TIE_RULES = ("criterion", "median", "head_to_head", "lot")


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric. `minimum` and `maximum` are the ends of its scale, both allowed.

    A sheet without points on a `required` criterion is incomplete and does not count; an optional
    one is renormalised away.
    """

    key: str
    title: str = ""
    weight: Decimal = Decimal(1)
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(10)
    required: bool = True


@dataclass(frozen=True)
class TieRule:
    """One step of the declared tie cascade; rule is one of TIE_RULES."""

    rule: str
    criterion: str | None = None

    @property
    def step(self) -> str:
        """The name under which the step is printed, for example "criterion:impact" or "lot"."""
        return f"{self.rule}:{self.criterion}" if self.criterion else self.rule


@dataclass(frozen=True)
class Rules:
    """Everything that is decided before a round opens; frozen with its tabulation.

    cut: how many entries go on, None where nobody is cut. seed: of the draws and of a lot. draws:
    posterior draws, None for 2,000 (400 to 200 in very large rounds). band: entries whose
    probability of being above the cut lies between it and 1 - band are not decided by the scores.
    provisional_below: an entry with fewer counted sheets is ranked, but marked. juror_weights: in
    the calibrated view jurors who stray less count more; robust: sheets far from all else count
    less.
    """

    criteria: tuple[Criterion, ...]
    rank_by: RankBy = "calibrated"
    cut: int | None = None
    ties: tuple[TieRule, ...] = ()
    seed: int = 0
    draws: int | None = None
    band: Decimal = Decimal("0.05")
    provisional_below: int = 3
    juror_weights: bool = False
    robust: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `from_dict` restores it exactly."""
        data: dict[str, Any] = codec.to_dict(self)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Rules:
        """The rules that `to_dict` wrote; absent keys take their defaults."""
        return codec.from_dict(cls, data)

    def check(self) -> None:
        """Raise ScoringError where the rules contradict themselves; say nothing otherwise."""
        if not self.criteria:
            raise ScoringError("rubric_empty")
        for criterion in self.criteria:
            _check_criterion(criterion)
        key, times = Counter(item.key for item in self.criteria).most_common(1)[0]
        if times > 1:
            raise ScoringError("criterion_twice", criterion=key)
        if not sum(item.weight for item in self.criteria):
            raise ScoringError("weights_all_zero")
        self._check_options()

    def _check_options(self) -> None:
        if self.rank_by not in ("plain", "calibrated"):
            raise ScoringError("rank_by_unknown", rank_by=self.rank_by)
        if self.cut is not None and self.cut < 1:
            raise ScoringError("cut_not_positive", cut=self.cut)
        if self.draws is not None and self.draws < 100:
            raise ScoringError("draws_too_few", draws=self.draws, minimum=100)
        if self.seed < 0:
            raise ScoringError("seed_negative", seed=self.seed)
        keys = {item.key for item in self.criteria}
        for tie in self.ties:
            if tie.rule not in TIE_RULES:
                raise ScoringError("tie_rule_unknown", rule=tie.rule)
            if tie.rule == "criterion" and tie.criterion not in keys:
                raise ScoringError("tie_criterion_unknown", criterion=tie.criterion or "")


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One number of one score sheet. `points` None: the juror left this criterion open."""

    entry: str
    juror: str
    criterion: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Group:
    """The category or panel of an entry: entries of different groups may differ in their mean."""

    entry: str
    group: str


@dataclass(frozen=True)
class Scores:
    """The input of a tabulation: submitted sheets only; a recusal is an absent row, never a zero.

    entries: entries that compete; those without a row are listed and not ranked. Entries that
    occur in `rows` need not be repeated. groups: where jurors keep to a category or panel, at
    most one an entry.
    """

    rows: tuple[ScoreRow, ...]
    entries: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    def canonical(self) -> Scores:
        """The same input in the one order that its digest is taken of: no order of rows matters."""
        return Scores(
            tuple(sorted(self.rows, key=attrgetter("entry", "juror", "criterion"))),
            tuple(sorted({*self.entries, *(row.entry for row in self.rows)})),
            tuple(sorted(self.groups, key=lambda item: (item.entry, item.group))),
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `from_dict` restores it exactly."""
        data: dict[str, Any] = codec.to_dict(self)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Scores:
        """The scores that `to_dict` wrote."""
        return codec.from_dict(cls, data)


def beyond_floats(number: Decimal) -> bool:
    """Whether a number has so many digits before or after the point that floats, of whose fourth
    powers the fit makes sums, would not hold it.
    """
    exponent = number.as_tuple().exponent
    return bool(number) and (number.adjusted() >= MOST_DIGITS or int(exponent) < -MOST_DIGITS)


def _check_criterion(criterion: Criterion) -> None:
    if not all(x.is_finite() for x in (criterion.weight, criterion.minimum, criterion.maximum)):
        raise ScoringError("criterion_not_finite", criterion=criterion.key)
    if any(map(beyond_floats, (criterion.weight, criterion.minimum, criterion.maximum))):
        raise ScoringError("criterion_too_long", criterion=criterion.key, digits=MOST_DIGITS)
    if criterion.weight < 0:
        raise ScoringError("weight_negative", criterion=criterion.key, weight=str(criterion.weight))
    if criterion.minimum >= criterion.maximum:
        raise ScoringError(
            "scale_empty",
            criterion=criterion.key,
            minimum=str(criterion.minimum),
            maximum=str(criterion.maximum),
        )
