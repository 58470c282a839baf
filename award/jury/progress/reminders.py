"""Reminding jurors of sheets that are still outstanding."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit, mail
from award.db import locked, pick_text
from award.errors import RuleError
from award.models.jury import Assignment, AssignmentState, Juror, JurorState
from award.models.seasons import Round, RoundState

OUTSTANDING = (AssignmentState.OFFERED, AssignmentState.ACTIVE)


def remind_jurors(
    session: Session,
    round_id: int,
    *,
    only: str = "",
    home_url: str,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Mail every juror with outstanding sheets, at most once a day; returns to how many.

    only: the public id of the one juror to remind, "" for all. home_url: the address of a juror's
    list, /LANG/ standing for her language. Raises RuleError("round_not_open").
    """
    round_ = locked(session, Round, round_id)
    if round_.state is not RoundState.OPEN:
        raise RuleError("round_not_open")
    counts = (
        select(Assignment.juror_id, func.count().label("left"))
        .where(Assignment.round_id == round_id, Assignment.state.in_(OUTSTANDING))
        .group_by(Assignment.juror_id)
        .subquery()
    )
    rows = session.execute(
        select(Juror, counts.c.left)
        .join(counts, counts.c.juror_id == Juror.id)
        .where(Juror.state == JurorState.ACTIVE, *([Juror.public_id == only] if only else []))
        .order_by(Juror.id)
    ).all()
    for juror, left in rows:
        _remind(session, juror, round_, left, home_url, now)
    audit.record(
        session,
        "round.jurors_reminded",
        round_,
        actor_id=actor_id,
        now=now,
        after={"jurors": len(rows)},
        programme_id=round_.season.programme_id,
    )
    return len(rows)


def reminder_key(round_: Round, juror_id: str, now: datetime) -> str:
    """Return the key of a juror's reminder: one a day."""
    return f"juror-reminder:{round_.public_id}:{now.date()}:{juror_id}"


def _remind(
    session: Session, juror: Juror, round_: Round, left: int, home_url: str, now: datetime
) -> None:
    season = round_.season
    language = juror.user.language if juror.user is not None else season.programme.languages[0]
    mail.queue(
        session,
        "juror_reminder",
        to=juror.email,
        name=juror.name,
        user_id=juror.user_id,
        season_id=season.id,
        key=reminder_key(round_, juror.public_id, now),
        now=now,
        language=language,
        context={
            "season": pick_text(season.name, language),
            "round": pick_text(round_.name, language),
            "count": left,
            "closes_at": round_.closes_at,
            "zone": season.programme.time_zone,
            "url": home_url.replace("/LANG/", f"/{language}/"),
        },
    )
