"""The list of jurors as its address narrows and sorts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from award.i18n import fold, sort_key
from award.jury.people.queries import JurorRow


@dataclass(frozen=True, slots=True)
class JurorFilters:
    """What the list is narrowed to; sort is a key of SORTS, "-" before it reverses."""

    text: str = ""
    state: str = ""
    panel: str = ""
    sort: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> JurorFilters:
        """Return what an address says: q, state, panel and sort."""
        return cls(*(said.get(name, "").strip()[:100] for name in ("q", "state", "panel", "sort")))


SORTS: Mapping[str, Callable[[JurorRow], Any]] = {
    "name": lambda row: sort_key(row.name),
    "panel": lambda row: sort_key(row.panel),
    "assigned": lambda row: row.assigned,
    "done": lambda row: row.done,
    "left": lambda row: row.assigned - row.done,
    "state": lambda row: row.state.value,
}


def listed(rows: Sequence[JurorRow], filters: JurorFilters) -> list[JurorRow]:
    """Return the jurors that fit, sorted; ties stay in the order given.

    The text is looked for in name, address, organisation, region and expertise, whatever the case,
    and ё is е. An unknown sort leaves the order as it is.
    """
    kept = [row for row in rows if _fits(row, filters)]
    key = SORTS.get(filters.sort.lstrip("-"))
    return sorted(kept, key=key, reverse=filters.sort.startswith("-")) if key else kept


def _fits(row: JurorRow, filters: JurorFilters) -> bool:
    if filters.state and row.state.value != filters.state:
        return False
    if filters.panel and row.panel_key != filters.panel:
        return False
    words = (row.name, row.email, row.organisation, row.region, *row.topics)
    haystack = fold(" ".join(words))
    return all(word in haystack for word in fold(filters.text).split())
