"""What the public page of a season tells besides its state: form, rubric, jury, dates, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.requirements.answers import all_questions
from award.entries.requirements.asked import asked_of
from award.home.queries import SeasonCard
from award.i18n import sort_key
from award.models.entries import CORE_KEYS, SUMMARY, Entry
from award.models.jury import Juror, JurorState
from award.models.seasons import ConsentScope, QuestionKind, Round, Season
from award.permissions import Actor
from award.results.public.winner_queries import LastWinners, last_winners
from award.results.rounds import outcome_is_public
from award.seasons.queries import Eligibility, QuestionItem, rubric_of


@dataclass(frozen=True, slots=True)
class PublicCriterion:
    """A criterion and its share of the whole in per cent."""

    title: str
    help: str
    share: float


@dataclass(frozen=True, slots=True)
class PublicPrize:
    """A prize, what the winner gets, and the partner who gives it ("" for the programme's own)."""

    title: str
    about: str
    partner: str


@dataclass(frozen=True, slots=True)
class PublicJuror:
    """Somebody who accepted to judge."""

    name: str
    organisation: str
    is_chair: bool


@dataclass(frozen=True, slots=True)
class KeyDate:
    """A moment of the season: opens, closes, judged (scoring closes) or announced.

    round: its name where several rounds rank, else ""; number: its number among them, from 1; last:
    whether it is the last one. state: done, now (the next one ahead) or next.
    """

    kind: str
    at: datetime
    state: str
    round: str = ""
    number: int = 0
    last: bool = True


@dataclass(frozen=True, slots=True)
class SeasonPage:
    """What somebody should know before entering.

    prepared: the questions that take time to answer. agreements: each required consent with
    whether every member gives it. faq: questions with answers. contact: the programme's address
    for questions. jury is empty where the organiser shows none.
    """

    categories: tuple[tuple[str, str], ...]
    prepared: tuple[QuestionItem, ...]
    agreements: tuple[tuple[str, bool], ...]
    eligibility: Eligibility
    criteria: tuple[PublicCriterion, ...]
    prizes: tuple[PublicPrize, ...]
    jury: tuple[PublicJuror, ...]
    dates: tuple[KeyDate, ...]
    faq: tuple[tuple[str, str], ...]
    last: LastWinners | None
    contact: str


def season_page(session: Session, card: SeasonCard, language: str, *, now: datetime) -> SeasonPage:
    """Return what a season's page tells, in some fifteen statements whatever its size."""
    season = session.scalars(select(Season).where(Season.public_id == card.public_id)).one()
    asked = asked_of(session, season.id, language)
    return SeasonPage(
        categories=tuple((one.name, one.about) for one in asked.categories),
        prepared=_prepared(all_questions(asked, language)),
        agreements=tuple(
            (one.title, one.scope is ConsentScope.MEMBER) for one in asked.consents if one.required
        ),
        eligibility=asked.eligibility,
        criteria=_criteria(session, season.id, language),
        prizes=tuple(
            PublicPrize(pick_text(one.title, language), pick_text(one.about, language), one.partner)
            for one in season.prizes
        ),
        jury=_jury(session, season),
        dates=tuple(key_dates(session, card, language, now=now)),
        faq=tuple(
            (pick_text(one.title, language), pick_text(one.text, language)) for one in season.faq
        ),
        last=last_winners(session, card.programme_slug, card.slug, language, now=now),
        contact=season.programme.contact_email,
    )


def _prepared(questions: tuple[QuestionItem, ...]) -> tuple[QuestionItem, ...]:
    """The summary and what the season's own form wants, without what is said in passing."""
    quick = {*CORE_KEYS} - {SUMMARY}
    long = {QuestionKind.LONG_TEXT, QuestionKind.FILE}
    return tuple(
        one for one in questions if one.key not in quick and (one.required or one.kind in long)
    )


def _criteria(session: Session, season_id: int, language: str) -> tuple[PublicCriterion, ...]:
    """The rubric of the first round that ranks."""
    first = session.scalar(
        select(Round.id)
        .where(Round.season_id == season_id, Round.ranks.is_(True))
        .order_by(Round.position)
        .limit(1)
    )
    criteria = rubric_of(session, first, language).criteria if first else ()
    return tuple(PublicCriterion(one.title, one.help, float(one.share) * 100) for one in criteria)


def _jury(session: Session, season: Season) -> tuple[PublicJuror, ...]:
    """Who accepted, chairs first, then by name."""
    if not season.shows_jury:
        return ()
    rows = session.execute(
        select(Juror.name, Juror.organisation, Juror.is_chair).where(
            Juror.season_id == season.id, Juror.state == JurorState.ACTIVE, Juror.name != ""
        )
    )
    people = [PublicJuror(*row) for row in rows]
    return tuple(sorted(people, key=lambda one: (not one.is_chair, sort_key(one.name))))


def key_dates(session: Session, card: SeasonCard, language: str, *, now: datetime) -> list[KeyDate]:
    """Return the season's moments in their order; a round that is late is not done at its minute.

    One statement. Dates alone are public, never whether a round is decided.
    """
    rounds = session.execute(
        select(Round.name, Round.closes_at, Round.announces_at, outcome_is_public(now))
        .join(Season, Season.id == Round.season_id)
        .where(Season.public_id == card.public_id, Round.ranks)
        .order_by(Round.position)
    ).all()
    found: list[tuple[str, datetime | None, bool, Mapping[str, Any]]] = [
        ("opens", card.opens_at, _past(card.opens_at, now), {}),
        ("closes", card.closes_at, _past(card.closes_at, now), {}),
    ]
    for number, (name, closes_at, announces_at, out) in enumerate(rounds, start=1):
        said = {
            "round": pick_text(name, language) if len(rounds) > 1 else "",
            "number": number,
            "last": number == len(rounds),
        }
        found.append(("judged", closes_at, _past(closes_at, now), said))
        found.append(("announced", announces_at, out, said))
    return _in_line(found)


def _past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _in_line(
    found: list[tuple[str, datetime | None, bool, Mapping[str, Any]]],
) -> list[KeyDate]:
    dated = [(at, kind, over, said) for kind, at, over, said in found if at is not None]
    dated.sort(key=lambda one: one[0])
    waiting = next((place for place, one in enumerate(dated) if not one[2]), len(dated))
    return [
        KeyDate(kind, at, "done" if over else "now" if place == waiting else "next", **said)
        for place, (at, kind, over, said) in enumerate(dated)
    ]


def entry_of(session: Session, actor: Actor, season_public_id: str) -> str | None:
    """Return the public id of the person's newest entry in a season; None where she has none."""
    if not actor.teams:
        return None
    return session.scalar(
        select(Entry.public_id)
        .join(Season, Season.id == Entry.season_id)
        .where(Season.public_id == season_public_id, Entry.id.in_(list(actor.teams)))
        .order_by(Entry.id.desc())
        .limit(1)
    )
