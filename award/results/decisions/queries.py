"""What there is to decide in a round, and what was decided so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.entries import Entry, EntryState
from award.models.results import Decision, Outcome, Standing, Tabulation
from award.models.seasons import Prize, Round
from award.results.rounds import is_final


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """An entry before the jury: what was computed, and what was decided so far ("" for open)."""

    entry_id: int
    public_id: str
    code: str
    title: str
    computed_place: int | None
    score: float | None
    chance: float | None
    outcome: str
    place: int | None
    prize: str
    prize_id: int | None
    departs: bool
    reason: str
    specials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrizeItem:
    """A prize to give; holder is the title of the entry that has it, "" for none.

    given_in names the other round that gave it, "" for this one: it is out of this round's hands.
    """

    id: int
    kind: str
    title: str
    partner: str
    place: int | None
    holder: str
    given_in: str = ""


@dataclass(frozen=True, slots=True)
class DecisionBoard:
    """All entries of a tabulated round, as they stand; empty before the tabulation."""

    final: bool
    rows: tuple[DecisionRow, ...]
    prizes: tuple[PrizeItem, ...]

    @property
    def missing(self) -> int:
        """How many entries still lack a decision."""
        return sum(not row.outcome for row in self.rows)

    @property
    def departures(self) -> int:
        """How many decisions differ from the computed order."""
        return sum(row.departs for row in self.rows)


def decision_board(session: Session, round_id: int, language: str) -> DecisionBoard:
    """Return what there is to decide, in the order of the standings; constant statements."""
    round_ = session.get_one(Round, round_id)
    decided = session.execute(
        select(Decision, Prize.title)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .where(Decision.round_id == round_id, Decision.superseded_at.is_(None))
        .order_by(Decision.id)
    ).all()
    main = {d.entry_id: (d, title) for d, title in decided if d.outcome is not Outcome.SPECIAL}
    specials: dict[int, list[str]] = {}
    for decision, title in decided:
        if decision.outcome is Outcome.SPECIAL:
            specials.setdefault(decision.entry_id, []).append(pick_text(title, language))
    rows = tuple(
        _decision_row(row, main.get(row[0]), tuple(specials.get(row[0], ())), language)
        for row in _standing_entries(session, round_id)
    )
    prizes = _prizes(session, round_, language)
    return DecisionBoard(is_final(session, round_), rows, prizes)


def _standing_entries(
    session: Session, round_id: int
) -> Sequence[Row[int, str, str, str, Standing]]:
    """Return the entries of the latest tabulation with their standings, but for those withdrawn."""
    newest = (
        select(func.max(Tabulation.number)).where(Tabulation.round_id == round_id).scalar_subquery()
    )
    return session.execute(
        select(Entry.id, Entry.public_id, Entry.code, Entry.title, Standing)
        .join(Standing, Standing.entry_id == Entry.id)
        .join(Tabulation, Tabulation.id == Standing.tabulation_id)
        .where(
            Tabulation.round_id == round_id,
            Tabulation.number == newest,
            Entry.state != EntryState.WITHDRAWN,
        )
        .order_by(Standing.position)
    ).all()


def _decision_row(
    row: Any, decided: tuple[Decision, Any] | None, specials: tuple[str, ...], language: str
) -> DecisionRow:
    entry_id, public_id, code, title, standing = row
    decision, prize = decided or (None, None)
    return DecisionRow(
        entry_id=entry_id,
        public_id=public_id,
        code=code,
        title=title,
        computed_place=standing.place,
        score=standing.score if standing.score is not None else standing.mean,
        chance=standing.p_cut,
        outcome=decision.outcome.value if decision else "",
        place=decision.place if decision else None,
        prize=pick_text(prize, language) if prize else "",
        prize_id=decision.prize_id if decision else None,
        departs=bool(decision and decision.departs),
        reason=decision.reason if decision else "",
        specials=specials,
    )


def _prizes(session: Session, round_: Round, language: str) -> tuple[PrizeItem, ...]:
    holders = _holders(session, round_)
    rows = session.scalars(
        select(Prize)
        .where(Prize.season_id == round_.season_id)
        .order_by(Prize.kind, Prize.place, Prize.position, Prize.id)
    )
    found = []
    for row in rows:
        title, other = holders.get(row.id, ("", None))
        found.append(
            PrizeItem(
                id=row.id,
                kind=row.kind.value,
                title=pick_text(row.title, language),
                partner=row.partner,
                place=row.place,
                holder=title,
                given_in=pick_text(other, language),
            )
        )
    return tuple(found)


def _holders(
    session: Session, round_: Round
) -> dict[int | None, tuple[str, dict[str, str] | None]]:
    """Return by prize who holds it, and the name of the round where that is another one.

    Main prizes belong to the round that ranks for them; a partner's prize to the season.
    """
    rows = session.execute(
        select(Decision.prize_id, Decision.round_id, Round.name, Entry.title)
        .join(Round, Round.id == Decision.round_id)
        .join(Entry, Entry.id == Decision.entry_id)
        .where(
            Round.season_id == round_.season_id,
            Decision.superseded_at.is_(None),
            Decision.prize_id.is_not(None),
            (Decision.round_id == round_.id) | (Decision.outcome == Outcome.SPECIAL),
            Entry.state != EntryState.WITHDRAWN,
        )
        .order_by(Decision.id)
    )
    return {
        prize_id: (title, None if decided_in == round_.id else name)
        for prize_id, decided_in, name, title in rows
    }
