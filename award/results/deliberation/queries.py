"""The jury meeting as one person may see it: nobody gets an entry that she stepped back from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.reading.juror_view import JurorEntry, entry_for_juror
from award.models.deliberation import Deliberation, Minute, MinuteKind
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Conflict, Juror, JurorState
from award.models.results import Decision
from award.models.seasons import Criterion, Round
from award.results.decisions.deciding import computed_outcomes, standing_decisions
from award.results.deliberation.deliberating import ENDED, barred_jurors, decision_mark
from award.results.deliberation.minutes_queries import (
    MinuteLine,
    Signature,
    minute_lines,
    minutes_signatures,
)
from award.results.rounds import is_final
from award.results.tabulation.latest import Latest, of_round
from award.results.tabulation.working import number

MOST_OTHERS = 200


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """An entry that the scores do not decide. worth: how much talking can change, 0 to 1: how open
    its side of the cut is, times how far its jurors lie apart. outcome: decided so far, "" if open.
    """

    public_id: str
    title: str
    place: int | None
    place_low: int | None
    place_high: int | None
    score: float | None
    low: float | None
    high: float | None
    chance: float | None
    raw: tuple[float, ...]
    worth: float
    outcome: str
    decided_place: int | None
    shown: bool

    @property
    def mark(self) -> str:
        """What tells the decision that stands from another one."""
        return decision_mark(self.outcome, self.decided_place)


@dataclass(frozen=True, slots=True)
class _Agenda:
    """What one reader may see: items to be decided, others as (public id, title), and how many
    items are withheld from her.
    """

    items: tuple[AgendaItem, ...]
    others: tuple[tuple[str, str], ...]
    withheld: int


@dataclass(frozen=True, slots=True)
class CriterionSpread:
    """What the others gave on one criterion, ascending, without names; own: the reader's points."""

    title: str
    minimum: float
    maximum: float
    points: tuple[float, ...]
    own: float | None


@dataclass(frozen=True, slots=True)
class OnScreen:
    """The entry that is talked about; absent names the jurors who stepped back from it."""

    item: AgendaItem
    entry: JurorEntry
    criteria: tuple[CriterionSpread, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The meeting for one reader. screen is None while nothing is shown, and where she stepped back
    from what is: then hidden is True. withheld counts agenda entries that are not shown to her.
    others: (public id, title) of the round's further entries, the best first, at most MOST_OTHERS.
    """

    revision: int
    open: bool
    closed_at: datetime | None
    final: bool
    cut: int | None
    scale: tuple[float, float]
    agenda: tuple[AgendaItem, ...]
    others: tuple[tuple[str, str], ...]
    withheld: int
    screen: OnScreen | None
    hidden: bool
    minutes: tuple[MinuteLine, ...]
    signatures: tuple[Signature, ...]
    signed: bool

    @property
    def noted_present(self) -> bool:
        """Whether the minutes say who was in the room."""
        return any(line.present for line in self.minutes)

    @property
    def left(self) -> int:
        """How many entries of the agenda are without a decision."""
        return sum(not item.outcome for item in self.agenda)


def board(
    session: Session,
    round_: Round,
    known: Latest | None,
    language: str,
    *,
    user_id: int | None,
    juror_id: int | None,
) -> Board | None:
    """Return the meeting as this person may see it; None before it was opened or tabulated.

    juror_id: the reader's, None for staff. Entries that she is barred from are not there, neither
    in the agenda nor on the screen nor in the minutes. A constant number of statements.
    """
    meeting = session.scalar(select(Deliberation).where(Deliberation.round_id == round_.id))
    if meeting is None or known is None:
        return None
    barred = barred_entries(session, round_.season_id, user_id, juror_id)
    lines = session.scalars(
        select(Minute).where(Minute.deliberation_id == meeting.id).order_by(Minute.id)
    ).all()
    agenda = _agenda(session, known, meeting, lines, barred)
    shown = next((item for item in agenda.items if item.shown), None)
    signatures = minutes_signatures(session, round_.season_id, meeting, lines)
    result = known.tabulation.result
    return Board(
        revision=meeting.revision,
        open=meeting.closed_at is None,
        closed_at=meeting.closed_at,
        final=is_final(session, round_),
        cut=result["rules"]["cut"],
        scale=_scale(result),
        agenda=agenda.items,
        others=agenda.others,
        withheld=agenda.withheld,
        screen=_screen(session, round_, shown, language, juror_id) if shown else None,
        hidden=meeting.shown_entry_id is not None and meeting.shown_entry_id in barred,
        minutes=minute_lines(session, [row for row in lines if row.entry_id not in barred]),
        signatures=tuple(signature for _juror, signature in signatures),
        signed=any(juror == juror_id and signature.at for juror, signature in signatures),
    )


def barred_entries(
    session: Session, season_id: int, user_id: int | None, juror_id: int | None
) -> set[int]:
    """Return the entries that a person may not talk about: her own team's, and as a juror those of
    a standing conflict, a recusal or an exclusion. One statement.
    """
    conflicts = select(Conflict.entry_id).where(
        Conflict.juror_id == juror_id, Conflict.lifted_at.is_(None)
    )
    ended = select(Assignment.entry_id).where(
        Assignment.juror_id == juror_id, Assignment.state.in_(ENDED)
    )
    team = select(TeamMembership.entry_id).where(
        TeamMembership.user_id == user_id, TeamMembership.left_at.is_(None)
    )
    return set(
        session.scalars(
            select(Entry.id).where(
                Entry.season_id == season_id,
                or_(Entry.id.in_(conflicts), Entry.id.in_(ended), Entry.id.in_(team)),
            )
        )
    )


def revision_of(session: Session, round_id: int) -> int:
    """Return the meeting's revision, 0 where there is none."""
    query = select(Deliberation.revision).where(Deliberation.round_id == round_id)
    return session.scalar(query) or 0


def _agenda(
    session: Session,
    known: Latest,
    meeting: Deliberation,
    lines: Sequence[Minute],
    barred: set[int],
) -> _Agenda:
    """Divide the entries of the latest tabulation into what the meeting decides and the rest."""
    ids = _entry_ids(session, known)
    rows = [row for row in known.tabulation.result["entries"] if row["entry"] in ids]
    taken_up = {line.entry_id for line in lines if line.kind is MinuteKind.DECIDED}
    wanted = _undecided(session, known, rows, ids) | taken_up | {meeting.shown_entry_id}
    decided = {row.entry_id: row for row in standing_decisions(session, meeting.round_id)}
    sheets = _fair_sheets(known.tabulation.result)
    items: list[AgendaItem] = []
    others: list[tuple[str, str]] = []
    withheld = 0
    for row in rows:
        code, entry_id = row["entry"], ids[row["entry"]]
        if entry_id in barred:
            withheld += entry_id in wanted
        elif entry_id in wanted:
            item = _agenda_item(known, row, sheets.get(code, []), decided.get(entry_id))
            items.append(replace(item, shown=entry_id == meeting.shown_entry_id))
        elif len(others) < MOST_OTHERS:
            others.append((known.entries[code][1], known.entry(code)))
    items.sort(key=lambda item: (bool(item.outcome), -item.worth, item.place or 0, item.title))
    return _Agenda(tuple(items), tuple(others), withheld)


def _undecided(
    session: Session, known: Latest, rows: Sequence[Mapping[str, Any]], ids: Mapping[str, int]
) -> set[int | None]:
    """Return the entries in the band at the cut, and those that the scores leave open."""
    tabulation = known.tabulation
    band = float(tabulation.result["rules"]["band"])
    at_the_cut: set[int | None] = {
        ids[row["entry"]]
        for row in rows
        if row["p_cut"] is not None and band < row["p_cut"] < 1 - band
    }
    computed = computed_outcomes(session, tabulation.round_id)
    return at_the_cut | {row.entry_id for row in computed if row.outcome is None}


def _agenda_item(
    known: Latest, row: Mapping[str, Any], sheets: list[float], decision: Decision | None
) -> AgendaItem:
    return AgendaItem(
        public_id=known.entries[row["entry"]][1],
        title=known.entry(row["entry"]),
        place=row["place"],
        place_low=row["place_low"],
        place_high=row["place_high"],
        score=row["score"] if row["score"] is not None else number(row["mean"]),
        low=row["low"],
        high=row["high"],
        chance=row["p_cut"],
        raw=tuple(sorted(sheets)),
        worth=_worth(row["p_cut"], sheets, known.tabulation.result),
        outcome=decision.outcome.value if decision else "",
        decided_place=decision.place if decision else None,
        shown=False,
    )


def _entry_ids(session: Session, known: Latest) -> dict[str, int]:
    rows = session.execute(
        select(Entry.code, Entry.id).where(
            of_round(known.tabulation.round_id, known.entries),
            Entry.state != EntryState.WITHDRAWN,
        )
    )
    return {row.code: row.id for row in rows}


def _fair_sheets(result: Mapping[str, Any]) -> dict[str, list[float]]:
    severity = {row["juror"]: row["severity"] for row in result["jurors"]}
    found: dict[str, list[float]] = defaultdict(list)
    for sheet in result["sheets"]:
        value = number(sheet["value"])
        if value is not None:
            found[sheet["entry"]].append(value + severity[sheet["juror"]])
    return found


def _scale(result: Mapping[str, Any]) -> tuple[float, float]:
    scale = result["scale"]
    return number(scale["minimum"]) or 0.0, number(scale["maximum"]) or 0.0


def _worth(chance: float | None, sheets: list[float], result: Mapping[str, Any]) -> float:
    """4 p (1 - p), 1 where all is open, times a half to one for how far the sheets lie apart."""
    low, high = _scale(result)
    span = high - low or 1.0
    apart = min(1.0, (max(sheets) - min(sheets)) / span) if sheets else 1.0
    openness = 1.0 if chance is None else 4 * chance * (1 - chance)
    return openness * (0.5 + 0.5 * apart)


def _screen(
    session: Session, round_: Round, item: AgendaItem, language: str, juror_id: int | None
) -> OnScreen:
    entry = session.execute(select(Entry.id).where(Entry.public_id == item.public_id)).scalar_one()
    return OnScreen(
        item=item,
        entry=entry_for_juror(session, entry, blind=round_.blind, language=language),
        criteria=_spreads(session, round_.id, entry, language, juror_id),
        absent=_absent(session, round_.season_id, entry),
    )


def _spreads(
    session: Session, round_id: int, entry_id: int, language: str, juror_id: int | None
) -> tuple[CriterionSpread, ...]:
    """Return what was given on each criterion; two statements."""
    given = _given(session, round_id, entry_id)
    criteria = session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return tuple(
        CriterionSpread(
            title=pick_text(row.title, language),
            minimum=float(row.minimum),
            maximum=float(row.maximum),
            points=tuple(sorted(n for juror, n in given[row.id].items() if juror != juror_id)),
            own=given[row.id].get(juror_id),
        )
        for row in criteria
    )


def _given(
    session: Session, round_id: int, entry_id: int
) -> defaultdict[int, dict[int | None, float]]:
    """Return criterion -> juror -> points of the sheets that count."""
    found: defaultdict[int, dict[int | None, float]] = defaultdict(dict)
    for criterion_id, juror, points in session.execute(
        select(Score.criterion_id, Assignment.juror_id, Score.points)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.entry_id == entry_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
            Score.points.is_not(None),
        )
    ):
        found[criterion_id][juror] = float(points or 0)
    return found


def _absent(session: Session, season_id: int, entry_id: int) -> tuple[str, ...]:
    """Return the names of the active jurors who may not talk about an entry."""
    return tuple(
        session.scalars(
            select(Juror.name)
            .where(
                Juror.season_id == season_id,
                Juror.state == JurorState.ACTIVE,
                Juror.id.in_(barred_jurors(entry_id)),
            )
            .order_by(Juror.name)
        )
    )
