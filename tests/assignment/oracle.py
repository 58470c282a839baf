"""Every assignment of a small problem, one after another: slow and independent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product

from assignment import PairKey, Problem


def every_assignment(problem: Problem) -> Iterator[tuple[PairKey, ...]]:
    """All sets of pairs that keep every rule."""
    never = {(c.entry, c.juror) for c in problem.conflicts} | problem.forbidden
    if never & problem.kept:
        return
    choices = []
    for entry in problem.entries:
        allowed = [
            (entry.key, juror.key)
            for juror in problem.jurors
            if (entry.key, juror.key) not in never
        ]
        kept = {pair for pair in problem.kept if pair[0] == entry.key}
        choices.append([c for c in combinations(allowed, entry.per_entry) if kept <= set(c)])
    for picks in product(*choices):
        pairs = tuple(pair for pick in picks for pair in pick)
        load = Counter(juror for _, juror in pairs)
        if all(
            j.minimum <= load[j.key] and (j.maximum is None or load[j.key] <= j.maximum)
            for j in problem.jurors
        ):
            yield pairs


def affinity_of(problem: Problem, pair: PairKey) -> int:
    """The affinity of a pair of the cases, in thousandths."""
    return int(problem.affinity[int(pair[0][1:]), int(pair[1][1:])])  # type: ignore[index]


def best_total(problem: Problem) -> int | None:
    """The greatest total in thousandths, None where no assignment exists."""
    return max(
        (sum(affinity_of(problem, p) for p in pairs) for pairs in every_assignment(problem)),
        default=None,
    )
