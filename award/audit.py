"""The tamper-evident log: every change writes a row, chained by SHA-256, in its own transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from award.db import new_public_id
from award.models.accounts import User
from award.models.operations import AuditHead, AuditPerson, AuditRow
from award.models.seasons import Season

START = "0" * 64
HASHED = (
    "id",
    "at",
    "actor",
    "action",
    "subject",
    "subject_id",
    "programme_id",
    "season_id",
    "before",
    "after",
    "previous_hash",
)
SEALED = ("id", "previous_hash", "hash")
PLAIN = frozenset({str, int, float, bool, type(None)})
"""Nearly every value of a chain; its members of enumerations have types of their own."""


def plain(value: Any) -> Any:
    """Turn a value of ours into plain JSON: moments as ISO in UTC, decimals as text."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def row_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a row's HASHED fields; it includes the previous row's hash."""
    return hashlib.sha256(canonical({name: row[name] for name in HASHED})).hexdigest()


def record(
    session: Session,
    action: str,
    subject: Any = None,
    *,
    actor_id: int | None,
    now: datetime,
    before: Any = None,
    after: Any = None,
    programme_id: int | None = None,
    season_id: int | None = None,
) -> AuditRow:
    """Append one row to the chain, in the caller's transaction.

    action: "entry.submitted" and the like: area's noun, dot, what happened. subject: the changed
    model (its table and public_id are kept) or None. actor_id: who did it, None for the system.
    Concurrent appends wait for each other at the head row.
    """
    head = _locked_head(session)
    values: dict[str, Any] = {
        "id": head.last_id + 1,
        "at": now,
        "actor": _pseudonym(session, actor_id),
        "action": action,
        "subject": subject.__tablename__ if subject is not None else "",
        "subject_id": str(getattr(subject, "public_id", "") or getattr(subject, "number", "")),
        "programme_id": programme_id,
        "season_id": season_id or getattr(subject, "season_id", None),
        "before": plain(before),
        "after": plain(after),
        "previous_hash": head.hash,
    }
    row = AuditRow(**values, hash=row_hash(values))
    session.add(row)
    head.last_id, head.hash = row.id, row.hash
    session.flush()
    return row


def record_in(
    session: Session,
    season: Season,
    action: str,
    subject: Any,
    *,
    actor_id: int | None,
    now: datetime,
    before: Any = None,
    after: Any = None,
) -> AuditRow:
    """Append one row about something of a season, as record."""
    return record(
        session,
        action,
        subject,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        programme_id=season.programme_id,
        season_id=season.id,
    )


def record_all(
    session: Session,
    action: str,
    changes: Iterable[tuple[str, str, Any]],
    *,
    actor_id: int | None,
    now: datetime,
    programme_id: int,
    season_id: int,
) -> int:
    """Append one row a change, in order and in one go, and return how many: for imports.

    changes: (table name, public id, what is there now) of rows that were not there before.
    """
    head = _locked_head(session)
    actor = _pseudonym(session, actor_id)
    rows: list[dict[str, Any]] = []
    for table, public_id, after in changes:
        values: dict[str, Any] = {
            "id": head.last_id + 1,
            "at": now,
            "actor": actor,
            "action": action,
            "subject": table,
            "subject_id": public_id,
            "programme_id": programme_id,
            "season_id": season_id,
            "before": None,
            "after": plain(after),
            "previous_hash": head.hash,
        }
        rows.append({**values, "hash": row_hash(values)})
        head.last_id, head.hash = rows[-1]["id"], rows[-1]["hash"]
    if rows:
        session.execute(insert(AuditRow), rows)
    session.flush()
    return len(rows)


def _locked_head(session: Session) -> AuditHead:
    head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHead(id=1, last_id=0, hash=START)
        session.add(head)
        session.flush()
    return head


def _pseudonym(session: Session, actor_id: int | None) -> str:
    if actor_id is None:
        return ""
    found = session.scalar(select(AuditPerson.actor).where(AuditPerson.user_id == actor_id))
    if found is not None:
        return found
    name = session.scalar(select(User.name).where(User.id == actor_id)) or ""
    person = AuditPerson(actor=new_public_id(), user_id=actor_id, name=name)
    session.add(person)
    session.flush()
    return person.actor


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: the row's id and a code: altered, missing, head."""

    row_id: int
    code: str


def as_mapping(row: AuditRow) -> dict[str, Any]:
    """Return a row as plain JSON: what an export holds and what the hash covers, and the hash."""
    return {name: plain(getattr(row, name)) for name in HASHED} | {"hash": row.hash}


def sealed(row: AuditRow) -> dict[str, Any]:
    """Return only what links a row into the chain: for a reader who may not see the rest of it."""
    return {name: getattr(row, name) for name in SEALED}


def _holds(row: Mapping[str, Any]) -> bool:
    return row.keys() == set(SEALED) or row_hash(row) == row["hash"]


def breaks(rows: Iterable[Mapping[str, Any]], *, head: str | None = None) -> Iterator[Break]:
    """Walk exported rows in order and yield each place where the chain does not hold.

    rows: as ``as_mapping`` or ``sealed`` give them, from id 1; of a sealed row only the links
    are checked. head: the hash that the chain must end with,
    from the store or printed on a protocol; without it a cut tail cannot be seen. Empty in
    with no head or START: nothing is broken.
    """
    expected_id, previous = 1, START
    for row in rows:
        if row["id"] != expected_id:
            yield Break(expected_id, "missing")
        elif row["previous_hash"] != previous or not _holds(row):
            yield Break(row["id"], "altered")
        expected_id, previous = row["id"] + 1, row["hash"]
    if head is not None and previous != head:
        yield Break(expected_id, "head")


def verify(session: Session) -> list[Break]:
    """Check the whole chain of the store against its head; empty where all holds."""
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=500))
    head = session.scalar(select(AuditHead.hash)) or START
    count = session.scalar(select(func.count()).select_from(AuditRow)) or 0
    found = list(breaks((as_mapping(row) for row in rows), head=head))
    if count == 0 and head != START and not found:
        found.append(Break(1, "missing"))
    return found
