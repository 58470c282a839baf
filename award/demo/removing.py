"""Turning the demo into a real installation: everything of the demo goes, nothing else."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from award.models.accounts import User
from award.models.entries import StoredFile
from award.models.operations import Mail
from award.models.seasons import Programme, Season


def remove_demo(session: Session) -> tuple[int, list[str]]:
    """Remove the demo's programmes and people; returns how many seasons went, and file names.

    The files (storage names) are to be removed from the disk after the commit. The audit log
    stays whole: it holds no names of its own.
    """
    programmes = session.scalars(select(Programme.id).where(Programme.is_demo.is_(True))).all()
    seasons = session.scalars(select(Season.id).where(Season.programme_id.in_(programmes))).all()
    files = session.scalars(
        select(StoredFile.storage_name).where(StoredFile.programme_id.in_(programmes))
    ).all()
    people = select(User.id).where(User.is_demo.is_(True))
    session.execute(delete(Mail).where(Mail.season_id.in_(seasons)))
    session.execute(delete(Mail).where(Mail.user_id.in_(people)))
    session.execute(update(Programme).where(Programme.id.in_(programmes)).values(logo_id=None))
    session.execute(delete(Programme).where(Programme.id.in_(programmes)))
    session.execute(delete(User).where(User.is_demo.is_(True)))
    return len(seasons), list(files)
