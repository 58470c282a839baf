"""What anybody, and what a team, may read once the embargo is over. Before, nothing is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.errors import NotFoundError
from award.models.accounts import User
from award.models.entries import CITY, ORGANISATION, SUMMARY, Entry, EntryState, EntryVersion
from award.models.entries import TeamMembership as Member
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, RoundEntry
from award.models.results import Decision, Outcome, Tabulation
from award.models.seasons import (
    Category,
    Criterion,
    Prize,
    Programme,
    Round,
    Season,
    SeasonState,
)
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
class OwnMean:
    """The team's mean on one criterion, on that criterion's scale; None where nobody scored it."""

    title: str
    mean: float | None
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class OwnResult:
    """How one entry's score came about: `mean` of the sheets of so many `jurors`, their `habit`
    added (positive where they were stricter than others), which gives the fair `score`.

    habit is None where severity could not be told, low and high where there is no interval. The
    rest says of the round how many entries and jurors it had, by what it ranks, how many go on.
    """

    jurors: int
    mean: float
    habit: float | None
    score: float | None
    low: float | None
    high: float | None
    maximum: float
    ranks_by: str
    entries: int
    jury: int
    cut: int | None


@dataclass(frozen=True, slots=True)
class RoundFeedback:
    """What a team may read about one announced round; the order of comments tells no name.

    computed: None where the entry has no complete sheet.
    """

    public_id: str
    name: str
    outcome: str
    place: int | None
    prizes: tuple[str, ...]
    comments: tuple[str, ...]
    means: tuple[OwnMean, ...]
    computed: OwnResult | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """A team's feedback, the latest announced round first."""

    public_id: str
    code: str
    title: str
    season: str
    rounds: tuple[RoundFeedback, ...]


def feedback(session: Session, entry_id: int, language: str, *, now: datetime) -> Feedback:
    """Return an entry's feedback; NotFoundError before an announcement of a round it was in.

    Two statements and four for each round: a season has few.
    """
    entry, season = session.execute(
        select(Entry, Season).join(Season, Season.id == Entry.season_id).where(Entry.id == entry_id)
    ).one()
    rounds = session.scalars(
        select(Round)
        .join(RoundEntry, RoundEntry.round_id == Round.id)
        .where(RoundEntry.entry_id == entry_id, outcome_is_public(now))
        .order_by(Round.position.desc())
    ).all()
    if not rounds:
        raise NotFoundError
    return Feedback(
        public_id=entry.public_id,
        code=entry.code,
        title=entry.title,
        season=pick_text(season.name, language),
        rounds=tuple(_round_feedback(session, round_, entry, language) for round_ in rounds),
    )


def _round_feedback(session: Session, round_: Round, entry: Entry, language: str) -> RoundFeedback:
    decided = session.execute(
        select(Decision.outcome, Decision.place, Prize.title)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .where(
            Decision.round_id == round_.id,
            Decision.entry_id == entry.id,
            Decision.superseded_at.is_(None),
        )
        .order_by(Decision.id)
    ).all()
    main = next((row for row in decided if row[0] is not Outcome.SPECIAL), None)
    result = session.scalar(
        select(Tabulation.result)
        .where(Tabulation.round_id == round_.id)
        .order_by(Tabulation.number.desc())
        .limit(1)
    )
    return RoundFeedback(
        public_id=round_.public_id,
        name=pick_text(round_.name, language),
        outcome=main[0].value if main else "",
        place=main[1] if main else None,
        prizes=tuple(pick_text(title, language) for _, _, title in decided if title),
        comments=_comments(session, round_, entry),
        means=_means(session, round_, result, entry, language),
        computed=_own_result(result, entry.code),
    )


def _comments(session: Session, round_: Round, entry: Entry) -> tuple[str, ...]:
    """Shuffle by a hash that depends on the entry: no juror stands first everywhere."""
    rows = session.execute(
        select(Assignment.public_id, ScoreSheet.team_comment)
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .where(
            Assignment.round_id == round_.id,
            Assignment.entry_id == entry.id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
        )
    )
    written = [
        (hashlib.sha256(f"{entry.public_id}{secret}".encode()).digest(), text.strip())
        for secret, text in rows
        if text.strip()
    ]
    return tuple(text for _order, text in sorted(written))


def _own_result(result: dict[str, Any] | None, code: str) -> OwnResult | None:
    rows = result["entries"] if result else []
    own = next((row for row in rows if row["entry"] == code), None)
    if result is None or own is None or own["mean"] is None:
        return None
    mean = _number(own["mean"]) or 0.0
    known = result["variance"]["severity"] is not None and own["score"] is not None
    return OwnResult(
        jurors=own["jurors"],
        mean=mean,
        habit=own["score"] - mean if known else None,
        score=own["score"],
        low=own["low"],
        high=own["high"],
        maximum=_number(result["scale"]["maximum"]) or 0.0,
        ranks_by=result["rules"]["rank_by"],
        entries=sum(row["place"] is not None for row in rows),
        jury=sum(row["sheets"] > 0 for row in result["jurors"]),
        cut=result["rules"]["cut"],
    )


def _means(
    session: Session, round_: Round, result: dict[str, Any] | None, entry: Entry, language: str
) -> tuple[OwnMean, ...]:
    rows = result["entries"] if result else []
    own: list[Any] = next((row["criteria"] for row in rows if row["entry"] == entry.code), [])
    means = {item["criterion"]: _number(item["mean"]) for item in own}
    return tuple(
        OwnMean(
            title=pick_text(item.title, language),
            mean=means.get(item.key),
            minimum=float(item.minimum),
            maximum=float(item.maximum),
        )
        for item in session.scalars(
            select(Criterion)
            .where(Criterion.round_id == round_.id)
            .order_by(Criterion.position, Criterion.id)
        )
    )


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    above, _, below = text.partition("/")
    return int(above) / int(below or 1)
