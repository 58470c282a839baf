"""What a plan is worth, as JSON: the engine's figures, loads, weak entries, whom to recruit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from assignment import Difference, Options, Pair, Problem, Served

if TYPE_CHECKING:
    from assignment.instance import Bools, Instance

FIGURES = (
    "total", "bound", "share", "worst_entry", "worst_bound", "p5_entry", "p5_bound",
    "weak_entries", "zero_pairs", "zero_minimum", "load_min", "load_max", "parts", "connected",
    "seed", "seconds",
)  # fmt: skip
SHOWN_WEAK = 60
SHOWN_LANGUAGES = 3
TOPICS = 3
MOST_PAIRS = 500_000
"""Pairs of entries and jurors up to which it is worth the time to ask whom to recruit."""


def describe(problem: Problem, found: Difference, options: Options) -> dict[str, Any]:
    """Return the figures of a plan as plain JSON.

    Beside those of ``assignment.Plan``: weak_minimum (the fewest entries without a strong juror
    that any assignment leaves, None where unknown), loads ([entries, jurors with so many],
    ascending), weak (codes of entries without a strong juror, and whether one exists who may judge
    it), kinds (what ``_kind`` tells of each further wanted kind of juror), recruit (the engine's
    ``extra_jurors``), severity (the standard error of a juror's severity
    in units of the scatter of one score, mean over the jurors; None where the jury falls apart).
    """
    plan, pairs = found.plan, (*found.added, *found.kept)
    variance = plan.severity_variance
    loads = Counter(pair.juror for pair in pairs)
    sizes = Counter(loads[juror.key] for juror in problem.jurors)
    return {
        **{name: getattr(plan, name) for name in FIGURES},
        "weak_minimum": plan.served[0].minimum if plan.served else None,
        "loads": [[load, sizes[load]] for load in sorted(sizes)],
        "weak": _weak(problem, pairs, options.strong),
        "kinds": _kinds(problem, pairs, plan.served[1:]),
        "recruit": _recruit(problem, [pair.key for pair in pairs], options),
        "severity": None if variance is None else variance**0.5,
    }


def _kinds(
    problem: Problem, pairs: tuple[Pair, ...], served: Sequence[Served]
) -> list[dict[str, Any]]:
    if not served:
        return []
    from assignment.instance import compile_problem  # noqa: PLC0415 - it loads numpy and scipy
    from assignment.kinds import masks  # noqa: PLC0415

    instance = compile_problem(problem)
    _, *kinds = masks(problem, instance, 0)
    made = instance.mask(pair.key for pair in pairs)
    return [_kind(problem, instance, made, *one) for one in zip(kinds, served, strict=True)]


def _kind(
    problem: Problem, instance: Instance, made: Bools, kind: Bools, served: Served
) -> dict[str, Any]:
    """What became of a wanted kind: how many entries are without, the fewest that any assignment
    leaves (None where unknown), which they are and whether such a juror exists who may judge them,
    and in which languages they are written ([code, entries], the most first).
    """
    lacking = np.flatnonzero(made.any(axis=1) & ~(made & kind).any(axis=1))
    able: Bools = np.any((instance.open | instance.kept) & kind, axis=1)
    languages = Counter(problem.entries[row].language for row in lacking)
    return {
        "code": served.code,
        "panel": served.panel,
        "without": served.without,
        "minimum": served.minimum,
        "lacking": [[instance.entries[row], bool(able[row])] for row in lacking[:SHOWN_WEAK]],
        "languages": [list(one) for one in languages.most_common(SHOWN_LANGUAGES)],
    }


def _weak(problem: Problem, pairs: tuple[Pair, ...], strong: float) -> list[list[Any]]:
    from assignment.instance import compile_problem  # noqa: PLC0415 - it loads numpy and scipy

    served = {pair.entry for pair in pairs if pair.affinity >= strong}
    judged = {pair.entry for pair in pairs}
    weak = [one.key for one in problem.entries if one.key in judged - served][:SHOWN_WEAK]
    if not weak:
        return []
    instance = compile_problem(problem)
    return [[code, _reachable(instance, code, strong)] for code in weak]


def _reachable(instance: Instance, code: str, strong: float) -> bool:
    """Whether any juror who may judge the entry is a strong match."""
    row = instance.entries.index(code)
    fit = instance.affinity[row] >= round(strong * 1000)
    return bool((fit & (instance.open[row] | instance.kept[row])).any())


def _recruit(problem: Problem, pairs: list[tuple[str, str]], options: Options) -> list[Any]:
    if len(problem.entries) * len(problem.jurors) > MOST_PAIRS:
        return []
    from assignment import extra_jurors  # noqa: PLC0415 - it loads the solvers

    return [asdict(one) for one in extra_jurors(problem, pairs, options, TOPICS)]
