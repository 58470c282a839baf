"""What a juror's invitation says: until when to answer, when judging is, how much work it is."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any

from babel.units import format_unit
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.accounts import User
from award.models.jury import Juror
from award.models.seasons import Round, RoundState

MINUTES_A_SHEET = 6.0
"""What an entry takes a juror of whose own pace nothing is known."""
COMING = (RoundState.SET_UP, RoundState.OPEN)


def language_for(session: Session, juror: Juror, first: str) -> str:
    """Return the language to write an invitation in: that of her account, where she has one.

    Else the programme's first, unless she judges in others only; then the first of these that the
    programme speaks, too.
    """
    own = session.scalar(
        select(User.language).where(User.email_key == juror.email_key, User.erased_at.is_(None))
    )
    if own:
        return own
    if not juror.languages or first in juror.languages:
        return first
    spoken = juror.season.programme.languages
    return next((one for one in juror.languages if one in spoken), first)


def invitation_values(
    session: Session, juror: Juror, url: str, language: str, *, until: datetime, now: datetime
) -> dict[str, Any]:
    """Return what the mail prints; until: when its link ends.

    She is to answer by then, or, where that is sooner, before the judging begins; where it is on,
    before it ends. Where no round stands or none has dates, the mail names none.
    """
    season = juror.season
    round_ = _coming(session, season.id)
    opens, closes = (round_.opens_at, round_.closes_at) if round_ else (None, None)
    coming = [moment for moment in (opens, closes) if moment is not None and moment > now]
    return {
        "programme": pick_text(season.programme.name, language),
        "season": pick_text(season.name, language),
        "maximum": juror.maximum,
        "effort": effort(juror.maximum, language),
        "judging_opens": opens,
        "judging_closes": closes,
        "answer_by": min([until, *coming]),
        "zone": season.programme.time_zone,
        "url": url,
    }


def _coming(session: Session, season_id: int) -> Round | None:
    """Return the first ranking round whose judging is still to come or on."""
    return session.scalar(
        select(Round)
        .where(Round.season_id == season_id, Round.ranks, Round.state.in_(COMING))
        .order_by(Round.position)
        .limit(1)
    )


def effort(entries: int, language: str) -> str:
    """Return about how long so many entries take, in words; whole hours from one hour on."""
    minutes = entries * MINUTES_A_SHEET
    if minutes < 60:
        return format_unit(ceil(minutes), "duration-minute", "long", locale=language)
    return format_unit(ceil(minutes / 60), "duration-hour", "long", locale=language)
