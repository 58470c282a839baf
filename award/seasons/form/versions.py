"""The entry form as it stood: every submitted version remembers the one that it answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked, pick_text
from award.models.form_versions import FormVersion
from award.models.seasons import Question, QuestionKind, Season, Visibility
from award.seasons.queries import QuestionItem, options_of

KEPT = ("key", "label", "help", "required", "options", "limits")


def current_form(session: Session, season_id: int, *, now: datetime) -> FormVersion:
    """Return the version of a season's form as it stands, made now where it differs from the last.

    A season without questions has a version of none.
    """
    questions = _as_stored(session, season_id)
    digest = hashlib.sha256(audit.canonical(questions)).hexdigest()
    last = _last(session, season_id)
    if last is not None and last.digest == digest:
        return last
    session.flush()
    locked(session, Season, season_id)
    last = _last(session, season_id)
    if last is not None and last.digest == digest:
        return last
    made = FormVersion(
        season_id=season_id,
        number=1 + (last.number if last else 0),
        questions=questions,
        digest=digest,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _last(session: Session, season_id: int) -> FormVersion | None:
    return session.scalar(
        select(FormVersion)
        .where(FormVersion.season_id == season_id)
        .order_by(FormVersion.number.desc())
        .limit(1)
    )


def _as_stored(session: Session, season_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Question)
        .where(Question.season_id == season_id, Question.withdrawn_at.is_(None))
        .order_by(Question.position, Question.id)
    )
    return [
        {name: getattr(row, name) for name in KEPT}
        | {"limits": dict(row.limits), "kind": row.kind.value, "visibility": row.visibility.value}
        for row in rows
    ]


def asked_then(
    stored: Sequence[Mapping[str, Any]], today: Sequence[QuestionItem], language: str
) -> tuple[QuestionItem, ...]:
    """Return the questions of a form version, each with what has become of it since.

    today: the season's questions now, withdrawn ones too. A question that is called otherwise
    today has that as ``label_now``.
    """
    now = {question.key: question for question in today}
    return tuple(_then(one, now.get(one["key"]), language) for one in stored)


def _then(stored: Mapping[str, Any], today: QuestionItem | None, language: str) -> QuestionItem:
    then = QuestionItem(
        key=stored["key"],
        kind=QuestionKind(stored["kind"]),
        label=pick_text(stored["label"], language),
        help=pick_text(stored["help"], language),
        required=stored["required"],
        visibility=Visibility(stored["visibility"]),
        options=options_of(stored["options"], language),
        limits=stored["limits"],
    )
    if today is None:
        return then
    return replace(
        then,
        withdrawn_at=today.withdrawn_at,
        label_now=today.label if today.label != then.label else "",
    )
