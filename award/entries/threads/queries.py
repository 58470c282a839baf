"""What is read of an entry's thread and of the reports about it, and the organisers' inbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from award.models.accounts import User
from award.models.entries import Entry
from award.models.jury import Juror
from award.models.threads import ThreadMessage, ThreadReading, Trouble, TroubleReport

WAITS = and_(ThreadMessage.from_staff.is_(False), ThreadMessage.settled_at.is_(None))


@dataclass(frozen=True, slots=True)
class Message:
    """One message to read. author: "" for an organiser where a team reads, or somebody erased."""

    author: str
    from_staff: bool
    text: str
    written_at: datetime
    is_new: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """An entry's messages, oldest first; newest is the public id of the last one, "" for none."""

    messages: tuple[Message, ...] = ()
    newest: str = ""
    newest_id: int = 0

    @property
    def unread(self) -> int:
        """How many messages of the other side the reader has not seen."""
        return sum(one.is_new for one in self.messages)

    @property
    def waiting(self) -> int:
        """How many messages of the team nobody has answered."""
        return sum(one.waits for one in self.messages)


def thread_of(session: Session, entry_id: int, reader_id: int, *, as_staff: bool) -> Thread:
    """Return an entry's thread as a team member or an organiser reads it; two statements."""
    read_up_to = _read_up_to(session, entry_id, reader_id)
    rows = session.execute(
        select(ThreadMessage, User.name)
        .outerjoin(User, User.id == ThreadMessage.author_id)
        .where(ThreadMessage.entry_id == entry_id)
        .order_by(ThreadMessage.id)
    ).all()
    messages = tuple(
        Message(
            author=(name or "") if as_staff or not row.from_staff else "",
            from_staff=row.from_staff,
            text=row.text,
            written_at=row.written_at,
            is_new=row.from_staff is not as_staff and row.id > read_up_to,
            waits=not row.from_staff and row.settled_at is None,
        )
        for row, name in rows
    )
    last = rows[-1][0] if rows else None
    return Thread(messages, last.public_id if last else "", last.id if last else 0)


def _read_up_to(session: Session, entry_id: int, reader_id: int) -> int:
    return (
        session.scalar(
            select(ThreadReading.last_message_id).where(
                ThreadReading.entry_id == entry_id, ThreadReading.user_id == reader_id
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class ThreadCount:
    """How long an entry's thread is and how much of it is new to a member of its team."""

    messages: int
    unread: int


def thread_count(session: Session, entry_id: int, reader_id: int) -> ThreadCount:
    """Return what the team's page says about the thread; one statement."""
    read = (
        select(ThreadReading.last_message_id)
        .where(ThreadReading.entry_id == entry_id, ThreadReading.user_id == reader_id)
        .scalar_subquery()
    )
    new = and_(ThreadMessage.from_staff, ThreadMessage.id > func.coalesce(read, 0))
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(case((new, 1), else_=0)), 0)).where(
            ThreadMessage.entry_id == entry_id
        )
    ).one()
    return ThreadCount(row[0], int(row[1]))


def unread_messages(reader_id: int | None) -> ScalarSelect[int]:
    """Return the column, beside Entry's, of how many messages a team member has not seen."""
    read = (
        select(ThreadReading.last_message_id)
        .where(ThreadReading.entry_id == Entry.id, ThreadReading.user_id == reader_id)
        .correlate(Entry)
        .scalar_subquery()
    )
    return (
        select(func.count())
        .where(
            ThreadMessage.entry_id == Entry.id,
            ThreadMessage.from_staff,
            ThreadMessage.id > func.coalesce(read, 0),
        )
        .correlate(Entry)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Report:
    """What a juror reported about an entry; settled_at is None while it waits."""

    public_id: str
    juror: str
    trouble: Trouble
    words: str
    reported_at: datetime
    settled_at: datetime | None
    settled_by: str
    settlement: str


def reports_of(session: Session, entry_id: int) -> tuple[Report, ...]:
    """Return what jurors reported about an entry, what waits first, then oldest first."""
    settler = aliased(User)
    rows = session.execute(
        select(
            TroubleReport.public_id, Juror.name, TroubleReport.trouble, TroubleReport.words,
            TroubleReport.reported_at, TroubleReport.settled_at, settler.name,
            TroubleReport.settlement,
        )
        .outerjoin(Juror, Juror.id == TroubleReport.juror_id)
        .outerjoin(settler, settler.id == TroubleReport.settled_by_id)
        .where(TroubleReport.entry_id == entry_id)
        .order_by(TroubleReport.settled_at.is_not(None), TroubleReport.id)
    )  # fmt: skip
    return tuple(
        Report(public_id, juror or "", trouble, words, at, settled_at, by or "", settlement)
        for public_id, juror, trouble, words, at, settled_at, by, settlement in rows
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many threads (of one entry: messages) and reports wait for an organiser."""

    threads: int
    reports: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.threads + self.reports


def waiting_of(session: Session, season_id: int, own_entries: Collection[int] = ()) -> Waiting:
    """Return what waits in a season; own_entries: those whose team the reader is on, left out."""
    there = of_season(season_id, own_entries)
    threads = (
        select(func.count(ThreadMessage.entry_id.distinct()))
        .join(Entry, Entry.id == ThreadMessage.entry_id)
        .where(there, WAITS)
    )
    reports = (
        select(func.count())
        .select_from(TroubleReport)
        .join(Entry, Entry.id == TroubleReport.entry_id)
        .where(there, TroubleReport.settled_at.is_(None))
    )
    row = session.execute(select(threads.scalar_subquery(), reports.scalar_subquery())).one()
    return Waiting(*row)


def waiting_about(session: Session, entry_id: int) -> Waiting:
    """Return how many messages and reports about one entry wait; one statement."""
    messages = select(func.count()).where(ThreadMessage.entry_id == entry_id, WAITS)
    reports = select(func.count()).where(
        TroubleReport.entry_id == entry_id, TroubleReport.settled_at.is_(None)
    )
    row = session.execute(select(messages.scalar_subquery(), reports.scalar_subquery())).one()
    return Waiting(*row)


def of_season(season_id: int, own_entries: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that an entry is the season's and none of the reader's own."""
    return and_(Entry.season_id == season_id, Entry.id.not_in(own_entries))
