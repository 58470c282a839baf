"""Changing many rows of a list at once: first shown, to whom and to whom not, then done so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from award import audit
from award.errors import EditConflictError


@dataclass(frozen=True, slots=True)
class Line:
    """One chosen row. before and after: what changes of it, in the action's own values.

    refused: the code of why nothing happens to it, "" where it changes. stamp: what else the
    decision rests on, such as the version that was read.
    """

    id: int
    public_id: str
    name: str
    note: str
    before: Any
    after: Any
    refused: str = ""
    stamp: Any = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an action will do, row by row, in the order of the list."""

    lines: tuple[Line, ...]

    @property
    def changing(self) -> tuple[Line, ...]:
        """The rows to which something happens."""
        return tuple(line for line in self.lines if not line.refused)

    @property
    def refused(self) -> tuple[Line, ...]:
        """The rows to which nothing happens."""
        return tuple(line for line in self.lines if line.refused)

    @property
    def digest(self) -> str:
        """The SHA-256 of all that the person was shown."""
        shown = [
            [one.public_id, one.before, one.after, one.refused, one.stamp] for one in self.lines
        ]
        return hashlib.sha256(audit.canonical(shown)).hexdigest()

    def check(self, seen: str) -> None:
        """Raise EditConflictError("bulk_changed") where something else would happen by now."""
        if seen != self.digest:
            raise EditConflictError("bulk_changed")
