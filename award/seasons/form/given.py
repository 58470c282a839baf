"""Who has answered a question so far: drafts and submitted entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.models.entries import Answer, ConsentGiven, Entry, EntryState, EntryVersion, StoredFile
from award.models.seasons import QuestionKind


@dataclass(frozen=True, slots=True)
class Amount:
    """So many drafts that were never submitted, and so many submitted entries."""

    drafts: int = 0
    submitted: int = 0

    def __bool__(self) -> bool:
        return self.drafts + self.submitted > 0


@dataclass(frozen=True, slots=True)
class Given:
    """The answers to one question, by entry: of drafts, as submitted, and changed beside it.

    Of a FILE question an answer is the number of files. Nothing answered is not there.
    """

    drafts: Mapping[int, Any] = field(default_factory=dict)
    submitted: Mapping[int, Any] = field(default_factory=dict)
    beside: Mapping[int, Any] = field(default_factory=dict)

    @property
    def amount(self) -> Amount:
        """How many entries have answered."""
        return self.those(lambda _value: True)

    def chose(self, key: str) -> Amount:
        """Count the entries that chose an option."""
        return self.those(lambda value: chose(value, key))

    def those(self, fits: Callable[[Any], bool]) -> Amount:
        """Count the entries with an answer that fits."""
        drafts = sum(fits(value) for value in self.drafts.values())
        sent = {one for one, value in self.submitted.items() if fits(value)}
        beside = {one for one, value in self.beside.items() if fits(value)}
        return Amount(drafts, len(sent | beside))


def chose(value: Any, key: str) -> bool:
    """Whether an answer to a question with choices holds an option."""
    return value == key or (isinstance(value, list) and key in value)


def given_answers(session: Session, season_id: int, key: str, kind: QuestionKind) -> Given:
    """Return every answer to a question of a season, in two statements."""
    sent = session.execute(
        select(Entry.id, EntryVersion.answers[key].as_json())
        .join(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .where(Entry.season_id == season_id)
    )
    submitted = {one: _size(value, kind) for one, value in sent if value not in (None, [], "")}
    drafts: dict[int, Any] = {}
    beside: dict[int, Any] = {}
    for entry_id, version_id, value in _working(session, season_id, key, kind):
        if value not in (None, [], ""):
            (drafts if version_id is None else beside)[entry_id] = value
    return Given(drafts, submitted, beside)


def _size(value: Any, kind: QuestionKind) -> Any:
    return len(value) if kind is QuestionKind.FILE else value


def _working(session: Session, season_id: int, key: str, kind: QuestionKind) -> Any:
    if kind is not QuestionKind.FILE:
        return session.execute(
            select(Entry.id, Entry.current_version_id, Answer.value)
            .join(Answer, Answer.entry_id == Entry.id)
            .where(Entry.season_id == season_id, Answer.key == key)
        )
    return session.execute(
        select(Entry.id, Entry.current_version_id, func.count(StoredFile.id))
        .join(StoredFile, StoredFile.entry_id == Entry.id)
        .where(
            Entry.season_id == season_id,
            StoredFile.question_key == key,
            StoredFile.removed_at.is_(None),
        )
        .group_by(Entry.id, Entry.current_version_id)
    )


def entries_so_far(session: Session, season_id: int) -> Amount:
    """Return how many drafts and submitted entries a season has, withdrawn ones aside."""
    drafts, submitted = session.execute(
        select(
            func.count(Entry.id).filter(Entry.current_version_id.is_(None)),
            func.count(Entry.id).filter(Entry.current_version_id.is_not(None)),
        ).where(Entry.season_id == season_id, Entry.state != EntryState.WITHDRAWN)
    ).one()
    return Amount(drafts, submitted)


def has_entries(session: Session, season_id: int) -> bool:
    """Whether anybody has begun an entry, given up or not."""
    return session.scalar(select(Entry.id).where(Entry.season_id == season_id).limit(1)) is not None


def consents_on_record(session: Session, consent_id: int) -> int:
    """Return how many agreements to a consent are on record, withdrawn ones too."""
    counted = select(func.count(ConsentGiven.id)).where(ConsentGiven.consent_id == consent_id)
    return session.scalar(counted) or 0
