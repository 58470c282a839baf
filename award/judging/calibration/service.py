"""The calibration round: every juror scores the same few entries, before anything ranks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked, new_public_id
from award.errors import InputError, RuleError
from award.jury.proposals.planning import OPEN_STATES, last_positions
from award.jury.proposals.problem import load_problem
from award.jury.telling import mail_offers
from award.models.entries import Entry, EntryState
from award.models.jury import Assignment, RoundEntry
from award.models.seasons import Round

MOST = 5
"""More common entries than this would be work, not calibration."""
USABLE = (EntryState.SUBMITTED, EntryState.ELIGIBLE, EntryState.FINALIST)


def share_entries(
    session: Session,
    round_id: int,
    entry_ids: Collection[int],
    *,
    home_url: str,
    actor_id: int | None,
    now: datetime,
) -> list[Assignment]:
    """Give entries to every active juror of a round that does not rank; return the new pairs.

    Entries and pairs that are there stay, so asking again reaches jurors who came later. A pair
    with a conflict, or one that was recused or excluded, is left out. Each juror gets one mail.
    Raises RuleError round_ranks or round_not_assignable, InputError entries_missing, entries_many
    (above MOST together with those that are there) or entry_unusable.
    """
    round_ = locked(session, Round, round_id)
    if round_.ranks:
        raise RuleError("round_ranks")
    if round_.state not in OPEN_STATES:
        raise RuleError("round_not_assignable")
    _let_in(session, round_, set(entry_ids))
    made = _pairs(session, round_, now)
    audit.record(
        session,
        "round.calibration_shared",
        round_,
        actor_id=actor_id,
        now=now,
        after={"entries": len(set(entry_ids)), "assignments": len(made)},
        season_id=round_.season_id,
    )
    keys = {pair.juror_id: pair.public_id for pair in reversed(made)}
    new = (Assignment.id.in_([pair.id for pair in made]),)
    mail_offers(session, round_, new, keys, home_url, now)
    return made


def _let_in(session: Session, round_: Round, chosen: set[int]) -> None:
    if not chosen:
        raise InputError("entries_missing", field="entries")
    usable = set(
        session.scalars(
            select(Entry.id).where(
                Entry.season_id == round_.season_id,
                Entry.state.in_(USABLE),
                Entry.id.in_(chosen),
            )
        )
    )
    if usable != chosen:
        raise InputError("entry_unusable", field="entries")
    inside = set(
        session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_.id))
    )
    if len(inside | chosen) > MOST:
        raise InputError("entries_many", field="entries", maximum=MOST)
    session.add_all(
        RoundEntry(round_id=round_.id, entry_id=entry_id) for entry_id in sorted(chosen - inside)
    )
    session.flush()


def _pairs(session: Session, round_: Round, now: datetime) -> list[Assignment]:
    state = load_problem(session, round_.id)
    closed = {(one.entry, one.juror) for one in state.problem.conflicts}
    closed |= set(state.problem.forbidden) | set(state.present)
    last = last_positions(session, round_.id)
    made = []
    for juror in state.problem.jurors:
        for entry in state.problem.entries:
            if (entry.key, juror.key) in closed:
                continue
            juror_id = state.juror_ids[juror.key]
            last[juror_id] += 1
            made.append(
                Assignment(
                    public_id=new_public_id(),
                    round_id=round_.id,
                    entry_id=state.entry_ids[entry.key],
                    juror_id=juror_id,
                    position=last[juror_id],
                    manual=True,
                    created_at=now,
                )
            )
    session.add_all(made)
    session.flush()
    return made
