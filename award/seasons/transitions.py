"""The lives of a season and a round: one table each, every step audited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import RuleError
from award.models.seasons import Round, RoundState, Season, SeasonState
from award.seasons.set_up.queries import missing_to_open

SEASON_STEPS: Mapping[SeasonState, frozenset[SeasonState]] = {
    SeasonState.DRAFT: frozenset({SeasonState.OPEN}),
    SeasonState.OPEN: frozenset({SeasonState.CLOSED}),
    SeasonState.CLOSED: frozenset({SeasonState.OPEN, SeasonState.JUDGING}),
    SeasonState.JUDGING: frozenset({SeasonState.DECIDED}),
    SeasonState.DECIDED: frozenset({SeasonState.JUDGING, SeasonState.ANNOUNCED}),
    SeasonState.ANNOUNCED: frozenset({SeasonState.ARCHIVED}),
    SeasonState.ARCHIVED: frozenset(),
}
ROUND_STEPS: Mapping[RoundState, frozenset[RoundState]] = {
    RoundState.SET_UP: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.OPEN, RoundState.TABULATED}),
    RoundState.TABULATED: frozenset({RoundState.OPEN, RoundState.TABULATED, RoundState.DECIDED}),
    RoundState.DECIDED: frozenset({RoundState.TABULATED, RoundState.ANNOUNCED}),
    RoundState.ANNOUNCED: frozenset(),
}


def set_season_state(
    session: Session, season_id: int, to: SeasonState, *, actor_id: int | None, now: datetime
) -> Season:
    """Move a season one step of SEASON_STEPS.

    Raises RuleError("season_step") for any other step and RuleError("season_incomplete") where
    the checklist still misses something before opening.
    """
    season = locked(session, Season, season_id)
    before = season.state
    if to not in SEASON_STEPS[before]:
        raise RuleError("season_step", before=before.value, to=to.value)
    if to is SeasonState.OPEN and before is SeasonState.DRAFT:
        missing = missing_to_open(session, season_id)
        if missing:
            raise RuleError("season_incomplete", count=len(missing))
    season.state = to
    session.flush()
    audit.record(
        session,
        f"season.{to.value}",
        season,
        actor_id=actor_id,
        now=now,
        before=before,
        after=to,
        programme_id=season.programme_id,
        season_id=season.id,
    )
    return season


def set_round_state(
    session: Session, round_id: int, to: RoundState, *, actor_id: int | None, now: datetime
) -> Round:
    """Move a round one step of ROUND_STEPS.

    Raises RuleError("round_step") for any other step, RuleError("round_without_rubric") where it
    would open without a criterion and RuleError("tie_without_criterion") where the tie cascade
    names one that the rubric lacks.
    """
    round_ = locked(session, Round, round_id)
    before = round_.state
    if to not in ROUND_STEPS[before]:
        raise RuleError("round_step", before=before.value, to=to.value)
    if to is RoundState.OPEN:
        _check_rubric(round_)
    round_.state = to
    session.flush()
    audit.record(
        session,
        f"round.{to.value}",
        round_,
        actor_id=actor_id,
        now=now,
        before=before,
        after=to,
        season_id=round_.season_id,
    )
    return round_


def _check_rubric(round_: Round) -> None:
    if not round_.criteria:
        raise RuleError("round_without_rubric")
    lost = _criterion_not_in_rubric(round_)
    if lost:
        raise RuleError("tie_without_criterion", criterion=lost)


def _criterion_not_in_rubric(round_: Round) -> str | None:
    """Return the first criterion that the tie cascade names and the rubric lacks, else None."""
    keys = {one.key for one in round_.criteria}
    named = (step.get("criterion") for step in round_.ties)
    return next((key for key in named if key and key not in keys), None)
