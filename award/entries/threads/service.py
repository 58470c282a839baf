"""What a team and the organisers write to each other about an entry, and what is settled of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from award import audit
from award.accounts.queries import organisers_of
from award.db import locked, new_public_id, pick_text
from award.entries.mails import mail_member, team_users
from award.errors import InputError, NotFoundError, RuleError
from award.models.accounts import User
from award.models.entries import Entry
from award.models.seasons import Season
from award.models.threads import ThreadMessage, ThreadReading, TroubleReport

LONGEST = 4000
MOST_WAITING = 20
PAUSE = timedelta(hours=1)
"""Who has not read the message before this one is not told again within this time."""


def write_message(
    session: Session,
    entry_id: int,
    text: str,
    *,
    from_staff: bool,
    actor_id: int,
    now: datetime,
    base_url: str,
    key: str = "",
    seen: str = "",
) -> ThreadMessage:
    """Add a message to an entry's thread and mail the other side a link, never the words.

    key: a random word of the form; sent twice it is one message. seen: public id of the newest
    message that the writer had read; an organiser's answer settles the team's messages up to it.
    Raises InputError("message_empty" | "message_too_long") and, where the team has MOST_WAITING
    messages without an answer, RuleError("too_many_messages").
    """
    entry = locked(session, Entry, entry_id)
    full_key = f"{entry.public_id}:{actor_id}:{key or new_public_id()}"
    found = session.scalar(select(ThreadMessage).where(ThreadMessage.key == full_key))
    if found is not None:
        return found
    words = _checked(session, entry_id, text, from_staff=from_staff)
    before = _newest(session, entry_id, from_staff=from_staff)
    message = ThreadMessage(
        key=full_key,
        entry_id=entry_id,
        author_id=actor_id,
        from_staff=from_staff,
        text=words,
        written_at=now,
    )
    session.add(message)
    session.flush()
    if from_staff:
        _settle(session, entry_id, seen, actor_id=actor_id, now=now)
    season = session.get_one(Season, entry.season_id)
    _record(session, "thread.written", entry, season, actor_id, now)
    _tell(session, entry, season, message, before, base_url)
    return message


def _checked(session: Session, entry_id: int, text: str, *, from_staff: bool) -> str:
    words = text.strip()
    if not words:
        raise InputError("message_empty", field="text")
    if len(words) > LONGEST:
        raise InputError("message_too_long", field="text", most=LONGEST)
    if not from_staff and _waiting(session, entry_id) >= MOST_WAITING:
        raise RuleError("too_many_messages", most=MOST_WAITING)
    return words


def _waiting(session: Session, entry_id: int) -> int:
    statement = select(func.count()).where(
        ThreadMessage.entry_id == entry_id,
        ThreadMessage.from_staff.is_(False),
        ThreadMessage.settled_at.is_(None),
    )
    return session.scalar(statement) or 0


def _newest(session: Session, entry_id: int, *, from_staff: bool) -> ThreadMessage | None:
    return session.scalar(
        select(ThreadMessage)
        .where(ThreadMessage.entry_id == entry_id, ThreadMessage.from_staff.is_(from_staff))
        .order_by(ThreadMessage.id.desc())
        .limit(1)
    )


def _tell(
    session: Session,
    entry: Entry,
    season: Season,
    message: ThreadMessage,
    before: ThreadMessage | None,
    base_url: str,
) -> None:
    people: Iterable[User] = (
        team_users(session, entry.id)
        if message.from_staff
        else organisers_of(session, season.programme_id, about_entry=entry.id)
    )
    told = _told_lately(session, entry.id, before, message.written_at)
    template = "thread_answered" if message.from_staff else "thread_asked"
    for person in people:
        if told is not None and person.id not in told:
            continue
        context = {
            "season": pick_text(season.name, person.language),
            "title": entry.title,
            "code": entry.code,
            "url": f"{base_url}/{person.language}/entries/{entry.public_id}/thread",
        }
        now = message.written_at
        mail_member(session, template, person, entry, message.public_id, context, now=now)


def _told_lately(
    session: Session, entry_id: int, before: ThreadMessage | None, now: datetime
) -> set[int] | None:
    """Return who has read the message before, None where everybody is to be told."""
    if before is None or before.written_at <= now - PAUSE:
        return None
    return set(
        session.scalars(
            select(ThreadReading.user_id).where(
                ThreadReading.entry_id == entry_id, ThreadReading.last_message_id >= before.id
            )
        )
    )


def settle_thread(
    session: Session, entry_id: int, seen: str, *, actor_id: int, now: datetime
) -> int:
    """Say that the team's messages up to ``seen`` need no answer; returns how many that settles.

    What came after the organiser read the thread goes on waiting. Nothing left is no error.
    """
    entry = locked(session, Entry, entry_id)
    settled = _settle(session, entry_id, seen, actor_id=actor_id, now=now)
    if settled:
        season = session.get_one(Season, entry.season_id)
        _record(session, "thread.settled", entry, season, actor_id, now, after={"count": settled})
    return settled


def _settle(session: Session, entry_id: int, seen: str, *, actor_id: int, now: datetime) -> int:
    last = session.scalar(
        select(ThreadMessage.id).where(
            ThreadMessage.entry_id == entry_id, ThreadMessage.public_id == seen
        )
    )
    changed = session.execute(
        update(ThreadMessage)
        .where(
            ThreadMessage.entry_id == entry_id,
            ThreadMessage.from_staff.is_(False),
            ThreadMessage.settled_at.is_(None),
            ThreadMessage.id <= (last or 0),
        )
        .values(settled_at=now, settled_by_id=actor_id)
        .returning(ThreadMessage.id)
    )
    return len(changed.all())


def settle_report(
    session: Session,
    entry_id: int,
    report_id: str,
    settlement: str,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Say what was done about a juror's report; said again, it changes what was said.

    Raises NotFoundError where the entry has no such report, InputError("settlement_missing")
    without words.
    """
    report = session.scalar(
        select(TroubleReport)
        .where(TroubleReport.entry_id == entry_id, TroubleReport.public_id == report_id)
        .with_for_update()
    )
    if report is None:
        raise NotFoundError
    words = settlement.strip()
    if not words:
        raise InputError("settlement_missing", field="reason")
    before = {"settled": report.settled_at is not None}
    report.settled_at, report.settled_by_id, report.settlement = now, actor_id, words
    entry = session.get_one(Entry, entry_id)
    season = session.get_one(Season, entry.season_id)
    audit.record(
        session,
        "report.settled",
        report,
        actor_id=actor_id,
        now=now,
        before=before,
        after={"settled": True, "entry": entry.public_id},
        programme_id=season.programme_id,
        season_id=season.id,
    )


def mark_read(session: Session, entry_id: int, user_id: int, message_id: int) -> None:
    """Note how far somebody has read a thread; it never goes back."""
    reading = session.scalar(
        select(ThreadReading).where(
            ThreadReading.entry_id == entry_id, ThreadReading.user_id == user_id
        )
    )
    if reading is None:
        reading = ThreadReading(entry_id=entry_id, user_id=user_id, last_message_id=message_id)
        session.add(reading)
    reading.last_message_id = max(reading.last_message_id, message_id)


def _record(
    session: Session,
    action: str,
    entry: Entry,
    season: Season,
    actor_id: int,
    now: datetime,
    after: dict[str, int] | None = None,
) -> None:
    audit.record(
        session,
        action,
        entry,
        actor_id=actor_id,
        now=now,
        after=after,
        programme_id=season.programme_id,
    )
