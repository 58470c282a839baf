"""The figures of a plan, from the pairs that were made."""

from __future__ import annotations

import numpy as np

from assignment.connect import parts
from assignment.instance import Bools, Instance
from assignment.model import THOUSANDTHS, Pair, Plan, Problem, Why


def make_plan(
    problem: Problem,
    instance: Instance,
    chosen: Bools,
    *,
    bound: int,
    strong: int,
    seed: int,
    seconds: float,
) -> Plan:
    """The plan of `chosen` beside the kept pairs; `bound` and `strong` in thousandths.

    The 5 % quantile interpolates linearly between values.
    """
    taken = chosen | instance.kept
    total = instance.total(chosen)
    judged = taken.any(axis=1)
    sums = np.where(taken, instance.affinity, 0).sum(axis=1)[judged]
    values = sums / taken.sum(axis=1)[judged] / THOUSANDTHS
    strong_counts = (taken & (instance.affinity >= strong)).sum(axis=1)
    loads = taken.sum(axis=0)
    pieces = parts(taken)[0]
    return Plan(
        pairs=_pairs(problem, instance, taken),
        total=total / THOUSANDTHS,
        bound=bound / THOUSANDTHS,
        share=total / bound if bound else 1.0,
        worst_entry=float(values.min(initial=1.0)) if len(values) else 0.0,
        p5_entry=float(np.quantile(values, 0.05)) if len(values) else 0.0,
        weak_entries=int((judged & (strong_counts == 0)).sum()),
        zero_pairs=int((taken & (instance.affinity == 0)).sum()),
        load_min=int(loads.min()) if len(loads) else 0,
        load_max=int(loads.max()) if len(loads) else 0,
        parts=pieces,
        connected=pieces <= 1,
        seed=seed,
        seconds=seconds,
    )


def _pairs(problem: Problem, instance: Instance, taken: Bools) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            entry=instance.entries[row],
            juror=instance.jurors[column],
            affinity=int(instance.affinity[row, column]) / THOUSANDTHS,
            why=_why(problem, instance, row, column),
        )
        for row, column in zip(*np.nonzero(taken), strict=True)
    )


def _why(problem: Problem, instance: Instance, row: int, column: int) -> tuple[Why, ...]:
    kept = (Why("kept"),) if instance.kept[row, column] else ()
    if problem.reasons is None:
        return (*kept, Why("given"))
    return kept + problem.reasons(instance.entries[row], instance.jurors[column])
