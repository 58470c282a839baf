"""What the public may find, as lists: every page for search engines, news for feed readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from award.db import pick_text
from award.errors import NotFoundError
from award.home.queries import SHOWN
from award.models.entries import Entry, EntryState
from award.models.results import Decision, Outcome
from award.models.seasons import Programme, Round, Season, SeasonState
from award.results.rounds import outcome_is_public


@dataclass(frozen=True, slots=True)
class PublicSeason:
    """A season with a public page, and the codes of its finalists; none before they are known."""

    programme_slug: str
    slug: str
    finalists: tuple[str, ...]


def public_seasons(session: Session, *, now: datetime) -> list[PublicSeason]:
    """Return all seasons that are no drafts, the oldest first, in two statements.

    Finalists are those of any announced round, by code: the order tells nothing.
    """
    seasons = session.execute(
        select(Season.id, Programme.slug, Season.slug)
        .join(Programme, Programme.id == Season.programme_id)
        .where(Season.state.in_(SHOWN))
        .order_by(Season.id)
    ).all()
    codes: dict[int, list[str]] = {}
    for season_id, code in session.execute(
        select(Entry.season_id, Entry.code)
        .join(Decision, Decision.entry_id == Entry.id)
        .join(Round, Round.id == Decision.round_id)
        .where(
            outcome_is_public(now),
            Decision.superseded_at.is_(None),
            Decision.outcome != Outcome.OUT,
            Entry.state != EntryState.WITHDRAWN,
        )
        .distinct()
        .order_by(Entry.code)
    ):
        codes.setdefault(season_id, []).append(code)
    return [PublicSeason(slug, season, tuple(codes.get(key, ()))) for key, slug, season in seasons]


@dataclass(frozen=True, slots=True)
class NewsItem:
    """Something that became public: kind opened, finalists or winners; page is its endpoint."""

    kind: str
    at: datetime
    season: str
    season_slug: str
    public_id: str
    page: str


@dataclass(frozen=True, slots=True)
class News:
    """A programme's news, the latest first."""

    programme: str
    public_id: str
    items: tuple[NewsItem, ...]


def news_of(session: Session, programme_slug: str, language: str, *, now: datetime) -> News:
    """Return what a programme has announced by ``now``: open doors, finalists, winners.

    Three statements. NotFoundError where there is no such programme.
    """
    programme = session.scalar(select(Programme).where(Programme.slug == programme_slug))
    if programme is None:
        raise NotFoundError
    items = [*_opened(session, programme.id, language, now)]
    items += _announced(session, programme.id, language, now)
    items.sort(key=lambda one: (one.at, one.public_id), reverse=True)
    return News(pick_text(programme.name, language), programme.public_id, tuple(items))


def _opened(session: Session, programme_id: int, language: str, now: datetime) -> list[NewsItem]:
    rows = session.scalars(
        select(Season).where(
            Season.programme_id == programme_id, Season.state.in_(SHOWN), Season.opens_at <= now
        )
    )
    return [
        NewsItem(
            "opened",
            one.opens_at or now,
            pick_text(one.name, language),
            one.slug,
            one.public_id,
            "home.season",
        )
        for one in rows
    ]


def _announced(session: Session, programme_id: int, language: str, now: datetime) -> list[NewsItem]:
    later = aliased(Round)
    last = ~(
        select(later.id)
        .where(later.season_id == Season.id, later.ranks, later.position > Round.position)
        .exists()
    )
    rows = session.execute(
        select(Season, Round.announces_at, Round.announced_at, last, Round.public_id)
        .join(Round, Round.season_id == Season.id)
        .where(
            Season.programme_id == programme_id,
            Season.state != SeasonState.DRAFT,
            outcome_is_public(now),
        )
    )
    return [
        NewsItem(
            "winners" if final else "finalists",
            announces_at or announced_at or now,
            pick_text(season.name, language),
            season.slug,
            public_id,
            "results.winners" if final else "results.finalists",
        )
        for season, announces_at, announced_at, final, public_id in rows
    ]
