"""What a juror says of herself: her topics, her languages, and how many entries she can take."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked, pick_text
from award.errors import InputError, RuleError
from award.i18n import LANGUAGE_CODES, language_name
from award.jury.people.invitations import MAX_ENTRIES
from award.jury.proposals.planning import OPEN_STATES
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Juror, JurorState
from award.models.seasons import Category, Round, Season, SeasonState

BEFORE_RESULTS = (SeasonState.DRAFT, SeasonState.OPEN, SeasonState.CLOSED, SeasonState.JUDGING)


@dataclass(frozen=True, slots=True)
class Expertise:
    """What a juror knows and can take; languages by code, the one that she reads best first.

    maximum: entries a round, from 1 upwards.
    """

    topics: tuple[str, ...]
    languages: tuple[str, ...]
    maximum: int


@dataclass(frozen=True, slots=True)
class OwnExpertise(Expertise):
    """What stands for a juror in a season. assigned: entries that she has got on its strength.

    reads: her languages in the reader's words.
    """

    season_public_id: str
    season: str
    reads: tuple[str, ...]
    assigned: int

    @property
    def fixed(self) -> bool:
        """Whether it is too late to change it."""
        return self.assigned > 0


@dataclass(frozen=True, slots=True)
class Topic:
    """A category as a topic: what it is called in the reader's language, and all that names it."""

    key: str
    name: str
    names: frozenset[str]


def own_expertise(
    session: Session, juror_ids: Collection[int], language: str
) -> tuple[OwnExpertise, ...]:
    """Return what stands for these jurors (one person's) in each season before its results.

    One statement, newest season first; empty for who is on no jury.
    """
    rows = session.execute(
        select(Juror, Season.public_id, Season.name, _assigned().label("assigned"))
        .join(Season, Juror.season_id == Season.id)
        .where(
            Juror.id.in_(juror_ids),
            Juror.state == JurorState.ACTIVE,
            Season.state.in_(BEFORE_RESULTS),
        )
        .order_by(Season.id.desc())
    ).all()
    return tuple(
        OwnExpertise(
            topics=tuple(juror.topics),
            languages=tuple(juror.languages),
            maximum=juror.maximum,
            season_public_id=public_id,
            season=pick_text(name, language),
            reads=tuple(language_name(code, language) for code in juror.languages),
            assigned=assigned,
        )
        for juror, public_id, name, assigned in rows
    )


def _assigned() -> ScalarSelect[int]:
    """Return how many entries a juror has in rounds that rank and are not closed."""
    return (
        select(func.count(Assignment.id))
        .join(Round, Assignment.round_id == Round.id)
        .where(
            Assignment.juror_id == Juror.id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            Round.ranks,
            Round.state.in_(OPEN_STATES),
        )
        .correlate(Juror)
        .scalar_subquery()
    )


def season_topics(session: Session, season_id: int, language: str) -> tuple[Topic, ...]:
    """Return the season's categories as topics, in their order; empty where it has none."""
    rows = session.execute(
        select(Category.key, Category.name)
        .where(Category.season_id == season_id)
        .order_by(Category.position, Category.id)
    ).all()
    return tuple(
        Topic(key, pick_text(name, language) or key, frozenset({key, *filter(None, name.values())}))
        for key, name in rows
    )


def state_expertise(
    session: Session, juror_id: int, said: Expertise, *, actor_id: int | None, now: datetime
) -> Juror:
    """Keep what a juror says of herself; a minimum above her maximum comes down to it.

    Raises RuleError("expertise_fixed") once she has entries in a round that is not closed,
    InputError juror_language_unknown or capacity_out_of_range.
    """
    juror = locked(session, Juror, juror_id)
    _check(said)
    if session.scalar(select(_assigned()).where(Juror.id == juror_id)):
        raise RuleError("expertise_fixed")
    before = _plain(juror)
    juror.topics, juror.languages = list(said.topics), list(said.languages)
    juror.maximum, juror.minimum = said.maximum, min(juror.minimum, said.maximum)
    juror.stated_at = now
    session.flush()
    audit.record_in(
        session,
        juror.season,
        "juror.stated",
        juror,
        actor_id=actor_id,
        now=now,
        before=before,
        after=_plain(juror),
    )
    return juror


def _check(said: Expertise) -> None:
    for code in said.languages:
        if code not in LANGUAGE_CODES:
            raise InputError("juror_language_unknown", field="languages", value=code[:40])
    if not 1 <= said.maximum <= MAX_ENTRIES:
        raise InputError("capacity_out_of_range", field="maximum", most=MAX_ENTRIES)


def _plain(juror: Juror) -> dict[str, object]:
    names = ("topics", "languages", "minimum", "maximum")
    return {name: getattr(juror, name) for name in names}
