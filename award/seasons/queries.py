"""What is read of a season's set-up: its form, rubric, deadline and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.errors import RuleError
from award.models.seasons import (
    Category,
    Consent,
    ConsentScope,
    Criterion,
    Extension,
    Level,
    Question,
    QuestionKind,
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
    """One answer to choose; a withdrawn one is no longer offered, but who chose it sees it."""

    key: str
    label: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """A question in the reader's language; limits and moments as the model describes them.

    label_now: what it is called today, where an older version of the form called it otherwise.
    """

    key: str
    kind: QuestionKind
    label: str
    help: str
    required: bool
    visibility: Visibility
    options: tuple[Option, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    published: bool = False
    required_since: datetime | None = None
    withdrawn_at: datetime | None = None
    label_now: str = ""

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options that can still be chosen."""
        return tuple(option for option in self.options if not option.withdrawn)


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
    """A season's whole entry form, in the order of the set-up.

    withdrawn: questions that are no longer asked; their answers are kept.
    """

    season_id: int
    categories: tuple[CategoryItem, ...]
    questions: tuple[QuestionItem, ...]
    withdrawn: tuple[QuestionItem, ...]
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
    questions = [
        question_item(item, language)
        for item in session.scalars(
            select(Question)
            .where(Question.season_id == season_id)
            .order_by(Question.position, Question.id)
        )
    ]
    consents = session.scalars(
        select(Consent)
        .where(Consent.season_id == season_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.position, Consent.id)
    )
    return EntryForm(
        season_id=season_id,
        categories=_categories(session, season_id, language),
        questions=tuple(one for one in questions if one.withdrawn_at is None),
        withdrawn=tuple(one for one in questions if one.withdrawn_at is not None),
        consents=tuple(_consent(item, language) for item in consents),
        eligibility=eligibility_of(season),
    )


def _categories(session: Session, season_id: int, language: str) -> tuple[CategoryItem, ...]:
    found = session.scalars(
        select(Category)
        .where(Category.season_id == season_id)
        .order_by(Category.position, Category.id)
    )
    return tuple(
        CategoryItem(
            item.id, item.key, pick_text(item.name, language), pick_text(item.about, language)
        )
        for item in found
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


def question_item(item: Question, language: str) -> QuestionItem:
    """Return a question in the reader's language, withdrawn options too."""
    return QuestionItem(
        key=item.key,
        kind=item.kind,
        label=pick_text(item.label, language),
        help=pick_text(item.help, language),
        required=item.required,
        visibility=item.visibility,
        options=options_of(item.options, language),
        limits=dict(item.limits),
        published=item.published,
        required_since=item.required_since,
        withdrawn_at=item.withdrawn_at,
    )


def options_of(stored: Sequence[Mapping[str, Any]], language: str) -> tuple[Option, ...]:
    """Return a question's options in the reader's language, withdrawn ones too."""
    return tuple(
        Option(one["key"], pick_text(one["label"], language), bool(one.get("withdrawn")))
        for one in stored
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
    levels = _levels(session, [item.id for item in criteria], language)
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


def _levels(
    session: Session, criterion_ids: Sequence[int], language: str
) -> dict[int, list[LevelItem]]:
    found: dict[int, list[LevelItem]] = {}
    for level in session.scalars(
        select(Level).where(Level.criterion_id.in_(criterion_ids)).order_by(Level.points)
    ):
        anchored = LevelItem(level.points, pick_text(level.text, language))
        found.setdefault(level.criterion_id, []).append(anchored)
    return found
