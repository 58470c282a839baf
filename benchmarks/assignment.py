"""How much of the attainable fit each way of dealing out entries reaches, in one run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from assignment import Conflict, EntryNeed, JurorOffer, Options, Problem, assign
from benchmarks.measuring import cpu_seconds

SIZES = ((200, 24, 3), (1000, 100, 4))
TOPICS = 40
Chosen = NDArray[np.bool_]


def instance(entries: int, jurors: int, per_entry: int, seed: int = 1) -> Problem:
    """Topics in demand are not those in supply; 3 % of the pairs are in conflict, loads differ."""
    random = np.random.default_rng(seed)
    demand, supply = (1 / np.arange(1, TOPICS + 1) ** power for power in (0.8, 0.4))
    wanted = random.random((entries, TOPICS)) < 2 * demand / demand.sum()
    known = random.random((jurors, TOPICS)) < 4 * random.permutation(supply) / supply.sum()
    fit = wanted @ (known * random.choice([0.4, 0.7, 1.0], known.shape)).T
    table = np.round(np.clip(fit, 0, 1) * 1000).astype(np.int64)
    most = int(np.ceil(1.1 * entries * per_entry / jurors))
    return Problem(
        entries=tuple(EntryNeed(f"e{i}", per_entry) for i in range(entries)),
        jurors=tuple(JurorOffer(f"j{j}", most // 2, most) for j in range(jurors)),
        affinity=table,
        conflicts=frozenset(
            Conflict(f"e{i}", f"j{j}") for i, j in np.argwhere(random.random(table.shape) < 0.03)
        ),
    )


def dealt(problem: Problem, order: NDArray[np.int64], per_entry: int) -> tuple[int, int]:
    """Deal pairs in an order while both have room; return thousandths of affinity, empty places."""
    table = np.asarray(problem.affinity)
    room = np.array([juror.maximum or len(table) for juror in problem.jurors])
    need = np.full(len(table), per_entry)
    barred = {(one.entry, one.juror) for one in problem.conflicts}
    total = 0
    for pair in order:
        i, j = divmod(int(pair), table.shape[1])
        if need[i] and room[j] and (f"e{i}", f"j{j}") not in barred:
            need[i] -= 1
            room[j] -= 1
            total += int(table[i, j])
    return total, int(need.sum())


def report() -> Iterator[str]:
    """Yield a table: share of the proven optimum, places left empty, CPU time against greedy's."""
    yield f"{'entries x jurors':>18} {'way':>10} {'share':>7} {'empty':>6} {'x greedy':>9}"
    for entries, jurors, per_entry in SIZES:
        problem = instance(entries, jurors, per_entry)
        optimum = assign(problem, Options(mode="optimum")).plan.bound * 1000
        flat = np.asarray(problem.affinity).ravel()
        orders = {
            "greedy": np.argsort(-flat, kind="stable"),
            "random": np.random.default_rng(2).permutation(flat.size),
        }
        size = f"{entries} x {jurors}"
        base = cpu_seconds(partial(dealt, problem, orders["greedy"], per_entry))
        for way, order in orders.items():
            total, empty = dealt(problem, order, per_entry)
            yield f"{size:>18} {way:>10} {total / optimum:7.4f} {empty:6d} {'':>9}"
        for mode in ("default", "optimum"):
            options = Options(mode=mode)
            taken = cpu_seconds(partial(assign, problem, options))
            share = assign(problem, options).plan.share
            yield f"{size:>18} {mode:>10} {share:7.4f} {0:6d} {taken / base:9.1f}"
