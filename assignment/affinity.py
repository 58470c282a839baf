"""How well a juror fits an entry, from what both say about themselves.

affinity = topics x language x region, in thousandths. `topics`: the share of the entry's topics
(its category where it names none) that the juror knows; half where either says nothing. A topic
that she knows less well carries her expertise after a colon, "ecology:0.6", and counts so much; the
names of a topic in other languages count as the topic itself (`assignment.topics`). `language`:
1 where the juror reads the entry's language or either says nothing, else .35. `region`: 1, or .9
where both are known and differ. The factors are those of the instances that the engine was measured
on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from assignment.model import THOUSANDTHS, EntryNeed, JurorOffer, Param, Why
from assignment.names import fold
from assignment.topics import Topics, expertise

UNKNOWN_TOPICS = 500
OTHER_LANGUAGE = 350
OTHER_REGION = 900


class Affinity:
    """The affinities of all pairs and the reason of each.

    `table`: entries x jurors, thousandths, in the order given. `names`: groups of names that mean
    one topic here, such as those of a season's categories in its languages; common topics need
    none.
    """

    def __init__(
        self,
        entries: Sequence[EntryNeed],
        jurors: Sequence[JurorOffer],
        names: Iterable[Sequence[str]] = (),
    ) -> None:
        self._topics = Topics(names)
        self._entries = {entry.key: entry for entry in entries}
        self._jurors = {juror.key: juror for juror in jurors}
        product = (
            _topics(entries, jurors, self._topics)
            * _languages(entries, jurors)
            * _regions(entries, jurors)
        )
        self.table: NDArray[np.int64] = np.rint(product / THOUSANDTHS**2).astype(np.int64)

    def why(self, entry: str, juror: str) -> tuple[Why, ...]:
        """The parts of one affinity, each with its value (0 to 1), in the order topics, language,
        region.

        Parts on which either side says nothing are left out, except the topics, whose half is a
        guess.
        """
        need, offer = self._entries[entry], self._jurors[juror]
        return (
            _why_topics(need, offer, self._topics),
            *_why_language(need, offer),
            *_why_region(need, offer),
        )


def wanted_topics(entry: EntryNeed) -> tuple[str, ...]:
    """The topics of an entry; its category where it names none."""
    return entry.topics or ((entry.category,) if entry.category else ())


def _folded(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(fold, words))))


def _topics(
    entries: Sequence[EntryNeed], jurors: Sequence[JurorOffer], topics: Topics
) -> NDArray[np.float64]:
    wanted = [_folded(wanted_topics(entry)) for entry in entries]
    offered = [expertise(juror.topics) for juror in jurors]
    words = {word: at for at, word in enumerate(dict.fromkeys(w for own in wanted for w in own))}
    knows = np.zeros((len(jurors), len(words)))
    cache: dict[str, list[int]] = {}
    for column, own in enumerate(offered):
        for topic, level in own.items():
            if topic not in cache:
                cache[topic] = [at for word, at in words.items() if topics.same(word, topic)]
            knows[column, cache[topic]] = np.maximum(knows[column, cache[topic]], level)
    needs = np.zeros((len(entries), len(words)))
    for row, asked in enumerate(wanted):
        needs[row, [words[word] for word in asked]] = 1
    shares = needs @ knows.T / np.maximum(1, needs.sum(axis=1, keepdims=True))
    silent = np.array([not own for own in wanted], dtype=bool)[:, None]
    silent = silent | np.array([not own for own in offered], dtype=bool)[None, :]
    return np.where(silent, UNKNOWN_TOPICS, shares * THOUSANDTHS)


def _languages(entries: Sequence[EntryNeed], jurors: Sequence[JurorOffer]) -> NDArray[np.float64]:
    spoken = [frozenset(_folded(juror.languages)) for juror in jurors]
    rows = {
        language: [THOUSANDTHS if not own or language in own else OTHER_LANGUAGE for own in spoken]
        for language in {fold(entry.language) for entry in entries}
    }
    rows[""] = [THOUSANDTHS] * len(jurors)
    table = [rows[fold(entry.language)] for entry in entries]
    return np.array(table, dtype=float).reshape(len(entries), len(jurors))


def _regions(entries: Sequence[EntryNeed], jurors: Sequence[JurorOffer]) -> NDArray[np.float64]:
    here = np.array([fold(entry.region) for entry in entries], dtype=object)[:, None]
    there = np.array([fold(juror.region) for juror in jurors], dtype=object)[None, :]
    apart = (here != "") & (there != "") & (here != there)
    return np.where(apart, OTHER_REGION, THOUSANDTHS).astype(float)


def _why_topics(entry: EntryNeed, juror: JurorOffer, topics: Topics) -> Why:
    wanted, offered = wanted_topics(entry), expertise(juror.topics)
    if not _folded(wanted) or not offered:
        return Why("topics_unknown", {"value": UNKNOWN_TOPICS / THOUSANDTHS})
    levels = {
        topic: max((level for own, level in offered.items() if topics.same(fold(topic), own)))
        for topic in wanted
        if any(topics.same(fold(topic), own) for own in offered)
    }
    by_word = {fold(topic): level for topic, level in levels.items()}
    share = sum(by_word.values()) / len(_folded(wanted))
    params: dict[str, Param] = {
        "shared": tuple(levels),
        "of": len(_folded(wanted)),
        "value": share,
    }
    return Why("topics" if levels else "topics_none", params)


def _why_language(entry: EntryNeed, juror: JurorOffer) -> tuple[Why, ...]:
    spoken = _folded(juror.languages)
    if not entry.language or not spoken:
        return ()
    if fold(entry.language) in spoken:
        return (Why("language", {"language": entry.language, "value": 1.0}),)
    value = OTHER_LANGUAGE / THOUSANDTHS
    return (Why("language_other", {"language": entry.language, "value": value}),)


def _why_region(entry: EntryNeed, juror: JurorOffer) -> tuple[Why, ...]:
    if not fold(entry.region) or not fold(juror.region):
        return ()
    if fold(entry.region) == fold(juror.region):
        return (Why("region", {"region": entry.region, "value": 1.0}),)
    value = OTHER_REGION / THOUSANDTHS
    return (Why("region_other", {"region": juror.region, "value": value}),)
