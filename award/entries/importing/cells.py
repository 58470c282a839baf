"""Cells of a foreign table as answers: options by their label, dates, lists, people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from award.accounts.emails import check_email
from award.entries.requirements.answers import clean
from award.errors import InputError
from award.i18n import fold
from award.models.seasons import QuestionKind
from award.seasons.queries import QuestionItem

YES = frozenset({"yes", "true", "1", "x", "+", "да", "согласен", "согласна", "ja", "on"})
NO = frozenset({"no", "false", "0", "-", "нет", "nein"})
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S")
ADDRESS = re.compile(r"[^\s<>(),;]+@[^\s<>(),;]+")
NUMBERING = re.compile(r"^\d+[.)]\s*")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a team; who has no address is only named, in what was submitted."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with every text under which its options are known: folded text -> key."""

    question: QuestionItem
    titles: tuple[str, ...]
    options: Mapping[str, str]


def asked_in_all(versions: Sequence[Sequence[QuestionItem]]) -> dict[str, Asked]:
    """Join the same form in several languages into one that understands them all."""
    found = {}
    for same in zip(*versions, strict=True):
        options = {fold(option.key): option.key for option in same[0].offered}
        for item in same:
            options.update({fold(option.label): option.key for option in item.offered})
        titles = tuple(dict.fromkeys(item.label for item in same))
        found[same[0].key] = Asked(same[0], titles, options)
    return found


def answer(asked: Asked, cell: str) -> Any:
    """Return what a cell says, in the stored form of the question's kind; None where it is empty.

    Raises InputError, its field the question's key.
    """
    if not cell:
        return None
    reader = _READERS.get(asked.question.kind)
    return clean(asked.question, reader(asked, cell) if reader else cell)


def _one_choice(asked: Asked, cell: str) -> str:
    key = asked.options.get(fold(cell))
    if key is None:
        raise _unknown_option(asked, cell)
    return key


def _many_choices(asked: Asked, cell: str) -> list[str]:
    """Read labels separated by ; or a line end, or by commas that may stand in labels too."""
    keys = []
    for part in filter(str.strip, re.split(r"[;\n]", cell)):
        keys += _known_labels(asked, fold(part), part)
    return keys


def _known_labels(asked: Asked, text: str, shown: str) -> list[str]:
    keys = []
    while text:
        fits = [label for label in asked.options if label and _begins(text, label)]
        if not fits:
            raise _unknown_option(asked, shown)
        label = max(fits, key=len)
        keys.append(asked.options[label])
        text = text[len(label) :].lstrip(" ,")
    return keys


def _begins(text: str, label: str) -> bool:
    return text.startswith(label) and text[len(label) :].lstrip()[:1] in ("", ",")


def _unknown_option(asked: Asked, cell: str) -> InputError:
    known = "; ".join(option.label for option in asked.question.offered)
    shown = {"value": cell.strip()[:80], "known": known}
    return InputError("import.option_unknown", field=asked.question.key, **shown)


def _date(asked: Asked, cell: str) -> str:
    for form in DATES:
        try:
            return datetime.strptime(cell.strip(), form).date().isoformat()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    raise InputError("import.date_unknown", field=asked.question.key, value=cell[:40])


def _agreement(asked: Asked, cell: str) -> bool | None:
    """Read a plain yes or no, or a form's own sentence of agreement, repeated in the cell."""
    text = fold(cell)
    if text in NO:
        return None
    if text in YES or text.split(" ", 1)[0].strip(",.") in YES or text in asked.options:
        return True
    raise InputError("import.agreement_unknown", field=asked.question.key, value=cell[:40])


_READERS = {
    QuestionKind.ONE_CHOICE: _one_choice,
    QuestionKind.MANY_CHOICES: _many_choices,
    QuestionKind.DATE: _date,
    QuestionKind.AGREEMENT: _agreement,
}


def people(cell: str) -> list[Person]:
    """Return the people that a cell lists, one a line or separated by ; ("Name <address>").

    Commas separate too where each part has an address. Raises InputError("email_invalid").
    """
    found = []
    for part in re.split(r"[;\n]", cell):
        several = len(ADDRESS.findall(part)) > 1
        found += [person(one) for one in (part.split(",") if several else [part]) if one.strip()]
    return found


def person(text: str) -> Person:
    """Return one person of "Name <address>", "Name, address" or a name alone."""
    address = ADDRESS.search(text)
    email = check_email(address.group()) if address else ""
    rest = ADDRESS.sub(" ", text)
    name = " ".join(NUMBERING.sub("", rest.strip()).split()).strip(" <>(),-–—:")
    return Person(name[:200], email)
