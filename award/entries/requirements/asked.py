"""What a season asks of a team: its form together with its dates, zone and names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.seasons import Programme, Season, SeasonState
from award.seasons.queries import (
    CategoryItem,
    ConsentItem,
    Eligibility,
    QuestionItem,
    form_of,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A season's form in the reader's language, and when and where it applies."""

    season_id: int
    season_public_id: str
    season_name: str
    programme_id: int
    programme_name: str
    state: SeasonState
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str
    categories: tuple[CategoryItem, ...]
    questions: tuple[QuestionItem, ...]
    withdrawn: tuple[QuestionItem, ...]
    consents: tuple[ConsentItem, ...]
    eligibility: Eligibility


def asked_of(session: Session, season_id: int, language: str) -> Asked:
    """Return what a season asks, with its texts in ``language``; NoResultFound if it is gone."""
    season = session.get_one(Season, season_id)
    programme = session.get_one(Programme, season.programme_id)
    form = form_of(session, season_id, language)
    return Asked(
        season_id=season_id,
        season_public_id=season.public_id,
        season_name=pick_text(season.name, language),
        programme_id=programme.id,
        programme_name=pick_text(programme.name, language),
        state=season.state,
        opens_at=season.opens_at,
        closes_at=season.closes_at,
        zone=programme.time_zone,
        categories=form.categories,
        questions=form.questions,
        withdrawn=form.withdrawn,
        consents=form.consents,
        eligibility=form.eligibility,
    )
