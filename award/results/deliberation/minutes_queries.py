"""The minutes of a jury meeting in words: who was there, what was said and decided, who signed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.accounts import User
from award.models.deliberation import Deliberation, Minute, MinuteKind, SignOff
from award.models.entries import Entry
from award.models.jury import Juror, JurorState
from award.results.deliberation.deliberating import digest_of


@dataclass(frozen=True, slots=True)
class MinuteLine:
    """A line of the minutes in the reader's language."""

    at: datetime
    kind: str
    title: str
    outcome: str
    place: int | None
    text: str
    absent: tuple[str, ...]
    by: str
    code: str = ""
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """A juror, and when she signed the minutes as they stand; None: not yet, or an older text.

    here: whether she was in the room when that was last noted.
    """

    public_id: str
    name: str
    chair: bool
    at: datetime | None
    here: bool


def minute_lines(session: Session, lines: Sequence[Minute]) -> tuple[MinuteLine, ...]:
    """Return lines of the minutes with names in place of ids, in their order; three statements."""
    entries = _entries(session, {row.entry_id for row in lines if row.entry_id})
    people = _people(session, {row.by_id for row in lines if row.by_id})
    jurors = _jurors(session, {one for row in lines for one in (*row.absent, *here_in(row))})
    return tuple(
        MinuteLine(
            at=row.at,
            kind=row.kind.value,
            title=entries[row.entry_id][1] if row.entry_id in entries else "",
            code=entries[row.entry_id][0] if row.entry_id in entries else "",
            outcome=row.outcome,
            place=row.place,
            text="" if row.kind is MinuteKind.PRESENT else row.text,
            present=tuple(jurors[one] for one in here_in(row) if one in jurors),
            absent=tuple(jurors[one] for one in row.absent if one in jurors),
            by=people.get(row.by_id or 0, "") if row.kind is MinuteKind.NOTED else "",
        )
        for row in lines
    )


def _entries(session: Session, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the code and the title of entries, by id."""
    rows = session.execute(select(Entry.id, Entry.code, Entry.title).where(Entry.id.in_(ids)))
    return {row.id: (row.code, row.title) for row in rows}


def _people(session: Session, ids: Collection[int]) -> dict[int, str]:
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())


def _jurors(session: Session, public_ids: Collection[str]) -> dict[str, str]:
    known = Juror.public_id.in_(public_ids)
    return dict(session.execute(select(Juror.public_id, Juror.name).where(known)).all())


def here_in(line: Minute) -> list[str]:
    """Return the public ids of who a line says was in the room; empty for another line."""
    return line.text.split("\n") if line.kind is MinuteKind.PRESENT else []


def minutes_signatures(
    session: Session, season_id: int, meeting: Deliberation, lines: Sequence[Minute]
) -> list[tuple[int, Signature]]:
    """Return the season's active jurors (id, signature), chairs first; lines: all minutes."""
    digest = digest_of(lines)
    noted = [here for line in lines if (here := here_in(line))]
    here = noted[-1] if noted else []
    rows = session.execute(
        select(Juror.id, Juror.public_id, Juror.name, Juror.is_chair, SignOff.at, SignOff.digest)
        .outerjoin(
            SignOff, (SignOff.juror_id == Juror.id) & (SignOff.deliberation_id == meeting.id)
        )
        .where(Juror.season_id == season_id, Juror.state == JurorState.ACTIVE)
        .order_by(Juror.is_chair.desc(), Juror.name)
    )
    return [
        (
            row.id,
            Signature(
                row.public_id,
                row.name,
                row.is_chair,
                row.at if row.digest == digest else None,
                row.public_id in here,
            ),
        )
        for row in rows
    ]
