"""A problem as arrays: what is still open after the kept pairs are taken out.

Kept pairs leave the graph (need, minimum and maximum shrink by them), so that nothing can move them
and nothing counts them twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assignment.model import THOUSANDTHS, InvalidProblem, PairKey, Problem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Instance:
    """Rows are entries, columns are jurors, in the problem's order.

    `affinity` in thousandths; `open` pairs may still be made; `kept` pairs stand. `need`, `low` and
    `high` are what remains beside the kept pairs; `need` or `high` below 0 means that the kept
    pairs alone break a rule.
    """

    entries: tuple[str, ...]
    jurors: tuple[str, ...]
    affinity: NDArray[np.int32]
    open: Bools
    kept: Bools
    panel_only: Bools
    """Pairs that nothing but the panel forbids."""
    need: Ints
    low: Ints
    high: Ints

    def mask(self, pairs: Iterable[PairKey]) -> Bools:
        """The pairs as an array; those with an entry or juror that is not here are left out."""
        rows = {key: at for at, key in enumerate(self.entries)}
        columns = {key: at for at, key in enumerate(self.jurors)}
        made = np.zeros_like(self.open)
        for entry, juror in pairs:
            if entry in rows and juror in columns:
                made[rows[entry], columns[juror]] = True
        return made

    @property
    def kept_total(self) -> int:
        """Sum of the kept pairs' affinities, in thousandths."""
        return int(self.affinity[self.kept].sum())

    def total(self, chosen: Bools) -> int:
        """Sum of affinities of chosen and kept pairs, in thousandths."""
        return int(self.affinity[chosen].sum()) + self.kept_total

    def reference_load(self) -> NDArray[np.float64]:
        """The load at which a juror counts as full when loads are balanced: her maximum, but at
        most half as much again as the mean, so that a juror without a limit does not draw
        everything.
        """
        kept = self.kept.sum(axis=0)
        mean = float(self.need.sum() + kept.sum()) / max(1, len(self.jurors))
        full = np.minimum(self.high + kept, 1.5 * mean)
        return np.asarray(np.maximum(1.0, full), dtype=np.float64)


def compile_problem(problem: Problem) -> Instance:
    """The arrays of `problem`. Raises `InvalidProblem` where it contradicts itself."""
    rows = _index((entry.key for entry in problem.entries), "entry")
    columns = _index((juror.key for juror in problem.jurors), "juror")
    _check_numbers(problem)
    kept = _mask(problem.kept, rows, columns)
    blocked = _mask(problem.forbidden, rows, columns)
    blocked |= _mask([(c.entry, c.juror) for c in problem.conflicts], rows, columns)
    off_panel = _off_panel(problem)
    low = np.array([juror.minimum for juror in problem.jurors], dtype=np.int64)
    limits = [max(len(rows), j.minimum) if j.maximum is None else j.maximum for j in problem.jurors]
    load = kept.sum(axis=0)
    return Instance(
        entries=tuple(rows),
        jurors=tuple(columns),
        affinity=_affinity(problem, rows, columns),
        open=~(blocked | kept | off_panel),
        kept=kept,
        panel_only=off_panel & ~blocked & ~kept,
        need=np.array([e.per_entry for e in problem.entries], dtype=np.int64) - kept.sum(axis=1),
        low=np.maximum(low - load, 0),
        high=np.array(limits, dtype=np.int64) - load,
    )


def _index(keys: Iterable[str], kind: str) -> dict[str, int]:
    listed = list(keys)
    twice = [key for key, count in Counter(listed).items() if count > 1]
    if twice:
        raise InvalidProblem(f"{kind}_twice", {kind: twice[0]})
    return {key: position for position, key in enumerate(listed)}


def _check_numbers(problem: Problem) -> None:
    for entry in problem.entries:
        if entry.per_entry < 0:
            raise InvalidProblem("per_entry_negative", {"entry": entry.key})
    for juror in problem.jurors:
        if juror.minimum < 0 or (juror.maximum is not None and juror.maximum < 0):
            raise InvalidProblem("load_negative", {"juror": juror.key})
        if juror.maximum is not None and juror.minimum > juror.maximum:
            raise InvalidProblem("minimum_above_maximum", {"juror": juror.key})


def _mask(pairs: Collection[PairKey], rows: dict[str, int], columns: dict[str, int]) -> Bools:
    mask = np.zeros(len(rows) * len(columns), dtype=np.bool_)
    width = len(columns)
    try:
        mask[[rows[entry] * width + columns[juror] for entry, juror in pairs]] = True
    except KeyError:
        for entry, juror in pairs:
            named = {"entry": entry, "juror": juror}
            if entry not in rows:
                raise InvalidProblem("unknown_entry", {**named, "value": entry}) from None
            if juror not in columns:
                raise InvalidProblem("unknown_juror", {**named, "value": juror}) from None
    return mask.reshape(len(rows), width)


def _off_panel(problem: Problem) -> Bools:
    wanted = np.array([entry.panel for entry in problem.entries], dtype=object)
    own = np.array([juror.panel for juror in problem.jurors], dtype=object)
    if not problem.panels or not wanted.any() or not own.size:
        return np.zeros((len(wanted), len(own)), dtype=np.bool_)
    everywhere = [kind.panel for kind in problem.wanted if kind.code == "panel"]
    apart = (wanted[:, None] != own[None, :]) & ~np.isin(own.astype(str), everywhere)[None, :]
    return np.asarray(apart & (wanted != "")[:, None], dtype=np.bool_)


def _affinity(problem: Problem, rows: dict[str, int], columns: dict[str, int]) -> NDArray[np.int32]:
    shape = (len(rows), len(columns))
    if isinstance(problem.affinity, np.ndarray):
        table = problem.affinity.astype(np.int32)
        if table.shape != shape:
            raise InvalidProblem("affinity_shape", {"rows": shape[0], "columns": shape[1]})
    else:
        table = np.zeros(shape, dtype=np.int32)
        for (entry, juror), value in problem.affinity.items():
            if entry not in rows or juror not in columns:
                raise InvalidProblem("unknown_pair", {"entry": entry, "juror": juror})
            table[rows[entry], columns[juror]] = value
    if table.size and (table.min() < 0 or table.max() > THOUSANDTHS):
        raise InvalidProblem("affinity_range")
    return table
