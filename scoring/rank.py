"""Competition ranking."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby


def tied_groups(values: Mapping[str, Fraction] | Mapping[str, float]) -> list[list[str]]:
    """Entries in descending order of value; those with equal values in one list, sorted by name."""
    ordered = sorted(sorted(values), key=lambda entry: values[entry], reverse=True)
    return [sorted(group) for _, group in groupby(ordered, key=lambda entry: values[entry])]


def places(groups: list[list[str]]) -> dict[str, int]:
    """Standard competition ranking (1, 2, 2, 4): one more than the number of entries above."""
    found: dict[str, int] = {}
    for group in groups:
        above = len(found)
        found.update(dict.fromkeys(group, above + 1))
    return found
