"""What a team may read once the embargo is over. Before, nothing is there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.errors import NotFoundError
from award.models.entries import Entry
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, RoundEntry
from award.models.results import Decision, Outcome, Tabulation
from award.models.seasons import Criterion, Prize, Round, Season
from award.results.rounds import outcome_is_public


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
    """A team's feedback, the latest announced round first; the slugs lead to the public pages."""

    public_id: str
    code: str
    title: str
    season: str
    programme: str
    programme_slug: str
    season_slug: str
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
        programme=pick_text(season.programme.name, language),
        programme_slug=season.programme.slug,
        season_slug=season.slug,
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
