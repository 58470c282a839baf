"""What teams agreed to show in public, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.entries.requirements.eligibility import age_at
from award.models.accounts import User
from award.models.entries import ConsentBy, ConsentGiven
from award.models.entries import TeamMembership as Member
from award.models.seasons import (
    Consent,
    ConsentScope,
    Question,
    QuestionKind,
    Season,
    Visibility,
)

PICTURES = ("png", "jpg", "jpeg", "webp")
VIEWED = {"pdf": "pdf", "mp4": "video"}
"""How a file that is no picture is looked at in its place, by extension."""
DIGEST = 12
"""Digits of a file's digest in its address."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """names: entry id -> who may be named, in team order; works: entries whose answers may show."""

    names: Mapping[int, tuple[str, ...]]
    works: frozenset[int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a team under an address of ours: its file's public id and digest."""

    file_id: str
    digest: str
    caption: str


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF or a video of a team under an address of ours. view: "pdf" or "video"; size: bytes."""

    file_id: str
    digest: str
    extension: str
    caption: str
    view: str
    size: int


def agreed(session: Session, season_id: int, entry_ids: Collection[int]) -> Agreed:
    """Return what the teams of some entries agreed to, in three statements.

    A member is named who gave every consent about publishing that each member is asked for; where
    the season asks no such consent, nobody is; those that it stopped asking count only where no
    other is left. A work shows where its team gave those asked of the
    entry, which may be none. What was withdrawn counts no more; nor does a child's own yes where
    its guardian's was needed.
    """
    consents = session.execute(
        select(Consent.id, Consent.scope, Consent.by_guardian, Consent.withdrawn_at).where(
            Consent.season_id == season_id, Consent.publishes
        )
    ).all()
    consents = [one for one in consents if one.withdrawn_at is None] or list(consents)
    of_each = {one.id for one in consents if one.scope is ConsentScope.MEMBER}
    of_entry = {one.id for one in consents if one.scope is ConsentScope.ENTRY}
    guarded = {one.id for one in consents if one.by_guardian}
    given, works = _given(session, [one.id for one in consents], entry_ids)
    names: dict[int, list[str]] = {}
    for entry_id, user_id, name, birth, grown_at in _members(session, season_id, entry_ids):
        yes = {
            one.consent_id
            for one in given.get((entry_id, user_id), ())
            if not (one.consent_id in guarded and _too_young(one, birth, grown_at))
        }
        if of_each and of_each <= yes:
            names.setdefault(entry_id, []).append(name)
    return Agreed(
        {entry_id: tuple(found) for entry_id, found in names.items()},
        frozenset(one for one in entry_ids if of_entry <= works.get(one, set())),
    )


def _given(
    session: Session, consents: list[int], entry_ids: Collection[int]
) -> tuple[dict[tuple[int, int], list[Any]], dict[int, set[int]]]:
    """Consents that stand: by person of an entry, and the ids by entry."""
    by_person: dict[tuple[int, int], list[Any]] = {}
    by_entry: dict[int, set[int]] = {}
    for row in session.execute(
        select(
            ConsentGiven.entry_id,
            ConsentGiven.user_id,
            ConsentGiven.consent_id,
            ConsentGiven.by,
            ConsentGiven.given_at,
        ).where(
            ConsentGiven.consent_id.in_(consents),
            ConsentGiven.entry_id.in_(entry_ids),
            ConsentGiven.withdrawn_at.is_(None),
        )
    ):
        by_person.setdefault((row.entry_id, row.user_id), []).append(row)
        by_entry.setdefault(row.entry_id, set()).add(row.consent_id)
    return by_person, by_entry


def _members(session: Session, season_id: int, entry_ids: Collection[int]) -> Any:
    grown_at = select(Season.guardian_below_age).where(Season.id == season_id).scalar_subquery()
    return session.execute(
        select(Member.entry_id, User.id, User.name, Member.birth_date, grown_at)
        .join(User, User.id == Member.user_id)
        .where(
            Member.entry_id.in_(entry_ids),
            Member.left_at.is_(None),
            User.erased_at.is_(None),
            User.name != "",
        )
        .order_by(Member.id)
    )


def _too_young(given: Any, birth: Any, grown_at: int) -> bool:
    """Whether somebody agreed alone at an age at which her guardian was to agree."""
    alone = given.by is ConsentBy.SELF and birth is not None
    return alone and age_at(birth, given.given_at.date()) < grown_at


def published_questions(session: Session, season_id: int) -> dict[str, Question]:
    """Return the questions of a season that the public reads, by key, in form order."""
    rows = session.scalars(
        select(Question)
        .where(
            Question.season_id == season_id,
            Question.published,
            Question.visibility != Visibility.STAFF,
        )
        .order_by(Question.position, Question.id)
    )
    return {row.key: row for row in rows}


def pictures(
    files: Collection[Mapping[str, Any]], questions: Mapping[str, Question], language: str
) -> list[Picture]:
    """Return a version's pictures whose question is published, in the order of the form."""
    return [
        Picture(one["id"], one["sha256"][:DIGEST], caption)
        for one, extension, caption in _published(files, questions, language)
        if extension in PICTURES
    ]


def documents(
    files: Collection[Mapping[str, Any]], questions: Mapping[str, Question], language: str
) -> list[Document]:
    """Return its PDFs and videos in the same way; files of other kinds are not published."""
    return [
        Document(
            file_id=one["id"],
            digest=one["sha256"][:DIGEST],
            extension=extension,
            caption=caption,
            view=VIEWED[extension],
            size=one["size"],
        )
        for one, extension, caption in _published(files, questions, language)
        if extension in VIEWED
    ]


def _published(
    files: Collection[Mapping[str, Any]], questions: Mapping[str, Question], language: str
) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Yield (file, extension, its question's label) of published questions, in form order."""
    order = [key for key, one in questions.items() if one.kind is QuestionKind.FILE]
    for one in sorted(
        (one for one in files if one["question"] in order),
        key=lambda one: order.index(one["question"]),
    ):
        caption = _caption(questions[one["question"]].label, language)
        yield one, one["name"].lower().rpartition(".")[2], caption


def _caption(label: Mapping[str, str], language: str) -> str:
    return label.get(language) or next(iter(label.values()), "")
