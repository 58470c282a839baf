"""Tables of the office itself: staff, later deadlines, threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from award.accounts.queries import staff_rows
from award.entries.threads.inbox import InboxFilters, InboxItem, inbox_items
from award.models.accounts import User
from award.models.entries import Entry
from award.models.seasons import Extension
from award.models.threads import ThreadMessage
from award.tables import EVERYTHING, Filters, Say, Table
from exports.tables.spreadsheets import Column


def staff_table(session: Session, programme_id: int, _: Say) -> Table:
    """Who works for a programme, by name, as the page lists them."""
    columns = (
        Column("name", _("Name")),
        Column("email", _("E-mail address")),
        Column("role", _("Role")),
    )
    roles = {"owner": _("Owner"), "organiser": _("Organiser"), "auditor": _("Auditor")}
    rows = (
        {"name": row.name, "email": row.email, "role": row.role.value}
        for row in staff_rows(session, programme_id)
    )
    return Table(columns, rows, {"role": roles})


def extensions_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Every later deadline of a season and of its entries, in the order they were granted.

    entry is empty where it holds for all.
    """
    columns = (
        Column("entry", _("Code")),
        Column("project", _("Project")),
        Column("closes_at", _("New deadline (UTC)"), "moment"),
        Column("reason", _("Reason")),
        Column("granted_at", _("Granted (UTC)"), "moment"),
        Column("granted_by", _("By")),
    )
    rows = session.execute(
        select(
            Entry.code.label("entry"),
            Entry.title.label("project"),
            Extension.closes_at,
            Extension.reason,
            Extension.granted_at,
            User.name.label("granted_by"),
        )
        .outerjoin(Entry, Entry.id == Extension.entry_id)
        .outerjoin(User, User.id == Extension.granted_by_id)
        .where(Extension.season_id == season_id)
        .order_by(Extension.granted_at, Extension.id)
    )
    return Table(columns, (row._asdict() for row in rows))


def threads_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """What teams and organisers wrote to each other, message by message, the oldest first.

    Jurors' reports are not among it: a team never reads those. filters: show, "settled" for what is
    settled and "waiting" for what still waits for an answer; else everything.
    """
    columns = (
        Column("entry", _("Code")),
        Column("project", _("Project")),
        Column("written_at", _("Written (UTC)"), "moment"),
        Column("who", _("Who")),
        Column("side", _("Side")),
        Column("text", _("Message")),
        Column("settled_at", _("Settled (UTC)"), "moment"),
        Column("settled_by", _("Settled by")),
    )
    words = {True: _("organiser"), False: _("team")}
    return Table(columns, _messages(session, season_id, filters.get("show", "")), {"side": words})


def inbox_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """What waits for an organiser, or what is settled, a row a thread or report, as its page shows.

    filters: show, q, what and sort, as InboxFilters reads them. messages counts those of a thread
    that wait; a report has none.
    """
    columns = (
        Column("entry", _("Code")),
        Column("project", _("Project")),
        Column("kind", _("Kind")),
        Column("about", _("What about")),
        Column("text", _("Message")),
        Column("messages", _("Messages"), "number"),
        Column("who", _("Who")),
        Column("side", _("Side")),
        Column("at", _("When (UTC)"), "moment"),
    )
    words = {
        "kind": {"thread": _("messages of teams"), "report": _("reports of jurors")},
        "about": _troubles(_),
        "side": {"staff": _("organiser"), "team": _("team"), "juror": _("juror")},
    }
    found = inbox_items(session, season_id, InboxFilters.read(filters))
    return Table(columns, [_inbox_row(one) for one in found], words)


def _troubles(_: Say) -> dict[str, str]:
    return {
        "file": _("A file cannot be opened or read"),
        "names": _("I can tell who the authors are"),
        "copied": _("Something looks copied from elsewhere"),
        "rules": _("It seems to break the rules"),
        "other": _("Something else"),
    }


def _inbox_row(one: InboxItem) -> dict[str, Any]:
    report = one.trouble is not None
    return {
        "entry": one.code,
        "project": one.title,
        "kind": "report" if report else "thread",
        "about": one.trouble.value if one.trouble else None,
        "text": one.text,
        "messages": one.count or None,
        "who": one.who or None,
        "side": "juror" if report else "staff" if one.from_staff else "team",
        "at": one.at,
    }


def _messages(session: Session, season_id: int, show: str) -> Iterator[Mapping[str, Any]]:
    settler = aliased(User)
    statement = (
        select(
            Entry.code.label("entry"),
            Entry.title.label("project"),
            ThreadMessage.written_at,
            User.name.label("who"),
            ThreadMessage.from_staff.label("side"),
            ThreadMessage.text,
            ThreadMessage.settled_at,
            settler.name.label("settled_by"),
        )
        .join(Entry, Entry.id == ThreadMessage.entry_id)
        .outerjoin(User, User.id == ThreadMessage.author_id)
        .outerjoin(settler, settler.id == ThreadMessage.settled_by_id)
        .where(Entry.season_id == season_id)
        .order_by(ThreadMessage.id)
        .execution_options(yield_per=500)
    )
    if show == "settled":
        statement = statement.where(ThreadMessage.settled_at.is_not(None))
    if show == "waiting":
        statement = statement.where(
            ThreadMessage.settled_at.is_(None), ThreadMessage.from_staff.is_(False)
        )
    for row in session.execute(statement):
        yield row._asdict()
