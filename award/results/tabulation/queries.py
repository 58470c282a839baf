"""What the results page shows, built from stored rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import scoring
from award.models.entries import Entry
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment
from award.models.results import Decision, Outcome, Standing, Tabulation
from award.models.seasons import RankBy
from award.results.tabulation.latest import Latest

Kind = Literal["sure", "open", "out"]
View = Literal["plain", "calibrated"]
MOST_JURORS = 60


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One entry of the ranking. value, low, high and raw are on the tabulation's scale.

    place is that of the view that is looked at; other_place that of the other view. kind says
    where the entry stands to the cut; raw holds each juror's mean.
    """

    public_id: str
    code: str
    title: str
    place: int | None
    place_low: int | None
    place_high: int | None
    other_place: int | None
    value: float | None
    low: float | None
    high: float | None
    chance: float | None
    jurors: int
    kind: Kind
    raw: tuple[float, ...]
    provisional: bool
    tied: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """A juror's severity in points, positive for the stricter one; None where it cannot be had."""

    juror: str
    name: str
    sheets: int
    severity: float
    low: float | None
    high: float | None
    erratic: bool
    conspicuous: bool


@dataclass(frozen=True, slots=True)
class TieRow:
    """Entries that were equal, and the step that told them apart; "shared" where none did."""

    entries: tuple[str, ...]
    place: int
    step: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the ranking: how many entries it has, and those shown, numbered from 1."""

    kind: Kind
    total: int
    rows: list[tuple[int, StandingRow]]


@dataclass(frozen=True, slots=True)
class Standings:
    """A frozen tabulation as a page shows it, in the order of the view; rows may be empty.

    sure counts entries clearly through, open those that the scores cannot put above or below the
    cut, seats the places that are left for them. cut_value is where the cut lies on the scale.
    cut is the one looked at, rules_cut the frozen one; ranked counts the entries with a place.
    """

    number: int
    created_at: datetime
    reason: str
    engine: str
    digest: str
    view: View
    ranks_by: View
    cut: int | None
    rules_cut: int | None
    ranked: int
    cut_value: float | None
    scale: tuple[float, float]
    draws: int
    rows: tuple[StandingRow, ...]
    jurors: tuple[SeverityRow, ...]
    ties: tuple[TieRow, ...]
    notices: tuple[tuple[str, dict[str, Any]], ...]
    agreement: float | None

    def sections(self, first: int = 0, size: int | None = None) -> list[Section]:
        """The rows in stretches: through, not distinguishable, out; empty ones are not there.

        first, size: only so many rows of the whole order, after the first ones; a section says all
        the same how many entries it has.
        """
        last = len(self.rows) if size is None else first + size
        numbered = list(enumerate(self.rows, start=1))
        kinds: tuple[Kind, ...] = ("sure", "open", "out")
        shown = numbered[first:last]
        found = [
            Section(
                kind,
                sum(row.kind == kind for row in self.rows),
                [(number, row) for number, row in shown if row.kind == kind],
            )
            for kind in kinds
        ]
        return [section for section in found if section.rows]

    @property
    def shown_jurors(self) -> tuple[SeverityRow, ...]:
        """The jurors that a page has room for: all, or of very many the strictest and mildest."""
        if len(self.jurors) <= MOST_JURORS:
            return self.jurors
        half = MOST_JURORS // 2
        return self.jurors[:half] + self.jurors[-half:]

    @property
    def sure(self) -> int:
        """How many entries are clearly through."""
        return sum(row.kind == "sure" for row in self.rows)

    @property
    def open(self) -> int:
        """How many the scores cannot put above or below the cut."""
        return sum(row.kind == "open" for row in self.rows)

    @property
    def seats(self) -> int:
        """How many places are left for the open ones."""
        return max(0, (self.cut or 0) - self.sure)


def standings(
    session: Session, known: Latest | None, *, view: View | None = None, cut: int | None = None
) -> Standings | None:
    """Return the latest tabulation of a round, None before the first; one statement.

    known: what ``latest`` read. view: which score to show and order by; the round's own where it
    is None. cut: look at another number of places than the rules say, kept between 1 and the ranked
    entries; nothing changes.
    """
    if known is None:
        return None
    found = known.tabulation
    result = found.result
    ranks_by: View = "plain" if result["rules"]["rank_by"] == RankBy.PLAIN.value else "calibrated"
    shown = view or ranks_by
    rules_cut = result["rules"]["cut"]
    ranked = sum(row["place"] is not None for row in result["entries"])
    cut = rules_cut if cut is None else max(1, min(cut, ranked))
    rows = _rows(session, found, shown, ranks_by, cut)
    scale = _number(result["scale"]["minimum"]), _number(result["scale"]["maximum"])
    return Standings(
        number=found.number,
        created_at=found.created_at,
        reason=found.reason,
        engine=found.engine,
        digest=found.input_digest,
        view=shown,
        ranks_by=ranks_by,
        cut=cut,
        rules_cut=rules_cut,
        ranked=ranked,
        cut_value=_cut_value(rows, cut),
        scale=scale,
        draws=result["engine"]["draws"],
        rows=rows,
        jurors=_severities(known, result["jurors"]),
        ties=_ties(known, result["ties"]),
        notices=tuple((item["code"], item["params"]) for item in result["notices"]),
        agreement=result["reliability"]["g"],
    )


def _number(text: str) -> float:
    above, _, below = text.partition("/")
    return int(above) / int(below or 1)


def _rows(
    session: Session, found: Tabulation, view: View, ranks_by: View, cut: int | None
) -> tuple[StandingRow, ...]:
    stored = _stored(session, found)
    standings = [row[0] for row in stored]
    other: View = "plain" if view == "calibrated" else "calibrated"
    places = _places(standings, view, ranks_by)
    chances = _chances(stored, found, cut)
    kinds = _kinds(standings, chances, cut, float(found.result["rules"]["band"]))
    known = _Known(
        view,
        view == ranks_by,
        Counter(places),
        _sheet_values(found.result),
        _provisional(found.result),
    )
    rows = [
        _standing_row(*line, known)
        for line in zip(
            stored, places, _places(standings, other, ranks_by), kinds, chances, strict=True
        )
    ]
    if view != ranks_by:
        rows.sort(key=lambda row: (row.place is None, row.place or 0, row.code))
    return tuple(rows)


def _stored(session: Session, found: Tabulation) -> Sequence[Any]:
    """Return each standing with its entry and what the jury decided, in the order of the view that
    ranks.
    """
    return session.execute(
        select(Standing, Entry.public_id, Entry.code, Entry.title, Decision.outcome)
        .join(Entry, Entry.id == Standing.entry_id)
        .outerjoin(
            Decision,
            (Decision.entry_id == Entry.id)
            & (Decision.round_id == found.round_id)
            & Decision.superseded_at.is_(None)
            & (Decision.outcome != Outcome.SPECIAL),
        )
        .where(Standing.tabulation_id == found.id)
        .order_by(Standing.position)
    ).all()


def _sheet_values(result: Mapping[str, Any]) -> dict[str, list[float]]:
    """Return entry -> the values of its sheets that count."""
    sheets: dict[str, list[float]] = {}
    for sheet in result["sheets"]:
        if sheet["value"] is not None:
            sheets.setdefault(sheet["entry"], []).append(_number(sheet["value"]))
    return sheets


def _provisional(result: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(row["entry"] for row in result["entries"] if row["provisional"])


@dataclass(frozen=True, slots=True)
class _Known:
    """What every row of one view looks up. ranks: whether this view gives the places; sharing: how
    many entries have a place; sheets: entry -> values; provisional: entries that await a sheet.
    """

    view: View
    ranks: bool
    sharing: Counter[int | None]
    sheets: Mapping[str, list[float]]
    provisional: frozenset[str]


def _standing_row(
    stored: Any,
    place: int | None,
    other_place: int | None,
    kind: Kind,
    chance: float | None,
    known: _Known,
) -> StandingRow:
    standing, public_id, code, title, outcome = stored
    calibrated = known.view == "calibrated"
    return StandingRow(
        public_id=public_id,
        code=code,
        title=title,
        place=place,
        place_low=standing.place_low if known.ranks else None,
        place_high=standing.place_high if known.ranks else None,
        other_place=other_place,
        value=standing.score if calibrated else standing.mean,
        low=standing.low if calibrated else None,
        high=standing.high if calibrated else None,
        chance=chance,
        jurors=standing.jurors,
        kind=kind,
        raw=tuple(sorted(known.sheets.get(code, ()))),
        provisional=code in known.provisional,
        tied=place is not None and known.sharing[place] > 1,
        outcome=outcome.value if outcome else "",
    )


def _places(stored: Sequence[Standing], view: View, ranks_by: View) -> list[int | None]:
    """Return each entry's place in a view; stored are that of the ranking view and the mean's."""
    if view == ranks_by:
        return [row.place for row in stored]
    if view == "plain":
        return [row.mean_place for row in stored]
    scores = [row.score for row in stored]
    ordered = sorted((score for score in scores if score is not None), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(ordered, start=1)))}
    return [None if score is None else first[score] for score in scores]


def _chances(stored: Sequence[Any], found: Tabulation, cut: int | None) -> list[float | None]:
    """Return each entry's chance to be above the cut: as frozen, or worked out for another one."""
    if cut is None or cut == found.result["rules"]["cut"]:
        return [row[0].p_cut for row in stored]
    moved = scoring.chances_at(scoring.Tabulation.from_dict(found.result), cut)
    return [moved.get(row[2]) for row in stored]


def _kinds(
    stored: Sequence[Standing], chances: Sequence[float | None], cut: int | None, band: float
) -> list[Kind]:
    """Say of each entry whether it is above the cut, below it, or in the band that nobody can tell.

    The band is one stretch of the ranking: from the first entry that is not surely through to the
    last that is not surely out.
    """
    if cut is None:
        return ["sure" if row.place is not None else "out" for row in stored]
    known = [
        chance if chance is not None else float(row.place is not None and row.place <= cut)
        for row, chance in zip(stored, chances, strict=True)
    ]
    unsure = [at for at, chance in enumerate(known) if chance < 1 - band]
    possible = [at for at, chance in enumerate(known) if chance > band]
    first = unsure[0] if unsure else len(stored)
    last = possible[-1] if possible else -1
    return ["sure" if at < first else "open" if at <= last else "out" for at in range(len(stored))]


def _cut_value(rows: Sequence[StandingRow], cut: int | None) -> float | None:
    """Return the middle between the last value inside the cut and the first one outside."""
    values = sorted((row.value for row in rows if row.value is not None), reverse=True)
    if cut is None or cut >= len(values):
        return None
    return (values[cut - 1] + values[cut]) / 2


def _severities(known: Latest, found: Sequence[dict[str, Any]]) -> tuple[SeverityRow, ...]:
    return tuple(
        SeverityRow(
            juror=row["juror"],
            name=known.juror(row["juror"]),
            sheets=row["sheets"],
            severity=row["severity"],
            low=row["low"],
            high=row["high"],
            erratic=row["erratic"],
            conspicuous=row["erratic"]
            or (row["low"] is not None and (row["low"] > 0 or row["high"] < 0)),
        )
        for row in found
    )


def _ties(known: Latest, found: Sequence[dict[str, Any]]) -> tuple[TieRow, ...]:
    return tuple(
        TieRow(known.entries_of(row["entries"]), row["place"], row["step"]) for row in found
    )


@dataclass(frozen=True, slots=True)
class SheetCount:
    """How many score sheets of a round are in, of how many live assignments."""

    submitted: int
    assigned: int


def sheet_count(session: Session, round_id: int) -> SheetCount:
    """Count a round's submitted sheets and live assignments, in one statement."""
    assigned, submitted = session.execute(
        select(
            func.count(Assignment.id),
            func.count(ScoreSheet.id).filter(ScoreSheet.state == SheetState.SUBMITTED),
        )
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id, Assignment.state.in_(LIVE_ASSIGNMENTS))
    ).one()
    return SheetCount(submitted, assigned)
