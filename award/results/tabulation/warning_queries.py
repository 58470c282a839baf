"""What an organiser should look at while judging runs: submitted sheets only, never a draft."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from statistics import mean, stdev

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

import scoring
from award.jury.proposals.problem import RoundProblem
from award.results.tabulation.tabulating import RoundInput

FAR = 0.08
"""Share of the scale: who is surely further away than that, is far from colleagues."""
SPLIT = 0.3
"""Share of the scale between two sheets of one entry, severities given back."""
RELIABLE = 0.7
FEWEST = 12
DRAWS = 100
"""Sheets below which nothing is said about severity and reliability: it would be noise."""
COMMON = 4
"""Entries shared with colleagues below which a juror's distance is not judged."""
MOST_LINKS = 12
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FarJuror:
    """points: mean distance below colleagues on the same entries, negative above; sheets: how many
    entries that compares; erratic: strays from every pattern.
    """

    juror: str
    points: float
    sheets: int
    erratic: bool


@dataclass(frozen=True, slots=True)
class SplitEntry:
    """An entry whose sheets lie far apart; sheets: (juror, value with severity given back), the
    highest first.
    """

    entry: str
    gap: float
    sheets: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """The assignment falls into parts that share no juror. parts: entries of each, the largest
    first; links: pairs (entry, juror) that would join them, fewer where nobody may.
    """

    parts: tuple[tuple[str, ...], ...]
    links: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Unreliable:
    """g: what the round will reach with so many jurors an entry; needed: how many would reach the
    goal, None where no number would.
    """

    g: float
    jurors: int
    goal: float
    needed: int | None


@dataclass(frozen=True, slots=True)
class Warnings:
    """Everything to look at, by keys: entry codes and jurors' public ids. The worst come first.

    sheets: how many count so far. early: too few to say anything about jurors and reliability.
    """

    sheets: int
    early: bool
    jurors: tuple[FarJuror, ...]
    entries: tuple[SplitEntry, ...]
    apart: Apart | None
    unreliable: Unreliable | None

    @property
    def count(self) -> int:
        """How many things there are to look at."""
        graph = (self.apart is not None) + (self.unreliable is not None)
        return len(self.jurors) + len(self.entries) + graph


def warnings(found: RoundInput, state: RoundProblem) -> Warnings:
    """Look at a round as ``stand_out`` does, and say what would join parts that are apart.

    found: what ``read_input`` read, state: what ``load_problem`` read; no store is asked.
    """
    return joined(stand_out(found, state.present), state)


def joined(seen: Warnings, state: RoundProblem) -> Warnings:
    """Return the same warnings with what would join the parts; unchanged where all is one."""
    if seen.apart is None:
        return seen
    links = tuple(_links(seen.apart.parts, state))
    return replace(seen, apart=replace(seen.apart, links=links))


def stand_out(found: RoundInput, pairs: Collection[Pair]) -> Warnings:
    """Look at a round's submitted sheets and its assignment, without links between parts.

    found: what ``read_input`` read, pairs: live (entry code, juror's public id). Without sheets, or
    where they cannot be tabulated, only the assignment is looked at.
    """
    table = _tabulated(found)
    counted = [sheet for sheet in table.sheets if sheet.value is not None] if table else []
    early = len(counted) < FEWEST
    return Warnings(
        sheets=len(counted),
        early=early,
        jurors=_far(table) if table and not early else (),
        entries=_split(table) if table else (),
        apart=_apart(pairs),
        unreliable=_unreliable(table, pairs) if table and not early else None,
    )


def _tabulated(found: RoundInput) -> scoring.Tabulation | None:
    """The calibrated look at what is in so far; its places and intervals are used nowhere."""
    rules = replace(found.rules, rank_by="plain", cut=None, draws=DRAWS)
    try:
        return scoring.tabulate(found.scores, rules)
    except scoring.ScoringError:
        return None


def _span(table: scoring.Tabulation) -> float:
    return float(table.scale.maximum - table.scale.minimum)


def _far(table: scoring.Tabulation) -> tuple[FarJuror, ...]:
    """Compare with colleagues on the same entries; surely is two standard errors of the mean."""
    bound = FAR * _span(table)
    erratic = {row.juror for row in table.jurors if row.erratic}
    found = []
    for juror, below in _distances(table).items():
        points = mean(below)
        sure = len(below) >= COMMON and abs(points) - 2 * _error(below) > bound
        if sure or juror in erratic:
            found.append(FarJuror(juror, points, len(below), juror in erratic))
    return tuple(sorted(found, key=lambda row: (-abs(row.points), row.juror)))


def _error(values: Sequence[float]) -> float:
    return stdev(values) / len(values) ** 0.5


def _distances(table: scoring.Tabulation) -> dict[str, list[float]]:
    """Juror -> for each shared entry, how far the sheet lies below the mean of the others, their
    own severities given back: else one strict juror would make all colleagues look mild.
    """
    severity = {row.juror: row.severity for row in table.jurors}
    by_entry: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for sheet in table.sheets:
        if sheet.value is not None:
            by_entry[sheet.entry].append((sheet.juror, float(sheet.value)))
    found: dict[str, list[float]] = defaultdict(list)
    for sheets in by_entry.values():
        total = sum(value + severity[juror] for juror, value in sheets)
        for juror, value in sheets if len(sheets) > 1 else ():
            others = (total - value - severity[juror]) / (len(sheets) - 1)
            found[juror].append(others - value)
    return found


def _split(table: scoring.Tabulation) -> tuple[SplitEntry, ...]:
    severity = {row.juror: row.severity for row in table.jurors}
    by_entry: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for sheet in table.sheets:
        if sheet.value is not None:
            fair = float(sheet.value) + severity[sheet.juror]
            by_entry[sheet.entry].append((sheet.juror, fair))
    found = []
    for entry, sheets in by_entry.items():
        sheets.sort(key=lambda pair: (-pair[1], pair[0]))
        gap = sheets[0][1] - sheets[-1][1]
        if gap > SPLIT * _span(table):
            found.append(SplitEntry(entry, gap, tuple(sheets)))
    return tuple(sorted(found, key=lambda row: (-row.gap, row.entry)))


def _unreliable(table: scoring.Tabulation, pairs: Collection[Pair]) -> Unreliable | None:
    """The decision study's g at the number of jurors that an entry will have."""
    merit, residual = table.variance.merit, table.variance.residual
    planned = Counter(entry for entry, _ in pairs)
    if merit is None or residual is None or not table.study or not planned:
        return None
    jurors = round(len(planned) / sum(1 / count for count in planned.values()))
    g = merit / (merit + residual / jurors) if merit + residual else 0.0
    if g >= RELIABLE:
        return None
    return Unreliable(g, jurors, table.study.goal, table.study.jurors_for_g)


def _apart(pairs: Collection[Pair]) -> Apart | None:
    parts = _parts(pairs)
    return Apart(tuple(map(tuple, parts)), ()) if len(parts) > 1 else None


def _parts(pairs: Collection[Pair]) -> list[list[str]]:
    """Return the entries of each connected part of the assignment, the largest first."""
    entries = {entry: at for at, entry in enumerate(sorted({entry for entry, _ in pairs}))}
    jurors = {juror: at for at, juror in enumerate({juror for _, juror in pairs}, len(entries))}
    size = len(entries) + len(jurors)
    rows = [entries[entry] for entry, _ in pairs]
    columns = [jurors[juror] for _, juror in pairs]
    graph = coo_array((np.ones(len(pairs), dtype=bool), (rows, columns)), shape=(size, size))
    _count, part_of = connected_components(graph, directed=False)
    members: dict[int, list[str]] = defaultdict(list)
    for entry, at in entries.items():
        members[int(part_of[at])].append(entry)
    return sorted(members.values(), key=lambda part: (-len(part), part))


def _links(parts: Sequence[Sequence[str]], state: RoundProblem) -> list[Pair]:
    """Of each smaller part one pair that joins it to the largest: who has least to read, may read.

    Panels do not bind here: only a juror of another panel can link what shares nobody.
    """
    load = Counter(juror for _, juror in state.present)
    closed = {(c.entry, c.juror) for c in state.problem.conflicts} | set(state.problem.forbidden)
    main = parts[0]
    found: list[Pair] = []
    for part in parts[1 : MOST_LINKS + 1]:
        across = ((part, _readers(main, state)), (main, _readers(part, state)))
        pairs = [
            (load[juror], juror, entry)
            for entries, jurors in across
            for entry in entries
            for juror in jurors
            if (entry, juror) not in closed
        ]
        if pairs:
            _, juror, entry = min(pairs)
            load[juror] += 1
            found.append((entry, juror))
    return found


def _readers(entries: Sequence[str], state: RoundProblem) -> set[str]:
    inside = set(entries)
    return {juror for entry, juror in state.present if entry in inside}
