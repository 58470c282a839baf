"""Closing and reopening a round's decisions: what follows from them, and what stays hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, RuleError
from award.jury.service import admit_entries
from award.models.entries import Entry
from award.models.jury import RoundEntry, RoundEntryState
from award.models.results import Decision, Outcome
from award.models.seasons import Round, RoundState, Season, SeasonState
from award.results.decisions.deciding import (
    Computed,
    computed_outcomes,
    departs,
    standing_decisions,
    undecided_round,
)
from award.results.rounds import is_public, lead_season_to, next_round
from award.results.signers import end_protocols
from award.results.tabulation.tabulating import check_reopenable
from award.seasons.transitions import set_round_state, set_season_state

GOES_ON = frozenset({Outcome.THROUGH, Outcome.FINALIST, Outcome.WINNER})


def close_decisions(
    session: Session, round_id: int, *, actor_id: int | None, now: datetime
) -> Round:
    """Close the jury's decisions: the round becomes DECIDED, its entries IN or OUT of what follows.

    Those that go on are admitted to the next round; after the final the season is DECIDED. Teams
    learn nothing before the announcement. Raises RuleError decisions_missing (``count``),
    decision_unexplained (``codes``: they depart from a newer tabulation without a reason),
    announcement_missing or announcement_past.
    """
    round_ = undecided_round(session, round_id)
    if round_.announces_at is None:
        raise RuleError("announcement_missing")
    if round_.announces_at <= now:
        raise RuleError("announcement_past")
    computed = computed_outcomes(session, round_id)
    decided = {item.entry_id: item for item in standing_decisions(session, round_id)}
    missing = [item for item in computed if item.entry_id not in decided]
    if missing:
        raise RuleError("decisions_missing", count=len(missing))
    _check_explained(session, computed, decided)
    goes_on = {entry_id for entry_id, item in decided.items() if item.outcome in GOES_ON}
    for row in session.scalars(select(RoundEntry).where(RoundEntry.round_id == round_id)):
        row.state = RoundEntryState.IN if row.entry_id in goes_on else RoundEntryState.OUT
    set_round_state(session, round_id, RoundState.DECIDED, actor_id=actor_id, now=now)
    _prepare_what_follows(session, round_, goes_on, actor_id=actor_id, now=now)
    return round_


def reopen_decisions(
    session: Session, round_id: int, *, reason: str, actor_id: int | None, now: datetime
) -> Round:
    """Go back to deciding before the announcement, for a stated reason.

    The protocol ends, and who had signed it is told by mail.
    Raises InputError("reason_missing"), RuleError round_not_decided, round_public or
    next_round_started.
    """
    round_ = locked(session, Round, round_id)
    if round_.state is not RoundState.DECIDED:
        raise RuleError("round_public" if is_public(round_, now) else "round_not_decided")
    check_reopenable(session, round_, now=now)
    if not reason.strip():
        raise InputError("reason_missing", field="reason")
    end_protocols(session, round_, reason.strip(), now=now)
    set_round_state(session, round_id, RoundState.TABULATED, actor_id=actor_id, now=now)
    if session.get_one(Season, round_.season_id).state is SeasonState.DECIDED:
        set_season_state(session, round_.season_id, SeasonState.JUDGING, actor_id=actor_id, now=now)
    audit.record(
        session,
        "round.decisions_reopened",
        round_,
        actor_id=actor_id,
        now=now,
        after={"reason": reason.strip()},
        programme_id=round_.season.programme_id,
    )
    return round_


def _check_explained(
    session: Session, computed: Sequence[Computed], decided: Mapping[int, Decision]
) -> None:
    """A newer tabulation may have moved the computed outcome away from an earlier decision."""
    unexplained = []
    for item in computed:
        decision = decided[item.entry_id]
        decision.departs = departs(item, decision.outcome, decision.place)
        if decision.departs and not decision.reason:
            unexplained.append(item.entry_id)
    if unexplained:
        codes = session.scalars(
            select(Entry.code).where(Entry.id.in_(unexplained)).order_by(Entry.code)
        )
        raise RuleError("decision_unexplained", codes=", ".join(codes))


def _prepare_what_follows(
    session: Session, round_: Round, goes_on: set[int], *, actor_id: int | None, now: datetime
) -> None:
    following = next_round(session, round_)
    if following is None:
        lead_season_to(session, round_.season_id, SeasonState.DECIDED, actor_id=actor_id, now=now)
        return
    for row in session.scalars(select(RoundEntry).where(RoundEntry.round_id == following.id)):
        if row.entry_id not in goes_on:
            session.delete(row)
    session.flush()
    if following.state in {RoundState.SET_UP, RoundState.OPEN}:
        admit_entries(session, following.id, actor_id=actor_id, now=now)
