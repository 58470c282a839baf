"""Participants and attendance from a table, as forms and spreadsheets write them.

A row is a person, or a person at one workshop: rows of the same person are put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.accounts.emails import check_email, email_key
from award.db import LANGUAGES
from award.errors import InputError
from award.i18n import fold
from award.models.education import Workshop
from exports.errors import TableError, TableErrors
from exports.tables.fields import Field, bare
from exports.tables.reading import Row, Table

NAME, EMAIL, ORGANISATION, CITY, LANGUAGE = "name", "email", "organisation", "city", "spoken"
SIGNED_UP, ATTENDED = "signed_up", "attended"
AT = "at:"
"""What the key of a field begins with whose column says who was at one workshop."""
LONGEST = 200
MOST = 20_000
YES = frozenset(
    {"да", "yes", "ja", "+", "1", "x", "х", "v", "✓", "✔", "true", "истина", "wahr", "был", "была"}
    | {"присутствовал", "присутствовала", "present", "anwesend", "посетил", "посетила"}
)
NO = frozenset(
    {"нет", "no", "nein", "-", "–", "—", "0", "false", "ложь", "falsch", "не был", "не была", "н"}
    | {"отсутствовал", "отсутствовала", "absent", "abwesend"}
)
LANGUAGE_WORDS = {"русский": "ru", "russian": "ru", "russisch": "ru"} | {
    "английский": "en", "english": "en", "englisch": "en",
    "немецкий": "de", "german": "de", "deutsch": "de",
}  # fmt: skip
FIELDS = (
    Field(
        NAME,
        (
            "фио",
            "ф.и.о.",
            "ф. и. о.",
            "имя",
            "имя и фамилия",
            "фамилия и имя",
            "фамилия, имя",
            "фамилия имя отчество",
            "участник",
            "full name",
            "your name",
            "vorname und name",
        ),
        needed=True,
    ),
    Field(
        EMAIL,
        (
            "e-mail",
            "mail",
            "email address",
            "почта",
            "эл. почта",
            "электронная почта",
            "электронный адрес",
            "адрес электронной почты",
            "ваш email",
            "e-mail-adresse",
        ),
    ),
    Field(
        ORGANISATION,
        (
            "организация",
            "вуз",
            "университет",
            "учебное заведение",
            "место учебы",
            "школа",
            "university",
            "organization",
            "school",
            "hochschule",
        ),
    ),
    Field(CITY, ("город", "город, регион", "town", "stadt", "ort")),
    Field(LANGUAGE, ("язык", "sprache")),
    Field(
        SIGNED_UP,
        (
            "воркшопы",
            "какой воркшоп вы выбираете",
            "на какие воркшопы вы хотите прийти",
            "записан",
            "запись",
            "workshops",
            "signed up",
            "angemeldet",
        ),
    ),
    Field(
        ATTENDED,
        (
            "воркшоп",
            "посетил воркшоп",
            "посещение",
            "посещенные воркшопы",
            "присутствие",
            "workshop",
            "attended",
            "attendance",
            "teilgenommen",
        ),
    ),
)


@dataclass(slots=True)
class Person:
    """One participant of a table. marks: workshop id -> whether she was there; False is either a
    sign-up or a "no", told apart by ``absent``.
    """

    name: str
    email: str = ""
    organisation: str = ""
    city: str = ""
    language: str = ""
    marks: dict[int, bool] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)

    @property
    def key(self) -> str:
        """What names her once a season: her folded address, else her folded name."""
        return email_key(self.email) if self.email else fold(self.name)


@dataclass(frozen=True, slots=True)
class AttendancePlan:
    """A table that says nothing wrong: its people in the order of the file, nobody twice."""

    people: tuple[Person, ...]


def participant_fields(session: Session, season_id: int) -> tuple[Field, ...]:
    """Return the fields of a participant, with one for each workshop of the season."""
    columns = [
        Field(f"{AT}{workshop.public_id}", tuple(workshop.name.values()))
        for workshop in _workshops(session, season_id)
    ]
    return (*FIELDS, *columns)


def _workshops(session: Session, season_id: int) -> Sequence[Workshop]:
    return session.scalars(
        select(Workshop)
        .where(Workshop.season_id == season_id)
        .order_by(Workshop.held_on.is_(None), Workshop.held_on, Workshop.id)
    ).all()


def plan_participants(session: Session, season_id: int, table: Table) -> AttendancePlan:
    """Check a table whose columns are called as ``participant_fields`` calls them.

    Raises TableErrors with everything that is wrong, TableError table_empty or import.too_many.
    """
    if not table.rows:
        raise TableError("table_empty", file=table.name)
    if len(table.rows) > MOST:
        raise TableError("import.too_many", file=table.name, most=MOST)
    workshops = _workshops(session, season_id)
    reader = _Reader(table, workshops)
    found: dict[str, Person] = {}
    for row in table.rows:
        person = reader.person(row)
        known = found.setdefault(person.key, person)
        if known is not person:
            _put_together(known, person)
    if reader.wrong:
        raise TableErrors(reader.wrong)
    return AttendancePlan(tuple(found.values()))


def _put_together(known: Person, more: Person) -> None:
    for name in ("organisation", "city", "language"):
        setattr(known, name, getattr(known, name) or getattr(more, name))
    for workshop, there in more.marks.items():
        known.marks[workshop] = there or known.marks.get(workshop, False)
    known.absent = (known.absent | more.absent) - {one for one, at in known.marks.items() if at}


def _by_name(workshops: Sequence[Workshop]) -> dict[str, int]:
    """Return what people may call a workshop; without brackets only where that is still one."""
    exact = {fold(text): one.id for one in workshops for text in one.name.values()}
    short: dict[str, set[int]] = {}
    for one in workshops:
        for text in one.name.values():
            short.setdefault(bare(text), set()).add(one.id)
    clear = {name: min(ids) for name, ids in short.items() if name and len(ids) == 1}
    return clear | exact


class _Reader:
    """Reads rows into people and collects what is wrong with them."""

    def __init__(self, table: Table, workshops: Sequence[Workshop]) -> None:
        self.table = table
        self.wrong: list[TableError] = []
        self.by_name = _by_name(workshops)
        self.shown = "; ".join(next(iter(one.name.values()), "") for one in workshops) or "—"
        self.columns = {
            f"{AT}{one.public_id}": one.id
            for one in workshops
            if f"{AT}{one.public_id}" in table.columns
        }

    def person(self, row: Row) -> Person:
        """Return what a row says of a person; what cannot be read is left out and noted."""
        person = Person(
            name=self._text(row, NAME) or "",
            email=self._email(row),
            organisation=self._text(row, ORGANISATION),
            city=self._text(row, CITY),
            language=self._language(row),
        )
        if not person.name:
            self._note("cell_empty", row, NAME)
        for workshop in self._named(row, SIGNED_UP):
            person.marks.setdefault(workshop, False)
        for workshop in self._named(row, ATTENDED):
            person.marks[workshop] = True
        for column, workshop in self.columns.items():
            self._mark(person, row, column, workshop)
        return person

    def _mark(self, person: Person, row: Row, column: str, workshop: int) -> None:
        said = fold(row.get(column))
        if said in NO:
            person.marks.setdefault(workshop, False)
            person.absent.add(workshop)
        elif said in YES:
            person.marks[workshop] = True
        elif said:
            self._note("import.mark_unknown", row, column, value=row.get(column)[:60])

    def _named(self, row: Row, column: str) -> Iterator[int]:
        for name in names_in(row.get(column), self.by_name):
            workshop = self.by_name.get(fold(name)) or self.by_name.get(bare(name))
            if workshop is None:
                self._note(
                    "import.workshop_unknown", row, column, value=name[:60], known=self.shown
                )
            else:
                yield workshop

    def _text(self, row: Row, column: str) -> str:
        text = " ".join(row.get(column).split())
        if len(text) > LONGEST:
            self._note("import.text_too_long", row, column, most=LONGEST)
        return text

    def _email(self, row: Row) -> str:
        given = row.get(EMAIL)
        try:
            return check_email(given) if given else ""
        except InputError as error:
            self._note(error.code, row, EMAIL)
            return ""

    def _language(self, row: Row) -> str:
        said = fold(row.get(LANGUAGE))
        code = said if said in LANGUAGES else LANGUAGE_WORDS.get(said, "")
        if said and not code:
            self._note("import.language_unknown", row, LANGUAGE, value=row.get(LANGUAGE)[:60])
        return code

    def _note(self, code: str, row: Row, column: str, **params: object) -> None:
        self.wrong.append(self.table.error(code, row, column, **params))


def names_in(cell: str, known: Mapping[str, int]) -> list[str]:
    """Return the names of a cell that lists several: by semicolon or line, as Excel users write, or
    by comma, as forms do; a name that itself holds commas stays whole where it is ``known``.
    """
    found = []
    for part in re.split(r"[;\n]", cell):
        pieces = [piece.strip() for piece in part.split(",")]
        while pieces:
            size = _known_size(pieces, known)
            found.append(", ".join(pieces[:size]))
            pieces = pieces[size:]
    return [name for name in found if name]


def _known_size(pieces: Sequence[str], known: Mapping[str, int]) -> int:
    """Return how many of the first pieces make the longest known name; 1 where none does."""
    for size in range(len(pieces), 1, -1):
        name = ", ".join(pieces[:size])
        if fold(name) in known or bare(name) in known:
            return size
    return 1
