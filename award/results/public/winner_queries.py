"""Who won, for everybody, once the embargo is over. Before, nothing is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from award.db import pick_text
from award.errors import NotFoundError
from award.models.entries import CITY, ORGANISATION, SUMMARY, Entry, EntryState, EntryVersion
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, RoundEntry
from award.models.results import Decision, Outcome
from award.models.seasons import Category, Prize, Programme, Question, Round, Season, SeasonState
from award.results.public.publication import Agreed, Picture, agreed, pictures, published_questions
from award.results.rounds import is_final, outcome_is_public


@dataclass(frozen=True, slots=True)
class Laureate:
    """An entry on a public page, as far as its team agreed: see ``publication.agreed``."""

    code: str
    title: str
    summary: str
    category_key: str
    category: str
    people: tuple[str, ...]
    organisation: str
    city: str
    outcome: str
    place: int | None
    prize: str
    partner: str
    cover: Picture | None


@dataclass(frozen=True, slots=True)
class Winners:
    """The public page of a season's outcome: the latest announced round, prizes of all rounds."""

    programme: str
    programme_slug: str
    season: str
    season_slug: str
    year: int
    final: bool
    winners: tuple[Laureate, ...]
    specials: tuple[Laureate, ...]
    finalists: tuple[Laureate, ...]
    entries: int
    sheets: int
    jurors: int


def announced(
    session: Session, programme_slug: str, season_slug: str, *, now: datetime
) -> tuple[Season, Programme, list[Round]]:
    """Return a season with its rounds whose outcome is public by ``now``, in their order.

    NotFoundError before the first announcement, and for an address that never was: the same.
    """
    found = session.execute(
        select(Season, Programme, Round)
        .join(Programme, Programme.id == Season.programme_id)
        .join(Round, Round.season_id == Season.id)
        .where(
            Programme.slug == programme_slug,
            Season.slug == season_slug,
            Season.state != SeasonState.DRAFT,
            outcome_is_public(now),
        )
        .order_by(Round.position)
    ).all()
    if not found:
        raise NotFoundError
    season, programme, _latest = found[-1]
    return season, programme, [row[2] for row in found]


def winners(
    session: Session, programme_slug: str, season_slug: str, language: str, *, now: datetime
) -> Winners:
    """Return what a season has announced by ``now``, worker or no worker.

    Winners by place, the others by title. NotFoundError as ``announced``.
    """
    season, programme, rounds = announced(session, programme_slug, season_slug, now=now)
    latest = rounds[-1]
    found = laureates(session, season.id, [one.id for one in rounds], latest.id, language)
    entries, sheets, jurors = _numbers(session, season.id)
    return Winners(
        programme=pick_text(programme.name, language),
        programme_slug=programme.slug,
        season=pick_text(season.name, language),
        season_slug=season.slug,
        year=(latest.announces_at or now).year,
        final=is_final(session, latest),
        winners=tuple(item for item in found if item.outcome == Outcome.WINNER.value),
        specials=tuple(item for item in found if item.outcome == Outcome.SPECIAL.value),
        finalists=tuple(
            item
            for item in found
            if item.outcome in (Outcome.FINALIST.value, Outcome.THROUGH.value)
        ),
        entries=entries,
        sheets=sheets,
        jurors=jurors,
    )


def laureates(
    session: Session, season_id: int, round_ids: list[int], latest_id: int, language: str
) -> list[Laureate]:
    """Return the main decisions of the latest round and partners' prizes of every one given.

    Ordered by place, then title; five statements.
    """
    rows = session.execute(
        select(Decision, Entry, EntryVersion, Category.key, Category.name, Prize)
        .join(Entry, Entry.id == Decision.entry_id)
        .outerjoin(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .outerjoin(Category, Category.id == Entry.category_id)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .where(
            Decision.round_id.in_(round_ids),
            Decision.superseded_at.is_(None),
            Decision.outcome != Outcome.OUT,
            Entry.state != EntryState.WITHDRAWN,
            (Decision.round_id == latest_id) | (Decision.outcome == Outcome.SPECIAL),
        )
        .order_by(Decision.place.is_(None), Decision.place, Entry.title, Entry.code)
    ).all()
    shown = agreed(session, season_id, {row.Entry.id for row in rows})
    questions = published_questions(session, season_id)
    return [_laureate(row, shown, questions, language) for row in rows]


def _laureate(
    row: Any, shown: Agreed, questions: Mapping[str, Question], language: str
) -> Laureate:
    decision, entry, version, category_key, category, prize = row
    answers = version.answers if version else {}
    public = version is not None and entry.id in shown.works
    drawn = pictures(version.files, questions, language) if public else []
    return Laureate(
        code=entry.code,
        title=entry.title,
        summary=str(answers.get(SUMMARY) or "") if public else "",
        category_key=category_key or "",
        category=pick_text(category, language),
        people=shown.names.get(entry.id, ()),
        organisation=str(answers.get(ORGANISATION) or ""),
        city=str(answers.get(CITY) or ""),
        outcome=decision.outcome.value,
        place=decision.place,
        prize=pick_text(prize.title, language) if prize else "",
        partner=prize.partner if prize else "",
        cover=drawn[0] if drawn else None,
    )


def _numbers(session: Session, season_id: int) -> tuple[int, int, int]:
    """Count the entries that were judged, the sheets that counted and the jurors who wrote them."""
    entries = (
        select(func.count(func.distinct(RoundEntry.entry_id)))
        .join(Round, Round.id == RoundEntry.round_id)
        .where(Round.season_id == season_id, Round.ranks)
    )
    judged = (
        select(func.count(ScoreSheet.id), func.count(func.distinct(Assignment.juror_id)))
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.season_id == season_id,
            Round.ranks,
            ScoreSheet.state == SheetState.SUBMITTED,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
        )
    )
    sheets, jurors = session.execute(judged).one()
    return session.scalar(entries) or 0, sheets, jurors


@dataclass(frozen=True, slots=True)
class LastWinners:
    """The winners of the programme's latest other season, the first place first."""

    season: str
    season_slug: str
    winners: tuple[Laureate, ...]


def last_winners(
    session: Session, programme_slug: str, season_slug: str, language: str, *, now: datetime
) -> LastWinners | None:
    """Return who won in the latest announced season of a programme other than this one.

    None where no other final is announced by ``now``; six statements at most.
    """
    later = aliased(Round)
    row = session.execute(
        select(Season, Round.id)
        .join(Programme, Programme.id == Season.programme_id)
        .join(Round, Round.season_id == Season.id)
        .where(
            Programme.slug == programme_slug,
            Season.slug != season_slug,
            Season.state != SeasonState.DRAFT,
            outcome_is_public(now),
            ~select(later.id)
            .where(later.season_id == Season.id, later.ranks, later.position > Round.position)
            .exists(),
        )
        .order_by(Round.announces_at.desc(), Season.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    season, final_id = row
    found = laureates(session, season.id, [final_id], final_id, language)
    won = tuple(one for one in found if one.outcome == Outcome.WINNER.value)
    return LastWinners(pick_text(season.name, language), season.slug, won) if won else None
