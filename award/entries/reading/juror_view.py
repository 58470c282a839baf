"""What a juror reads of an entry. In a blind round there is no field for who wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.requirements.answers import in_words
from award.errors import NotFoundError
from award.models.entries import (
    CITY,
    ORGANISATION,
    SUMMARY,
    TITLE,
    TOPICS,
    Entry,
    EntryVersion,
    StoredFile,
)
from award.models.seasons import Category, Question, QuestionKind, Visibility


@dataclass(frozen=True, slots=True)
class JurorAnswer:
    """One answer to a question that jurors may see; lines are its paragraphs or chosen options."""

    key: str
    label: str
    kind: QuestionKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JurorFile:
    """A file under a neutral name: its question and a number, never what the team called it."""

    public_id: str
    label: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class JurorEntry:
    """A submitted entry as a juror reads it in a blind round."""

    title: str
    summary: str
    category: str
    topics: tuple[str, ...]
    language: str
    answers: tuple[JurorAnswer, ...]
    files: tuple[JurorFile, ...]


@dataclass(frozen=True, slots=True)
class NamedJurorEntry(JurorEntry):
    """The same where the round is not blind: with its code, place, organisation and team."""

    code: str
    city: str
    organisation: str
    team: tuple[str, ...]


def entry_for_juror(
    session: Session, entry_id: int, *, blind: bool, language: str
) -> JurorEntry | NamedJurorEntry:
    """Return what was submitted last, as a juror may see it, in four statements.

    Answers and files follow the order of the form; those hidden from jurors are not there.
    NotFoundError where nothing was submitted.
    """
    row = _submitted(session, entry_id)
    questions = _visible_questions(session, row.season_id)
    answers: Mapping[str, Any] = row.answers
    seen = JurorEntry(
        title=str(answers.get(TITLE) or ""),
        summary=str(answers.get(SUMMARY) or ""),
        category=pick_text(row.name, language),
        topics=tuple(map(str, answers.get(TOPICS) or ())),
        language=row.language,
        answers=tuple(_answers(questions, answers, language)),
        files=_files(session, entry_id, questions, row.files, language),
    )
    if blind:
        return seen
    return NamedJurorEntry(
        **{name: getattr(seen, name) for name in JurorEntry.__slots__},
        code=row.code,
        city=str(answers.get(CITY) or ""),
        organisation=str(answers.get(ORGANISATION) or ""),
        team=tuple(str(member.get("name", "")) for member in row.team),
    )


def _submitted(session: Session, entry_id: int) -> Any:
    row = session.execute(
        select(
            Entry.season_id,
            Entry.code,
            Entry.language,
            Category.name,
            EntryVersion.answers,
            EntryVersion.files,
            EntryVersion.team,
        )
        .join(EntryVersion, Entry.current_version_id == EntryVersion.id)
        .outerjoin(Category, Entry.category_id == Category.id)
        .where(Entry.id == entry_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _visible_questions(session: Session, season_id: int) -> list[Question]:
    return list(
        session.scalars(
            select(Question)
            .where(
                Question.season_id == season_id,
                Question.visibility == Visibility.JURORS,
                Question.withdrawn_at.is_(None),
            )
            .order_by(Question.position, Question.id)
        )
    )


def _answers(
    questions: list[Question], answers: Mapping[str, Any], language: str
) -> Iterator[JurorAnswer]:
    for question in questions:
        lines = _lines(question, answers.get(question.key), language)
        if lines and question.kind not in {QuestionKind.FILE, QuestionKind.AGREEMENT}:
            label = pick_text(question.label, language)
            yield JurorAnswer(question.key, label, question.kind, lines)


def _lines(question: Question, value: Any, language: str) -> tuple[str, ...]:
    if value in (None, "", []):
        return ()
    if question.kind is QuestionKind.ONE_CHOICE or question.kind is QuestionKind.MANY_CHOICES:
        labels = {o["key"]: pick_text(o.get("label"), language) for o in question.options}
        chosen = value if isinstance(value, list) else [value]
        return tuple(labels.get(key) or str(key) for key in chosen)
    text = in_words(question.kind, value, language)
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _files(
    session: Session,
    entry_id: int,
    questions: list[Question],
    snapshot: list[Mapping[str, Any]],
    language: str,
) -> tuple[JurorFile, ...]:
    """Return the submitted files whose question jurors see, in the order of the form."""
    order = {question.key: at for at, question in enumerate(questions)}
    wanted = sorted(
        (one for one in snapshot if one["question"] in order),
        key=lambda one: order[one["question"]],
    )
    rows = session.execute(
        select(StoredFile.public_id, StoredFile.name, StoredFile.media_type, StoredFile.size).where(
            StoredFile.entry_id == entry_id,
            StoredFile.public_id.in_([one["id"] for one in wanted]),
        )
    ).all()
    stored = {row.public_id: row for row in rows}
    found: list[JurorFile] = []
    for one in wanted:
        row = stored.get(one["id"])
        if row is not None:
            label = pick_text(questions[order[one["question"]]].label, language)
            name = f"file-{len(found) + 1}.{_extension(row.name)}"
            found.append(JurorFile(row.public_id, label, name, row.media_type, row.size))
    return tuple(found)


def _extension(name: str) -> str:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return extension if extension.isascii() and extension.isalnum() else "bin"
