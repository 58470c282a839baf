"""The four verbs of an organiser. Each returns a `Difference` and changes nothing by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

from assignment.changes import closest, fewest_changes
from assignment.model import THOUSANDTHS, Difference, DualPrices, Options, PairKey, Plan, Problem
from assignment.solve import search


def assign(
    problem: Problem, options: Options | None = None, present: Iterable[PairKey] = ()
) -> Difference:
    """The assignment that `options.mode` asks for; only `problem.kept` pairs are sure to stay.

    In mode "fewest-changes" as many of the `present` pairs stay as the rules allow. `present` pairs
    with unknown entries or jurors count as removed. Raises `CannotAssign` where no assignment
    exists, `InvalidProblem` where the problem contradicts itself.
    """
    options = options or Options()
    present = frozenset(present) | problem.kept
    if options.mode == "fewest-changes":
        return repair(problem, present, options)
    return difference(search(problem, options), present)


def top_up(
    problem: Problem, present: Iterable[PairKey], options: Options | None = None
) -> Difference:
    """Fills what is missing and removes nothing: `present` pairs are all kept.

    Where people have already made more pairs than the rules say, those stay and the entry or juror
    gets no further one. Raises as `assign`; a present pair that is in conflict is reported, never
    dropped silently.
    """
    present = frozenset(present) | problem.kept
    return difference(search(_as_it_stands(problem, present), options or Options()), present)


def rebalance(
    problem: Problem, present: Iterable[PairKey], options: Options | None = None
) -> Difference:
    """Improves fit and loads where it is worth a change: leaving a present pair alone earns
    `options.keep_bonus`. Pairs that a rule now forbids go. Raises as `assign`.
    """
    options = options or Options()
    present = frozenset(present) | problem.kept
    bonus = round(options.keep_bonus * THOUSANDTHS)
    return difference(closest(problem, options, present, bonus), present)


def repair(
    problem: Problem,
    present: Iterable[PairKey],
    options: Options | None = None,
    prices: DualPrices | None = None,
) -> Difference:
    """After a recusal, an exclusion or a juror who drops out: the fewest further changes, provably,
    and among those the best fit.

    `problem` states what now holds: the juror is absent or her maximum 0, a recused pair is
    forbidden. `present` pairs that no longer fit are removed. Where the `prices` of an earlier plan
    are given and nobody else has to move, its bound is added up from them, which saves the search
    for the optimum: it holds, but may lie a little above it. Raises as `assign`.
    """
    present = frozenset(present) | problem.kept
    plan = fewest_changes(problem, options or Options(), present, prices)
    return difference(plan, present)


def difference(plan: Plan, present: Collection[PairKey]) -> Difference:
    """What `plan` would change; every list in the order of the plan, `removed` sorted by key."""
    made = {pair.key for pair in plan.pairs}
    return Difference(
        added=tuple(pair for pair in plan.pairs if pair.key not in present),
        removed=tuple(sorted(key for key in present if key not in made)),
        kept=tuple(pair for pair in plan.pairs if pair.key in present),
        plan=plan,
    )


def _as_it_stands(problem: Problem, present: frozenset[PairKey]) -> Problem:
    counts = Counter(entry for entry, _ in present)
    loads = Counter(juror for _, juror in present)
    return replace(
        problem,
        kept=present,
        entries=tuple(
            replace(e, per_entry=max(e.per_entry, counts[e.key])) for e in problem.entries
        ),
        jurors=tuple(
            j if j.maximum is None else replace(j, maximum=max(j.maximum, loads[j.key]))
            for j in problem.jurors
        ),
    )
