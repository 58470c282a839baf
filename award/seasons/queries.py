"""What is read of a season's set-up: its form, rubric, deadline and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.errors import RuleError
from award.models.seasons import (
    Category,
    Consent,
    ConsentScope,
    Criterion,
    Extension,
    Faq,
    Level,
    Prize,
    Programme,
    Question,
    QuestionKind,
    Round,
    Season,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class CategoryItem:
    """A category to choose."""

    id: int
    key: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """A question in the reader's language; limits as the model describes them."""

    key: str
    kind: QuestionKind
    label: str
    help: str
    required: bool
    visibility: Visibility
    options: tuple[Option, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """An agreement in the reader's language."""

    id: int
    key: str
    title: str
    text: str
    scope: ConsentScope
    required: bool
    by_guardian: bool
    text_version: int


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may enter: ages in years on ``age_on``, student share 0 to 1, team sizes in people."""

    min_age: int | None
    max_age: int | None
    age_on: date | None
    min_student_share: Decimal | None
    min_team: int
    max_team: int | None
    guardian_below_age: int


@dataclass(frozen=True, slots=True)
class EntryForm:
    """A season's whole entry form, in the order of the set-up."""

    season_id: int
    categories: tuple[CategoryItem, ...]
    questions: tuple[QuestionItem, ...]
    consents: tuple[ConsentItem, ...]
    eligibility: Eligibility


@dataclass(frozen=True, slots=True)
class LevelItem:
    """The text that anchors ``points``."""

    points: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class CriterionItem:
    """A criterion in the reader's language; share is its weight in the whole, 0 to 1."""

    id: int
    key: str
    title: str
    help: str
    weight: Decimal
    share: Decimal
    minimum: Decimal
    maximum: Decimal
    step: Decimal
    required: bool
    comment_required: bool
    levels: tuple[LevelItem, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """A round's criteria in order; one_scale where all share minimum and maximum."""

    criteria: tuple[CriterionItem, ...]

    @property
    def one_scale(self) -> bool:
        """Whether all criteria are scored on the same scale, so that sums are in rubric points."""
        return len({(item.minimum, item.maximum) for item in self.criteria}) <= 1


def closing_moment(session: Session, season_id: int, entry_id: int | None = None) -> datetime:
    """Return when the door closes: the latest of the deadline and the extensions that apply.

    entry_id: count this entry's own extensions too. RuleError("season_without_deadline") where
    none is set.
    """
    closes_at = session.scalar(select(Season.closes_at).where(Season.id == season_id))
    applies: ColumnElement[bool] = Extension.entry_id.is_(None)
    if entry_id is not None:
        applies = applies | (Extension.entry_id == entry_id)
    extended = session.scalars(
        select(Extension.closes_at).where(Extension.season_id == season_id, applies)
    ).all()
    moments = [moment for moment in (closes_at, *extended) if moment is not None]
    if not moments:
        raise RuleError("season_without_deadline")
    return max(moments)


def form_of(session: Session, season_id: int, language: str) -> EntryForm:
    """Return the entry form of a season, in four statements whatever its length."""
    season = session.get_one(Season, season_id)
    categories = session.scalars(
        select(Category)
        .where(Category.season_id == season_id)
        .order_by(Category.position, Category.id)
    )
    questions = session.scalars(
        select(Question)
        .where(Question.season_id == season_id)
        .order_by(Question.position, Question.id)
    )
    consents = session.scalars(
        select(Consent).where(Consent.season_id == season_id).order_by(Consent.position, Consent.id)
    )
    return EntryForm(
        season_id=season_id,
        categories=tuple(
            CategoryItem(
                item.id, item.key, pick_text(item.name, language), pick_text(item.about, language)
            )
            for item in categories
        ),
        questions=tuple(_question(item, language) for item in questions),
        consents=tuple(_consent(item, language) for item in consents),
        eligibility=eligibility_of(season),
    )


def eligibility_of(season: Season) -> Eligibility:
    """Return who may enter a season."""
    return Eligibility(
        min_age=season.min_age,
        max_age=season.max_age,
        age_on=season.age_on,
        min_student_share=season.min_student_share,
        min_team=season.min_team,
        max_team=season.max_team,
        guardian_below_age=season.guardian_below_age,
    )


def _question(item: Question, language: str) -> QuestionItem:
    return QuestionItem(
        key=item.key,
        kind=item.kind,
        label=pick_text(item.label, language),
        help=pick_text(item.help, language),
        required=item.required,
        visibility=item.visibility,
        options=tuple(
            Option(option["key"], pick_text(option["label"], language)) for option in item.options
        ),
        limits=dict(item.limits),
    )


def _consent(item: Consent, language: str) -> ConsentItem:
    return ConsentItem(
        id=item.id,
        key=item.key,
        title=pick_text(item.title, language),
        text=pick_text(item.text, language),
        scope=item.scope,
        required=item.required,
        by_guardian=item.by_guardian,
        text_version=item.text_version,
    )


def rubric_of(session: Session, round_id: int, language: str) -> Rubric:
    """Return the rubric of a round, in two statements; empty where there is none yet."""
    criteria = session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    ).all()
    levels: dict[int, list[LevelItem]] = {}
    for level in session.scalars(
        select(Level)
        .where(Level.criterion_id.in_([item.id for item in criteria]))
        .order_by(Level.points)
    ):
        anchored = LevelItem(level.points, pick_text(level.text, language))
        levels.setdefault(level.criterion_id, []).append(anchored)
    whole = sum((item.weight for item in criteria), Decimal(0))
    return Rubric(
        tuple(
            CriterionItem(
                id=item.id,
                key=item.key,
                title=pick_text(item.title, language),
                help=pick_text(item.help, language),
                weight=item.weight,
                share=item.weight / whole,
                minimum=item.minimum,
                maximum=item.maximum,
                step=item.step,
                required=item.required,
                comment_required=item.comment_required,
                levels=tuple(levels.get(item.id, ())),
            )
            for item in criteria
        )
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that must be there before a season can open: a code and the page that mends it."""

    code: str
    page: str


def missing_to_open(session: Session, season_id: int) -> list[Missing]:
    """Return what is missing before the season can open, in the order of the set-up."""
    season = session.get_one(Season, season_id)
    programme = session.get_one(Programme, season.programme_id)
    rounds = session.scalars(select(Round.id).where(Round.season_id == season_id)).all()
    with_rubric = set(
        session.scalars(select(Criterion.round_id).where(Criterion.round_id.in_(rounds)))
    )
    has_question = session.scalar(
        select(Question.id).where(Question.season_id == season_id).limit(1)
    )
    has_category = session.scalar(
        select(Category.id).where(Category.season_id == season_id).limit(1)
    )
    has_consent = session.scalar(select(Consent.id).where(Consent.season_id == season_id).limit(1))
    checks = (
        (bool(programme.contact_email), "missing_contact", "programme"),
        (bool(season.opens_at and season.closes_at), "missing_dates", "dates"),
        (has_category is not None, "missing_categories", "categories"),
        (has_question is not None, "missing_questions", "form"),
        (has_consent is not None, "missing_consents", "consents"),
        (bool(rounds), "missing_rounds", "rounds"),
        (bool(rounds) and with_rubric == set(rounds), "missing_rubric", "rounds"),
    )
    return [Missing(code, page) for holds, code, page in checks if not holds]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a set-up list: what it is called and a word about it."""

    public_id: str
    label: str
    key: str
    note: str
    required: bool


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round in the list of rounds."""

    public_id: str
    name: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    jurors_per_entry: int
    blind: bool
    cut: int | None
    criteria: int


def item_rows(session: Session, season_id: int, model: Any, language: str) -> list[ItemRow]:
    """Return a season's categories, questions, consents, prizes or FAQ in their order."""
    rows = session.scalars(
        select(model).where(model.season_id == season_id).order_by(model.position, model.id)
    )
    return [
        ItemRow(
            public_id=row.public_id,
            label=pick_text(
                getattr(row, "label", None) or getattr(row, "title", None) or row.name, language
            ),
            key=getattr(row, "key", ""),
            note=getattr(getattr(row, "kind", None), "value", ""),
            required=getattr(row, "required", False),
        )
        for row in rows
    ]


def set_up_counts(session: Session, season_id: int) -> dict[str, int]:
    """Return how many categories, questions, consents, prizes, rounds, FAQ a season has."""
    models: dict[str, Any] = {
        "categories": Category,
        "questions": Question,
        "consents": Consent,
        "prizes": Prize,
        "rounds": Round,
        "faq": Faq,
    }
    parts = [
        select(func.count())
        .select_from(model)
        .where(model.season_id == season_id)
        .scalar_subquery()
        for model in models.values()
    ]
    return dict(zip(models, session.execute(select(*parts)).one(), strict=True))


def round_rows(session: Session, season_id: int, language: str) -> list[RoundRow]:
    """Return a season's rounds in their order."""
    criteria = (
        select(func.count(Criterion.id)).where(Criterion.round_id == Round.id).scalar_subquery()
    )
    rows = session.execute(
        select(Round, criteria).where(Round.season_id == season_id).order_by(Round.position)
    )
    return [
        RoundRow(
            public_id=row.public_id,
            name=pick_text(row.name, language),
            state=row.state.value,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            jurors_per_entry=row.jurors_per_entry,
            blind=row.blind,
            cut=row.cut,
            criteria=count,
        )
        for row, count in rows
    ]


def criterion_ids(session: Session, round_id: int) -> dict[int, str]:
    """Return the public id of each criterion of a round."""
    rows = session.execute(
        select(Criterion.id, Criterion.public_id).where(Criterion.round_id == round_id)
    )
    return dict(rows.all())
