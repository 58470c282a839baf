"""Keeping a table between the steps of its import, importing it, and letting go of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.education.importing import AttendancePlan
from award.education.service import take_attendance
from award.entries.files.inspection import inspect
from award.entries.files.service import shown_name
from award.entries.importing.plans import EntryPlan
from award.entries.importing.service import import_entries
from award.errors import RuleError
from award.imports.queries import WAITING, Plan, Target
from award.judging.importing.cells import ScorePlan
from award.judging.importing.service import import_scores
from award.jury.people.importing import import_jurors
from award.models.entries import StoredFile
from award.storage import Stored
from exports.errors import TableError
from exports.tables.reading import Table, read_table, sheet_names

KEPT_FOR = timedelta(days=7)
MOST_COLUMNS = 500
READABLE_OTHERWISE = frozenset(
    {"row_too_long", "sheet_error", "file_empty", "import.too_many_columns"}
)
"""Faults that another sheet or another header row may heal, so the file is taken in."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_columns(name: str, content: bytes, *, sheet: str = "", header_row: int = 1) -> Table:
    """Read a table whose columns a person will match one by one.

    Raises TableError as ``read_table`` does, and import.too_many_columns above MOST_COLUMNS: no
    browser shows a page of forty thousand lists.
    """
    table = read_table(content, name, sheet=sheet, header_row=header_row)
    if len(table.columns) > MOST_COLUMNS:
        found = {"columns": len(table.columns), "most": MOST_COLUMNS}
        raise TableError("import.too_many_columns", file=name, **found)
    return table


def check_table(name: str, content: bytes) -> None:
    """Refuse what is no table at all, by its first bytes and a parser.

    Raises TableError as ``read_columns`` does, InputError as ``inspect`` does for a workbook.
    """
    if content.startswith(b"PK\x03\x04"):
        sheet_names(content, name)
        inspect(content, "xlsx")
    try:
        read_columns(name, content)
    except TableError as error:
        if error.code not in READABLE_OTHERWISE or not content.strip():
            raise


def keep_table(
    session: Session,
    programme_id: int,
    name: str,
    content: bytes,
    stored: Stored,
    *,
    actor_id: int,
    now: datetime,
) -> StoredFile:
    """Keep a checked table until it is imported or put away, KEPT_FOR at most."""
    file = StoredFile(
        programme_id=programme_id,
        question_key=WAITING,
        name=shown_name(name),
        media_type=WORKBOOK if content.startswith(b"PK") else "text/csv",
        size=stored.size,
        sha256=stored.sha256,
        storage_name=stored.storage_name,
        uploaded_at=now,
        uploaded_by_id=actor_id,
    )
    session.add(file)
    session.flush()
    return file


def forget_old_tables(session: Session, programme_id: int, *, now: datetime) -> list[str]:
    """Forget tables that nobody came back to; return the names to remove after the commit."""
    old = session.scalars(
        select(StoredFile).where(
            StoredFile.programme_id == programme_id,
            StoredFile.question_key == WAITING,
            StoredFile.entry_id.is_(None),
            StoredFile.uploaded_at < now - KEPT_FOR,
        )
    ).all()
    for file in old:
        session.delete(file)
    session.flush()
    return [file.storage_name for file in old]


def put_away(session: Session, table_id: int) -> str:
    """Forget a table; return the name to remove after the commit.

    Raises RuleError("import.file_expired") where somebody else did: of two imports of one table
    only the first happens.
    """
    file = session.get(StoredFile, table_id, with_for_update=True)
    if file is None:
        raise RuleError("import.file_expired")
    session.delete(file)
    session.flush()
    return file.storage_name


def carry_out(
    session: Session,
    target: Target,
    plan: Plan,
    *,
    invite: bool,
    base_url: str,
    own: Collection[int],
    actor_id: int,
    now: datetime,
) -> int:
    """Import a checked table, all of it or nothing; return how many things it made.

    invite: mail the leads or jurors now. Raises what the imports raise.
    """
    if isinstance(plan, ScorePlan):
        made = import_scores(session, target.round_id, plan, own=own, actor_id=actor_id, now=now)
        return made.sheets
    if isinstance(plan, AttendancePlan):
        taken = take_attendance(session, target.season_id, plan, actor_id=actor_id, now=now)
        return taken.people
    if isinstance(plan, EntryPlan):
        entries = import_entries(
            session,
            target.season_id,
            plan,
            invite=invite,
            base_url=base_url,
            actor_id=actor_id,
            now=now,
        )
        return len(entries.entry_ids)
    jurors = import_jurors(
        session,
        target.season_id,
        plan,
        invite=invite,
        base_url=base_url,
        actor_id=actor_id,
        now=now,
    )
    return len(jurors)
