"""The demo's programme and what each of its seasons asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from award.models.seasons import (
    Category,
    Consent,
    ConsentScope,
    Criterion,
    Level,
    Prize,
    PrizeKind,
    Programme,
    Question,
    QuestionKind,
    RankBy,
    Round,
    RoundState,
    Season,
    SeasonState,
    Visibility,
)
from award.seasons.rubrics import SOCIAL_IMPACT

Text = dict[str, str]


def text(ru: str, en: str, de: str) -> Text:
    """Return a text in the three languages."""
    return {"ru": ru, "en": en, "de": de}


CATEGORIES = (
    ("inclusion", text("Инклюзия", "Inclusion", "Inklusion")),
    ("environment", text("Природа", "Environment", "Umwelt")),
    ("city", text("Город и соседи", "City and neighbours", "Stadt und Nachbarschaft")),
    ("education", text("Образование", "Education", "Bildung")),
)
QUESTIONS: tuple[tuple[str, QuestionKind, Text, Text, dict[str, Any], Visibility, bool], ...] = (
    (
        "problem",
        QuestionKind.LONG_TEXT,
        text("Проблема", "Problem", "Problem"),
        text(
            "Кого она касается и откуда вы о ней знаете?",
            "Whom does it concern, and how do you know?",
            "Wen betrifft es, und woher wisst ihr davon?",
        ),
        {"max_words": 250},
        Visibility.JURORS,
        True,
    ),
    (
        "solution",
        QuestionKind.LONG_TEXT,
        text("Решение", "Solution", "Lösung"),
        text(
            "Что вы делаете и почему это сработает?",
            "What do you do, and why will it work?",
            "Was tut ihr, und warum wird es wirken?",
        ),
        {"max_words": 300},
        Visibility.JURORS,
        True,
    ),
    (
        "done",
        QuestionKind.LONG_TEXT,
        text("Что уже сделано", "What is done already", "Was schon getan ist"),
        text("Лучше всего с цифрами.", "Best with figures.", "Am besten mit Zahlen."),
        {"max_words": 200},
        Visibility.JURORS,
        True,
    ),
    (
        "budget",
        QuestionKind.NUMBER,
        text("Сколько нужно, рублей", "How much is needed, roubles", "Bedarf in Rubel"),
        {},
        {"minimum": 0, "maximum": 3000000},
        Visibility.JURORS,
        True,
    ),
    (
        "presentation",
        QuestionKind.FILE,
        text("Презентация или фото", "Slides or pictures", "Folien oder Bilder"),
        text("PDF, PNG или JPEG.", "PDF, PNG or JPEG.", "PDF, PNG oder JPEG."),
        {"extensions": ["pdf", "png", "jpg"], "max_files": 3, "max_megabytes": 15},
        Visibility.JURORS,
        False,
    ),
    (
        "heard_from",
        QuestionKind.ONE_CHOICE,
        text("Откуда вы о нас узнали?", "Where did you hear of us?", "Woher kennt ihr uns?"),
        {},
        {},
        Visibility.STAFF,
        False,
    ),
)
HEARD = [
    {"key": "workshop", "label": text("Мастерская", "Workshop", "Werkstatt")},
    {"key": "university", "label": text("Вуз или колледж", "University", "Hochschule")},
    {"key": "friends", "label": text("Друзья", "Friends", "Freunde")},
]
CONSENTS = (
    (
        "rules",
        ConsentScope.ENTRY,
        text("Правила конкурса", "Rules of the award", "Regeln des Preises"),
        text(
            "Мы прочитали правила и согласны с ними.",
            "We have read the rules and agree to them.",
            "Wir haben die Regeln gelesen und stimmen ihnen zu.",
        ),
    ),
    (
        "personal_data",
        ConsentScope.MEMBER,
        text("Обработка данных", "Use of my data", "Verarbeitung meiner Daten"),
        text(
            "Я согласен на обработку моего имени, даты рождения и адреса почты для проведения конкурса.",
            "I agree that my name, birth date and address are used to run the award.",
            "Ich stimme zu, dass Name, Geburtsdatum und Adresse für den Preis verwendet werden.",
        ),
    ),
    (
        "publication",
        ConsentScope.MEMBER,
        text("Публикация имени", "Publishing my name", "Veröffentlichung meines Namens"),
        text(
            "Если мы победим, моё имя можно назвать на странице победителей.",
            "If we win, my name may be named on the winners' page.",
            "Wenn wir gewinnen, darf mein Name auf der Seite der Preisträger stehen.",
        ),
    ),
)
PRIZES = (
    (PrizeKind.MAIN, 1, text("Первая премия", "First prize", "Erster Preis"), "300 000 ₽", ""),
    (PrizeKind.MAIN, 2, text("Вторая премия", "Second prize", "Zweiter Preis"), "200 000 ₽", ""),
    (PrizeKind.MAIN, 3, text("Третья премия", "Third prize", "Dritter Preis"), "120 000 ₽", ""),
    (
        PrizeKind.SPECIAL,
        None,
        text("Приз партнёра", "Partner's prize", "Partnerpreis"),
        "Наставник на год",
        "Банк «Причал»",
    ),
    (
        PrizeKind.COMMUNITY,
        None,
        text("Приз сообщества", "Community award", "Publikumspreis"),
        "80 000 ₽",
        "",
    ),
)


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
        code_prefix=f"NI{slug[2:].replace('-', '')}",
        created_at=now,
    )
    session.add(season)
    session.flush()
    _add_lists(session, season)
    return season


def _add_lists(session: Session, season: Season) -> None:
    for position, (key, name) in enumerate(CATEGORIES):
        session.add(Category(season_id=season.id, key=key, name=name, about={}, position=position))
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
                position=position,
            )
        )
    for position, (key, scope, title, words) in enumerate(CONSENTS):
        session.add(
            Consent(
                season_id=season.id,
                key=key,
                scope=scope,
                title=title,
                text=words,
                by_guardian=scope is ConsentScope.MEMBER,
                position=position,
            )
        )
    for position, (prize, place, title, gets, partner) in enumerate(PRIZES):
        session.add(
            Prize(
                season_id=season.id,
                kind=prize,
                place=place,
                title=title,
                about={"ru": gets},
                partner=partner,
                position=position,
            )
        )
    session.flush()


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
    for number, ready in enumerate(SOCIAL_IMPACT.criteria):
        criterion = Criterion(
            key=ready.key,
            title=dict(ready.title),
            help=dict(ready.help),
            weight=ready.weight,
            minimum=Decimal(SOCIAL_IMPACT.minimum),
            maximum=Decimal(SOCIAL_IMPACT.maximum),
            position=number,
        )
        criterion.levels = [
            Level(points=Decimal(points), text=dict(words))
            for points, words in ready.levels.items()
        ]
        round_.criteria.append(criterion)
    session.flush()
    return round_
