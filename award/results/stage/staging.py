"""The stage of a live round: its running order, who is called up, and the clock."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import EditConflictError, InputError, NotFoundError, RuleError
from award.models.entries import Entry, EntryState
from award.models.jury import RoundEntry
from award.models.seasons import Round, RoundState
from award.models.stage import Phase, Stage, StageSlot

RUNNING = (Phase.PITCH, Phase.QUESTIONS)
LONGEST = 60
"""Minutes that a pitch or its questions may take."""


def set_stage(
    session: Session,
    round_id: int,
    *,
    pitch_minutes: int,
    question_minutes: int,
    actor_id: int | None,
    now: datetime,
) -> Stage:
    """Set the stage of a live round up, or change its minutes: for whoever is called up next.

    Entries stand in the order of their codes until somebody orders them. Raises RuleError
    round_not_live or stage_over (scoring is closed), InputError("minutes_out_of_range").
    """
    round_ = locked(session, Round, round_id)
    if not round_.live:
        raise RuleError("round_not_live")
    if round_.state not in (RoundState.SET_UP, RoundState.OPEN):
        raise RuleError("stage_over")
    for field, minutes in (("pitch", pitch_minutes), ("questions", question_minutes)):
        if not 0 < minutes <= LONGEST:
            raise InputError("minutes_out_of_range", field=field, most=LONGEST)
    stage = session.scalar(select(Stage).where(Stage.round_id == round_id).with_for_update())
    if stage is None:
        stage = Stage(round_id=round_id, pitch_seconds=0, question_seconds=0)
        session.add(stage)
    stage.pitch_seconds, stage.question_seconds = pitch_minutes * 60, question_minutes * 60
    session.flush()
    _slots(session, stage)
    after = {"pitch": pitch_minutes, "questions": question_minutes}
    _changed(session, stage, "stage.set", after, actor_id=actor_id, now=now)
    return stage


def draw_order(
    session: Session, round_id: int, seed: int, *, actor_id: int | None, now: datetime
) -> None:
    """Draw the order of those who have not pitched by lot; the seed is kept and shown.

    The lot is Python's ``random.Random(seed).shuffle`` of the entries in the order of their codes.
    """
    stage = _stage(session, round_id)
    waiting = [slot for slot in _slots(session, stage) if slot.pitched_at is None]
    codes = _codes(session, waiting)
    drawn = sorted(waiting, key=lambda slot: codes[slot.entry_id])
    random.Random(seed).shuffle(drawn)
    stage.seed = seed
    _order(session, stage, drawn, {"seed": seed}, actor_id=actor_id, now=now)


def move_slot(
    session: Session,
    round_id: int,
    entry_id: int,
    step: int,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let an entry pitch one turn earlier (step -1) or later (1); at the end nothing happens.

    Raises NotFoundError where it is not in the order or has pitched already.
    """
    stage = _stage(session, round_id)
    waiting = [slot for slot in _slots(session, stage) if slot.pitched_at is None]
    at = next((at for at, slot in enumerate(waiting) if slot.entry_id == entry_id), None)
    if at is None:
        raise NotFoundError
    if 0 <= at + step < len(waiting):
        waiting[at], waiting[at + step] = waiting[at + step], waiting[at]
        _order(session, stage, waiting, {"by": "hand"}, actor_id=actor_id, now=now)


def set_order(
    session: Session,
    round_id: int,
    entry_ids: Sequence[int],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Put those who have not pitched into this order.

    Raises EditConflictError("order_stale") where it does not name each of them once: somebody
    pitched, joined or left meanwhile.
    """
    stage = _stage(session, round_id)
    waiting = {slot.entry_id: slot for slot in _slots(session, stage) if slot.pitched_at is None}
    if sorted(entry_ids) != sorted(waiting):
        raise EditConflictError("order_stale")
    ordered = [waiting[entry_id] for entry_id in entry_ids]
    _order(session, stage, ordered, {"by": "hand"}, actor_id=actor_id, now=now)


def call_up(
    session: Session,
    round_id: int,
    entry_id: int,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Call an entry up; one that has pitched may come again, after a mishap.

    revision: what the caller saw. Raises EditConflictError("stage_moved") where it is another one
    by now, RuleError("stage_busy") while somebody pitches, NotFoundError for who is not in it.
    """
    stage = _seen(session, round_id, revision)
    if stage.phase in RUNNING:
        raise RuleError("stage_busy")
    _call(session, stage, entry_id, actor_id=actor_id, now=now)


def start_clock(
    session: Session,
    round_id: int,
    phase: Phase,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Start the clock of the pitch or of the questions, from its full length.

    Raises EditConflictError("stage_moved"), RuleError nobody_on_stage or judging_not_open (the
    jurors could not score it yet).
    """
    stage = _seen(session, round_id, revision)
    if stage.entry_id is None:
        raise RuleError("nobody_on_stage")
    if session.get_one(Round, round_id).state is not RoundState.OPEN:
        raise RuleError("judging_not_open")
    stage.phase, stage.began_at = phase, now
    stage.paused_at, stage.paused_seconds = None, 0
    after = _who(session, stage)
    _changed(session, stage, f"stage.{phase.value}_began", after, actor_id=actor_id, now=now)


def hold_clock(
    session: Session,
    round_id: int,
    *,
    hold: bool,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Stop the clock (hold), or let it go on.

    Raises RuleError("clock_not_running") where that is no change, EditConflictError("stage_moved").
    """
    stage = _seen(session, round_id, revision)
    if stage.phase not in RUNNING or hold is (stage.paused_at is not None):
        raise RuleError("clock_not_running")
    if stage.paused_at is not None:
        stage.paused_seconds += round((now - stage.paused_at).total_seconds())
    stage.paused_at = now if hold else None
    action = "stage.held" if hold else "stage.went_on"
    _changed(session, stage, action, _who(session, stage), actor_id=actor_id, now=now)


def finish_turn(
    session: Session, round_id: int, *, revision: int, actor_id: int | None, now: datetime
) -> None:
    """Thank who is on the stage, and call up the next of the order, if there is one.

    Raises EditConflictError("stage_moved"): of two who press at once, one moves on, not both.
    RuleError("nobody_on_stage").
    """
    stage = _seen(session, round_id, revision)
    if stage.entry_id is None:
        raise RuleError("nobody_on_stage")
    slots = _slots(session, stage)
    for slot in slots:
        if slot.entry_id == stage.entry_id:
            slot.pitched_at = now
    after = _who(session, stage)
    stage.entry_id, stage.phase, stage.began_at = None, Phase.EMPTY, None
    stage.paused_at, stage.paused_seconds = None, 0
    _changed(session, stage, "stage.turn_finished", after, actor_id=actor_id, now=now)
    following = next((slot for slot in slots if slot.pitched_at is None), None)
    if following is not None:
        _call(session, stage, following.entry_id, actor_id=actor_id, now=now)


def _call(
    session: Session, stage: Stage, entry_id: int, *, actor_id: int | None, now: datetime
) -> None:
    slot = next((one for one in _slots(session, stage) if one.entry_id == entry_id), None)
    if slot is None:
        raise NotFoundError
    slot.pitched_at = None
    stage.entry_id, stage.phase, stage.began_at = entry_id, Phase.CALLED, None
    stage.paused_at, stage.paused_seconds = None, 0
    after = _who(session, stage)
    _changed(session, stage, "stage.called_up", after, actor_id=actor_id, now=now)


def _stage(session: Session, round_id: int) -> Stage:
    found = session.scalar(select(Stage.id).where(Stage.round_id == round_id))
    if found is None:
        raise NotFoundError
    return locked(session, Stage, found)


def _seen(session: Session, round_id: int, revision: int) -> Stage:
    stage = _stage(session, round_id)
    if stage.revision != revision:
        raise EditConflictError("stage_moved")
    return stage


def _slots(session: Session, stage: Stage) -> list[StageSlot]:
    """Return the running order, with who joined the round at its end and without who left it."""
    competing = set(
        session.scalars(
            select(RoundEntry.entry_id)
            .join(Entry, Entry.id == RoundEntry.entry_id)
            .where(RoundEntry.round_id == stage.round_id, Entry.state != EntryState.WITHDRAWN)
        )
    )
    slots = list(
        session.scalars(
            select(StageSlot)
            .where(StageSlot.stage_id == stage.id)
            .order_by(StageSlot.position, StageSlot.id)
        )
    )
    kept = [slot for slot in slots if slot.entry_id in competing]
    known, last = (
        {slot.entry_id for slot in slots},
        max((slot.position for slot in slots), default=0),
    )
    codes = session.execute(
        select(Entry.id).where(Entry.id.in_(competing - known)).order_by(Entry.code)
    )
    for at, (entry_id,) in enumerate(codes, start=last + 1):
        kept.append(StageSlot(stage_id=stage.id, entry_id=entry_id, position=at))
    session.add_all(kept)
    session.flush()
    return kept


def _codes(session: Session, slots: Sequence[StageSlot]) -> dict[int, str]:
    ids = [slot.entry_id for slot in slots]
    return dict(session.execute(select(Entry.id, Entry.code).where(Entry.id.in_(ids))).all())


def _order(
    session: Session,
    stage: Stage,
    slots: Sequence[StageSlot],
    how: dict[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    places = sorted(slot.position for slot in slots)
    for slot, place in zip(slots, places, strict=True):
        slot.position = place
    codes = _codes(session, slots)
    after = how | {"order": [codes[slot.entry_id] for slot in slots]}
    _changed(session, stage, "stage.ordered", after, actor_id=actor_id, now=now)


def _who(session: Session, stage: Stage) -> dict[str, Any]:
    return {"entry": session.get_one(Entry, stage.entry_id).code}


def _changed(
    session: Session,
    stage: Stage,
    action: str,
    after: dict[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    stage.revision += 1
    session.flush()
    season = session.get_one(Round, stage.round_id).season
    audit.record(
        session,
        action,
        stage,
        actor_id=actor_id,
        now=now,
        after=after,
        programme_id=season.programme_id,
        season_id=season.id,
    )
