"""Who won, for everybody, once the embargo is over. Before, nothing is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from award.db import pick_text
from award.errors import NotFoundError
from award.models.accounts import User
from award.models.entries import CITY, ORGANISATION, SUMMARY, Entry, EntryState, EntryVersion
from award.models.entries import TeamMembership as Member
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, RoundEntry
from award.models.results import Decision, Outcome
from award.models.seasons import Category, Prize, Programme, Round, Season, SeasonState
from award.results.rounds import is_final, outcome_is_public


@dataclass(frozen=True, slots=True)
class Laureate:
    """An entry on the public page. Only those who won have people named and a summary."""

    code: str
    title: str
    summary: str
    category: str
    people: tuple[str, ...]
    organisation: str
    city: str
    outcome: str
    place: int | None
    prize: str
    partner: str


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


def winners(
    session: Session, programme_slug: str, season_slug: str, language: str, *, now: datetime
) -> Winners:
    """Return what a season has announced by ``now``, worker or no worker.

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
    season, programme, latest = found[-1]
    laureates = _laureates(session, [row[2].id for row in found], latest.id, language)
    entries, sheets, jurors = _numbers(session, season.id)
    return Winners(
        programme=pick_text(programme.name, language),
        programme_slug=programme.slug,
        season=pick_text(season.name, language),
        season_slug=season.slug,
        year=(latest.announces_at or now).year,
        final=is_final(session, latest),
        winners=tuple(item for item in laureates if item.outcome == Outcome.WINNER.value),
        specials=tuple(item for item in laureates if item.outcome == Outcome.SPECIAL.value),
        finalists=tuple(
            item
            for item in laureates
            if item.outcome in (Outcome.FINALIST.value, Outcome.THROUGH.value)
        ),
        entries=entries,
        sheets=sheets,
        jurors=jurors,
    )


def _laureates(
    session: Session, round_ids: list[int], latest_id: int, language: str
) -> list[Laureate]:
    """Main decisions of the latest round only; partners' prizes of every announced one."""
    rows = session.execute(
        select(Decision, Entry, EntryVersion.answers, Category.name, Prize)
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
    named = {
        entry.id
        for decision, entry, *_ in rows
        if decision.outcome in (Outcome.WINNER, Outcome.SPECIAL)
    }
    people = _people(session, named)
    return [_laureate(row, people, language) for row in rows]


def _laureate(row: Any, people: dict[int, list[str]], language: str) -> Laureate:
    decision, entry, answers, category, prize = row
    named = decision.outcome in (Outcome.WINNER, Outcome.SPECIAL)
    return Laureate(
        code=entry.code,
        title=entry.title,
        summary=str((answers or {}).get(SUMMARY) or "") if named else "",
        category=pick_text(category, language),
        people=tuple(people.get(entry.id, ())) if named else (),
        organisation=str((answers or {}).get(ORGANISATION) or ""),
        city=str((answers or {}).get(CITY) or ""),
        outcome=decision.outcome.value,
        place=decision.place,
        prize=pick_text(prize.title, language) if prize else "",
        partner=prize.partner if prize else "",
    )


def _people(session: Session, entry_ids: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for entry_id, name in session.execute(
        select(Member.entry_id, User.name)
        .join(User, User.id == Member.user_id)
        .where(
            Member.entry_id.in_(sorted(entry_ids)),
            Member.left_at.is_(None),
            User.erased_at.is_(None),
            User.name != "",
        )
        .order_by(Member.id)
    ):
        found.setdefault(entry_id, []).append(name)
    return found


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

    None where no other final is announced by ``now``; three statements at most.
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
    found = _laureates(session, [final_id], final_id, language)
    won = tuple(one for one in found if one.outcome == Outcome.WINNER.value)
    return LastWinners(pick_text(season.name, language), season.slug, won) if won else None
