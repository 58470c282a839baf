"""The declared tie cascade: each step is applied to what is still equal, and what it did is
recorded.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.model import TieRule
from scoring.plain import PlainView
from scoring.rank import tied_groups
from scoring.result import TieStep

SHARED = "shared"


@dataclass(frozen=True)
class Cascade:
    """Breaks ties by `rules` in their order; numbers come from the plain view, so that equal is
    equal.
    """

    rules: tuple[TieRule, ...]
    view: PlainView
    seed: int

    def resolve(self, groups: list[list[str]]) -> tuple[list[list[str]], tuple[TieStep, ...]]:
        """Split groups of equal entries (best first) as far as the rules can.

        Returns the finer groups, best first, and one step for each set of equals: the rule that
        split it, or "shared" where none did; steps in the order of places.
        """
        resolved: list[list[str]] = []
        steps: list[TieStep] = []
        place = 1
        for group in groups:
            finer, used = self._split(group, place, 0)
            resolved += finer
            steps += used
            place += len(group)
        return resolved, tuple(steps)

    def _split(
        self, group: list[str], place: int, first: int
    ) -> tuple[list[list[str]], list[TieStep]]:
        if len(group) == 1:
            return [group], []
        for position in range(first, len(self.rules)):
            parts = tied_groups(self._values(self.rules[position], group))
            if len(parts) > 1:
                steps = [TieStep(tuple(group), place, self.rules[position].step)]
                return self._split_parts(parts, place, position + 1, steps)
        return [group], [TieStep(tuple(group), place, SHARED)]

    def _split_parts(
        self, parts: list[list[str]], place: int, first: int, steps: list[TieStep]
    ) -> tuple[list[list[str]], list[TieStep]]:
        resolved: list[list[str]] = []
        for part in parts:
            finer, used = self._split(part, place, first)
            resolved += finer
            steps += used
            place += len(part)
        return resolved, steps

    def _values(self, rule: TieRule, group: list[str]) -> Mapping[str, Fraction] | dict[str, int]:
        if rule.rule == "criterion":
            return self._criterion(str(rule.criterion), group)
        if rule.rule == "median":
            return {entry: self.view.median[entry] for entry in group}
        if rule.rule == "head_to_head":
            return head_to_head(self._sheets(group))
        return {entry: lot_number(self.seed, entry) for entry in group}

    def _criterion(self, key: str, group: list[str]) -> dict[str, Fraction]:
        found = {
            entry: next(item.mean for item in self.view.criteria[entry] if item.criterion == key)
            for entry in group
        }
        answered = {entry: value for entry, value in found.items() if value is not None}
        # A criterion on which a tied entry has no score cannot speak for or against any of them.
        return answered if len(answered) == len(group) else dict.fromkeys(group, Fraction(0))

    def _sheets(self, group: Sequence[str]) -> dict[str, dict[str, Fraction]]:
        found: dict[str, dict[str, Fraction]] = {entry: {} for entry in group}
        for sheet in self.view.sheets:
            if sheet.entry in found and sheet.value is not None:
                found[sheet.entry][sheet.juror] = sheet.value
        return found


def head_to_head(sheets: Mapping[str, Mapping[str, Fraction]]) -> dict[str, int]:
    """Duels won minus duels lost among entries (entry -> juror -> value), as in Copeland's rule.

    A duel counts the jurors who scored both entries: the entry that more of them scored higher
    wins it; equal numbers, or no shared juror, leave it open.
    """
    won: dict[str, int] = defaultdict(int)
    for one in sheets:
        for other in sheets:
            shared = sheets[one].keys() & sheets[other].keys()
            preferred = sum(_sign(sheets[one][j] - sheets[other][j]) for j in shared)
            won[one] += _sign(preferred)
    return dict(won)


def lot_number(seed: int, entry: str) -> int:
    """The number an entry draws; the highest wins. SHA-256 of "seed:entry", so that anyone can
    redraw it.
    """
    return int(hashlib.sha256(f"{seed}:{entry}".encode()).hexdigest(), 16)


def _sign(value: Fraction | int) -> int:
    return (value > 0) - (value < 0)
