"""The demo's programme and its seasons, set up as an organiser would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from award.demo.form import (
    CATEGORIES,
    CONSENTS,
    FAQ,
    HEARD,
    PRIZES,
    PUBLISHED,
    QUESTIONS,
    Text,
    text,
)
from award.models.seasons import (
    Category,
    Consent,
    ConsentScope,
    Faq,
    Prize,
    Programme,
    Question,
    QuestionKind,
    RankBy,
    Round,
    RoundState,
    Season,
    SeasonState,
)
from award.seasons.rounds.rubrics import SOCIAL_IMPACT
from award.seasons.rounds.service import ready_criteria


@dataclass(frozen=True, slots=True)
class Dates:
    """When a season opens and closes."""

    opens_at: datetime
    closes_at: datetime
    age_on: date


def add_programme(session: Session) -> Programme:
    """Add the invented programme."""
    programme = Programme(
        slug="impact",
        name=text(
            "Премия «Импульс соседства»",
            "Neighbourhood Impulse Award",
            "Preis Nachbarschaftsimpuls",
        ),
        languages=["ru", "en", "de"],
        contact_email="help@impact.example",
        is_demo=True,
    )
    session.add(programme)
    session.flush()
    return programme


def add_season(
    session: Session, programme: Programme, slug: str, name: Text, dates: Dates, *, now: datetime
) -> Season:
    """Add an open season with categories, form, consents and prizes."""
    season = Season(
        programme_id=programme.id,
        slug=slug,
        name=name,
        about=text(
            "Для студенческих команд, которые меняют жизнь рядом с собой. Все люди и проекты вымышлены.",
            "For student teams who change life around them. All people and projects are invented.",
            "Für Studierendenteams, die ihr Umfeld verändern. Alle Menschen und Projekte sind erfunden.",
        ),
        state=SeasonState.OPEN,
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        min_age=14,
        max_age=30,
        age_on=dates.age_on,
        min_student_share=Decimal("0.5"),
        max_team=5,
        shows_jury=True,
        code_prefix=f"NI{slug[2:].replace('-', '')}",
        created_at=now,
    )
    session.add(season)
    session.flush()
    _add_lists(session, season)
    return season


def _add_lists(session: Session, season: Season) -> None:
    _add_categories(session, season)
    _add_questions(session, season)
    _add_consents(session, season)
    _add_prizes(session, season)
    _add_faq(session, season)
    session.flush()


def _add_categories(session: Session, season: Season) -> None:
    for position, (key, name, about) in enumerate(CATEGORIES):
        session.add(
            Category(season_id=season.id, key=key, name=name, about=about, position=position)
        )


def _add_questions(session: Session, season: Season) -> None:
    for position, (key, kind, label, hint, limits, visibility, required) in enumerate(QUESTIONS):
        session.add(
            Question(
                season_id=season.id,
                key=key,
                kind=kind,
                label=label,
                help=dict(hint),
                limits=dict(limits),
                options=HEARD if kind is QuestionKind.ONE_CHOICE else [],
                visibility=visibility,
                required=required,
                published=key in PUBLISHED,
                position=position,
            )
        )


def _add_consents(session: Session, season: Season) -> None:
    for position, (key, scope, title, words) in enumerate(CONSENTS):
        session.add(
            Consent(
                season_id=season.id,
                key=key,
                scope=scope,
                title=title,
                text=words,
                by_guardian=scope is ConsentScope.MEMBER,
                publishes=key == "publication",
                position=position,
            )
        )


def _add_prizes(session: Session, season: Season) -> None:
    for position, (prize, place, title, gets, partner) in enumerate(PRIZES):
        session.add(
            Prize(
                season_id=season.id,
                kind=prize,
                place=place,
                title=title,
                about=gets,
                partner=partner,
                position=position,
            )
        )


def _add_faq(session: Session, season: Season) -> None:
    for position, (asked, answered) in enumerate(FAQ):
        session.add(Faq(season_id=season.id, title=asked, text=answered, position=position))


def add_round(
    session: Session,
    season: Season,
    position: int,
    name: Text,
    *,
    opens_at: datetime,
    closes_at: datetime,
    announces_at: datetime,
    jurors_per_entry: int,
    blind: bool,
    cut: int,
) -> Round:
    """Add an open round with the ready-made social-impact rubric."""
    round_ = Round(
        season_id=season.id,
        position=position,
        name=name,
        state=RoundState.OPEN,
        opens_at=opens_at,
        closes_at=closes_at,
        announces_at=announces_at,
        jurors_per_entry=jurors_per_entry,
        blind=blind,
        rank_by=RankBy.CALIBRATED,
        cut=cut,
        ties=[{"rule": "criterion", "criterion": "impact"}, {"rule": "median"}, {"rule": "lot"}],
        seed=2026 + position,
    )
    session.add(round_)
    round_.criteria.extend(ready_criteria(SOCIAL_IMPACT))
    session.flush()
    return round_
