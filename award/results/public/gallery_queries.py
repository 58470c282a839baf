"""The finalists' gallery: even for all, from the announcement on. Before, nothing is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.reading.queries import ShownAnswer, shown_answers
from award.errors import NotFoundError
from award.i18n import sort_key
from award.models.entries import Entry, EntryState, EntryVersion, StoredFile
from award.models.results import Decision, Outcome
from award.models.seasons import Question, Round
from award.results.public.publication import (
    DIGEST,
    Document,
    Picture,
    agreed,
    documents,
    pictures,
    published_questions,
)
from award.results.public.videos import HostedVideo, hosted_video
from award.results.public.winner_queries import Laureate, announced, laureates
from award.results.rounds import outcome_is_public
from award.seasons.queries import form_of


@dataclass(frozen=True, slots=True)
class Gallery:
    """The finalists that a filter leaves; categories: (key, name, how many) of all of them."""

    programme: str
    programme_slug: str
    season: str
    season_slug: str
    won: bool
    entries: tuple[Laureate, ...]
    categories: tuple[tuple[str, str, int], ...]
    total: int


def gallery(
    session: Session,
    programme_slug: str,
    season_slug: str,
    language: str,
    *,
    category: str,
    start: int,
    now: datetime,
) -> Gallery:
    """Return the finalists by title, beginning with a different one for each ``start``.

    So nobody stands first for everybody. category: a key, "" for all. NotFoundError before the
    first announcement and for a category that no finalist is in.
    """
    season, programme, rounds = announced(session, programme_slug, season_slug, now=now)
    found = _main(laureates(session, season.id, [rounds[-1].id], rounds[-1].id, language))
    counts: dict[str, tuple[str, int]] = {}
    for one in found:
        name, count = counts.get(one.category_key, (one.category, 0))
        counts[one.category_key] = (name, count + 1)
    kept = [one for one in found if not category or one.category_key == category]
    if category and not kept:
        raise NotFoundError
    kept.sort(key=lambda one: (sort_key(one.title), one.code))
    first = start % len(kept) if kept else 0
    named = [(key, name, count) for key, (name, count) in counts.items() if key]
    return Gallery(
        programme=pick_text(programme.name, language),
        programme_slug=programme.slug,
        season=pick_text(season.name, language),
        season_slug=season.slug,
        won=any(one.outcome == Outcome.WINNER.value for one in found),
        entries=tuple(kept[first:] + kept[:first]),
        categories=tuple(sorted(named, key=lambda one: sort_key(one[1]))),
        total=len(found),
    )


def _main(found: list[Laureate]) -> list[Laureate]:
    """One row an entry: a partner's prize stands beside the main decision, never instead of it."""
    return [one for one in found if one.outcome != Outcome.SPECIAL.value]


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A finalist's own page: what its form marks as published, as far as the team agreed.

    videos: by the key of the answer that links to one. honours: (outcome, place, prize, partner),
    the latest round first.
    """

    programme: str
    programme_slug: str
    season: str
    season_slug: str
    entry: Laureate
    language: str
    answers: tuple[ShownAnswer, ...]
    pictures: tuple[Picture, ...]
    documents: tuple[Document, ...]
    videos: Mapping[str, HostedVideo]
    honours: tuple[tuple[str, int | None, str, str], ...]


def public_entry(
    session: Session,
    programme_slug: str,
    season_slug: str,
    code: str,
    language: str,
    *,
    now: datetime,
) -> PublicEntry:
    """Return a finalist by its code; NotFoundError for whoever is none, or not yet."""
    season, programme, rounds = announced(session, programme_slug, season_slug, now=now)
    honours = [
        one
        for round_ in reversed(rounds)
        for one in laureates(session, season.id, [round_.id], round_.id, language)
        if one.code == code
    ]
    if not honours:
        raise NotFoundError
    version, spoken = session.execute(
        select(EntryVersion, Entry.language)
        .join(Entry, Entry.current_version_id == EntryVersion.id)
        .where(Entry.season_id == season.id, Entry.code == code)
    ).one()
    answers, drawn, looked_at = _work(session, season.id, version, language)
    linked = {one.key: hosted_video(one.text) for one in answers if one.kind == "link"}
    return PublicEntry(
        programme=pick_text(programme.name, language),
        programme_slug=programme.slug,
        season=pick_text(season.name, language),
        season_slug=season.slug,
        entry=honours[0],
        language=spoken,
        answers=answers,
        pictures=tuple(drawn),
        documents=tuple(looked_at),
        videos={key: video for key, video in linked.items() if video},
        honours=tuple((one.outcome, one.place, one.prize, one.partner) for one in honours),
    )


def _work(
    session: Session, season_id: int, version: EntryVersion, language: str
) -> tuple[tuple[ShownAnswer, ...], list[Picture], list[Document]]:
    if version.entry_id not in agreed(session, season_id, {version.entry_id}).works:
        return (), [], []
    questions: Mapping[str, Question] = published_questions(session, season_id)
    form = form_of(session, season_id, language).questions
    asked = tuple(one for one in form if one.key in questions)
    answers: Mapping[str, Any] = version.answers
    shown = shown_answers(asked, answers, language, with_empty=False)
    return (
        shown,
        pictures(version.files, questions, language),
        documents(version.files, questions, language),
    )


def public_picture(session: Session, file_id: str, digest: str, *, now: datetime) -> StoredFile:
    """Return a picture that a finalist's page shows; NotFoundError for any other file."""
    file, files, questions = _shown_file(session, file_id, digest, now)
    if file_id not in {one.file_id for one in pictures(files, questions, "")}:
        raise NotFoundError
    return file


def public_document(
    session: Session, file_id: str, digest: str, language: str, *, now: datetime
) -> tuple[StoredFile, Document]:
    """Return a PDF or video that a finalist's page shows; NotFoundError for any other file."""
    file, files, questions = _shown_file(session, file_id, digest, now)
    for one in documents(files, questions, language):
        if one.file_id == file_id:
            return file, one
    raise NotFoundError


def _shown_file(
    session: Session, file_id: str, digest: str, now: datetime
) -> tuple[StoredFile, Sequence[Mapping[str, Any]], Mapping[str, Question]]:
    """Return a file of a finalist that agreed to show its work, with all that it handed in."""
    row = session.execute(
        select(StoredFile, EntryVersion.files, Entry.season_id)
        .join(Entry, Entry.id == StoredFile.entry_id)
        .join(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .where(
            StoredFile.public_id == file_id,
            Entry.state != EntryState.WITHDRAWN,
            select(Decision.id)
            .join(Round, Round.id == Decision.round_id)
            .where(
                Decision.entry_id == Entry.id,
                Decision.superseded_at.is_(None),
                Decision.outcome != Outcome.OUT,
                outcome_is_public(now),
            )
            .exists(),
        )
    ).first()
    if row is None or not row.StoredFile.sha256.startswith(digest) or len(digest) != DIGEST:
        raise NotFoundError
    file, files, season_id = row
    if file.entry_id not in agreed(session, season_id, {file.entry_id}).works:
        raise NotFoundError
    return file, files, published_questions(session, season_id)
