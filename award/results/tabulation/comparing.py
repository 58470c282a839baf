"""Two results of one input, number by number: exactly, or within what other draws may change.

A 90 % interval of D draws ends at their 5 % and 95 % quantiles. With s the standard deviation of
what is drawn, taken as normal, such a quantile has the standard error sqrt(.05 x .95 / D) /
phi(1.645) x s = 2.11 s / sqrt(D) (David and Nagaraja, Order Statistics, 2003, section 10.2), a
probability p the one sqrt(p (1 - p) / D). The difference of two independent runs has sqrt(2) times
that; five of these are allowed. What is estimated without draws may differ by rounding only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

PHI_AT_5 = 0.1031
SIGMAS = 5 * sqrt(2)
WIDTH_90 = 3.29
ROUNDING = 1e-4
DRAWN = frozenset({"low", "high", "place_low", "place_high", "p_cut"})
ESTIMATED = frozenset(
    {
        *("score", "spread", "severity", "merit", "residual", "g", "phi", "w", "value", "change"),
        *("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k", "nominal", "ordinal", "interval"),
        *("ratio", "width", "agreement", "halo", "discrimination", "z", "points", "share", "goal"),
        *("weight",),
    }
)
LEFT_OUT = frozenset({"engine", "rules", "sensitivity"})
OF_THE_ENGINE = frozenset({"study", "diagnostics", "notices"})
NAMES = ("entry", "juror", "criterion")


class Difference(NamedTuple):
    """Where the two differ, and what each of them says."""

    path: str
    published: Any
    computed: Any


@dataclass(frozen=True, slots=True)
class Compared:
    """How many values were compared, and those that differ, in the order of the result."""

    count: int
    differences: tuple[Difference, ...]


class _Pair(NamedTuple):
    path: tuple[str, ...]
    published: Any
    computed: Any
    around: tuple[Any, Any]


def exactly(published: Mapping[str, Any], computed: Mapping[str, Any]) -> Compared:
    """Compare all values; each must be the same."""
    pairs = list(_pairs((), published, computed, (None, None)))
    return _told(pairs, [pair for pair in pairs if not _same(pair)])


def within_error(
    published: Mapping[str, Any], computed: Mapping[str, Any], *, same_engine: bool
) -> tuple[Compared, int]:
    """Compare plain values exactly, drawn ones within their error, estimated ones up to rounding.

    The sensitivity report is left out: it lists whatever its own draws turned up. Between engines
    only what both of them know is compared, and no diagnostics. Returns what was found, its count
    that of the exact values, and how many values were allowed an error.
    """
    left = LEFT_OUT if same_engine else LEFT_OUT | OF_THE_ENGINE
    pairs = [
        pair
        for name in published
        if name not in left and (same_engine or name in computed)
        for pair in _pairs((name,), published[name], computed.get(name), (None, None))
        if same_engine or not _unknown(pair)
    ]
    loose = [pair for pair in pairs if _is_loose(pair)]
    draws = min(int(one["engine"]["draws"]) for one in (published, computed))
    broken = [pair for pair in pairs if not (_same(pair) or _near(pair, draws))]
    told = _told(pairs, broken)
    return Compared(len(pairs) - len(loose), told.differences), len(loose)


def _told(pairs: list[_Pair], broken: list[_Pair]) -> Compared:
    found = (Difference(".".join(one.path), one.published, one.computed) for one in broken)
    return Compared(len(pairs), tuple(found))


class _Missing:
    """What the other side does not have at all."""

    def __repr__(self) -> str:
        return "—"


MISSING = _Missing()


def _pairs(
    path: tuple[str, ...], published: Any, computed: Any, around: tuple[Any, Any]
) -> Iterator[_Pair]:
    """Walk both at once; lists of named rows are matched by name, others by position."""
    if isinstance(published, list) and isinstance(computed, list):
        published, computed = _keyed(published), _keyed(computed)
    if isinstance(published, dict) and isinstance(computed, dict):
        for name in {**published, **computed}:
            yield from _pairs(
                (*path, str(name)),
                published.get(name, MISSING),
                computed.get(name, MISSING),
                (published, computed),
            )
    else:
        yield _Pair(path, published, computed, around)


def _keyed(rows: list[Any]) -> dict[str, Any]:
    keyed = {_name(row, at): row for at, row in enumerate(rows, start=1)}
    return keyed if len(keyed) == len(rows) else {str(at): row for at, row in enumerate(rows, 1)}


def _name(row: Any, at: int) -> str:
    parts = [str(row[name]) for name in NAMES if name in row] if isinstance(row, dict) else []
    return " / ".join(parts) or str(at)


def _same(pair: _Pair) -> bool:
    """Whether they are one JSON value: 1 and true are two."""
    alike = type(pair.published) is type(pair.computed) or (
        _is_number(pair.published) and _is_number(pair.computed)
    )
    return bool(alike and pair.published == pair.computed)


def _unknown(pair: _Pair) -> bool:
    return pair.published is MISSING or pair.computed is MISSING


def _is_loose(pair: _Pair) -> bool:
    return pair.path[-1] in DRAWN | ESTIMATED and _is_number(pair.published)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _near(pair: _Pair, draws: int) -> bool:
    if not (_is_loose(pair) and _is_number(pair.computed)):
        return False
    return abs(pair.published - pair.computed) <= _allowed(pair, max(draws, 1))


def _allowed(pair: _Pair, draws: int) -> float:
    name = pair.path[-1]
    if name in ("low", "high"):
        return _quantile_error(pair, "low", "high", draws) + ROUNDING
    if name in ("place_low", "place_high"):
        return _quantile_error(pair, "place_low", "place_high", draws) + 1
    if name == "p_cut":
        share = (pair.published + pair.computed) / 2
        return SIGMAS * sqrt((share * (1 - share) + 1 / draws) / draws)
    return ROUNDING * max(1.0, abs(pair.published))


def _quantile_error(pair: _Pair, low: str, high: str, draws: int) -> float:
    widths = [row[high] - row[low] for row in pair.around]
    sigma = max(widths) / WIDTH_90
    return float(SIGMAS * sqrt(0.05 * 0.95 / draws) / PHI_AT_5 * sigma)
