"""What the set-up's own pages list, and what is still missing before a season can open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.entries import Entry, EntryVersion
from award.models.form_versions import FormVersion
from award.models.seasons import (
    Category,
    Consent,
    Criterion,
    Faq,
    Prize,
    Programme,
    Question,
    Round,
    Season,
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


def earlier_seasons(session: Session, season: Season) -> list[Season]:
    """Return the programme's other seasons, the one that closed or closes last first.

    Those without a deadline come last, the newest of them first.
    """
    rows = session.scalars(
        select(Season)
        .where(Season.programme_id == season.programme_id, Season.id != season.id)
        .order_by(Season.closes_at.is_(None), Season.closes_at.desc(), Season.id.desc())
    )
    return list(rows)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a set-up list: what it is called and a word about it."""

    public_id: str
    label: str
    key: str
    note: str
    required: bool
    withdrawn_at: datetime | None = None


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
    """Return a season's categories, questions, consents or prizes in order, withdrawn ones last."""
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
            withdrawn_at=getattr(row, "withdrawn_at", None),
        )
        for row in sorted(rows, key=lambda row: bool(getattr(row, "withdrawn_at", None)))
    ]


@dataclass(frozen=True, slots=True)
class FormVersionRow:
    """A version of the entry form, and how many submitted entries answered it."""

    number: int
    made_at: datetime
    entries: int


def form_versions(session: Session, season_id: int) -> list[FormVersionRow]:
    """Return the versions of a season's form, the newest first; none before the first entry."""
    rows = session.execute(
        select(FormVersion.number, FormVersion.made_at, func.count(Entry.id))
        .outerjoin(EntryVersion, EntryVersion.form_version_id == FormVersion.id)
        .outerjoin(Entry, Entry.current_version_id == EntryVersion.id)
        .where(FormVersion.season_id == season_id)
        .group_by(FormVersion.id)
        .order_by(FormVersion.number.desc())
    )
    return [FormVersionRow(*row) for row in rows]


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
        .where(model.season_id == season_id, *_still_asked(model))
        .scalar_subquery()
        for model in models.values()
    ]
    return dict(zip(models, session.execute(select(*parts)).one(), strict=True))


def _still_asked(model: Any) -> list[ColumnElement[bool]]:
    return [model.withdrawn_at.is_(None)] if model in (Question, Consent) else []


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
