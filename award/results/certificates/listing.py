"""The list of a season's certificates as its address narrows and sorts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from award.folding import fold, folded
from award.i18n import sort_key
from award.models.entries import Entry
from award.models.operations import Job, JobState
from award.models.results import (
    Certificate,
    CertificateBatch,
    CertificateKind,
    CertificateState,
)
from award.results.certificates.issuing import JOB_KEY
from exports.certificates.numbers import format_number

PAGE = 100
KINDS = frozenset(CertificateKind)
ADDRESS = ("find", "whose", "state", "language", "sort")


def failed() -> ColumnElement[bool]:
    """Return the condition that a certificate was not made and nobody is making it any more."""
    dead = (
        select(CertificateBatch.id)
        .join(Job, Job.key == JOB_KEY + CertificateBatch.public_id)
        .where(Job.state == JobState.DEAD)
    )
    return (Certificate.state == CertificateState.PENDING) & Certificate.batch_id.in_(dead)


def shown_state() -> ColumnElement[str]:
    """Return the state that people see: issued, revoked, pending, or failed."""
    return case(
        (failed(), "failed"),
        (Certificate.state == CertificateState.PENDING, "pending"),
        (Certificate.state == CertificateState.REVOKED, "revoked"),
        else_="issued",
    )


@dataclass(frozen=True, slots=True)
class CertificateFilters:
    """What the list is narrowed to; state is one of ``shown_state``, sort a key of SORTS, "-"
    before it reverses.
    """

    text: str = ""
    kind: str = ""
    state: str = ""
    language: str = ""
    sort: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> CertificateFilters:
        """Return what an address says: find, whose, state, language and sort; no unknown kind."""
        text, kind, *others = (said.get(name, "").strip()[:80] for name in ADDRESS)
        return cls(text, kind if kind in KINDS else "", *others)

    def said(self) -> dict[str, str]:
        """Return what an address must say for this, without what is not asked for."""
        values = (self.text, self.kind, self.state, self.language, self.sort)
        return {name: value for name, value in zip(ADDRESS, values, strict=True) if value}

    @property
    def narrow(self) -> bool:
        """Whether anything may be left out."""
        return bool(self.text or self.kind or self.state or self.language)


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate in a list; state is one of ``shown_state``, code that of the team's entry."""

    number: str
    kind: str
    name: str
    project: str
    place: int | None
    prize: str
    language: str
    state: str
    issued_on: date | None
    revoked_reason: str
    reissued_reason: str
    edition: int
    code: str | None

    @property
    def shown(self) -> str:
        """The number as it is printed."""
        return format_number(self.number)

    @property
    def reason(self) -> str:
        """Why it was revoked, else why it was issued again."""
        return self.revoked_reason or self.reissued_reason


COLUMNS = (
    Certificate.number,
    Certificate.kind,
    Certificate.name,
    Certificate.project,
    Certificate.place,
    Certificate.prize,
    Certificate.language,
    shown_state().label("state"),
    Certificate.issued_on,
    Certificate.revoked_reason,
    Certificate.reissued_reason,
    Certificate.edition,
    Entry.code,
)
SORTS: Mapping[str, Any] = {
    "number": Certificate.number,
    "name": Certificate.name,
    "project": Certificate.project,
    "kind": Certificate.kind,
    "state": shown_state(),
    "language": Certificate.language,
    "day": Certificate.issued_on,
}
SPOKEN = frozenset({"name", "project"})
"""What is sorted as people sort words, which the store cannot."""


def certificate_page(
    session: Session, season_id: int, filters: CertificateFilters, *, page: int = 1
) -> tuple[list[CertificateRow], int]:
    """Return a page of a season's certificates and how many fit in all; two statements.

    Sorted as the filters say, an unknown sort as none: the newest first; ties go that way, too.
    The text is looked for in name, project, the team's code and the number, whatever the case, and
    ё is е.
    """
    start = PAGE * (page - 1)
    if filters.sort.lstrip("-") in SPOKEN:
        ids = _sorted_ids(session, season_id, filters)
        found = rows_of(session, listed().where(Certificate.id.in_(ids[start : start + PAGE])))
        rows = dict(found)
        return [rows[one] for one in ids[start : start + PAGE]], len(ids)
    count = select(func.count(Certificate.id)).outerjoin(Entry, Entry.id == Certificate.entry_id)
    total = session.scalar(count.where(*that_match(season_id, filters))) or 0
    query = listed().where(*that_match(season_id, filters)).order_by(*_order(filters.sort))
    return [row for _id, row in rows_of(session, query.limit(PAGE).offset(start))], total


def every_certificate(
    session: Session, season_id: int, filters: CertificateFilters
) -> Iterator[CertificateRow]:
    """Yield all rows of the list in its order; one statement, two where words are sorted."""
    query = listed().where(*that_match(season_id, filters))
    if filters.sort.lstrip("-") in SPOKEN:
        ids = _sorted_ids(session, season_id, filters)
        rows = dict(rows_of(session, query))
        yield from (rows[one] for one in ids if one in rows)
        return
    query = query.order_by(*_order(filters.sort)).execution_options(yield_per=500)
    yield from (row for _id, row in rows_of(session, query))


def that_match(season_id: int, filters: CertificateFilters) -> list[ColumnElement[bool]]:
    """Return the conditions for a season's certificates that fit, joined with their entries."""
    where = [Certificate.season_id == season_id]
    if filters.kind:
        where.append(Certificate.kind == filters.kind)
    if filters.language:
        where.append(Certificate.language == filters.language)
    if filters.state:
        where.append(shown_state() == filters.state)
    return [*where, *_with_words(filters.text)]


def _with_words(text: str) -> list[ColumnElement[bool]]:
    if not fold(text):
        return []
    number = text.replace("-", "").replace(" ", "").upper()
    columns = (folded(Certificate.name), folded(Certificate.project), folded(Entry.code))
    words = [
        or_(*(column.contains(word, autoescape=True) for column in columns))
        for word in fold(text).split()
    ]
    every = words[0]
    for word in words[1:]:
        every &= word
    return [every | Certificate.number.contains(number, autoescape=True)] if number else [every]


def listed() -> Any:
    """Return the select that ``rows_of`` reads; entries are joined to it."""
    return select(Certificate.id, *COLUMNS).outerjoin(Entry, Entry.id == Certificate.entry_id)


def _order(sort: str) -> list[ColumnElement[Any]]:
    column = SORTS.get(sort.lstrip("-"))
    newest = Certificate.id.desc()
    if column is None:
        return [newest]
    return [column.desc() if sort.startswith("-") else column.asc(), newest]


def _sorted_ids(session: Session, season_id: int, filters: CertificateFilters) -> list[int]:
    column = SORTS[filters.sort.lstrip("-")]
    found = session.execute(
        select(Certificate.id, column)
        .outerjoin(Entry, Entry.id == Certificate.entry_id)
        .where(*that_match(season_id, filters))
        .order_by(Certificate.id.desc())
    ).all()
    keys = {text: sort_key(text) for _id, text in found}
    found = sorted(found, key=lambda row: keys[row[1]], reverse=filters.sort.startswith("-"))
    return [one for one, _text in found]


def rows_of(session: Session, query: Select[Any]) -> Iterator[tuple[int, CertificateRow]]:
    """Yield (id, row) for what ``listed`` was narrowed to, in its order."""
    for one, number, kind, *rest in session.execute(query):
        yield one, CertificateRow(number, kind.value, *rest)
