"""The figures of a plan, from the pairs that were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assignment.connect import parts, severity_variance
from assignment.instance import Bools, Instance
from assignment.kinds import without
from assignment.model import (
    THOUSANDTHS,
    DualPrices,
    Pair,
    Plan,
    Problem,
    Served,
    Why,
)
from assignment.proof import ceilings


@dataclass(frozen=True)
class Least:
    """What no assignment falls below: entries without each kind, pairs without affinity.

    None, or no number for a kind, where nobody computed it.
    """

    without: tuple[int, ...] = ()
    zero_pairs: int | None = None


def make_plan(
    problem: Problem,
    instance: Instance,
    chosen: Bools,
    *,
    kinds: Sequence[Bools],
    fewest: Least,
    prices: DualPrices,
    bound: int,
    seed: int,
    seconds: float,
) -> Plan:
    """The plan of `chosen` beside the kept pairs; `bound` in thousandths, `kinds` from the strong
    match on.

    The 5 % quantile interpolates linearly between values.
    """
    taken = chosen | instance.kept
    total = instance.total(chosen)
    judged = taken.any(axis=1)
    rows, columns = np.nonzero(taken)
    sums = np.bincount(rows, instance.affinity[rows, columns], len(instance.entries))[judged]
    values = sums / taken.sum(axis=1)[judged] / THOUSANDTHS
    most = ceilings(instance)
    loads = taken.sum(axis=0)
    pieces = parts(taken)[0]
    served = _served(problem, instance, chosen, kinds, fewest)
    return Plan(
        pairs=_pairs(problem, instance, taken),
        total=total / THOUSANDTHS,
        bound=bound / THOUSANDTHS,
        share=total / bound if bound else 1.0,
        worst_entry=float(values.min(initial=1.0)) if len(values) else 0.0,
        p5_entry=float(np.quantile(values, 0.05)) if len(values) else 0.0,
        weak_entries=served[0].without,
        zero_pairs=int((instance.affinity[rows, columns] == 0).sum()),
        load_min=int(loads.min()) if len(loads) else 0,
        load_max=int(loads.max()) if len(loads) else 0,
        parts=pieces,
        connected=pieces <= 1,
        seed=seed,
        seconds=seconds,
        served=served,
        zero_minimum=fewest.zero_pairs,
        worst_bound=float(most.min()) if len(most) else 0.0,
        p5_bound=float(np.quantile(most, 0.05)) if len(most) else 0.0,
        load_spread=_spread(problem, instance, loads),
        severity_variance=severity_variance(taken),
        prices=prices,
    )


def _served(
    problem: Problem, instance: Instance, chosen: Bools, kinds: Sequence[Bools], fewest: Least
) -> tuple[Served, ...]:
    names = [("strong", ""), *((kind.code, kind.panel) for kind in problem.wanted)]
    minima: list[int | None] = [*fewest.without, *([None] * (len(names) - len(fewest.without)))]
    return tuple(
        Served(code, without(instance, chosen, kind), minimum, panel)
        for (code, panel), kind, minimum in zip(names, kinds, minima, strict=True)
    )


def _spread(problem: Problem, instance: Instance, loads: NDArray[np.int64]) -> float:
    """The standard deviation of load / maximum; a juror without a limit, or with one that no other
    reaches, counts as full at one and a half times the mean load.
    """
    limited = [juror.maximum is not None and juror.maximum > 0 for juror in problem.jurors]
    most = np.array([juror.maximum or 0 for juror in problem.jurors], dtype=np.float64)
    full = np.where(limited, most, instance.reference_load())
    gone = [juror.maximum == 0 for juror in problem.jurors]
    used = (loads / full)[~np.array(gone, dtype=np.bool_)]
    return float(np.std(used)) if len(used) else 0.0


GIVEN, KEPT = (Why("given"),), (Why("kept"),)


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
    kept = KEPT if instance.kept[row, column] else ()
    if problem.reasons is None:
        return kept + GIVEN
    return kept + problem.reasons(instance.entries[row], instance.jurors[column])
