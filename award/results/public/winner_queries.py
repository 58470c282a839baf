"""Who won, for everybody, once the embargo is over. Before, nothing is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from award.db import pick_text
from award.errors import NotFoundError
from award.i18n import sort_key
from award.models.entries import CITY, ORGANISATION, SUMMARY, Entry, EntryState, EntryVersion
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, RoundEntry
from award.models.results import Citation, Decision, Outcome
from award.models.seasons import (
    Category,
    Prize,
    PrizeKind,
    Programme,
    Question,
    Round,
    Season,
    SeasonState,
)
from award.results.decisions.citing import HONOURS
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
    by_public: bool = False
    citation: str = ""
    citation_language: str = ""


@dataclass(frozen=True, slots=True)
class CategoryWinners:
    """The winners of a category by place; entries: how many were judged in it."""

    key: str
    name: str
    winners: tuple[Laureate, ...]
    entries: int


@dataclass(frozen=True, slots=True)
class Winners:
    """The public page of a season's outcome: the latest announced round, prizes of all rounds.

    grand: the one first of all, None where several share it. groups: the other winners by category,
    empty where they are told in one row, by place.
    """

    programme: str
    programme_slug: str
    season: str
    season_slug: str
    year: int
    final: bool
    winners: tuple[Laureate, ...]
    grand: Laureate | None
    groups: tuple[CategoryWinners, ...]
    specials: tuple[Laureate, ...]
    community: tuple[Laureate, ...]
    finalists: tuple[Laureate, ...]
    entries: int
    sheets: int
    jurors: int

    @property
    def others(self) -> tuple[Laureate, ...]:
        """The winners but for the grand one, by place."""
        return tuple(one for one in self.winners if one is not self.grand)


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
    by_category, sheets, jurors = _numbers(session, [one.id for one in rounds])
    won = tuple(item for item in found if item.outcome == Outcome.WINNER.value)
    grand = first_of_all(won)
    outside = [item for item in found if item.outcome == Outcome.SPECIAL.value]
    return Winners(
        programme=pick_text(programme.name, language),
        programme_slug=programme.slug,
        season=pick_text(season.name, language),
        season_slug=season.slug,
        year=(latest.announces_at or now).year,
        final=is_final(session, latest),
        winners=won,
        grand=grand,
        groups=grouped([item for item in won if item is not grand], by_category),
        specials=tuple(item for item in outside if not item.by_public),
        community=tuple(item for item in outside if item.by_public),
        finalists=tuple(
            item
            for item in found
            if item.outcome in (Outcome.FINALIST.value, Outcome.THROUGH.value)
        ),
        entries=sum(by_category.values()),
        sheets=sheets,
        jurors=jurors,
    )


def first_of_all(won: Sequence[Laureate]) -> Laureate | None:
    """Return the winner whose place nobody shares and nobody surpasses; None where several are
    first, as where every category has its own first place. won: by place.
    """
    if not won or (len(won) > 1 and won[0].place == won[1].place):
        return None
    return won[0]


def grouped(won: Sequence[Laureate], entries: Mapping[str, int]) -> tuple[CategoryWinners, ...]:
    """Return winners by category where each of several categories has its own.

    That is: more than one category, and places that come again from one to the next, or several
    winners in each. Else (): one row by place tells more. In the order of names, without a
    category last; won: by place; entries: how many were judged, by category key.
    """
    found: dict[str, list[Laureate]] = {}
    for one in won:
        found.setdefault(one.category_key, []).append(one)
    again = len({one.place for one in won}) < len(won)
    several = [len(ones) > 1 for ones in found.values()]
    if len(found) < 2 or not any(several) or not (again or all(several)):
        return ()
    groups = [
        CategoryWinners(key, ones[0].category, tuple(ones), entries.get(key, 0))
        for key, ones in found.items()
    ]
    return tuple(sorted(groups, key=lambda one: (not one.key, sort_key(one.name))))


def laureates(
    session: Session, season_id: int, round_ids: list[int], latest_id: int, language: str
) -> list[Laureate]:
    """Return the main decisions of the latest round and partners' prizes of every one given.

    Ordered by place, then title; five statements.
    """
    rows = session.execute(
        select(Decision, Entry, EntryVersion, Category.key, Category.name, Prize, Citation.words)
        .join(Entry, Entry.id == Decision.entry_id)
        .outerjoin(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .outerjoin(Category, Category.id == Entry.category_id)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .outerjoin(
            Citation,
            and_(Citation.round_id == Decision.round_id, Citation.entry_id == Decision.entry_id),
        )
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
    decision, entry, version, category_key, category, prize, said = row
    answers = version.answers if version else {}
    public = version is not None and entry.id in shown.works
    drawn = pictures(version.files, questions, language) if public else []
    citation = pick_text(said, language) if decision.outcome in HONOURS else ""
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
        by_public=prize is not None and prize.kind is PrizeKind.COMMUNITY,
        citation=citation,
        citation_language=next((key for key, text in (said or {}).items() if text == citation), ""),
    )


def _numbers(session: Session, round_ids: list[int]) -> tuple[dict[str, int], int, int]:
    """Count the entries that were judged, by category key ("" for none), the sheets that counted
    and the jurors who wrote them, in the rounds announced: the next one is nobody's to watch.
    """
    entries = (
        select(Category.key, func.count(func.distinct(RoundEntry.entry_id)))
        .join(Round, Round.id == RoundEntry.round_id)
        .join(Entry, Entry.id == RoundEntry.entry_id)
        .outerjoin(Category, Category.id == Entry.category_id)
        .where(Round.id.in_(round_ids), Round.ranks)
        .group_by(Category.key)
    )
    judged = (
        select(func.count(ScoreSheet.id), func.count(func.distinct(Assignment.juror_id)))
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.id.in_(round_ids),
            Round.ranks,
            ScoreSheet.state == SheetState.SUBMITTED,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
        )
    )
    sheets, jurors = session.execute(judged).one()
    by_category = {key or "": count for key, count in session.execute(entries)}
    return by_category, sheets, jurors


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
