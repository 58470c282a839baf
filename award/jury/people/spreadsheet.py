"""Jurors from a spreadsheet: read row by row, every mistake named, all invited or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale

from award.accounts.emails import email_key
from award.db import LANGUAGES
from award.errors import InputError
from award.i18n import LANGUAGE_CODES
from award.jury.people.invitations import JurorOffer, check_offer
from exports.errors import TableError
from exports.tables.reading import Row, Table, fold, parse_decimal, read_table, split_list

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "juror", "имя", "фио", "ф. и. о.", "эксперт", "член жюри", "vorname und name"),
    "email": (
        "email",
        "e-mail",
        "mail",
        "почта",
        "эл. почта",
        "электронная почта",
        "электронный адрес",
        "адрес электронной почты",
        "e-mail-adresse",
    ),
    "organisation": ("organisation", "organization", "организация", "место работы"),
    "region": ("region", "city", "регион", "город", "ort"),
    "panel": ("panel", "коллегия", "жюри"),
    "topics": ("topics", "expertise", "темы", "экспертиза", "themen"),
    "languages": ("languages", "языки", "sprachen"),
    "minimum": ("min", "minimum", "не меньше", "минимум"),
    "maximum": ("max", "maximum", "не больше", "максимум", "сколько заявок"),
    "chair": ("chair", "председатель", "vorsitz"),
    "standby": (
        "standby",
        "stand-by",
        "stands by",
        "в запасе",
        "запас",
        "резерв",
        "in reserve",
        "reserve",
    ),
}
FIELDS = {
    "juror_invited_already": "email",
    "address_twice": "email",
    "panel_unknown": "panel",
}
YES = frozenset({"yes", "true", "1", "x", "да", "ja", "+"})


@dataclass(frozen=True, slots=True)
class JurorRow:
    """One row of the table: what it says, or the code and parameters of what is wrong with it.

    field: the one that is wrong, "" where that is not known.
    """

    number: int
    offer: JurorOffer | None
    error: str = ""
    params: Mapping[str, Any] | None = None
    shown: str = ""
    field: str = ""


def read_jurors(
    content: bytes, name: str, *, panels: frozenset[str], known: frozenset[str]
) -> list[JurorRow]:
    """Return every row of a CSV or XLSX file, in order, good or with its mistake.

    Columns: name and email, and where there are any organisation, region, panel (a key), topics,
    languages (lists separated by ;), min, max, chair and standby; their Russian and German headers
    are understood. panels: keys of the season; known: folded addresses that are on the jury
    already.
    Raises TableError where the file or its header cannot be read, InputError("table_empty").
    """
    return jurors_of(read_table(content, name), panels=panels, known=known)


def jurors_of(table: Table, *, panels: frozenset[str], known: frozenset[str]) -> list[JurorRow]:
    """Return every row of a table that was read already; see ``read_jurors``."""
    columns = _columns(table)
    seen: dict[str, int] = {}
    rows = [_row(row, columns, panels, known, seen) for row in table.rows]
    if not rows:
        raise InputError("table_empty", field="table")
    return rows


def _columns(table: Table) -> dict[str, str]:
    found = {}
    for field, titles in HEADERS.items():
        for column in table.columns:
            if fold(column) in titles and field not in found:
                found[field] = column
    for field in ("name", "email"):
        if field not in found:
            table.require(field)
    return found


def _row(
    row: Row,
    columns: Mapping[str, str],
    panels: frozenset[str],
    known: frozenset[str],
    seen: dict[str, int],
) -> JurorRow:
    cells = {field: row.get(column) for field, column in columns.items()}
    shown = cells.get("name") or cells.get("email") or ""
    try:
        offer = check_offer(_offer(cells, panels))
        key = email_key(offer.email)
        if key in known:
            raise InputError("juror_invited_already", email=offer.email)
        if key in seen:
            raise InputError("address_twice", email=offer.email, row=seen[key])
    except InputError as error:
        field = error.field or FIELDS.get(error.code, "")
        return JurorRow(row.number, None, error.code, error.params, shown, field)
    seen[key] = row.number
    return JurorRow(row.number, offer, shown=shown)


def _offer(cells: Mapping[str, str], panels: frozenset[str]) -> JurorOffer:
    panel = cells.get("panel", "").casefold()
    if panel and panel not in panels:
        raise InputError("panel_unknown", panel=panel)
    return JurorOffer(
        name=cells.get("name", ""),
        email=cells.get("email", ""),
        organisation=cells.get("organisation", ""),
        region=cells.get("region", ""),
        panel=panel,
        topics=split_list(cells.get("topics", "")),
        languages=language_codes(cells.get("languages", "")),
        minimum=_count(cells.get("minimum", ""), 0, "minimum"),
        maximum=_count(cells.get("maximum", ""), 20, "maximum"),
        is_chair=fold(cells.get("chair", "")) in YES,
        standby=fold(cells.get("standby", "")) in YES,
    )


def language_codes(text: str) -> tuple[str, ...]:
    """Return languages, separated by ; or commas, as codes: "Русский, en" -> ("ru", "en")."""
    parts = map(fold, split_list(text.replace(",", ";")))
    return tuple(_language_names().get(part, part) for part in parts)


@cache
def _language_names() -> dict[str, str]:
    """Every language's folded name in the languages of the interface -> its code."""
    return {
        fold(name): code
        for language in LANGUAGES
        for code, name in Locale(language).languages.items()
        if code in LANGUAGE_CODES
    }


def _count(cell: str, default: int, field: str) -> int:
    if not cell:
        return default
    try:
        number = parse_decimal(cell)
    except TableError as error:
        raise InputError("count_not_a_number", field=field, value=cell[:40]) from error
    if number != int(number):
        raise InputError("count_not_a_number", field=field, value=cell[:40])
    return int(number)
