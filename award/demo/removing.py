"""Turning the demo into a real installation: everything of the demo goes, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from award import audit
from award.models.accounts import User
from award.models.entries import StoredFile
from award.models.operations import AuditHead, AuditPerson, AuditRow, Mail
from award.models.seasons import Programme, Season


@dataclass(frozen=True, slots=True)
class Removed:
    """What went: how many seasons, the storage names of files to take off the disk after the
    commit, and whether the log began anew.
    """

    seasons: int
    files: Sequence[str]
    log_is_new: bool


def remove_demo(session: Session, *, now: datetime) -> Removed:
    """Remove the demo's programmes and people, and with them the log of what was tried.

    Where there is a programme besides, its rows stand in the same chain: then the log stays as it
    is, without the names of the demo's people. Nothing happens where there is no demo.
    """
    programmes = session.scalars(select(Programme.id).where(Programme.is_demo.is_(True))).all()
    if not programmes:
        return Removed(0, [], False)
    seasons = session.scalars(select(Season.id).where(Season.programme_id.in_(programmes))).all()
    files = session.scalars(
        select(StoredFile.storage_name).where(StoredFile.programme_id.in_(programmes))
    ).all()
    people = select(User.id).where(User.is_demo.is_(True))
    session.execute(delete(Mail).where(Mail.season_id.in_(seasons)))
    session.execute(delete(Mail).where(Mail.user_id.in_(people)))
    session.execute(
        update(AuditPerson).where(AuditPerson.user_id.in_(people)).values(name="", user_id=None)
    )
    session.execute(update(Programme).where(Programme.id.in_(programmes)).values(logo_id=None))
    session.execute(delete(Programme).where(Programme.id.in_(programmes)))
    session.execute(delete(User).where(User.is_demo.is_(True)))
    alone = session.scalar(select(func.count()).select_from(Programme)) == 0
    if alone:
        _begin_the_log_anew(session, now=now)
    return Removed(len(seasons), list(files), alone)


def _begin_the_log_anew(session: Session, *, now: datetime) -> None:
    """Begin a chain whose first row says what stood before it, and with which hash that ended."""
    before = session.execute(select(AuditHead.last_id, AuditHead.hash)).first()
    for model in (AuditRow, AuditPerson, AuditHead):
        session.execute(delete(model))
    session.expire_all()
    rows, head = before or (0, audit.START)
    audit.record(
        session, "demo.removed", actor_id=None, now=now, before={"rows": rows, "head": head}
    )
