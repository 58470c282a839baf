"""Moving an entry to another category: by a new submitted version, so that the old one stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.entries.drafting.service import new_receipt
from award.entries.mails import mail_receipts
from award.entries.requirements.facts import digest_of
from award.entries.states import BEFORE_DECISION
from award.errors import InputError, RuleError
from award.models.entries import CATEGORY, Answer, Entry, EntryState, EntryVersion
from award.models.seasons import Category, Season


def move_entry(
    session: Session,
    entry_id: int,
    category_key: str,
    *,
    actor_id: int,
    now: datetime,
    base_url: str = "",
) -> EntryVersion:
    """Put a submitted entry into another category; its verdict stays, its team gets a new receipt.

    Raises RuleError("move_too_late") once the season is decided, RuleError("entry_is_withdrawn"),
    RuleError("bulk_draft") for a draft, which is the team's own, InputError("category_unknown").
    """
    entry = locked(session, Entry, entry_id)
    season = session.get_one(Season, entry.season_id)
    _check(entry, season)
    category = session.scalar(
        select(Category).where(Category.season_id == season.id, Category.key == category_key)
    )
    if category is None:
        raise InputError("category_unknown", field="category")
    before = entry.category.key if entry.category else ""
    version = _again(session, entry, category_key, actor_id=actor_id, now=now)
    entry.category_id = category.id
    audit.record(
        session,
        "entry.moved",
        entry,
        actor_id=actor_id,
        now=now,
        before={"category": before},
        after={"category": category_key, "receipt": version.receipt, "digest": version.digest},
        programme_id=season.programme_id,
        season_id=season.id,
    )
    session.flush()
    mail_receipts(session, entry, version, season, base_url=base_url, now=now)
    return version


def _check(entry: Entry, season: Season) -> None:
    if season.state not in BEFORE_DECISION:
        raise RuleError("move_too_late")
    if entry.state is EntryState.WITHDRAWN:
        raise RuleError("entry_is_withdrawn")
    if entry.current_version is None:
        raise RuleError("bulk_draft")


def _again(
    session: Session, entry: Entry, category_key: str, *, actor_id: int, now: datetime
) -> EntryVersion:
    """Submit the same once more but for its category; the draft beside it gets that, too."""
    sent = entry.current_version
    if sent is None:
        raise RuleError("bulk_draft")
    answers = {**sent.answers, CATEGORY: category_key}
    version = EntryVersion(
        entry_id=entry.id,
        number=sent.number + 1,
        receipt=new_receipt(entry.code, sent.number + 1),
        answers=answers,
        files=sent.files,
        team=sent.team,
        digest=digest_of(answers, sent.files, sent.team),
        form_version_id=sent.form_version_id,
        submitted_at=now,
        submitted_by_id=actor_id,
    )
    session.add(version)
    session.flush()
    entry.current_version_id, entry.current_version = version.id, version
    answer = session.scalar(
        select(Answer).where(Answer.entry_id == entry.id, Answer.key == CATEGORY)
    )
    if answer is None:
        answer = Answer(entry_id=entry.id, key=CATEGORY)
        session.add(answer)
    answer.value, answer.edited_at, answer.edited_by_id = category_key, now, actor_id
    return version
