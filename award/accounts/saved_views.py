"""Filters that organisers keep under a name, each for herself or for the whole staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.errors import InputError, NotFoundError, RuleError
from award.i18n import sort_key
from award.models.accounts import SavedView, User

PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "entries": ("entries.entry_list", ("q", "state", "category", "sort")),
    "jurors": ("jury.jurors", ("q", "state", "panel", "sort")),
    "certificates": ("results.certificates", ("find", "whose", "state", "language", "sort")),
    "people": ("messages.people", ("q", "part", "sort")),
    "messages": ("messages.outbox", ("text", "state")),
    "log": ("home.audit_log", ("action", "who")),
}
"""A list's name -> the endpoint of its page and what its address may say."""
LONGEST = 60
MOST = 40


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view as its page lists it; by: whose it is where it is a colleague's."""

    public_id: str
    name: str
    query: Mapping[str, str]
    shared: bool
    own: bool
    by: str


def views_of(session: Session, programme_id: int, user_id: int | None, page: str) -> list[ViewRow]:
    """Return a person's own views of a list and those that colleagues share, by name."""
    rows = session.execute(
        select(SavedView, User.name)
        .join(User, User.id == SavedView.user_id)
        .where(
            SavedView.programme_id == programme_id,
            SavedView.page == page,
            (SavedView.user_id == user_id) | SavedView.shared,
        )
    )
    made = [
        ViewRow(
            view.public_id, view.name, dict(view.query), view.shared, view.user_id == user_id, name
        )
        for view, name in rows
    ]
    return sorted(made, key=lambda one: sort_key(one.name))


def save_view(
    session: Session,
    programme_id: int,
    page: str,
    name: str,
    query: Mapping[str, str],
    *,
    shared: bool,
    actor_id: int,
    now: datetime,
) -> SavedView:
    """Keep a list's filter under a name; the same name of the same person is written over.

    Raises InputError("view_name_missing"), InputError("view_empty") where nothing is filtered,
    RuleError("too_many_views"), NotFoundError for a list that keeps none.
    """
    if page not in PAGES:
        raise NotFoundError
    called = " ".join(name.split())[:LONGEST]
    kept = {key: query[key][:200] for key in PAGES[page][1] if query.get(key)}
    if not called:
        raise InputError("view_name_missing", field="name")
    if not kept:
        raise InputError("view_empty", field="name")
    own = session.scalars(
        select(SavedView).where(
            SavedView.programme_id == programme_id,
            SavedView.user_id == actor_id,
            SavedView.page == page,
        )
    ).all()
    view = next((one for one in own if one.name == called), None)
    if view is None:
        if len(own) >= MOST:
            raise RuleError("too_many_views", most=MOST)
        view = SavedView(
            programme_id=programme_id, user_id=actor_id, page=page, name=called, created_at=now
        )
        session.add(view)
    view.query, view.shared = kept, shared
    session.flush()
    after = {"page": page, "query": kept, "shared": shared}
    _record(session, "view.saved", view, after, actor_id=actor_id, now=now)
    return view


def delete_view(
    session: Session, programme_id: int, public_id: str, *, actor_id: int, now: datetime
) -> None:
    """Forget one's own view; NotFoundError for anybody else's."""
    view = session.scalar(
        select(SavedView).where(
            SavedView.public_id == public_id,
            SavedView.programme_id == programme_id,
            SavedView.user_id == actor_id,
        )
    )
    if view is None:
        raise NotFoundError
    _record(session, "view.removed", view, {"page": view.page}, actor_id=actor_id, now=now)
    session.delete(view)


def _record(
    session: Session,
    action: str,
    view: SavedView,
    after: Mapping[str, object],
    *,
    actor_id: int,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        view,
        actor_id=actor_id,
        now=now,
        after=dict(after),
        programme_id=view.programme_id,
    )
