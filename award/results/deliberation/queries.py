"""The jury meeting as one person may see it: nobody gets an entry that she stepped back from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.juror_view import JurorEntry, entry_for_juror
from award.models.deliberation import Deliberation, Minute
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Conflict, Juror, JurorState
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
    """

    revision: int
    open: bool
    closed_at: datetime | None
    final: bool
    cut: int | None
    scale: tuple[float, float]
    agenda: tuple[AgendaItem, ...]
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
    agenda, withheld = _agenda(session, round_, known, meeting, barred)
    shown = next((item for item in agenda if item.shown), None)
    lines = session.scalars(
        select(Minute).where(Minute.deliberation_id == meeting.id).order_by(Minute.id)
    ).all()
    signatures = minutes_signatures(session, round_.season_id, meeting, lines)
    result = known.tabulation.result
    return Board(
        revision=meeting.revision,
        open=meeting.closed_at is None,
        closed_at=meeting.closed_at,
        final=is_final(session, round_),
        cut=result["rules"]["cut"],
        scale=(
            number(result["scale"]["minimum"]) or 0.0,
            number(result["scale"]["maximum"]) or 0.0,
        ),
        agenda=agenda,
        withheld=withheld,
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
    session: Session, round_: Round, known: Latest, meeting: Deliberation, barred: set[int]
) -> tuple[tuple[AgendaItem, ...], int]:
    result = known.tabulation.result
    ids = _entry_ids(session, known)
    free = {row.entry_id for row in computed_outcomes(session, round_.id) if row.outcome is None}
    decided = {row.entry_id: row for row in standing_decisions(session, round_.id)}
    band = float(result["rules"]["band"])
    raw = _fair_sheets(result)
    items, withheld = [], 0
    for row in result["entries"]:
        entry_id = ids.get(row["entry"])
        chance = row["p_cut"]
        undecided = chance is not None and band < chance < 1 - band
        wanted = undecided or entry_id in free or entry_id == meeting.shown_entry_id
        if entry_id is None or not wanted:
            continue
        if entry_id in barred:
            withheld += 1
            continue
        decision = decided.get(entry_id)
        items.append(
            AgendaItem(
                public_id=known.entries[row["entry"]][1],
                title=known.entry(row["entry"]),
                place=row["place"],
                place_low=row["place_low"],
                place_high=row["place_high"],
                score=row["score"] if row["score"] is not None else number(row["mean"]),
                low=row["low"],
                high=row["high"],
                chance=chance,
                raw=tuple(sorted(raw.get(row["entry"], ()))),
                worth=_worth(chance, raw.get(row["entry"], []), result),
                outcome=decision.outcome.value if decision else "",
                decided_place=decision.place if decision else None,
                shown=entry_id == meeting.shown_entry_id,
            )
        )
    items.sort(key=lambda item: (bool(item.outcome), -item.worth, item.place or 0, item.title))
    return tuple(items), withheld


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
    given: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for criterion_id, juror, points in session.execute(
        select(Score.criterion_id, Assignment.juror_id, Score.points)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .where(
            Assignment.round_id == round_.id,
            Assignment.entry_id == entry,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
            Score.points.is_not(None),
        )
    ):
        given[criterion_id].append((juror, float(points or 0)))
    criteria = session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_.id)
        .order_by(Criterion.position, Criterion.id)
    )
    absent = session.scalars(
        select(Juror.name)
        .where(
            Juror.season_id == round_.season_id,
            Juror.state == JurorState.ACTIVE,
            Juror.id.in_(barred_jurors(entry)),
        )
        .order_by(Juror.name)
    )
    return OnScreen(
        item=item,
        entry=entry_for_juror(session, entry, blind=round_.blind, language=language),
        criteria=tuple(
            CriterionSpread(
                title=pick_text(row.title, language),
                minimum=float(row.minimum),
                maximum=float(row.maximum),
                points=tuple(
                    sorted(points for juror, points in given[row.id] if juror != juror_id)
                ),
                own=next((n for juror, n in given[row.id] if juror == juror_id), None),
            )
            for row in criteria
        ),
        absent=tuple(absent),
    )
