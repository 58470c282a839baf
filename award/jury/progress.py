"""How far a round's jurors are. Points are never read here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from award.i18n import sort_key
from award.jury.board import LIVE_PAIRS, PairState, board


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How far one juror or entry is: one state an assignment, in a fixed order; no points."""

    public_id: str
    name: str
    note: str
    states: tuple[PairState, ...]
    sheets: tuple[tuple[str, str, PairState], ...]

    @property
    def done(self) -> int:
        """How many sheets are submitted."""
        return self.states.count(PairState.DONE)

    @property
    def all(self) -> int:
        """How many sheets are expected."""
        return sum(state in LIVE_PAIRS for state in self.states)

    @property
    def idle(self) -> int:
        """How many sheets are not even begun."""
        return sum(state in (PairState.OFFERED, PairState.ACTIVE) for state in self.states)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is. Jurors: those with the most left first; entries likewise."""

    jurors: tuple[ProgressRow, ...]
    entries: tuple[ProgressRow, ...]

    @property
    def done(self) -> int:
        """How many sheets are submitted."""
        return sum(row.done for row in self.entries)

    @property
    def all(self) -> int:
        """How many sheets are expected of the present assignment."""
        return sum(row.all for row in self.entries)


def progress_rows(session: Session, round_id: int, language: str = "ru") -> Progress:
    """Return how far each juror and each entry is, in four statements whatever the size."""
    found = board(session, round_id, language)
    names = {juror.public_id: juror for juror in found.jurors}
    by_juror: dict[str, list[tuple[str, str, PairState]]] = {}
    entries = []
    for entry in sorted(found.entries, key=lambda one: one.code):
        shown = [pair for pair in entry.pairs if pair.state in LIVE_PAIRS]
        for pair in shown:
            by_juror.setdefault(pair.juror, []).append((pair.public_id, entry.code, pair.state))
        sheets = tuple(
            (pair.public_id, names[pair.juror].name, pair.state)
            for pair in shown
            if pair.juror in names
        )
        states = tuple(pair.state for pair in shown)
        entries.append(ProgressRow(entry.public_id, entry.code, entry.title, states, sheets))
    jurors = [
        ProgressRow(key, names[key].name, names[key].panel, tuple(s for *_, s in own), tuple(own))
        for key, own in by_juror.items()
        if key in names
    ]
    return Progress(
        tuple(sorted(jurors, key=lambda row: (row.done - row.all, sort_key(row.name)))),
        tuple(sorted(entries, key=lambda row: (row.done - row.all, row.name))),
    )
