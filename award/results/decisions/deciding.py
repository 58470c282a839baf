"""Decisions of the jury: recorded beside the computed place, never over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, NotFoundError, RuleError
from award.models.entries import Entry, EntryState
from award.models.results import Decision, Outcome, Standing, Tabulation
from award.models.seasons import Prize, PrizeKind, Round, RoundState
from award.results.rounds import is_final, is_public
from award.results.tabulation.tabulating import latest_number

BETWEEN = (Outcome.THROUGH, Outcome.OUT)
AT_THE_END = (Outcome.WINNER, Outcome.FINALIST)
OUTSIDE_RANKING = (PrizeKind.SPECIAL, PrizeKind.COMMUNITY)


@dataclass(frozen=True, slots=True)
class Computed:
    """What the standings say about an entry. outcome None: a tie stands across the cut, or nobody
    scored the entry, so the jury decides freely.
    """

    entry_id: int
    outcome: Outcome | None
    place: int | None


def computed_outcomes(session: Session, round_id: int) -> list[Computed]:
    """Return what the round's rules and its latest standings say, in the order of the standings.

    Empty before the first tabulation. Without a cut everybody goes on; in the final the cut, or
    else the number of main prizes, says how many win.
    """
    round_ = session.get_one(Round, round_id)
    final = is_final(session, round_)
    above, below = (Outcome.WINNER, Outcome.FINALIST) if final else (Outcome.THROUGH, Outcome.OUT)
    rows = session.execute(
        select(Standing.entry_id, Standing.place)
        .join(Tabulation, Tabulation.id == Standing.tabulation_id)
        .join(Entry, Entry.id == Standing.entry_id)
        .where(
            Tabulation.round_id == round_id,
            Tabulation.number == latest_number(session, round_id),
            Entry.state != EntryState.WITHDRAWN,
        )
        .order_by(Standing.position)
    ).all()
    cut = _cut(session, round_, final, len(rows))
    sharing = Counter(place for _entry_id, place in rows)
    found = []
    for entry_id, place in rows:
        outcome = None if place is None else above if place <= cut else below
        if place is not None and place <= cut < place + sharing[place] - 1:
            outcome = None
        found.append(Computed(entry_id, outcome, place if outcome is Outcome.WINNER else None))
    return found


def _cut(session: Session, round_: Round, final: bool, entries: int) -> int:
    if round_.cut is not None:
        return round_.cut
    return len(main_prizes(session, round_.season_id)) if final else entries


def main_prizes(session: Session, season_id: int) -> Sequence[Prize]:
    """Return the prizes of the ranking, the first place first."""
    return session.scalars(
        select(Prize)
        .where(Prize.season_id == season_id, Prize.kind == PrizeKind.MAIN)
        .order_by(Prize.place, Prize.position, Prize.id)
    ).all()


def decide(
    session: Session,
    round_id: int,
    entry_id: int,
    *,
    outcome: Outcome,
    place: int | None = None,
    prize_id: int | None = None,
    reason: str = "",
    actor_id: int | None,
    now: datetime,
) -> Decision:
    """Record what the jury decided for an entry; an earlier decision is superseded, not lost.

    ``departs`` marks what differs from the computed outcome or a winner's computed place, and then
    a reason is needed (InputError reason_missing). Raises RuleError round_not_tabulated, InputError
    outcome_unknown (not one of this round's), place_missing (a winner without a place) or
    prize_unknown, NotFoundError where the entry does not compete.
    """
    round_ = undecided_round(session, round_id)
    computed = {item.entry_id: item for item in computed_outcomes(session, round_id)}.get(entry_id)
    if computed is None:
        raise NotFoundError
    if outcome not in (AT_THE_END if is_final(session, round_) else BETWEEN):
        raise InputError("outcome_unknown", field="outcome")
    if outcome is Outcome.WINNER and place is None:
        raise InputError("place_missing", field="place")
    if outcome is not Outcome.WINNER:
        place = prize_id = None
    _check_prize(session, round_, prize_id, [PrizeKind.MAIN])
    made = Decision(
        round_id=round_id,
        entry_id=entry_id,
        outcome=outcome,
        place=place,
        prize_id=prize_id,
        departs=departs(computed, outcome, place),
        reason=reason.strip(),
    )
    if made.departs and not made.reason:
        raise InputError("reason_missing", field="reason")
    _supersede(session, standing_decisions(session, round_id, entry_id=entry_id), now)
    return _record(session, round_, made, actor_id=actor_id, now=now)


def departs(computed: Computed, outcome: Outcome, place: int | None) -> bool:
    """Say whether a decision differs from what was computed; where nothing was, it cannot."""
    if computed.outcome is None:
        return False
    return (outcome, place) != (computed.outcome, computed.place)


def award_special(
    session: Session,
    round_id: int,
    entry_id: int,
    prize_id: int,
    *,
    reason: str = "",
    actor_id: int | None,
    now: datetime,
) -> Decision:
    """Give a partner's prize or the community award to an entry, outside the ranking; whoever had
    it in this round, has it no longer.

    Raises what ``decide`` raises, and InputError("prize_given_before") where another round's
    decisions gave it: those may be public already, and are changed only where they were made.
    """
    round_ = undecided_round(session, round_id)
    _check_prize(session, round_, prize_id, OUTSIDE_RANKING)
    _check_not_given_before(session, round_, prize_id)
    if entry_id not in {item.entry_id for item in computed_outcomes(session, round_id)}:
        raise NotFoundError
    held = select(Decision).where(
        Decision.round_id == round_id,
        Decision.prize_id == prize_id,
        Decision.outcome == Outcome.SPECIAL,
        Decision.superseded_at.is_(None),
    )
    _supersede(session, session.scalars(held).all(), now)
    made = Decision(
        round_id=round_id,
        entry_id=entry_id,
        outcome=Outcome.SPECIAL,
        prize_id=prize_id,
        reason=reason.strip(),
    )
    return _record(session, round_, made, actor_id=actor_id, now=now)


def take_the_cut(
    session: Session, round_id: int, *, actor_id: int | None, now: datetime
) -> list[Decision]:
    """Decide as computed for every entry that has no decision yet; returns the new ones.

    Entries tied across the cut, and those nobody scored, stay open for the jury. A main prize goes
    with its place where one entry alone holds it.
    """
    round_ = undecided_round(session, round_id)
    computed = computed_outcomes(session, round_id)
    decided = {item.entry_id for item in standing_decisions(session, round_id)}
    prizes = {prize.place: prize.id for prize in main_prizes(session, round_.season_id)}
    sharing = Counter(item.place for item in computed)
    made = [
        Decision(
            round_id=round_id,
            entry_id=item.entry_id,
            outcome=item.outcome,
            place=item.place,
            prize_id=prizes.get(item.place) if sharing[item.place] == 1 else None,
            decided_at=now,
            decided_by_id=actor_id,
        )
        for item in computed
        if item.outcome is not None and item.entry_id not in decided
    ]
    session.add_all(made)
    session.flush()
    if made:
        _audit_cut(session, round_, made, actor_id=actor_id, now=now)
    return made


def _audit_cut(
    session: Session,
    round_: Round,
    made: Sequence[Decision],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write one row for all: with thousands of entries a row each would hold the store's lock."""
    ids = [decision.entry_id for decision in made]
    codes = dict(session.execute(select(Entry.id, Entry.code).where(Entry.id.in_(ids))).all())
    audit.record(
        session,
        "round.cut_taken",
        round_,
        actor_id=actor_id,
        now=now,
        after={codes[item.entry_id]: [item.outcome.value, item.place] for item in made},
        programme_id=round_.season.programme_id,
    )


def set_announcement(
    session: Session, round_id: int, announces_at: datetime, *, actor_id: int | None, now: datetime
) -> Round:
    """Set the minute at which the round's outcome becomes public, by itself.

    Raises RuleError("round_public") where it is already, InputError("announcement_past") where the
    minute has gone by, InputError("appeals_before_results") where appeals would end before it.
    """
    round_ = locked(session, Round, round_id)
    if is_public(round_, now):
        raise RuleError("round_public")
    if announces_at <= now:
        raise InputError("announcement_past", field="announces_at")
    if round_.appeals_until is not None and round_.appeals_until <= announces_at:
        raise InputError("appeals_before_results", field="announces_at")
    before, round_.announces_at = round_.announces_at, announces_at
    session.flush()
    audit.record(
        session,
        "round.announcement_set",
        round_,
        actor_id=actor_id,
        now=now,
        before=before,
        after=announces_at,
        programme_id=round_.season.programme_id,
    )
    return round_


def undecided_round(session: Session, round_id: int) -> Round:
    """Lock a round that is tabulated and not decided; else RuleError("round_not_tabulated")."""
    round_ = locked(session, Round, round_id)
    if round_.state is not RoundState.TABULATED:
        raise RuleError("round_not_tabulated")
    return round_


def standing_decisions(
    session: Session, round_id: int, *, entry_id: int | None = None
) -> Sequence[Decision]:
    """Return the decisions that hold, partners' prizes apart: of one entry, or of all."""
    query = select(Decision).where(
        Decision.round_id == round_id,
        Decision.outcome != Outcome.SPECIAL,
        Decision.superseded_at.is_(None),
    )
    if entry_id is not None:
        query = query.where(Decision.entry_id == entry_id)
    return session.scalars(query).all()


def _supersede(session: Session, decisions: Sequence[Decision], now: datetime) -> None:
    for decision in decisions:
        decision.superseded_at = now
    session.flush()


def _check_prize(
    session: Session, round_: Round, prize_id: int | None, kinds: Sequence[PrizeKind]
) -> None:
    prize = session.get(Prize, prize_id) if prize_id is not None else None
    known = prize is not None and prize.season_id == round_.season_id and prize.kind in kinds
    if prize_id is not None and not known:
        raise InputError("prize_unknown", field="prize")


def _check_not_given_before(session: Session, round_: Round, prize_id: int) -> None:
    given = session.scalar(
        select(Entry.title)
        .join(Decision, Decision.entry_id == Entry.id)
        .where(
            Decision.prize_id == prize_id,
            Decision.outcome == Outcome.SPECIAL,
            Decision.round_id != round_.id,
            Decision.superseded_at.is_(None),
            Entry.state != EntryState.WITHDRAWN,
        )
    )
    if given is not None:
        raise InputError("prize_given_before", field="prize", title=given)


def _record(
    session: Session, round_: Round, made: Decision, *, actor_id: int | None, now: datetime
) -> Decision:
    made.decided_at, made.decided_by_id = now, actor_id
    session.add(made)
    session.flush()
    entry = session.get_one(Entry, made.entry_id)
    audit.record(
        session,
        "entry.decided",
        entry,
        actor_id=actor_id,
        now=now,
        after={
            "round": round_.public_id,
            "outcome": made.outcome,
            "place": made.place,
            "prize_id": made.prize_id,
            "departs": made.departs,
            "reason": made.reason,
        },
        programme_id=round_.season.programme_id,
    )
    return made
