"""Four ways in which open systems get a missing score wrong, replayed on their own numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from scoring import Criterion, Rules, Scores, tabulate
from tests.scoring.builders import row, rules


def means(rows, criteria):
    table = tabulate(Scores(tuple(rows)), Rules(criteria, rank_by="plain"))
    return {item.entry: item.mean for item in table.entries}


def test_skipping_an_optional_criterion_does_not_shrink_a_sum():
    # A weighted sum gives 25 with the optional answer and 20 without it, on equal merit.
    criteria = (
        Criterion("content", weight=Decimal(2), maximum=Decimal(5)),
        Criterion("delivery", weight=Decimal(2), maximum=Decimal(5)),
        Criterion("extra", weight=Decimal(1), maximum=Decimal(5), required=False),
    )
    full = [row("all", "x", 5, key) for key in ("content", "delivery", "extra")]
    short = [row("skipped", "x", 5, key) for key in ("content", "delivery")]
    assert means(full + short, criteria) == {"all": 5, "skipped": 5}


def test_not_applicable_is_not_a_zero():
    # Counted as zero, 5, 5 and "n/a" would make 10/3.
    criteria = tuple(
        Criterion(key, maximum=Decimal(5), required=False) for key in ("one", "two", "three")
    )
    rows = [row("a", "x", 5, "one"), row("a", "x", 5, "two"), row("a", "x", None, "three")]
    assert means(rows, criteria) == {"a": 5}


def test_a_half_filled_sheet_stays_out_of_the_mean():
    # 90, 88 and a sheet that has come to 30 so far: with it the mean would be 69.3.
    criteria = (
        Criterion("one", maximum=Decimal(100)),
        Criterion("two", maximum=Decimal(100)),
    )
    rows = [
        *(row("a", "x", 90, key) for key in ("one", "two")),
        *(row("a", "y", 88, key) for key in ("one", "two")),
        row("a", "z", 60, "one"),
        row("a", "z", None, "two"),
    ]
    assert means(rows, criteria) == {"a": 89}
    (entry,) = tabulate(Scores(tuple(rows)), Rules(criteria)).entries
    assert (entry.jurors, entry.incomplete) == (2, 1)


def test_an_unscored_criterion_is_never_filled_in_beforehand():
    # Rows made in advance and left open are no rows with zero points.
    rows = [row("a", "x", 7, "one"), row("a", "x", None, "two"), row("b", "x", 6, "one")]
    criteria = (Criterion("one"), Criterion("two", required=False))
    assert means(rows, criteria) == {"a": 7, "b": 6}


def test_entries_with_different_numbers_of_jurors_compare_by_mean():
    rows = [row("few", "x", 8), *(row("many", juror, 6) for juror in "xyz")]
    found = {item.entry: item for item in tabulate(Scores(tuple(rows)), rules()).entries}
    assert (found["few"].mean, found["many"].mean) == (Fraction(8), Fraction(6))
    assert (found["few"].mean_place, found["many"].mean_place) == (1, 2)
