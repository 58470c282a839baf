"""Entries that resemble one another: the same project handed in twice, or a borrowed text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from award.i18n import fold

TITLE_ALIKE = 0.6
SUMMARY_ALIKE = 0.4
COMMON = 200
"""A trigram of more texts than this tells nothing, and would make the comparison quadratic."""


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
    are like nothing. Deterministic: equal shares are ordered by the keys.
    """
    titles = _shares({one.key: _letters(one.title) for one in texts})
    summaries = _shares({one.key: _words(one.summary) for one in texts})
    pairs = [
        LikePair(first, second, titles.get((first, second), 0), summaries.get((first, second), 0))
        for first, second in titles.keys() | summaries.keys()
    ]
    alike = [one for one in pairs if one.title >= TITLE_ALIKE or one.summary >= SUMMARY_ALIKE]
    return sorted(alike, key=lambda one: (-max(one.title, one.summary), one.first, one.second))


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


def _shares(pieces: Mapping[int, frozenset[str]]) -> dict[tuple[int, int], float]:
    """Return the Jaccard share of every pair with a telling piece in common."""
    places: dict[str, list[int]] = defaultdict(list)
    for key in sorted(pieces):
        for piece in pieces[key]:
            places[piece].append(key)
    together: Counter[tuple[int, int]] = Counter()
    for keys in places.values():
        if len(keys) <= COMMON:
            together.update(_couples(keys))
    return {
        (first, second): common / (len(pieces[first]) + len(pieces[second]) - common)
        for (first, second), common in together.items()
    }


def _couples(keys: Sequence[int]) -> Iterable[tuple[int, int]]:
    return ((first, second) for at, first in enumerate(keys) for second in keys[at + 1 :])
