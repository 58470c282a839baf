"""The words of an assignment: what goes in, what comes out, and what can be wrong.

Affinity is counted in whole thousandths everywhere (0 to 1000), so that sums are exact and two
runs with the same seed are equal to the last digit. Only the figures of a `Plan` are fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Mode = Literal["default", "optimum", "fewest-changes", "random"]
Param = str | int | float | tuple[str, ...]
PairKey = tuple[str, str]
"""(entry, juror), always in this order."""

THOUSANDTHS = 1000


@dataclass(frozen=True)
class Why:
    """One reason, as a code with parameters; `award/texts.py` or the CLI make the sentence."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True)
class EntryNeed:
    """An entry and what it needs. `per_entry` is the exact number of jurors, kept ones included.

    `panel`: where given, only jurors of that panel may judge it. `emails` are the team's addresses
    and `mail_domain` stands in where only the domain is known.
    """

    key: str
    per_entry: int
    topics: tuple[str, ...] = ()
    language: str = ""
    region: str = ""
    organisation: str = ""
    category: str = ""
    panel: str = ""
    mail_domain: str = ""
    emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class JurorOffer:
    """A juror and what she offers: from `minimum` to `maximum` entries, both inclusive.

    `maximum` None means that she named no limit.
    """

    key: str
    minimum: int = 0
    maximum: int | None = None
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    region: str = ""
    organisation: str = ""
    mail_domain: str = ""
    panel: str = ""
    email: str = ""


@dataclass(frozen=True)
class Wanted:
    """A kind of juror of whom every entry should have at least one, beside a strong match.

    `code`: `native` (her first language is the entry's), `panel` (she sits on `panel`, and may then
    judge entries of any panel) or `jurors` (one of `jurors`).
    """

    code: Literal["native", "panel", "jurors"]
    panel: str = ""
    jurors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Served:
    """How many entries have no juror of a wanted kind, and the fewest that any assignment leaves.

    `code` and `panel` are those of the `Wanted`; `strong` stands for a strong match. `minimum` is
    None where nobody computed it.
    """

    code: str
    without: int
    minimum: int | None = None
    panel: str = ""


@dataclass(frozen=True, eq=False)
class DualPrices:
    """In thousandths, by key: `entry` what one more juror of an entry is worth, `juror` what one
    more place of a juror is worth (negative: what her minimum costs).

    Any such prices give a bound that no assignment exceeds (`assignment.proof`), so those of an
    earlier plan save a later one the search for its own.
    """

    entry: Mapping[str, int]
    juror: Mapping[str, int]


def _nothing() -> Mapping[str, Param]:
    return NOTHING


NOTHING: Mapping[str, Param] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A pair that must never be, and the code of the reason (see `assignment.conflicts`)."""

    entry: str
    juror: str
    code: str = "declared"
    params: Mapping[str, Param] = field(default_factory=_nothing, compare=False)


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything the engine may know.

    `affinity` is a table entries x jurors of whole thousandths, in the order of `entries` and
    `jurors`, or a mapping (entry, juror) -> thousandths in which an absent pair is 0.
    `kept` pairs are made assignments: they stay, count towards `per_entry` and the loads, and may
    cross a panel (somebody chose that), but never a conflict. `forbidden` pairs are not conflicts
    but must not be made (recused, excluded). `panels` False lets any juror judge any entry.
    `wanted` are kinds of juror of whom as many entries as possible get one.
    """

    entries: tuple[EntryNeed, ...]
    jurors: tuple[JurorOffer, ...]
    affinity: NDArray[np.integer] | Mapping[PairKey, int]
    conflicts: frozenset[Conflict] = frozenset()
    kept: frozenset[PairKey] = frozenset()
    forbidden: frozenset[PairKey] = frozenset()
    panels: bool = True
    wanted: tuple[Wanted, ...] = ()
    reasons: Callable[[str, str], tuple[Why, ...]] | None = None
    """Says why a pair has its affinity; asked only for the pairs of a plan."""


@dataclass(frozen=True)
class Options:
    """How to search.

    `budget`: the share of the optimum (0 to 1) that fairness may cost in mode "default". `strong`:
    from this affinity (0 to 1) a juror is a strong match. `max_probability`: in mode "random", no
    pair outside the kept ones comes about with a higher probability. `balance`: what the last free
    place of a juror costs, in affinity. `keep_bonus`: what leaving a present pair alone is worth to
    `rebalance`, in affinity. `solver`: whose minimum-cost flow to use; the optimum is the same, but
    equally good assignments may differ. `progress` hears the code of each stage as it starts.
    """

    mode: Mode = "default"
    budget: float = 0.01
    strong: float = 0.5
    max_probability: float = 0.5
    seed: int = 0
    balance: float = 0.8
    keep_bonus: float = 0.2
    solver: Literal["ortools", "highs"] = "ortools"
    progress: Callable[[str], None] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.mode not in ("default", "optimum", "fewest-changes", "random"):
            raise InvalidProblem("unknown_mode", {"mode": self.mode})
        for name in ("budget", "strong", "max_probability"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidProblem("not_a_share", {"option": name, "value": getattr(self, name)})

    def stage(self, code: str) -> None:
        """Tells the listener, if there is one, which stage starts."""
        if self.progress is not None:
            self.progress(code)


@dataclass(frozen=True)
class Pair:
    """A juror for an entry; `affinity` from 0 to 1."""

    entry: str
    juror: str
    affinity: float
    why: tuple[Why, ...] = ()

    @property
    def key(self) -> PairKey:
        """(entry, juror)."""
        return (self.entry, self.juror)


@dataclass(frozen=True)
class Plan:
    """A checked assignment and its figures.

    `pairs` follow the order of the problem's entries, then of its jurors. `total` is the sum of
    affinities, `bound` the proven optimum that no assignment can exceed, `share` total / bound
    (1 where the bound is 0). An entry's value is the mean affinity of its jurors: `worst_entry` is
    the lowest value, `p5_entry` the 5 % quantile (both 0 where there is no entry). `weak_entries`
    have no strong juror; `zero_pairs` have no affinity. Loads are numbers of entries a juror, over
    all jurors. `parts` counts the pieces into which the graph of jurors (with a load) and entries
    falls; `connected` means one piece or none. `seconds` is wall time and the only figure that
    differs between two runs.

    `served` tells of each wanted kind, the strong match first; `zero_minimum` is the fewest pairs
    without affinity that any assignment with as few weak entries has (None where not computed).
    `worst_bound` and `p5_bound`: no assignment has a better worst entry, a better 5 % quantile.
    `load_spread` is the standard deviation of load / maximum. `severity_variance`: how badly the
    jurors' severities will be known (`assignment.connect.severity_variance`; None where the graph
    falls apart). `prices` are those of the proof.
    """

    pairs: tuple[Pair, ...]
    total: float
    bound: float
    share: float
    worst_entry: float
    p5_entry: float
    weak_entries: int
    zero_pairs: int
    load_min: int
    load_max: int
    parts: int
    connected: bool
    seed: int
    seconds: float = field(compare=False)
    served: tuple[Served, ...] = ()
    zero_minimum: int | None = None
    worst_bound: float = 1.0
    p5_bound: float = 1.0
    load_spread: float = 0.0
    severity_variance: float | None = None
    prices: DualPrices | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Difference:
    """What a plan would change, to be shown before it is applied.

    `added` and `kept` hold pairs of the plan, `removed` the keys of present pairs that would go.
    """

    added: tuple[Pair, ...]
    removed: tuple[PairKey, ...]
    kept: tuple[Pair, ...]
    plan: Plan


@dataclass(frozen=True)
class Bottleneck:
    """One independent reason why it is impossible.

    `code` is one of: `entries_short` (these entries need more jurors than those open to them have
    room for), `minimums_short` (these jurors must judge more than the entries open to them can
    take), `kept_conflict`, `kept_over_per_entry`, `kept_over_maximum`, `probability_too_low`.
    `params` hold the numbers of the count: needed, room, elsewhere, missing (what each means stands
    in `assignment.infeasible`).
    """

    code: str
    entries: tuple[str, ...]
    jurors: tuple[str, ...]
    missing: int
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True)
class Relaxation:
    """One change that helps, `by` units: lower_minimum (of `juror`), raise_maximum (of `juror`),
    open_panel (lets `juror` judge `entry`), lower_per_entry (of `entry`), raise_probability (to
    `to`), drop_kept (the pair `entry`, `juror`). All those of one certificate together make it
    possible.
    """

    code: str
    entry: str = ""
    juror: str = ""
    by: int = 1
    to: float = 0.0


@dataclass(frozen=True)
class Impossible:
    """A certificate that no assignment exists: why, how many places stay empty, what would help.

    `entries`, `jurors` and `missing` gather those of all `bottlenecks`.
    """

    bottlenecks: tuple[Bottleneck, ...]
    relaxation: tuple[Relaxation, ...]

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries of all bottlenecks, each once."""
        return tuple(dict.fromkeys(key for one in self.bottlenecks for key in one.entries))

    @property
    def jurors(self) -> tuple[str, ...]:
        """The jurors of all bottlenecks, each once."""
        return tuple(dict.fromkeys(key for one in self.bottlenecks for key in one.jurors))

    @property
    def missing(self) -> int:
        """How many places cannot be filled (for minimums: how many too many are asked for)."""
        return sum(one.missing for one in self.bottlenecks)


class AssignmentError(Exception):
    """What the assignment package raises; `code` and `params` make the sentence."""

    def __init__(self, code: str, params: Mapping[str, Param] | None = None) -> None:
        self.code = code
        self.params = dict(params or {})
        super().__init__(f"{code} {self.params}" if self.params else code)


class InvalidProblem(AssignmentError):
    """The problem contradicts itself: a key twice, an unknown key, a minimum above the maximum."""


class SolverFailed(AssignmentError):
    """The flow solver gave up (numbers out of range); never the organiser's fault."""


class PlanBroken(AssignmentError):
    """The independent check found a rule broken: a defect of the engine, never to be shown as a
    plan.
    """


class CannotAssign(AssignmentError):
    """No assignment keeps every rule; `certificate` says why."""

    def __init__(self, certificate: Impossible) -> None:
        self.certificate = certificate
        super().__init__("impossible", {"missing": certificate.missing})
