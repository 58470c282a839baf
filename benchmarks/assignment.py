"""How well and how fast entries are dealt out: the engine beside greedy, random and a plain LP.

Every figure of docs/benchmarks.md, "Assignment", measured in one run. Times are CPU seconds and
multiples of greedy's; memory is the peak of a process of its own.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assignment import (
    CannotAssign,
    Conflict,
    Explanation,
    Options,
    Plan,
    Problem,
    assign,
    repair,
)
from assignment.guarantees import guaranteed
from assignment.instance import compile_problem
from assignment.kinds import without
from assignment.lottery import SCALE, pair_limit, probabilities
from assignment.network import Prices, cheapest
from assignment.search import start
from benchmarks.assignment_bounds import linear_optimum, worst_entry_bound
from benchmarks.assignment_instances import synthetic
from benchmarks.measuring import cpu_seconds

Chosen = NDArray[np.bool_]
Result = TypeVar("Result")
Figures = tuple[float, float, int, int, int]
"""Share, worst entry, entries without a strong juror, pairs without affinity, empty places."""
SIZES = ((100, 20), (1000, 100), (5000, 500), (10000, 1000))
FULL_LP, HIGHS = 1000, 5000
"""Entries up to which the whole linear program is solved; up to which HiGHS solves the flow."""
ASKED, FORCED = 50, 5
HEADER = (
    f"{'':>18} {'share':>7} {'worst':>6} {'weak':>5} {'zero':>5} {'empty':>5} {'CPU s':>7} {'x':>6}"
)


def dealt(problem: Problem, order: NDArray[np.int64]) -> Chosen:
    """Deal pairs in an order while both have room; minima are beyond this way of dealing."""
    table = np.asarray(problem.affinity)
    room = [juror.maximum or len(table) for juror in problem.jurors]
    need = [entry.per_entry for entry in problem.entries]
    free = compile_problem(problem).open
    made = np.zeros_like(free)
    for pair in order.tolist():
        row, column = divmod(pair, table.shape[1])
        if need[row] and room[column] and free[row, column]:
            need[row] -= 1
            room[column] -= 1
            made[row, column] = True
    return made


def report() -> Iterator[str]:
    """Yield the tables, one a size."""
    for entries, jurors in SIZES:
        problem = synthetic(entries, jurors)
        yield f"\n{entries} entries x {jurors} jurors"
        yield HEADER
        yield from _ways(problem)
        yield from _verbs(problem)
        yield f"{'peak memory':>18} {_memory(entries, jurors)} MB"


def _ways(problem: Problem) -> Iterator[str]:
    affinity = np.asarray(problem.affinity).astype(np.int64)
    orders = {
        "random": lambda: np.random.default_rng(2).permutation(affinity.size),
        "greedy": lambda: np.argsort(-affinity.ravel(), kind="stable"),
    }
    optimum, taken = _timed(partial(assign, problem, Options(mode="optimum")))
    bound = optimum.plan.bound
    made, base = _timed(lambda: dealt(problem, orders["greedy"]()))
    yield _line("greedy", _figures(problem, made, bound), base, base)
    made, time = _timed(lambda: dealt(problem, orders["random"]()))
    yield _line("random", _figures(problem, made, bound), time, base)
    if len(problem.entries) <= HIGHS:
        total, time = _timed(partial(_highs, problem))
        share = total / bound / 1000
        yield f"{'HiGHS LP':>18} {share:7.4f} {'':>24} {time:7.2f} {time / base:6.1f}"
    yield _line("optimum", _plan_figures(optimum.plan), taken, base)
    for name, options in (("default 1 %", Options()), ("default 2 %", Options(budget=0.02))):
        found, time = _timed(partial(assign, problem, options))
        yield _line(name, _plan_figures(found.plan), time, base)
    least = found.plan.served[0].minimum, found.plan.zero_minimum
    worst = worst_entry_bound(problem) if len(problem.entries) <= FULL_LP else None
    most = found.plan.worst_bound if worst is None else worst
    yield f"{'bounds':>18} {1:7.4f} {most:6.3f} {least[0]:5d} {least[1]:5d}"
    cost = 100 * balance_cost(problem)
    yield f"{'load spread':>18} {found.plan.load_spread:.3f} for {cost:.2f} %"
    yield f"{'severity variance':>18} {found.plan.severity_variance or float('nan'):.3f}"


def _verbs(problem: Problem) -> Iterator[str]:
    present = assign(problem, Options(mode="optimum")).plan
    moved, time = drop_out(problem, present)
    yield f"{'drop-out':>18} {moved} other pairs moved, {time:.2f} CPU s"
    chances, time = _timed(lambda: lottery_share(problem, 0.5))
    yield f"{'lottery, Q = .5':>18} {chances:.4f} of the optimum, {time:.2f} CPU s"
    if len(problem.entries) <= FULL_LP:
        best = linear_optimum(problem, 0.5) / present.bound / 1000
        yield f"{'its LP':>18} {best:.4f}"
        time = _timed(lambda: impossible(problem))[1]
        yield f"{'impossible':>18} {time:.2f} CPU s"
    yield f"{'why not':>18} {why_not(problem)}"


def _figures(problem: Problem, made: Chosen, bound: float) -> Figures:
    affinity = np.where(made, np.asarray(problem.affinity), 0).astype(np.int64)
    got = made.sum(axis=1)
    empty = sum(entry.per_entry for entry in problem.entries) - int(got.sum())
    worst = (affinity.sum(axis=1) / np.maximum(1, got)).min() / 1000
    strong = np.asarray(problem.affinity) >= 500
    weak = without(compile_problem(problem), made, strong)
    zero = int((made & (np.asarray(problem.affinity) == 0)).sum())
    return affinity.sum() / bound / 1000, worst, weak, zero, empty


def _plan_figures(plan: Plan) -> Figures:
    return plan.share, plan.worst_entry, plan.weak_entries, plan.zero_pairs, 0


def _line(name: str, figures: Figures, time: float, base: float) -> str:
    share, worst, weak, zero, empty = figures
    return (
        f"{name:>18} {share:7.4f} {worst:6.3f} {weak:5d} {zero:5d} {empty:5d} {time:7.2f} "
        f"{time / base:6.1f}"
    )


def _highs(problem: Problem) -> int:
    instance = compile_problem(problem)
    if len(problem.entries) <= FULL_LP:
        return round(linear_optimum(problem))
    made = cheapest(instance, Prices(), 0, solver="highs")
    return 0 if made is None else instance.total(made.chosen())


def balance_cost(problem: Problem) -> float:
    """Return what even loads cost: the share of the total lost by their prices alone."""
    totals = []
    for balance in (0.0, Options().balance):
        run = start(problem, Options(balance=balance))
        totals.append(run.instance.total(guaranteed(run)[0]))
    return 1 - totals[1] / totals[0]


def without_juror(problem: Problem, key: str) -> Problem:
    """Return the problem after a juror has dropped out."""
    gone = {"minimum": 0, "maximum": 0}
    jurors = tuple(replace(j, **gone) if j.key == key else j for j in problem.jurors)
    return replace(problem, jurors=jurors)


def drop_out(problem: Problem, present: Plan) -> tuple[int, float]:
    """Take the first juror out; return how many pairs of others moved and the CPU seconds."""
    pairs = [pair.key for pair in present.pairs]
    key = problem.jurors[0].key
    left = without_juror(problem, key)
    made, time = _timed(partial(repair, left, pairs, Options(), present.prices))
    return sum(1 for _, juror in made.removed if juror != key), time


def lottery_share(problem: Problem, limit: float) -> float:
    """Return the expected share of the best lottery in which no pair is likelier than ``limit``."""
    run = start(problem, Options())
    chances = probabilities(run.instance, pair_limit(limit), 0)
    if chances is None or chances.max() > limit * SCALE:
        return float("nan")
    return float((chances * run.instance.affinity).sum() / SCALE / run.bound)


def impossible(problem: Problem) -> CannotAssign | None:
    """Leave an eighth of the entries to six jurors; return the refusal."""
    few = problem.entries[: len(problem.entries) // 8]
    shut = {Conflict(entry.key, juror.key) for entry in few for juror in problem.jurors[6:]}
    try:
        assign(replace(problem, conflicts=problem.conflicts | shut))
    except CannotAssign as refusal:
        return refusal
    return None


def why_not(problem: Problem) -> str:
    """Return how long an answer takes and how many stated losses a forced search confirms."""
    random = np.random.default_rng(3)
    explanation, prepared = _timed(partial(Explanation, problem, [], Options()))
    best = assign(problem, Options(mode="random", max_probability=1.0)).plan.bound
    asked = [
        (f"e{random.integers(len(problem.entries))}", f"j{random.integers(len(problem.jurors))}")
        for _ in range(ASKED)
    ]
    answers, time = _timed(lambda: [explanation.why_not(*pair) for pair in asked])
    priced = [one for one in answers if one.loss is not None][:FORCED]
    right = 0
    for one in priced:
        forced = replace(problem, kept=frozenset({(one.entry, one.juror)}))
        total = start(forced, Options()).bound / 1000
        right += round((best - total) * 1000) == round((one.loss or 0) * 1000)
    each = 1000 * time / ASKED
    return (
        f"{each:.1f} ms each after {prepared:.2f} CPU s; {right} of {len(priced)} losses confirmed"
    )


def _memory(entries: int, jurors: int) -> int:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_peak, entries, jurors).result()


def _peak(entries: int, jurors: int) -> int:
    assign(synthetic(entries, jurors))
    # Not getrusage: its maximum is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    found: list[Result] = []
    time = cpu_seconds(lambda: found.append(work()))
    return found[0], time
