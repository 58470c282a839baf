"""Sums of fractions over one denominator: exact, and many times faster than one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from math import lcm, sqrt


def over_common(values: Collection[Fraction]) -> tuple[list[int], int]:
    """Numerators of the values, in their order, over their least common denominator."""
    common = lcm(*{value.denominator for value in values})
    return [value.numerator * (common // value.denominator) for value in values], common


def mean_of(numbers: Sequence[int], unit: int) -> Fraction:
    """Arithmetic mean of at least one whole number of 1/unit, exact."""
    return Fraction(sum(numbers), unit * len(numbers))


def median_of(numbers: Sequence[int], unit: int) -> Fraction:
    """Middle value, or the mean of the two middle ones, of whole numbers of 1/unit; exact."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half], unit)
    return Fraction(ordered[half - 1] + ordered[half], 2 * unit)


def spread_of(numbers: Sequence[int], unit: int) -> float | None:
    """Standard deviation, divisor n - 1, of whole numbers of 1/unit; None for a single one."""
    count = len(numbers)
    if count < 2:
        return None
    # n times the sum of squared deviations, times the unit squared: an integer.
    squares = count * sum(x * x for x in numbers) - sum(numbers) ** 2
    return sqrt(squares / (count * (count - 1) * unit**2))
