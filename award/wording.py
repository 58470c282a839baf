"""Mails in a season's own words: which may be reworded, with which fields, and how they are filled.

A field in braces stands for what the mail is about: {name}, {link}. What a mail is there for, most
of all the link that is a key, is a required field: no wording can leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import i18n
from award.models.wordings import Wording

FIELD = re.compile(r"\{([^{}\n]{1,40})\}")
SOURCES = {
    "link": "url",
    "deadline": "closes_at",
    "moment": "submitted_at",
    "check_link": "check",
    "password_link": "forgot_url",
    "feedback_link": "feedback_url",
    "results_link": "winners_url",
}
"""Fields whose value the template gets under another name."""
COUNT = 95105
"""Stands for {count} where an original is printed: its plural is that of most numbers."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mail. given: what tells it from other kinds of the same template."""

    key: str
    template: str
    fields: tuple[str, ...]
    required: tuple[str, ...] = ("link",)
    to_jurors: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)


ENTRY = ("name", "season", "title", "code")
SHEETS = ("name", "season", "round", "count", "deadline", "link")
RESULT = (
    "name", "season", "round", "title", "prizes", "feedback_link", "appeals_until", "results_link",
)  # fmt: skip
TOLD = ("title", "feedback_link", "appeals_until")


def _result(key: str, outcome: str, place: object = None) -> Kind:
    fields = (*RESULT[:4], "place", *RESULT[4:]) if place else RESULT
    given = {"outcome": outcome} | ({"place": place} if outcome == "winner" else {})
    return Kind(key, "results_announced", fields, TOLD, given=given)


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("team_invitation", "team_invitation",
             ("inviter", "title", "season", "deadline", "link")),
        Kind("guardian_consent", "guardian_consent",
             ("name", "member", "title", "season", "answer_by", "link"), ("member", "link")),
        Kind("entry_receipt", "entry_receipt",
             (*ENTRY, "moment", "receipt", "digest", "deadline", "link"),
             ("moment", "receipt", "digest", "link")),
        Kind("entry_imported", "entry_imported", (*ENTRY, "email", "password_link", "link"),
             ("email", "password_link", "link")),
        Kind("entry_extended", "entry_extended", ("name", "title", "deadline", "reason", "link"),
             ("deadline", "link")),
        Kind("lead_changed", "lead_changed", ("name", "lead", "title", "reason", "link"),
             ("lead", "link")),
        Kind("entry_eligible", "entry_screened", (*ENTRY, "reason", "link"),
             given={"eligible": True}),
        Kind("entry_ineligible", "entry_screened", (*ENTRY, "reason", "deadline", "link"),
             ("reason", "link"), given={"eligible": False}),
        Kind("thread_answered", "thread_answered", (*ENTRY, "link")),
        _result("result_place", "winner", "{place}"),
        _result("result_winner", "winner"),
        _result("result_finalist", "finalist"),
        _result("result_through", "through"),
        _result("result_out", "out"),
        Kind("certificate_issued", "certificate_issued",
             ("name", "season", "link", "number", "check_link"), ("link", "check_link"),
             given={"own": True}),
        Kind("juror_invitation", "juror_invitation",
             ("name", "programme", "season", "maximum", "effort", "judging_opens",
              "judging_closes", "answer_by", "link"), to_jurors=True),
        Kind("assignment_offered", "assignment_offered",
             (*SHEETS[:4], "entries", *SHEETS[4:]), to_jurors=True),
        Kind("juror_reminder", "juror_reminder", SHEETS, to_jurors=True),
        Kind("sheet_reopened", "sheet_reopened", ("name", "season", "position", "reason", "link"),
             ("reason", "link"), to_jurors=True),
        Kind("protocol_ready", "protocol_ready", ("name", "season", "round", "link"),
             to_jurors=True),
        Kind("protocol_void", "protocol_void", ("name", "season", "round", "reason"), ("reason",),
             to_jurors=True),
    )
}  # fmt: skip
"""In the order in which a season sends them. Accounts belong to no season; an appeal's mails and
the feedback letter are records of what was said and stay as they are."""


def kind_of(template: str, values: Mapping[str, Any]) -> Kind | None:
    """Return the kind of a mail from what its template gets; None where it has one wording only."""
    return next(
        (one for one in KINDS.values() if one.template == template and _fits(one, values)), None
    )


def _fits(kind: Kind, values: Mapping[str, Any]) -> bool:
    given = dict(kind.given)
    given.pop("own", None)
    if values.get("outcome") != given.pop("outcome", values.get("outcome")):
        return False
    return all(bool(values.get(name)) == bool(wanted) for name, wanted in given.items())


def fields_in(*texts: str) -> set[str]:
    """Return the names in braces that the texts hold."""
    return {name for text in texts for name in FIELD.findall(text)}


def stray_brace(*texts: str) -> bool:
    """Whether a brace in the texts belongs to no field: what was meant is anybody's guess."""
    return any(brace in FIELD.sub("", text) for text in texts for brace in "{}")


def merge(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; braces around any other word stay as they are."""
    return FIELD.sub(lambda found: values.get(found[1], found[0]), text)


def merge_lines(text: str, values: Mapping[str, str], needed: Collection[str] = ()) -> str:
    """Put the values in and leave out each line that names an empty one.

    The line before it goes, too, where it ends with a colon: it introduced what is not there. A
    line with a needed field that is not empty always stays.
    """
    kept: list[str] = []
    for line in text.splitlines():
        names = FIELD.findall(line)
        held = any(values.get(name) for name in names if name in needed)
        if held or all(values.get(name, name) for name in names):
            kept.append(merge(line, values))
        elif kept and kept[-1].rstrip().endswith(":"):
            kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() + "\n"


def filled(kind: Kind, values: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return each field of a mail as it is printed; "" for what this mail has not."""
    zone = str(values.get("zone") or "Europe/Moscow")
    return {
        name: _printed(values.get(SOURCES.get(name, name)), language, zone)
        or (str(values.get("code", "")) if name == "title" else "")
        for name in kind.fields
    }


def _printed(value: Any, language: str, zone: str) -> str:
    if isinstance(value, datetime):
        return i18n.format_moment(value, language, zone)
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def blank(kind: Kind) -> dict[str, Any]:
    """Return what prints a kind's original with the fields standing where values will be."""
    values: dict[str, Any] = {SOURCES.get(name, name): "{" + name + "}" for name in kind.fields}
    lists = {"prizes": ["{prizes}"], "count": COUNT}
    return values | {name: lists[name] for name in lists if name in kind.fields} | dict(kind.given)


def own_words(
    session: Session,
    season_id: int | None,
    template: str,
    language: str,
    values: Mapping[str, Any],
) -> tuple[str, str] | None:
    """Return subject and text of a mail in its season's own words; None where it has none."""
    kind = kind_of(template, values) if season_id else None
    if kind is None:
        return None
    found = session.execute(
        select(Wording.subject, Wording.body).where(
            Wording.season_id == season_id,
            Wording.kind == kind.key,
            Wording.language == language,
        )
    ).first()
    if found is None:
        return None
    return in_words(kind, found.subject, found.body, filled(kind, values, language))


def in_words(kind: Kind, subject: str, body: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Return a wording filled in; the subject stays one line, whatever a field holds."""
    return " ".join(merge(subject, values).split()), merge_lines(body, values, kind.required)
