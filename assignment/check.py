"""The independent check: every rule again, in plain Python, from the problem itself.

It shares no array, index or helper with the engine, so that a defect there cannot hide here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from assignment.model import PairKey, PlanBroken, Problem


def check(problem: Problem, pairs: Iterable[PairKey]) -> None:
    """Raises `PlanBroken` (code of the rule, entry, juror) at the first rule that `pairs` break.

    Checked: known keys, no pair twice, no conflict, nothing forbidden, panels (kept pairs may cross
    them), every kept pair present, exactly `per_entry` jurors an entry, loads within the limits.
    """
    made = list(pairs)
    _check_pairs(problem, made)
    _check_counts(problem, made)


def _check_pairs(problem: Problem, made: list[PairKey]) -> None:
    entries = {entry.key: entry for entry in problem.entries}
    jurors = {juror.key: juror for juror in problem.jurors}
    conflicts = {(c.entry, c.juror) for c in problem.conflicts}
    everywhere = {kind.panel for kind in problem.wanted if kind.code == "panel"}
    seen: set[PairKey] = set()
    for entry, juror in made:
        params = {"entry": entry, "juror": juror}
        if entry not in entries or juror not in jurors:
            raise PlanBroken("unknown_pair", params)
        if (entry, juror) in seen:
            raise PlanBroken("pair_twice", params)
        seen.add((entry, juror))
        if (entry, juror) in conflicts:
            raise PlanBroken("conflict", params)
        if (entry, juror) in problem.forbidden:
            raise PlanBroken("forbidden", params)
        wanted = entries[entry].panel if problem.panels else ""
        own = jurors[juror].panel
        if wanted and own not in {wanted, *everywhere} and (entry, juror) not in problem.kept:
            raise PlanBroken("panel", params)
    for entry, juror in sorted(problem.kept - seen):
        raise PlanBroken("kept_lost", {"entry": entry, "juror": juror})


def _check_counts(problem: Problem, made: list[PairKey]) -> None:
    per_entry = Counter(entry for entry, _ in made)
    loads = Counter(juror for _, juror in made)
    for entry in problem.entries:
        if per_entry[entry.key] != entry.per_entry:
            found = per_entry[entry.key]
            raise PlanBroken("per_entry", {"entry": entry.key, "found": found})
    for juror in problem.jurors:
        load = loads[juror.key]
        if load < juror.minimum or (juror.maximum is not None and load > juror.maximum):
            raise PlanBroken("load", {"juror": juror.key, "load": load})
