"""The organisers' inbox: what teams wrote and what jurors reported, as its address narrows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from award.entries.threads.queries import WAITS, of_season
from award.folding import fold, folded
from award.i18n import sort_key
from award.models.accounts import User
from award.models.entries import Entry
from award.models.jury import Juror
from award.models.threads import ThreadMessage, Trouble, TroubleReport

PAGE = 50
KINDS = ("thread", "report")


@dataclass(frozen=True, slots=True)
class InboxFilters:
    """What the inbox shows. settled: what is done with instead of what waits; what: one of KINDS,
    "" for both; sort: a key of SORTS, "-" before it reverses, "" for the order of answering.
    """

    settled: bool = False
    text: str = ""
    what: str = ""
    sort: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> InboxFilters:
        """Return what an address says: show, q, what and sort."""
        asked = (said.get(name, "").strip()[:100] for name in ("q", "what", "sort"))
        return cls(said.get("show") == "settled", *asked)


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A thread or, with trouble, a report: its entry, who wrote, when and the words."""

    entry_id: str
    code: str
    title: str
    who: str
    from_staff: bool
    text: str
    at: datetime
    trouble: Trouble | None = None
    count: int = 0


SORTS: Mapping[str, Callable[[InboxItem], Any]] = {
    "when": lambda item: item.at,
    "entry": lambda item: sort_key(item.title),
    "who": lambda item: sort_key(item.who),
}


def inbox(
    session: Session,
    season_id: int,
    filters: InboxFilters,
    *,
    own_entries: Collection[int] = (),
    page: int = 1,
) -> tuple[list[InboxItem], int]:
    """Return PAGE items of ``inbox_items`` and how many there are in all; two statements."""
    found = inbox_items(session, season_id, filters, own_entries)
    first = (page - 1) * PAGE
    return found[first : first + PAGE], len(found)


def inbox_items(
    session: Session, season_id: int, filters: InboxFilters, own_entries: Collection[int] = ()
) -> list[InboxItem]:
    """Return the threads and reports that fit; two statements.

    Those that wait come oldest first, the settled ones newest first, unless sorted otherwise. The
    text is looked for in the entry's title and code, in who wrote and in every message, whatever
    the case, and ё is е. own_entries: those whose team the reader is on; she reads of them what
    her team reads, and nothing here.
    """
    there = of_season(season_id, own_entries)
    found: list[InboxItem] = []
    if filters.what != "report":
        found += _threads(session, there, filters)
    if filters.what != "thread":
        found += _reports(session, there, filters)
    found.sort(key=lambda one: one.at, reverse=filters.settled)
    if key := SORTS.get(filters.sort.lstrip("-")):
        found.sort(key=key, reverse=filters.sort.startswith("-"))
    return found


def _threads(
    session: Session, there: ColumnElement[bool], filters: InboxFilters
) -> list[InboxItem]:
    grouped = _grouped()
    shown = grouped.c.last if filters.settled else grouped.c.first_open
    rows = session.execute(
        select(
            Entry.public_id, Entry.code, Entry.title, User.name, ThreadMessage.from_staff,
            ThreadMessage.text, ThreadMessage.written_at, grouped.c.open,
        )
        .join(grouped, grouped.c.entry_id == Entry.id)
        .join(ThreadMessage, ThreadMessage.id == shown)
        .outerjoin(User, User.id == ThreadMessage.author_id)
        .where(there, grouped.c.open == 0 if filters.settled else grouped.c.open > 0)
        .where(*_found_in_threads(filters.text))
        .order_by(ThreadMessage.id)
    )  # fmt: skip
    return [
        InboxItem(entry_id, code, title, name or "", staff, text, at, count=count)
        for entry_id, code, title, name, staff, text, at, count in rows
    ]


def _grouped() -> Subquery:
    """Each thread with how many of its messages wait, the first of these and the last of all."""
    return (
        select(
            ThreadMessage.entry_id,
            func.count(case((WAITS, 1))).label("open"),
            func.min(case((WAITS, ThreadMessage.id))).label("first_open"),
            func.max(ThreadMessage.id).label("last"),
        )
        .group_by(ThreadMessage.entry_id)
        .subquery()
    )


def _found_in_threads(text: str) -> list[ColumnElement[bool]]:
    """One condition a word: the entry, the writer or any message of the thread holds it."""
    any_message = aliased(ThreadMessage)
    written = select(any_message.id).where(any_message.entry_id == Entry.id)
    return [
        or_(
            _holds(word, Entry.title, Entry.code, User.name),
            written.where(_holds(word, any_message.text)).exists(),
        )
        for word in fold(text).split()
    ]


def _reports(
    session: Session, there: ColumnElement[bool], filters: InboxFilters
) -> list[InboxItem]:
    settled = TroubleReport.settled_at
    searched = (Entry.title, Entry.code, Juror.name, TroubleReport.words)
    rows = session.execute(
        select(
            Entry.public_id, Entry.code, Entry.title, Juror.name, TroubleReport.words,
            TroubleReport.reported_at, TroubleReport.trouble,
        )
        .join(Entry, Entry.id == TroubleReport.entry_id)
        .outerjoin(Juror, Juror.id == TroubleReport.juror_id)
        .where(there, settled.is_not(None) if filters.settled else settled.is_(None))
        .where(*(_holds(word, *searched) for word in fold(filters.text).split()))
        .order_by(TroubleReport.id)
    )  # fmt: skip
    return [
        InboxItem(entry_id, code, title, name or "", False, words, at, trouble)
        for entry_id, code, title, name, words, at, trouble in rows
    ]


def _holds(word: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(folded(column).contains(word, autoescape=True) for column in columns))
