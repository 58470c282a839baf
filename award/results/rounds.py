"""When a round's outcome may be known, and by which steps round and season get there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from award.models.seasons import Round, RoundState, Season, SeasonState
from award.seasons.transitions import set_season_state

SEASON_ORDER = tuple(SeasonState)


def outcome_is_public(now: datetime) -> ColumnElement[bool]:
    """Return the condition on Round that ends the embargo: the minute, not the worker's work."""
    return and_(
        Round.ranks,
        or_(
            Round.state == RoundState.ANNOUNCED,
            and_(Round.state == RoundState.DECIDED, Round.announces_at <= now),
        ),
    )


def is_public(round_: Round, now: datetime) -> bool:
    """Say the same of one loaded round."""
    if not round_.ranks:
        return False
    due = round_.announces_at is not None and round_.announces_at <= now
    return round_.state is RoundState.ANNOUNCED or (round_.state is RoundState.DECIDED and due)


def ranking_rounds(session: Session, season_id: int) -> Sequence[Round]:
    """Return the season's rounds that rank, in their order; calibration rounds are not there."""
    return session.scalars(
        select(Round).where(Round.season_id == season_id, Round.ranks).order_by(Round.position)
    ).all()


def is_final(session: Session, round_: Round) -> bool:
    """Say whether no ranking round comes after this one."""
    rounds = ranking_rounds(session, round_.season_id)
    return bool(rounds) and rounds[-1].id == round_.id


def next_round(session: Session, round_: Round) -> Round | None:
    """Return the ranking round that the entries of this one go on to; None after the final."""
    later = [
        other
        for other in ranking_rounds(session, round_.season_id)
        if other.position > round_.position
    ]
    return later[0] if later else None


def lead_season_to(
    session: Session, season_id: int, to: SeasonState, *, actor_id: int | None, now: datetime
) -> None:
    """Move a season forward to ``to`` step by step; where it is there or further, nothing changes.

    A draft stays a draft: no round of it can have been judged.
    """
    state = session.get_one(Season, season_id, populate_existing=True).state
    if state is SeasonState.DRAFT:
        return
    for step in SEASON_ORDER[SEASON_ORDER.index(state) + 1 : SEASON_ORDER.index(to) + 1]:
        set_season_state(session, season_id, step, actor_id=actor_id, now=now)
