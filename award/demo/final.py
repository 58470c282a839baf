"""The demo's live final: two teams have pitched, the third is called up, three wait."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.demo.form import text
from award.demo.jury import score
from award.demo.library import DemoJuror
from award.jury.service import accept_offers
from award.models.entries import Entry
from award.models.jury import Juror
from award.models.seasons import Round
from award.models.stage import Phase, Stage
from award.results.stage.staging import call_up, draw_order, finish_turn, set_stage, start_clock

NAME = text("Финал на сцене", "Final on stage", "Finale auf der Bühne")
LOT = 417


def play_final(
    session: Session,
    round_: Round,
    people: Mapping[int, DemoJuror],
    entries: Sequence[Entry],
    organiser_id: int,
    *,
    now: datetime,
) -> None:
    """Accept for the jurors, draw the order, let two teams pitch and be scored, call up the third."""
    for juror_id in people:
        user_id = session.get_one(Juror, juror_id).user_id
        accept_offers(session, juror_id, actor_id=user_id, now=now - timedelta(days=1))
    begins = now - timedelta(minutes=24)
    values: dict[str, Any] = {"actor_id": organiser_id, "now": begins}
    set_stage(session, round_.id, pitch_minutes=4, question_minutes=6, **values)
    draw_order(session, round_.id, LOT, **values)
    session.flush()
    order = _order(entries)
    call_up(session, round_.id, order[0].id, revision=_revision(session, round_), **values)
    for turn in range(2):
        for step, phase in enumerate((Phase.PITCH, Phase.QUESTIONS)):
            at = begins + timedelta(minutes=11 * turn + 5 * step)
            start_clock(
                session,
                round_.id,
                phase,
                revision=_revision(session, round_),
                actor_id=organiser_id,
                now=at,
            )
        end = begins + timedelta(minutes=11 * (turn + 1))
        revision = _revision(session, round_)
        finish_turn(session, round_.id, revision=revision, actor_id=organiser_id, now=end)
    quality = {entry.id: 7.5 - number * 0.6 for number, entry in enumerate(order)}
    score(session, round_, people, quality, now=now, seed=LOT, only=[one.id for one in order[:2]])


def _order(entries: Sequence[Entry]) -> list[Entry]:
    """Draw the lot as the stage does."""
    drawn = sorted(entries, key=lambda entry: entry.code)
    random.Random(LOT).shuffle(drawn)
    return drawn


def _revision(session: Session, round_: Round) -> int:
    return session.scalars(select(Stage.revision).where(Stage.round_id == round_.id)).one()
