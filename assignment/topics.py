"""When two topics are one: spellings, endings, and the names of a topic in three languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from assignment.names import fold, same_topic

LEVEL = re.compile(r"(?P<topic>.*\S)\s*:\s*(?P<level>0(?:[.,][0-9]+)?|1(?:[.,]0+)?)")


def expertise(topics: Iterable[str]) -> dict[str, float]:
    """Folded topic -> how well it is known, 0 to 1: "ecology:0.6" is 0.6, "ecology" is 1.

    A topic that stands there twice counts as the better of both; topics without letters are left
    out.
    """
    levels: dict[str, float] = {}
    for written in topics:
        found = LEVEL.fullmatch(written.strip())
        level = float(found["level"].replace(",", ".")) if found else 1.0
        word = fold(found["topic"] if found else written)
        if word:
            levels[word] = max(level, levels.get(word, 0.0))
    return levels


class Topics:
    """Tells which folded topics are one. `names`: further groups of names of one topic each."""

    def __init__(self, names: Iterable[Sequence[str]] = ()) -> None:
        self._own = {fold(name): at for at, group in enumerate(names) for name in group}

    def same(self, one: str, other: str) -> bool:
        """Whether two folded topics are one."""
        if same_topic(one, other):
            return True
        groups = self._own.get(one), self._own.get(other)
        if groups[0] is not None and groups[0] == groups[1]:
            return True
        common = _common_group(one)
        return common >= 0 and common == _common_group(other)


@cache
def _common_names() -> Mapping[str, int]:
    text = Path(__file__).with_name("topics.toml").read_text(encoding="utf-8")
    groups: list[list[str]] = tomllib.loads(text)["topics"]
    return {fold(name): at for at, group in enumerate(groups) for name in group}


@lru_cache(maxsize=65536)
def _common_group(word: str) -> int:
    """The number of the common topic that a folded word names, in any spelling; -1 for none."""
    names = _common_names()
    if word in names:
        return names[word]
    return next((at for name, at in names.items() if same_topic(name, word)), -1)
