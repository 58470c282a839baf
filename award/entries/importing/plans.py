"""Entries from a table: all rows checked first, every mistake named, all imported or none."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.accounts.emails import check_email, email_key
from award.db import LANGUAGES
from award.entries.importing.cells import Asked, Person, answer, asked_in_all, people
from award.entries.requirements.answers import all_questions, answer_problems
from award.entries.requirements.asked import asked_of
from award.errors import InputError
from award.i18n import fold
from award.models.accounts import User
from award.models.entries import TITLE, Entry, TeamMembership, TeamRole
from award.models.seasons import QuestionKind
from exports.errors import TableError, TableErrors
from exports.tables.fields import Field
from exports.tables.reading import Row, Table

CODE, LEAD_EMAIL, LEAD_NAME, MEMBERS = "code", "lead_email", "lead_name", "members"
MEMBER_NAME, MEMBER_EMAIL, LANGUAGE = "member_name", "member_email", "language"
LONGEST_CODE = 40
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CORE_TITLES: Mapping[str, tuple[str, ...]] = {
    "title": ("название", "название проекта", "проект", "project", "project title", "titel"),
    "category": ("направление", "номинация", "категория", "kategorie", "track"),
    "summary": (
        "кратко",
        "описание",
        "краткое описание",
        "описание проекта",
        "краткое описание проекта",
        "short description",
        "kurzbeschreibung",
    ),
    "city": ("город", "город, регион", "stadt", "town"),
    "organisation": (
        "организация",
        "вуз",
        "университет",
        "учебное заведение",
        "место учебы",
        "university",
        "organization",
        "hochschule",
    ),
    "topics": ("темы", "ключевые слова", "теги", "keywords", "tags", "themen"),
}
TEAM_FIELDS = (
    Field(CODE, ("код", "номер заявки", "заявка", "id", "entry", "nummer")),
    Field(
        LEAD_EMAIL,
        (
            "email",
            "e-mail",
            "mail",
            "email address",
            "почта",
            "электронная почта",
            "электронный адрес",
            "эл. почта",
            "e-mail-adresse",
            "адрес электронной почты",
            "email лидера",
            "e-mail лидера",
            "почта лидера",
        ),
        needed=True,
    ),
    Field(
        LEAD_NAME,
        (
            "лидер",
            "лидер команды",
            "капитан команды",
            "имя",
            "фио",
            "ф.и.о.",
            "фио лидера",
            "контактное лицо",
            "name",
            "your name",
            "team lead",
            "ansprechperson",
        ),
    ),
    Field(MEMBERS, ("команда", "участники", "участники команды", "состав команды", "team")),
    Field(MEMBER_NAME, ("участник", "участник команды", "имя участника", "team member")),
    Field(MEMBER_EMAIL, ("почта участника", "email участника", "member email")),
    Field(LANGUAGE, ("язык", "язык заявки", "sprache")),
)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be made. code "" stands for a new one; lead None for an entry without people."""

    answers: Mapping[str, Any]
    code: str = ""
    lead: Person | None = None
    members: tuple[Person, ...] = ()
    language: str = "ru"
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """A table that says nothing wrong: its entries in file order.

    incomplete: how many lack an answer that the form requires or go beyond one of its limits;
    they are imported all the same, and screening shows it.
    """

    entries: tuple[NewEntry, ...]
    incomplete: int


def entry_fields(session: Session, season_id: int) -> tuple[Field, ...]:
    """Return the fields of a season's entries: core and form questions, team; files cannot come."""
    questions = _questions(session, season_id).values()
    asked = [
        Field(
            one.question.key,
            (*one.titles, *CORE_TITLES.get(one.question.key, ())),
            needed=one.question.key == TITLE,
        )
        for one in questions
        if one.question.kind is not QuestionKind.FILE
    ]
    return (*asked, *TEAM_FIELDS)


def plan_entries(session: Session, season_id: int, table: Table) -> EntryPlan:
    """Check a table whose columns are called as ``entry_fields`` calls them.

    Neighbouring rows that agree in title and lead are one entry, each with a further member: so
    tables with merged cells say it. Raises TableErrors with everything that is wrong, TableError
    ``table_empty``.
    """
    if not table.rows:
        raise TableError("table_empty", file=table.name)
    reading = _Reading(table, _questions(session, season_id), _taken(session, season_id))
    for row in table.rows:
        reading.read(row)
    if reading.errors:
        raise TableErrors(reading.errors)
    asked = tuple(one.question for one in reading.questions.values())
    incomplete = sum(bool(answer_problems(asked, one.answers, {})) for one in reading.entries)
    return EntryPlan(tuple(reading.entries), incomplete)


def check_still_free(session: Session, season_id: int, plan: EntryPlan) -> None:
    """Raise InputError("import.changed_meanwhile") where an entry of the plan is there by now."""
    taken = _taken(session, season_id)
    for entry in plan.entries:
        if entry.code in taken.codes or _identity(entry) in taken.entries:
            raise InputError("import.changed_meanwhile")


@dataclass(frozen=True, slots=True)
class _Taken:
    codes: frozenset[str]
    entries: frozenset[tuple[str, str]]


def _taken(session: Session, season_id: int) -> _Taken:
    codes = session.scalars(select(Entry.code).where(Entry.season_id == season_id))
    leads = session.execute(
        select(Entry.title, User.email_key)
        .join(TeamMembership, TeamMembership.entry_id == Entry.id)
        .join(User, User.id == TeamMembership.user_id)
        .where(Entry.season_id == season_id, TeamMembership.role == TeamRole.LEAD)
    )
    return _Taken(frozenset(codes), frozenset((fold(title), key) for title, key in leads))


def _identity(entry: NewEntry) -> tuple[str, str]:
    lead = entry.lead.email if entry.lead else ""
    return fold(str(entry.answers.get(TITLE) or "")), email_key(lead)


def _questions(session: Session, season_id: int) -> dict[str, Asked]:
    return asked_in_all(
        [all_questions(asked_of(session, season_id, one), one) for one in LANGUAGES]
    )


@dataclass
class _Reading:
    """One pass over a table that keeps what is wrong instead of stopping at it."""

    table: Table
    questions: Mapping[str, Asked]
    taken: _Taken
    entries: list[NewEntry] = field(default_factory=list)
    errors: list[TableError] = field(default_factory=list)
    seen: dict[tuple[str, str] | str, int] = field(default_factory=dict)

    def read(self, row: Row) -> None:
        before = len(self.errors)
        entry = NewEntry(
            answers=self._answers(row),
            code=self._code(row),
            lead=self._lead(row),
            members=tuple(self._members(row)),
            language=self._language(row),
            row=row,
        )
        if len(self.errors) > before:
            return
        last = self.entries[-1] if self.entries else None
        if last and entry.members and _identity(last) == _identity(entry):
            self.entries[-1] = replace(last, members=(*last.members, *entry.members))
        else:
            self._keep(entry, row)

    def _keep(self, entry: NewEntry, row: Row) -> None:
        identity = _identity(entry)
        for name, column in ((identity, TITLE), (entry.code, CODE)):
            if name and name in self.seen:
                self._wrong(row, column, "import.entry_twice", other=self.seen[name])
                return
        if identity in self.taken.entries:
            self._wrong(row, TITLE, "import.entry_there")
        elif entry.code in self.taken.codes:
            self._wrong(row, CODE, "import.code_taken", entry=entry.code)
        self.seen[identity] = row.number
        if entry.code:
            self.seen[entry.code] = row.number
        self.entries.append(entry)

    def _answers(self, row: Row) -> dict[str, Any]:
        found = {}
        for key, asked in self.questions.items():
            cell = row.get(key) if asked.question.kind is not QuestionKind.FILE else ""
            if key == TITLE and not cell:
                self._wrong(row, key, "cell_empty")
            try:
                found[key] = answer(asked, cell)
            except InputError as error:
                self._wrong(row, key, error.code, **error.params)
        return {key: value for key, value in found.items() if value is not None}

    def _code(self, row: Row) -> str:
        code = " ".join(row.get(CODE).split())
        if len(code) > LONGEST_CODE:
            self._wrong(row, CODE, "import.code_too_long", most=LONGEST_CODE)
        return code

    def _lead(self, row: Row) -> Person | None:
        cell = row.get(LEAD_EMAIL)
        if not cell:
            self._wrong(row, LEAD_EMAIL, "cell_empty")
            return None
        try:
            return Person(" ".join(row.get(LEAD_NAME).split())[:200], check_email(cell))
        except InputError as error:
            self._wrong(row, LEAD_EMAIL, error.code, **error.params)
            return None

    def _members(self, row: Row) -> Iterable[Person]:
        one = " ".join(f"{row.get(MEMBER_NAME)} {row.get(MEMBER_EMAIL)}".split())
        for column, cell in ((MEMBERS, row.get(MEMBERS)), (MEMBER_EMAIL, one)):
            try:
                yield from people(cell)
            except InputError as error:
                self._wrong(row, column, error.code, **error.params)

    def _language(self, row: Row) -> str:
        cell = row.get(LANGUAGE, "ru").casefold()[:2]
        language = {"ру": "ru", "ан": "en", "не": "de", "ge": "de"}.get(cell, cell)
        if language not in LANGUAGES:
            self._wrong(row, LANGUAGE, "import.language_unknown", value=row.get(LANGUAGE)[:40])
        return language

    def _wrong(self, row: Row, column: str, problem: str, /, **params: Any) -> None:
        self.errors.append(self.table.error(problem, row, column, **params))


def free_codes(taken: frozenset[str], prefix: str, entries: Sequence[NewEntry]) -> list[str]:
    """Return a code for each entry: its own, or a new random one under the season's prefix."""
    used = set(taken) | {entry.code for entry in entries}
    codes = []
    for entry in entries:
        code = entry.code
        while not code:
            drawn = "".join(secrets.choice(ALPHABET) for _ in range(4 if len(used) < 10**5 else 6))
            made = f"{prefix}-{drawn}" if prefix else drawn
            code = "" if made in used else made
        used.add(code)
        codes.append(code)
    return codes
