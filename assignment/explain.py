"""Why X for Y, and why not Z: every price is exact, the loss that a forced new search would find.

Losses are measured against the greatest total affinity that any assignment reaches, not against a
plan that gives up a little of it for fairness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from assignment.instance import compile_problem
from assignment.model import (
    THOUSANDTHS,
    InvalidProblem,
    Options,
    PairKey,
    Param,
    Problem,
    Why,
)
from assignment.optimum import Optimum, find_optimum
from assignment.residual import FAR


@dataclass(frozen=True)
class Move:
    """One exchange: `entry` loses `leaves` and gets `takes`."""

    entry: str
    leaves: str
    takes: str


@dataclass(frozen=True)
class WhyPair:
    """Why a juror judges an entry.

    `reasons`: the parts of the affinity. `rank`: her place by affinity among the `allowed` jurors
    of the entry (1 is best, equal ones share it). `only_strong`: she is the entry's only strong
    juror. `loss`: what the best total loses without the pair, in affinity; None where no assignment
    does without it. `moves`: the exchanges that would make up for her, empty where `loss` is None.
    """

    entry: str
    juror: str
    affinity: float
    reasons: tuple[Why, ...]
    rank: int
    allowed: int
    only_strong: bool
    loss: float | None
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class WhyNot:
    """Why a juror does not judge an entry.

    `code`: `assigned` (she does), `conflict` and `forbidden` (never; params say why), `other_panel`
    (params: panel, own), `all_kept` (only kept pairs are left on the entry), `unreachable` (no
    assignment that keeps the rules has the pair), `fairness` (as good for the total, but the plan
    gave it up for fairness, even loads or by lot), `full` (she has no place left), `fits_less` (she
    has, but the others fit better). `loss`: what the best total loses if the pair is forced, in
    affinity; None where that is not possible. `moves`: the exchanges that forcing it would cost,
    the first on the entry itself.
    """

    entry: str
    juror: str
    affinity: float
    code: str
    loss: float | None = None
    moves: tuple[Move, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)


class Explanation:
    """Answers about one problem and its plan; made once (one search), each answer is then quick.

    `pairs` are those of the plan in question, kept ones included; where left out, the best
    assignment itself. `optimum`: that of the problem, found before, which saves the search; then
    `problem` may be a part of what was searched, some of its entries and all its jurors, and
    `loads` says how many entries of the whole each juror has. Raises as `assign`, and
    `InvalidProblem` where the optimum is of other entries or jurors.
    """

    def __init__(
        self,
        problem: Problem,
        pairs: Iterable[PairKey] | None = None,
        options: Options | None = None,
        *,
        optimum: Optimum | None = None,
        loads: Mapping[str, int] | None = None,
    ) -> None:
        options = options or Options()
        self._problem = problem
        self._found = optimum or find_optimum(problem, options)
        self._graph = self._found.graph
        self._strong = round(options.strong * THOUSANDTHS)
        self._instance = compile_problem(problem)
        self._rows = {key: at for at, key in enumerate(self._instance.entries)}
        self._columns = {key: at for at, key in enumerate(self._instance.jurors)}
        if self._instance.jurors != self._found.jurors:
            raise InvalidProblem("other_jurors")
        self._optimum = self._found.chosen(self._instance.entries)
        self._plan = self._mask(pairs)
        self._loads = loads or dict(
            zip(self._instance.jurors, self._plan.sum(axis=0).tolist(), strict=True)
        )
        self._never: dict[PairKey, Why] = {pair: Why("forbidden") for pair in problem.forbidden}
        self._never |= {(c.entry, c.juror): Why(c.code, c.params) for c in problem.conflicts}

    def why(self, entry: str, juror: str) -> WhyPair:
        """Why the pair is there, and what would happen without it.

        Raises `InvalidProblem` for an unknown key.
        """
        row, column = self._place(entry, juror)
        loss, moves = self._without(row, column)
        affinity = self._instance.affinity[row]
        allowed = self._instance.open[row] | self._instance.kept[row]
        return WhyPair(
            entry,
            juror,
            affinity=int(affinity[column]) / THOUSANDTHS,
            reasons=self._reasons(entry, juror),
            rank=1 + int((allowed & (affinity > affinity[column])).sum()),
            allowed=int(allowed.sum()),
            only_strong=self._only_strong(row, column),
            loss=loss,
            moves=moves,
        )

    def why_not(self, entry: str, juror: str) -> WhyNot:
        """Why the pair is not there, and what forcing it would cost.

        Raises `InvalidProblem` for an unknown key.
        """
        row, column = self._place(entry, juror)
        affinity = int(self._instance.affinity[row, column]) / THOUSANDTHS
        code, params = self._barred(row, column)
        if code:
            return WhyNot(entry, juror, affinity, code, params=params)
        loss, moves = self._with(row, column)
        if loss is None:
            return WhyNot(entry, juror, affinity, "unreachable")
        load, most = self._loads.get(juror, 0), self._most(column)
        code = "fairness" if not loss else "full" if load >= most else "fits_less"
        numbers: dict[str, Param] = {"load": load, "maximum": most}
        return WhyNot(entry, juror, affinity, code, loss, moves, numbers)

    def places(self) -> tuple[tuple[str, float], ...]:
        """(juror, what one more place of hers would add to the best total), the most useful first.

        Jurors whose place would add nothing are left out; equal ones keep the problem's order.
        """
        gain = -self._graph.to_pool()
        worth = np.where(self._graph.full() & (gain > 0), gain, 0)
        order = np.argsort(-worth, kind="stable")
        return tuple(
            (self._instance.jurors[at], int(worth[at]) / THOUSANDTHS) for at in order if worth[at]
        )

    def _mask(self, pairs: Iterable[PairKey] | None) -> np.ndarray:
        if pairs is None:
            return np.asarray(self._optimum | self._instance.kept)
        return self._instance.mask(pairs)

    def _most(self, column: int) -> int:
        juror = self._problem.jurors[column]
        every = max(len(self._found.entries), juror.minimum)
        return every if juror.maximum is None else juror.maximum

    def _place(self, entry: str, juror: str) -> tuple[int, int]:
        if entry not in self._rows:
            raise InvalidProblem("unknown_entry", {"entry": entry, "juror": juror, "value": entry})
        if juror not in self._columns:
            raise InvalidProblem("unknown_juror", {"entry": entry, "juror": juror, "value": juror})
        return self._rows[entry], self._columns[juror]

    def _reasons(self, entry: str, juror: str) -> tuple[Why, ...]:
        kept = (Why("kept"),) if (entry, juror) in self._problem.kept else ()
        told = self._problem.reasons
        return kept + (told(entry, juror) if told is not None else (Why("given"),))

    def _only_strong(self, row: int, column: int) -> bool:
        strong = self._instance.affinity[row] >= self._strong
        return bool(strong[column] and (strong & self._plan[row]).sum() == self._plan[row, column])

    def _barred(self, row: int, column: int) -> tuple[str, Mapping[str, Param]]:
        entry, juror = self._instance.entries[row], self._instance.jurors[column]
        if self._plan[row, column]:
            return "assigned", {}
        if (entry, juror) in self._never:
            reason = self._never[entry, juror]
            code = "forbidden" if reason.code == "forbidden" else "conflict"
            return code, {"reason": reason.code, **reason.params}
        if self._instance.panel_only[row, column]:
            panels = self._problem.entries[row].panel, self._problem.jurors[column].panel
            return "other_panel", {"panel": panels[0], "own": panels[1]}
        if self._instance.need[row] == 0:
            return "all_kept", {}
        return "", {}

    def _with(self, row: int, column: int) -> tuple[float | None, tuple[Move, ...]]:
        """The loss of forcing a pair, along the cheapest path from a juror whom it replaces."""
        made = self._optimum[row]
        if made[column] or self._instance.kept[row, column]:
            return 0.0, ()
        given_up = np.flatnonzero(made)
        affinity = self._instance.affinity[row].astype(np.int64)
        paths = self._graph.paths(given_up, affinity[given_up] - affinity[column])
        loss = int(paths.distance[column])
        if loss >= FAR:
            return None, ()
        first = self._graph.start(paths, column)
        own = self._own_move(row, first, column)
        rest = (self._move(*move) for move in self._graph.moves(paths, column))
        return loss / THOUSANDTHS, (own, *rest)

    def _without(self, row: int, column: int) -> tuple[float | None, tuple[Move, ...]]:
        if self._instance.kept[row, column]:
            return None, ()
        made = self._optimum[row]
        if not made[column]:
            return 0.0, ()
        paths = self._graph.paths(np.array([column]), np.array([0]))
        affinity = self._instance.affinity[row].astype(np.int64)
        total = paths.distance[:-1] + affinity[column] - affinity
        total[~self._instance.open[row] | made] = FAR
        best = int(total.argmin())
        if total[best] >= FAR // 2:
            return None, ()
        own = self._own_move(row, column, best)
        rest = (self._move(*move) for move in self._graph.moves(paths, best))
        return int(total[best]) / THOUSANDTHS, (own, *rest)

    def _own_move(self, row: int, leaves: int, takes: int) -> Move:
        names = self._instance.jurors
        return Move(self._instance.entries[row], names[leaves], names[takes])

    def _move(self, row: int, leaves: int, takes: int) -> Move:
        names = self._found.jurors
        return Move(self._found.entries[row], names[leaves], names[takes])
