"""Reminding many jurors, or giving them a panel or another limit, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.jury.people.invitations import JurorOffer, edit_juror
from award.jury.progress.reminders import OUTSTANDING, remind_jurors, reminder_key
from award.models.jury import Assignment, Juror, JurorState, Panel
from award.models.operations import Mail
from award.models.seasons import Round, RoundState
from award.seasons.lists.bulk import Line, Plan

ACTIONS = ("remind", "panel", "maximum")


@dataclass(frozen=True, slots=True)
class Change:
    """An action of ACTIONS with what it needs: a round's public id, a panel's key, a number."""

    action: str
    round_id: str = ""
    panel: str = ""
    maximum: int = 0


def plan_jurors(
    session: Session, season_id: int, chosen: Sequence[str], change: Change, *, now: datetime
) -> Plan:
    """Return what an action would do to the chosen jurors, in their order; four statements.

    chosen: public ids; those of other seasons are not there.
    """
    round_ = session.scalar(
        select(Round).where(Round.season_id == season_id, Round.public_id == change.round_id)
    )
    rows = session.execute(
        select(Juror, Panel.key)
        .outerjoin(Panel, Panel.id == Juror.panel_id)
        .where(Juror.season_id == season_id)
    )
    known = {juror.public_id: (juror, key or "") for juror, key in rows}
    left = _outstanding(session, round_) if change.action == "remind" else {}
    told = _reminded(session, round_, now) if change.action == "remind" else set()
    return Plan(
        tuple(
            _line(*known[one], change, round_, left, told)
            for one in dict.fromkeys(chosen)
            if one in known
        )
    )


def _outstanding(session: Session, round_: Round | None) -> dict[int, int]:
    rows = session.execute(
        select(Assignment.juror_id, func.count())
        .where(
            Assignment.round_id == (round_.id if round_ else 0), Assignment.state.in_(OUTSTANDING)
        )
        .group_by(Assignment.juror_id)
    )
    return dict(rows.all())


def _reminded(session: Session, round_: Round | None, now: datetime) -> set[str]:
    if round_ is None:
        return set()
    beginning = reminder_key(round_, "", now)
    keys = session.scalars(select(Mail.key).where(Mail.key.startswith(beginning)))
    return {key.removeprefix(beginning) for key in keys}


def _line(
    juror: Juror,
    panel: str,
    change: Change,
    round_: Round | None,
    left: dict[int, int],
    told: set[str],
) -> Line:
    before: Any
    after: Any
    if change.action == "panel":
        before, after = panel, change.panel
        refused = "bulk_already" if before == after else ""
    elif change.action == "maximum":
        before, after = juror.maximum, change.maximum
        refused = "bulk_already" if before == after else ""
        refused = "bulk_below_minimum" if after < juror.minimum else refused
    else:
        before = after = left.get(juror.id, 0)
        refused = _not_reminded(juror, round_, before, told)
    if juror.state in {JurorState.REMOVED, JurorState.DECLINED}:
        refused = "bulk_juror_gone"
    return Line(juror.id, juror.public_id, juror.name, juror.email, before, after, refused)


def _not_reminded(juror: Juror, round_: Round | None, left: int, told: set[str]) -> str:
    if round_ is None or round_.state is not RoundState.OPEN:
        return "round_not_open"
    if juror.state is not JurorState.ACTIVE:
        return "bulk_not_joined"
    if not left:
        return "bulk_nothing_left"
    return "bulk_reminded_today" if juror.public_id in told else ""


def change_jurors(
    session: Session,
    season_id: int,
    chosen: Sequence[str],
    change: Change,
    *,
    seen: str,
    home_url: str,
    actor_id: int,
    now: datetime,
) -> int:
    """Do what was shown, all of it or nothing, and return to how many jurors.

    seen, EditConflictError: as change_entries. home_url: as remind_jurors.
    """
    plan = plan_jurors(session, season_id, chosen, change, now=now)
    plan.check(seen)
    round_id = session.scalar(select(Round.id).where(Round.public_id == change.round_id))
    for line in plan.changing:
        if change.action == "remind":
            remind_jurors(
                session,
                round_id or 0,
                only=line.public_id,
                home_url=home_url,
                actor_id=actor_id,
                now=now,
            )
        else:
            offer = _offer(session.get_one(Juror, line.id), change)
            edit_juror(session, line.id, offer, actor_id=actor_id, now=now)
    return len(plan.changing)


def _offer(juror: Juror, change: Change) -> JurorOffer:
    same = ("name", "email", "organisation", "region", "minimum", "maximum", "is_chair", "standby")
    values = {name: getattr(juror, name) for name in same}
    values |= {"topics": tuple(juror.topics), "languages": tuple(juror.languages)}
    values["panel"] = juror.panel.key if juror.panel else ""
    changed = {"panel": change.panel} if change.action == "panel" else {"maximum": change.maximum}
    return JurorOffer(**values | changed)
