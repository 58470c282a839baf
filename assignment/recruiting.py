"""Whom to recruit: the topic in which one more juror would help most.

Weak duality bounds what a further juror can add, from the prices of the proof alone; topics are
then solved for exactly, in the order of that bound, until no other can overtake.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from assignment.affinity import Affinity, wanted_topics
from assignment.instance import Ints
from assignment.model import THOUSANDTHS, JurorOffer, Options, PairKey, Problem
from assignment.search import Search, start

MOST_TRIED = 12


@dataclass(frozen=True)
class ExtraJuror:
    """What one more juror who knows `topic` would do, with `places` places and no conflict.

    `entries` ask for the topic; `gain` is what the best total would rise by, in affinity, exact;
    `weak_entries` of the plan without a strong juror would find one in her.
    """

    topic: str
    places: int
    entries: int
    gain: float
    weak_entries: int


def extra_jurors(
    problem: Problem,
    pairs: Iterable[PairKey] = (),
    options: Options | None = None,
    count: int = 5,
) -> tuple[ExtraJuror, ...]:
    """The `count` topics in which one more juror would raise the best total most, best first.

    `pairs` are those of the plan whose weak entries are counted. The further juror reads every
    language and takes the mean load. Empty where no entry names a topic or nothing would be gained.
    Raises as `assign`.
    """
    run = start(problem, options or Options())
    offers = _offers(run)
    if not offers:
        return ()
    table = Affinity(problem.entries, offers).table
    bounds = _bounds(run, table, offers[0].maximum or 0)
    found: list[ExtraJuror] = []
    weak = _weak(run, pairs)
    for column in np.argsort(-bounds, kind="stable")[:MOST_TRIED]:
        best = sorted((one.gain for one in found), reverse=True)[:count]
        if len(best) == count and best[-1] * THOUSANDTHS >= bounds[column]:
            break
        found.append(_tried(run, offers[column], table[:, column], weak))
    useful = [one for one in found if one.gain > 0]
    return tuple(sorted(useful, key=lambda one: -one.gain)[:count])


def _offers(run: Search) -> list[JurorOffer]:
    topics = dict.fromkeys(topic for e in run.problem.entries for topic in wanted_topics(e))
    needed = sum(entry.per_entry for entry in run.problem.entries)
    places = math.ceil(needed / max(1, len(run.problem.jurors)))
    return [JurorOffer(f"+{topic}", maximum=places, topics=(topic,)) for topic in topics]


def _bounds(run: Search, table: Ints, places: int) -> Ints:
    price = np.array([run.prices.entry[key] for key in run.instance.entries])
    surplus = np.where((run.instance.need > 0)[:, None], table - price[:, None], 0)
    most = -np.sort(-np.maximum(surplus, 0), axis=0)[:places]
    return np.asarray(most.sum(axis=0), dtype=np.int64)


def _weak(run: Search, pairs: Iterable[PairKey]) -> frozenset[str]:
    instance = run.instance
    rows = {key: at for at, key in enumerate(instance.entries)}
    columns = {key: at for at, key in enumerate(instance.jurors)}
    strong = {
        entry
        for entry, juror in pairs
        if instance.affinity[rows[entry], columns[juror]] >= run.strong
    }
    return frozenset(rows) - strong


def _tried(run: Search, offer: JurorOffer, column: Ints, weak: frozenset[str]) -> ExtraJuror:
    problem = run.problem
    affinity = np.column_stack([run.instance.affinity, column]).astype(np.int64)
    larger = replace(
        problem,
        jurors=(*problem.jurors, offer),
        affinity=affinity,
        entries=tuple(replace(entry, panel="") for entry in problem.entries),
        forbidden=problem.forbidden | _barred_by_panels(run),
    )
    best = start(larger, replace(run.options, progress=None))
    suits = [entry.key for entry, fit in zip(problem.entries, column, strict=True) if fit]
    lifted = [
        entry.key
        for entry, fit in zip(problem.entries, column, strict=True)
        if fit >= max(1, run.strong) and entry.key in weak
    ]
    return ExtraJuror(
        topic=offer.topics[0],
        places=offer.maximum or 0,
        entries=len(suits),
        gain=(best.bound - run.bound) / THOUSANDTHS,
        weak_entries=min(len(lifted), offer.maximum or 0),
    )


def _barred_by_panels(run: Search) -> frozenset[PairKey]:
    names = run.instance.entries, run.instance.jurors
    shut = np.argwhere(run.instance.panel_only)
    return frozenset((names[0][row], names[1][column]) for row, column in shut)
