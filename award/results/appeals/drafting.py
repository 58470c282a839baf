"""What a lead types of an appeal, kept until she files it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import locked
from award.errors import EditConflictError, InputError
from award.models.appeals import AppealDraft
from award.models.entries import Entry
from award.models.seasons import Round
from award.results.appeals.appealing import LONGEST, check_may_file

LONGEST_CHOICE = 30


def draft_of(session: Session, round_id: int, entry_id: int, user_id: int) -> AppealDraft | None:
    """Return what a person has typed of an appeal, None before the first word."""
    return session.scalar(
        select(AppealDraft).where(
            AppealDraft.round_id == round_id,
            AppealDraft.entry_id == entry_id,
            AppealDraft.user_id == user_id,
        )
    )


def save_draft(
    session: Session,
    round_id: int,
    entry_id: int,
    *,
    ground: str,
    text: str,
    version: int,
    actor_id: int,
    now: datetime,
) -> int:
    """Keep what was typed and return its new version; it need not be ready to be filed.

    version: the one that the page showed, 0 before the first word; what stands there already
    changes nothing. Raises EditConflictError with ``current`` = {"version", "values"} where another
    device saved meanwhile, InputError("appeal_too_long"), and as ``file_appeal`` where it may not
    be filed (any more).
    """
    entry = locked(session, Entry, entry_id)
    check_may_file(session, session.get_one(Round, round_id), entry, actor_id, now)
    if len(text) > LONGEST or len(ground) > LONGEST_CHOICE:
        raise InputError("appeal_too_long", field="text", most=LONGEST)
    found = draft_of(session, round_id, entry_id, actor_id)
    stored = {"ground": found.ground, "text": found.text} if found else {"ground": "", "text": ""}
    if found is not None and stored == {"ground": ground, "text": text}:
        return found.version
    if (found.version if found else 0) != version:
        known = found.version if found else 0
        raise EditConflictError(current={"version": known, "values": stored})
    kept = found or AppealDraft(round_id=round_id, entry_id=entry_id, user_id=actor_id)
    kept.ground, kept.text, kept.saved_at = ground, text, now
    session.add(kept)
    session.flush()
    return kept.version
