"""Joins the juror-entry graph into one piece, so that the jurors' severities can be compared.

Where two groups of jurors share no entry, strict jurors cannot be told from weak entries (Searle,
"Linear Models", 1971, section 7.4 on connectedness). One exchange between two pieces joins them
unless it cuts through both; the cheapest that joins is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from assignment.instance import Bools, Instance
from assignment.model import THOUSANDTHS
from assignment.state import Draft

TRIES = 200
LOST_KIND, NEW_WORST, NEW_ZERO = THOUSANDTHS, THOUSANDTHS, THOUSANDTHS // 5


def parts(taken: Bools) -> tuple[int, NDArray[np.int64]]:
    """(number of pieces, piece of each entry and then of each juror); who has no pair is in piece
    -1.
    """
    entries, jurors = taken.shape
    rows, columns = np.nonzero(taken)
    size = entries + jurors
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, entries + columns)), (size, size))
    _, labels = connected_components(graph, directed=False)
    idle = np.concatenate([~taken.any(axis=1), ~taken.any(axis=0)])
    found, numbered = np.unique(labels[~idle], return_inverse=True)
    piece = np.full(size, -1, dtype=np.int64)
    piece[~idle] = numbered
    return len(found), piece


def severity_variance(taken: Bools) -> float | None:
    """How badly the jurors' severities will be told apart: the variance of a juror's severity
    against the mean of the jury, in units of the noise of one score, mean over the jurors who have
    a load; about .25 and more is poor. None where the graph falls apart, 0 for less than two
    jurors.

    In the model score = merit + severity + noise, the information about severities is diag(loads)
    minus the sum over entries of x x' / n (Searle, "Linear Models", 1971, chapter 7); its
    pseudoinverse is their covariance.
    """
    judging = np.flatnonzero(taken.any(axis=0))
    if len(judging) < 2:
        return 0.0
    if parts(taken)[0] > 1:
        return None
    rows, columns = np.nonzero(taken)
    counts = np.bincount(rows, minlength=len(taken))[rows]
    at = rows, np.searchsorted(judging, columns)
    shape = len(taken), len(judging)
    one = coo_array((np.ones(len(rows)), at), shape).tocsr()
    shared = one.T @ coo_array((1 / counts, at), shape).tocsr()
    information = np.diag(one.sum(axis=0)) - shared.toarray()
    # Adding the mean's direction, whose eigenvalue is 0, makes the inverse exist.
    inverse = np.linalg.inv(information + 1 / len(judging))
    return float((np.trace(inverse) - 1) / len(judging))


def connect(
    instance: Instance, chosen: Bools, allowance: int, kinds: Sequence[Bools] = ()
) -> tuple[Bools, int]:
    """(`chosen` with its pieces joined as far as rules and `allowance` permit, thousandths
    spent).
    """
    draft = Draft(instance, chosen, kinds)
    spent = 0
    count, piece = parts(draft.taken)
    while count > 1:
        cost = _join_once(draft, count, piece, allowance - spent)
        if cost is None:
            break
        spent += cost
        count, piece = parts(draft.taken)
    return draft.made, spent


def _join_once(draft: Draft, count: int, piece: NDArray[np.int64], allowance: int) -> int | None:
    """The cost of the cheapest exchange that leaves fewer pieces, carried out; None if there is
    none.
    """
    entries = len(draft.instance.entries)
    sizes = np.bincount(piece[:entries][piece[:entries] >= 0], minlength=count)
    for smaller in np.argsort(sizes, kind="stable")[:-1]:
        for cost, first, second in _exchanges(draft, piece, int(smaller), allowance):
            draft.swap(first, second)
            if parts(draft.taken)[0] < count:
                return cost
            draft.swap(first, second)
        for cost, position, juror in _replacements(draft, piece, int(smaller), allowance):
            old = int(draft.columns[position])
            draft.replace(position, juror)
            if parts(draft.taken)[0] < count:
                return cost
            draft.replace(position, old)
    return None


def _exchanges(
    draft: Draft, piece: NDArray[np.int64], smaller: int, allowance: int
) -> Iterator[tuple[int, int, int]]:
    """(cost, pair inside, pair outside), cheapest by price and lost guarantees first."""
    inside = piece[draft.rows] == smaller
    within, beyond = np.flatnonzero(inside), np.flatnonzero(~inside)
    row_a, col_a = draft.rows[within][:, None], draft.columns[within][:, None]
    row_b, col_b = draft.rows[beyond][None, :], draft.columns[beyond][None, :]
    free = draft.instance.open & ~draft.taken
    affinity = draft.instance.affinity
    cost = affinity[row_a, col_a] + affinity[row_b, col_b]
    cost = cost - affinity[row_a, col_b] - affinity[row_b, col_a]
    rank = cost + _penalty(draft, row_a, col_a, col_b) + _penalty(draft, row_b, col_b, col_a)
    usable = free[row_a, col_b] & free[row_b, col_a] & (cost <= allowance)
    for a, b in _lowest(rank, usable):
        yield int(cost[a, b]), int(within[a]), int(beyond[b])


def _replacements(
    draft: Draft, piece: NDArray[np.int64], smaller: int, allowance: int
) -> Iterator[tuple[int, int, int]]:
    """(cost, pair, juror with a free place): across the border of the piece, in either
    direction.
    """
    instance = draft.instance
    positions = np.flatnonzero(draft.load[draft.columns] > instance.low[draft.columns])
    jurors = np.flatnonzero((draft.load < instance.high) & (draft.full_load > 0))
    rows, old = draft.rows[positions][:, None], draft.columns[positions][:, None]
    new = jurors[None, :]
    across = (piece[rows] == smaller) != (piece[len(instance.entries) + new] == smaller)
    cost = instance.affinity[rows, old] - instance.affinity[rows, new]
    usable = across & (instance.open & ~draft.taken)[rows, new] & (cost <= allowance)
    for a, b in _lowest(cost + _penalty(draft, rows, old, new), usable):
        yield int(cost[a, b]), int(positions[a]), int(jurors[b])


def _penalty(
    draft: Draft, rows: NDArray[np.int64], old: NDArray[np.int64], new: NDArray[np.int64]
) -> NDArray[np.int64]:
    affinity = draft.instance.affinity
    lost = np.zeros(np.broadcast_shapes(rows.shape, new.shape), dtype=np.int64)
    for kind, have in zip(draft.kinds, draft.have, strict=True):
        lost += (have[rows] == 1) & kind[rows, old] & ~kind[rows, new]
    zero = (affinity[rows, new] == 0) & (affinity[rows, old] > 0)
    after = draft.sums[rows] + affinity[rows, new] - affinity[rows, old]
    sunk = after / draft.counts[rows] < draft.values.min()
    price = lost * LOST_KIND + sunk * NEW_WORST + zero * NEW_ZERO
    return np.asarray(price, dtype=np.int64)


def _lowest(rank: NDArray[np.int64], usable: Bools) -> Iterator[tuple[int, int]]:
    """Positions of the lowest usable ranks, ascending, at most TRIES of them."""
    flat = np.flatnonzero(usable)
    values = rank.ravel()[flat]
    if len(flat) > TRIES:
        nearest = np.argpartition(values, TRIES)[:TRIES]
        flat, values = flat[nearest], values[nearest]
    for index in flat[np.lexsort((flat, values))]:
        yield divmod(int(index), rank.shape[1])
