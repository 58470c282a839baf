"""Which entries can be compared through shared jurors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

IntArray = NDArray[np.int64]


def indexed(names: Sequence[str]) -> tuple[tuple[str, ...], IntArray]:
    """The different names, sorted, and for each of the given ones its position among them."""
    different = tuple(sorted(set(names)))
    position = {name: at for at, name in enumerate(different)}
    return different, np.array([position[name] for name in names], dtype=np.int64)


def entry_parts(entry: IntArray, juror: IntArray, entries: int, jurors: int) -> IntArray:
    """The connected part (0, 1, …, in the order of their first entry) of each entry.

    entry, juror: one index a sheet, of `entries` and `jurors` that all have at least one sheet.
    Two entries are in one part if a chain of shared jurors links them.
    """
    size = entries + jurors
    links = coo_array((np.ones(len(entry)), (entry, entries + juror)), shape=(size, size))
    _, labels = connected_components(links, directed=False)
    _, first, inverse = np.unique(labels[:entries], return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return np.asarray(order[inverse], dtype=np.int64)
