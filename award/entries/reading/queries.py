"""What pages show of entries: to their team, and as rows of the organiser's list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from award.db import pick_text
from award.entries.reading.stages import Stage, stages_of
from award.entries.requirements.answers import Problem, all_questions, core_questions, in_words
from award.entries.requirements.asked import Asked, asked_of
from award.entries.requirements.eligibility import ConsentNeed, MemberFacts
from award.entries.requirements.facts import DraftAnswer, answers_of, asked_digest, draft_facts
from award.entries.states import Door, door
from award.errors import NotFoundError
from award.i18n import fold, sort_key
from award.models.accounts import User
from award.models.entries import (
    CITY,
    ORGANISATION,
    TITLE,
    Answer,
    Entry,
    EntryState,
    EntryVersion,
    TeamMembership,
    TeamRole,
)
from award.models.form_versions import FormVersion
from award.models.seasons import Category, QuestionKind, Season
from award.seasons.form.versions import asked_then
from award.seasons.queries import QuestionItem


@dataclass(frozen=True, slots=True)
class SentVersion:
    """What counts: the last submit with its receipt. answers, files and team as in the model.

    questions: those of the form that it answered, with what has become of each since.
    asked_digest: that of what is still asked.
    """

    number: int
    receipt: str
    digest: str
    submitted_at: datetime
    submitted_by: str
    answers: Mapping[str, Any]
    files: tuple[Mapping[str, Any], ...]
    team: tuple[Mapping[str, Any], ...]
    questions: tuple[QuestionItem, ...]
    asked_digest: str


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """An entry as its team sees it: the draft, what stands against it, and what was sent.

    kept and kept_files: what the draft holds for questions that are no longer asked.
    """

    id: int
    public_id: str
    code: str
    title: str
    state: EntryState
    screening_reason: str
    door: Door
    form: Asked
    questions: tuple[QuestionItem, ...]
    drafts: Mapping[str, DraftAnswer]
    answers: Mapping[str, Any]
    files: tuple[Mapping[str, Any], ...]
    members: tuple[MemberFacts, ...]
    needs: tuple[ConsentNeed, ...]
    problems: tuple[Problem, ...]
    digest: str
    sent: SentVersion | None
    stages: tuple[Stage, ...] = ()
    kept: tuple[ShownAnswer, ...] = ()
    kept_files: tuple[Mapping[str, Any], ...] = ()

    @property
    def zone(self) -> str:
        """Where people read this entry's moments."""
        return self.door.zone

    @property
    def writable(self) -> bool:
        """Whether the team may still change something."""
        return self.door.is_open and self.state is not EntryState.WITHDRAWN

    @property
    def unsent(self) -> bool:
        """Whether the draft holds something that the submitted version does not."""
        return self.sent is not None and self.sent.asked_digest != self.digest

    def problems_of(self, task: str) -> list[Problem]:
        """Return what one task of the check-list still lacks."""
        return [one for one in self.problems if one.task == task]


def entry_for_team(session: Session, entry_id: int, *, language: str, now: datetime) -> TeamEntry:
    """Return an entry with everything its team works on; NotFoundError if gone."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise NotFoundError
    season = session.get_one(Season, entry.season_id)
    form = asked_of(session, season.id, language)
    facts = draft_facts(session, entry_id, form, language=language, now=now)
    way = door(session, season, entry_id, now=now)
    drafts = answers_of(session, entry_id)
    return TeamEntry(
        id=entry.id,
        public_id=entry.public_id,
        code=entry.code,
        title=facts.answers.get(TITLE) or entry.title,
        state=entry.state,
        screening_reason=entry.screening_reason,
        door=way,
        form=form,
        questions=all_questions(form, language),
        drafts=drafts,
        answers=facts.answers,
        files=tuple(facts.files),
        members=tuple(facts.members),
        needs=tuple(facts.needs),
        problems=tuple(facts.problems),
        digest=facts.digest,
        sent=sent_version(session, entry.current_version_id, form, language),
        stages=stages_of(session, entry, way, season.state, language, now=now),
        kept=shown_answers(
            form.withdrawn,
            {key: draft.value for key, draft in drafts.items()},
            language,
            with_empty=False,
        ),
        kept_files=tuple(facts.kept_files),
    )


def sent_version(
    session: Session, version_id: int | None, form: Asked, language: str
) -> SentVersion | None:
    """Return a submitted version by its id; None where nothing was submitted."""
    row = session.execute(
        select(EntryVersion, User.name, FormVersion.questions)
        .outerjoin(User, User.id == EntryVersion.submitted_by_id)
        .outerjoin(FormVersion, FormVersion.id == EntryVersion.form_version_id)
        .where(EntryVersion.id == version_id)
    ).first()
    if row is None:
        return None
    version, name, stored = row
    return SentVersion(
        version.number,
        version.receipt,
        version.digest,
        version.submitted_at,
        name or "",
        dict(version.answers),
        tuple(version.files),
        tuple(version.team),
        _asked_of_version(form, stored, language),
        asked_digest(version, form),
    )


def _asked_of_version(
    form: Asked, stored: Sequence[Mapping[str, Any]] | None, language: str
) -> tuple[QuestionItem, ...]:
    today = (*form.questions, *form.withdrawn)
    then = today if stored is None else asked_then(stored, today, language)
    return (*core_questions(form, language), *then)


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer ready to print: exactly one of text and items is filled; both empty: none.

    withdrawn_at and label_now as in QuestionItem.
    """

    key: str
    label: str
    kind: QuestionKind
    text: str = ""
    items: tuple[str, ...] = ()
    withdrawn_at: datetime | None = None
    label_now: str = ""


def shown_answers(
    questions: tuple[QuestionItem, ...],
    answers: Mapping[str, Any],
    language: str,
    *,
    with_empty: bool = True,
) -> tuple[ShownAnswer, ...]:
    """Return answers in words, with the labels of their options, in form order, without files."""
    shown = [
        _shown(question, answers.get(question.key), language)
        for question in questions
        if question.kind is not QuestionKind.FILE
    ]
    return tuple(one for one in shown if with_empty or one.text or one.items)


def _shown(question: QuestionItem, value: Any, language: str) -> ShownAnswer:
    labels = {option.key: option.label for option in question.options}
    shown = ShownAnswer(
        question.key,
        question.label,
        question.kind,
        withdrawn_at=question.withdrawn_at,
        label_now=question.label_now,
    )
    if isinstance(value, list):
        return replace(shown, items=tuple(labels.get(str(one), str(one)) for one in value))
    text = in_words(question.kind, value, language)
    return replace(shown, text=labels.get(text, text))


@dataclass(frozen=True, slots=True)
class EntryFilters:
    """What the organiser's list is narrowed to; sort is a key of SORTS, "-" before it reverses."""

    text: str = ""
    state: str = ""
    category: str = ""
    sort: str = "-submitted"

    @classmethod
    def read(cls, said: Mapping[str, str]) -> EntryFilters:
        """Return what an address says: q, state, category and sort."""
        text, state, category = (said.get(one, "").strip() for one in ("q", "state", "category"))
        return cls(text[:200], state, category, said.get("sort", "-submitted"))


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row of the organiser's list; lead is the name, her address when she gave none."""

    id: int
    public_id: str
    code: str
    title: str
    category: str
    state: EntryState
    lead: str
    city: str
    organisation: str
    members: int
    submitted_at: datetime | None
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryList:
    """The rows that a filter leaves, and how many entries there are of each state."""

    rows: tuple[EntryRow, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    categories: tuple[tuple[str, str], ...] = ()

    @property
    def total(self) -> int:
        """All entries of the season, whatever the filter."""
        return sum(self.counts.values())


SORTS = {
    "submitted": lambda row: row.submitted_at.timestamp() if row.submitted_at else 0.0,
    "title": lambda row: sort_key(row.title),
    "code": lambda row: row.code,
    "category": lambda row: sort_key(row.category),
    "city": lambda row: sort_key(row.city),
    "lead": lambda row: sort_key(row.lead),
    "state": lambda row: row.state.value,
}


def entry_rows(
    session: Session, season_id: int, filters: EntryFilters | None = None, *, language: str = "ru"
) -> EntryList:
    """Return a season's entries, filtered and sorted; two statements, however many there are.

    The text is looked for in code, title, lead, city and organisation, whatever the case, and
    ё is е. An unknown sort is that by submission, the newest first; ties go by code.
    """
    filters = filters or EntryFilters()
    categories = session.execute(
        select(Category.id, Category.key, Category.name)
        .where(Category.season_id == season_id)
        .order_by(Category.position)
    ).all()
    names = {id_: (key, pick_text(name, language)) for id_, key, name in categories}
    every = [_row(row, names) for row in session.execute(_statement(season_id))]
    counts: dict[str, int] = {}
    for row, _key in every:
        counts[row.state.value] = counts.get(row.state.value, 0) + 1
    kept = [row for row, key in every if _kept(row, key, filters)]
    sort = filters.sort.lstrip("-") if filters.sort.lstrip("-") in SORTS else "submitted"
    reverse = filters.sort.startswith("-")
    kept.sort(key=lambda row: row.code)
    kept.sort(key=SORTS[sort], reverse=reverse)
    return EntryList(tuple(kept), counts, tuple(names.values()))


def _statement(season_id: int) -> Any:
    city, organisation, lead = aliased(Answer), aliased(Answer), aliased(TeamMembership)
    members = (
        select(TeamMembership.entry_id, func.count().label("size"))
        .where(TeamMembership.left_at.is_(None))
        .group_by(TeamMembership.entry_id)
        .subquery()
    )
    return (
        select(
            Entry.id, Entry.public_id, Entry.code, Entry.title, Entry.category_id, Entry.state,
            User.name, User.email, city.value, organisation.value, members.c.size,
            Entry.submitted_at, Entry.edited_at,
        )
        .outerjoin(lead, (lead.entry_id == Entry.id) & (lead.role == TeamRole.LEAD))
        .outerjoin(User, User.id == lead.user_id)
        .outerjoin(city, (city.entry_id == Entry.id) & (city.key == CITY))
        .outerjoin(
            organisation, (organisation.entry_id == Entry.id) & (organisation.key == ORGANISATION)
        )
        .outerjoin(members, members.c.entry_id == Entry.id)
        .where(Entry.season_id == season_id)
    )  # fmt: skip


def _row(row: Any, names: Mapping[int, tuple[str, str]]) -> tuple[EntryRow, str]:
    (id_, public_id, code, title, category_id, state, name, email, city, organisation, size,
     submitted_at, edited_at) = row  # fmt: skip
    key, category = names.get(category_id, ("", ""))
    made = EntryRow(
        id_, public_id, code, title, category, state, name or email or "", city or "",
        organisation or "", size or 0, submitted_at, edited_at,
    )  # fmt: skip
    return made, key


def _kept(row: EntryRow, category_key: str, filters: EntryFilters) -> bool:
    if filters.state and row.state.value != filters.state:
        return False
    if filters.category and category_key != filters.category:
        return False
    if not filters.text:
        return True
    haystack = fold(f"{row.code} {row.title} {row.lead} {row.city} {row.organisation}")
    return all(word in haystack for word in fold(filters.text).split())
