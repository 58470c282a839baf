"""The optimum of a problem in a form that can be kept: found once, asked about whenever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from assignment.instance import Bools
from assignment.model import InvalidProblem, Options, Problem
from assignment.residual import Residual
from assignment.search import start

Positions = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best total's pairs, beside the kept ones, and what they could exchange.

    Pair i gives entry `rows[i]` of `entries` to juror `columns[i]` of `jurors`. With 10,000 entries
    and 1,000 jurors it takes some 8 MB, a fiftieth of the search that found it.
    """

    entries: tuple[str, ...]
    jurors: tuple[str, ...]
    rows: Positions
    columns: Positions
    graph: Residual

    def chosen(self, entries: Sequence[str]) -> Bools:
        """The pairs of some entries as an array, entries x jurors.

        Raises `InvalidProblem` for an entry that the optimum does not know.
        """
        place = {key: at for at, key in enumerate(self.entries)}
        unknown = [key for key in entries if key not in place]
        if unknown:
            raise InvalidProblem("unknown_entry", {"entry": unknown[0], "value": unknown[0]})
        made = np.zeros((len(self.entries), len(self.jurors)), dtype=np.bool_)
        made[self.rows, self.columns] = True
        return made[[place[key] for key in entries]]

    def to_bytes(self) -> bytes:
        """The optimum as a compressed archive of arrays; `from_bytes` reads it."""
        file = BytesIO()
        np.savez_compressed(
            file,
            entries=np.array(self.entries, dtype=np.str_),
            jurors=np.array(self.jurors, dtype=np.str_),
            rows=self.rows,
            columns=self.columns,
            price=self.graph.price,
            entry=self.graph.entry,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Optimum:
        """The optimum that `to_bytes` wrote."""
        with np.load(BytesIO(content), allow_pickle=False) as kept:
            return cls(
                tuple(kept["entries"].tolist()),
                tuple(kept["jurors"].tolist()),
                kept["rows"],
                kept["columns"],
                Residual(kept["price"], kept["entry"]),
            )


def find_optimum(problem: Problem, options: Options | None = None) -> Optimum:
    """Search a problem for its best total. Raises as `assign`."""
    run = start(problem, options or Options())
    rows, columns = np.nonzero(run.optimum)
    return Optimum(
        run.instance.entries,
        run.instance.jurors,
        rows.astype(np.int32),
        columns.astype(np.int32),
        Residual.around(run.instance, run.optimum),
    )
