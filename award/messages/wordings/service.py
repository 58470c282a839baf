"""A season's own words for system mails: kept, and given up for the original."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, mail, wording
from award.audit import canonical
from award.db import locked
from award.errors import EditConflictError, InputError, NotFoundError
from award.models.seasons import Season
from award.models.wordings import Wording
from award.wording import KINDS, Kind

Words = dict[str, tuple[str, str]]
"""Language -> subject and text."""


def kind_named(key: str) -> Kind:
    """Return a kind of mail by its key; NotFoundError for any other."""
    if key not in KINDS:
        raise NotFoundError
    return KINDS[key]


def own_words(session: Session, season_id: int, kind: Kind) -> Words:
    """Return a season's own words for a kind of mail; languages without any are not there."""
    rows = session.scalars(
        select(Wording).where(Wording.season_id == season_id, Wording.kind == kind.key)
    )
    return {row.language: (row.subject, row.body) for row in rows}


def state_of(words: Words) -> str:
    """Return what tells one kept state from another."""
    return sha256(canonical(words)).hexdigest()[:32]


def check_words(kind: Kind, subject: Mapping[str, str], body: Mapping[str, str]) -> Words:
    """Return what was typed, without the languages that say what the original says.

    Raises InputError: language_half_written, field_unknown (``name``), brace_alone, or
    required_field_missing (``name``) where the text leaves out what the mail is there for.
    """
    if set(subject) != set(body):
        short = "body" if set(subject) - set(body) else "subject"
        raise InputError("language_half_written", field=short)
    typed = {one: (_plain(subject[one]), _plain(body[one])) for one in subject}
    for texts in typed.values():
        _check_fields(kind, *texts)
    return {one: texts for one, texts in typed.items() if texts != original_words(kind, one)}


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _check_fields(kind: Kind, subject: str, body: str) -> None:
    for name, text in (("subject", subject), ("body", body)):
        unknown = wording.fields_in(text) - set(kind.fields)
        if unknown:
            raise InputError("field_unknown", field=name, name="{" + min(unknown) + "}")
        if wording.stray_brace(text):
            raise InputError("brace_alone", field=name)
    missing = [name for name in kind.required if name not in wording.fields_in(body)]
    if missing:
        raise InputError("required_field_missing", field="body", name="{" + missing[0] + "}")


def original_words(kind: Kind, language: str) -> tuple[str, str]:
    """Return subject and text as the system words them, ready to be edited."""
    subject, body = mail.original(kind, language)
    return _plain(subject), _plain(body)


def save_words(
    session: Session,
    season_id: int,
    kind: Kind,
    words: Words,
    seen: str,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Keep a season's words for a kind of mail; a language that is not in ``words`` is original.

    seen: state_of what the editor began from; EditConflictError where it is another by now.
    """
    season = locked(session, Season, season_id)
    before = own_words(session, season_id, kind)
    if state_of(before) != seen:
        raise EditConflictError("wording_changed")
    rows = select(Wording).where(Wording.season_id == season_id, Wording.kind == kind.key)
    for row in session.scalars(rows).all():
        session.delete(row)
    session.flush()
    for language, (subject, body) in words.items():
        row = Wording(season_id=season_id, kind=kind.key, language=language, changed_at=now)
        row.subject, row.body = subject, body
        session.add(row)
    session.flush()
    if words != before:
        _record(session, season, kind, before, words, actor_id, now)


def _record(
    session: Session,
    season: Season,
    kind: Kind,
    before: Words,
    after: Words,
    actor_id: int,
    now: datetime,
) -> None:
    audit.record(
        session,
        "mail.reworded" if after else "mail.worded_back",
        season,
        actor_id=actor_id,
        now=now,
        before={"mail": kind.key, "words": _pairs(before)},
        after={"mail": kind.key, "words": _pairs(after)},
        programme_id=season.programme_id,
        season_id=season.id,
    )


def _pairs(words: Words) -> dict[str, Any]:
    return {language: list(texts) for language, texts in words.items()}
