"""A round for the scores of a jury that judged elsewhere: closed from its first minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit
from award.db import LANGUAGES, locked
from award.errors import RuleError
from award.judging.importing.cells import ScorePlan
from award.models.seasons import Criterion, Round, RoundState, Season, SeasonState
from award.texts import say

DECIDED = (SeasonState.DECIDED, SeasonState.ANNOUNCED, SeasonState.ARCHIVED)


def create_round(
    session: Session,
    season_id: int,
    plan: ScorePlan,
    *,
    ties: tuple[dict[str, Any], ...] = (),
    cut: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> Round:
    """Add a closed round with the plan's rubric at the end of a season.

    ties: the declared cascade as the model keeps it. Raises RuleError("import.season_over") once
    the season is decided.
    """
    season = locked(session, Season, season_id)
    if season.state in DECIDED:
        raise RuleError("import.season_over")
    last = session.scalar(select(func.max(Round.position)).where(Round.season_id == season_id))
    each = Counter(sheet.entry for sheet in plan.sheets)
    round_ = Round(
        season_id=season_id,
        position=(last or 0) + 1,
        name={one: say("import.round_name", one) for one in LANGUAGES},
        state=RoundState.CLOSED,
        closes_at=now,
        jurors_per_entry=max(1, round(Decimal(len(plan.sheets)) / max(1, len(each)))),
        ties=list(ties),
        cut=cut,
    )
    round_.criteria = _criteria(plan, season.programme.languages)
    session.add(round_)
    session.flush()
    _record(session, round_, season, actor_id, now)
    return round_


def _criteria(plan: ScorePlan, languages: Sequence[str]) -> list[Criterion]:
    return [
        Criterion(
            key=line.key,
            title=dict.fromkeys(languages, line.titles[0]),
            help={},
            weight=line.weight,
            minimum=line.minimum,
            maximum=line.maximum,
            step=line.step,
            required=line.required,
            position=position,
        )
        for position, line in enumerate(plan.lines)
    ]


def _record(
    session: Session, round_: Round, season: Season, actor_id: int | None, now: datetime
) -> None:
    rubric = {
        one.key: [one.weight, one.minimum, one.maximum, one.step, one.required]
        for one in round_.criteria
    }
    audit.record(
        session,
        "round.imported",
        round_,
        actor_id=actor_id,
        now=now,
        after={"rubric": rubric, "ties": round_.ties, "cut": round_.cut},
        programme_id=season.programme_id,
        season_id=season.id,
    )
