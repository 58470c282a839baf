"""What a window on a round's assignment shows, as plain rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from award.jury.pair_states import PairState

ROWS = 40
COLUMNS = 24


class Show(StrEnum):
    """Which entries: all, those with an empty place, or those whose match is weak."""

    ALL = "all"
    HOLES = "holes"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at. text is searched in codes and titles; page and window count from 1."""

    show: Show = Show.ALL
    panel: str = ""
    text: str = ""
    page: int = 1
    window: int = 1


def look_of(asked: Mapping[str, str]) -> Look:
    """Return what an address asks to look at; what it says wrongly is as if it said nothing."""
    show = asked.get("show", "")
    return Look(
        show=Show(show) if show in list(Show) else Show.ALL,
        panel=asked.get("panel", ""),
        text=asked.get("find", "")[:100],
        page=_count(asked.get("page", "")),
        window=_count(asked.get("window", "")),
    )


def _count(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 1


@dataclass(frozen=True, slots=True)
class GridPair:
    """One cell with something in it; reason is what was said, source where a conflict comes from.

    broken: it is judged although a conflict stands against it.
    """

    public_id: str
    state: PairState
    affinity: float | None
    locked: bool
    reason: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class GridJuror:
    """A column: load counts live assignments in this round."""

    id: int
    public_id: str
    name: str
    panel: str
    load: int
    minimum: int
    maximum: int
    active: bool
    standby: bool
    organisation: str
    email: str

    @property
    def over(self) -> bool:
        """Whether she has more than she takes, or has something although she left."""
        return self.load > self.maximum or (self.load > 0 and not self.active)

    @property
    def under(self) -> bool:
        """Whether she has less than she was promised."""
        return self.active and self.load < self.minimum


@dataclass(frozen=True, slots=True)
class GridEntry:
    """A row: value is the mean affinity of its jurors from 0 to 1, None where none is known."""

    id: int
    public_id: str
    code: str
    title: str
    panel: str
    need: int
    live: int
    done: int
    value: float | None
    cells: Mapping[str, GridPair] = field(default_factory=dict)
    outside: int = 0

    @property
    def missing(self) -> int:
        """How many jurors it still needs; 0 where it has more than enough."""
        return max(0, self.need - self.live)


@dataclass(frozen=True, slots=True)
class Grid:
    """A window on a round's assignment. Entries: holes first, then the worst matches; jurors by
    panel and name. holes, weak, pairs, entries_count and jurors_count are those of the whole round,
    found is the number of entries that the look finds. lists: every shown juror's entries of the
    round, by code, the entries without cells; for screens too narrow for a grid.
    """

    look: Look
    entries: tuple[GridEntry, ...]
    jurors: tuple[GridJuror, ...]
    found: int
    pages: int
    windows: int
    holes: int
    weak: int
    pairs: int
    entries_count: int
    jurors_count: int
    over: int
    under: int
    panels: tuple[str, ...]
    lists: Mapping[str, tuple[tuple[GridEntry, GridPair], ...]]

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.look.page - 1) * ROWS + 1

    @property
    def first_juror(self) -> int:
        """The number of the first column shown."""
        return (self.look.window - 1) * COLUMNS + 1
