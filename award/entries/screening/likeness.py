"""Entries that resemble one another: the same project handed in twice, or a borrowed text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from award.i18n import fold

TITLE_ALIKE = 0.6
SUMMARY_ALIKE = 0.4
MOST = 1000
"""Pairs that are told at most: whoever named a thousand entries alike knows it after these."""
BLOCK = 256


@dataclass(frozen=True, slots=True)
class LikeText:
    """What is compared of one entry."""

    key: int
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class LikePair:
    """Two entries that resemble one another, and how much: 0 to 1 each."""

    first: int
    second: int
    title: float
    summary: float


def like_pairs(texts: Sequence[LikeText]) -> list[LikePair]:
    """Return the pairs whose titles or summaries are alike, the most alike first.

    Alike is the Jaccard share of common pieces: of three letters in titles, of three words in
    summaries. Texts shorter than one piece are alike only if they are equal. Empty texts
    are like nothing. Deterministic: equal shares are ordered by the keys. At most MOST pairs for
    their titles and as many for their summaries.
    """
    titles = {one.key: _letters(one.title) for one in texts}
    summaries = {one.key: _words(one.summary) for one in texts}
    alike = {*_alike(titles, TITLE_ALIKE), *_alike(summaries, SUMMARY_ALIKE)}
    pairs = [
        LikePair(a, b, _share(titles[a], titles[b]), _share(summaries[a], summaries[b]))
        for a, b in alike
    ]
    return sorted(pairs, key=lambda one: (-max(one.title, one.summary), one.first, one.second))


def like_one(one: LikeText, others: Sequence[LikeText]) -> list[LikePair]:
    """Return the same for one text beside others, with the other's key as ``second``."""
    title, summary = _letters(one.title), _words(one.summary)
    pairs = [
        LikePair(
            one.key,
            other.key,
            _share(title, _letters(other.title)),
            _share(summary, _words(other.summary)),
        )
        for other in others
    ]
    alike = [pair for pair in pairs if pair.title >= TITLE_ALIKE or pair.summary >= SUMMARY_ALIKE]
    return sorted(alike, key=lambda pair: (-max(pair.title, pair.summary), pair.second))


def _letters(text: str) -> frozenset[str]:
    folded = "".join(letter if letter.isalnum() else " " for letter in fold(text))
    joined = f" {' '.join(folded.split())} "
    return (
        frozenset(joined[at : at + 3] for at in range(len(joined) - 2))
        if folded.strip()
        else frozenset()
    )


def _words(text: str) -> frozenset[str]:
    words = "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()
    if len(words) < 3:
        return frozenset({" ".join(words)} if words else ())
    return frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def _alike(pieces: Mapping[int, frozenset[str]], least: float) -> Iterator[tuple[int, int]]:
    """Yield each pair whose share reaches ``least``, at most ``MOST``, those of the largest shares.

    What two texts have in common is one number of the product of the incidence matrix with its
    transpose; a block of rows at a time, so that memory does not grow with the square.
    """
    keys = sorted(pieces)
    number: dict[str, int] = {}
    columns = [number.setdefault(piece, len(number)) for key in keys for piece in pieces[key]]
    size = np.array([len(pieces[key]) for key in keys], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(size)])
    holds = csr_array(
        (np.ones(len(columns), dtype=np.int32), columns, starts), shape=(len(keys), len(number))
    )
    held_by, best = holds.T.tocsr(), np.empty((3, 0))
    for at in range(0, len(keys), BLOCK):
        common = (holds[at : at + BLOCK] @ held_by).tocoo()
        row, column = common.row + at, common.col
        share = common.data / (size[row] + size[column] - common.data)
        found = np.stack([share, row, column])[:, (row < column) & (share >= least)]
        best = _largest(np.hstack([best, found]))
    yield from ((keys[int(row)], keys[int(column)]) for _share, row, column in best.T)


def _largest(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of columns (share, row, column) the MOST with the largest shares; equal ones by the rows."""
    order = np.lexsort((found[2], found[1], -found[0]))
    return found[:, order[:MOST]]
