"""Beginning a draft with what the same person wrote before: shown first, then taken over.

Only her own earlier entries are offered: those that she leads, withdrawn from this season or handed
in for another one of the programme. Consents, agreements, files, the team and what is about each
member stay behind: they hold for the entry that they were given for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from award import audit
from award.db import pick_text
from award.entries.drafting.service import repeat_in_lists
from award.entries.reading.queries import ShownAnswer, shown_answers
from award.entries.requirements.answers import all_questions, clean
from award.entries.requirements.asked import Asked, asked_of
from award.entries.requirements.facts import DraftAnswer, answers_of, files_of
from award.entries.states import open_entry
from award.errors import InputError
from award.models.entries import Answer, Entry, EntryState, TeamMembership, TeamRole
from award.models.seasons import QuestionKind, Season
from award.seasons.queries import QuestionItem

MOST = 20
STAYS_BEHIND = frozenset({QuestionKind.FILE, QuestionKind.AGREEMENT})


@dataclass(frozen=True, slots=True)
class OldEntry:
    """An earlier entry of the person; withdrawn_at only where it was withdrawn."""

    id: int
    public_id: str
    season_id: int
    title: str
    code: str
    season: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Takeover:
    """What an earlier entry could give to a draft.

    taken: what would fill an empty answer, under the question as it was asked then; left: what
    finds no question that takes it; files: names of those that would have to be uploaded anew.
    """

    source: OldEntry
    values: Mapping[str, Any]
    taken: tuple[ShownAnswer, ...]
    left: tuple[ShownAnswer, ...]
    files: tuple[str, ...]


def old_entries(
    session: Session, entry: Entry, user_id: int, language: str
) -> tuple[OldEntry, ...]:
    """Return whose answers could be taken over: at most MOST, those of this season first.

    One statement; empty where she leads no other that holds an answer.
    """
    programme_id = select(Season.programme_id).where(Season.id == entry.season_id)
    rows = session.execute(
        select(Entry, Season.name)
        .join(Season, Season.id == Entry.season_id)
        .join(TeamMembership, TeamMembership.entry_id == Entry.id)
        .where(
            TeamMembership.user_id == user_id,
            TeamMembership.role == TeamRole.LEAD,
            TeamMembership.left_at.is_(None),
            Season.programme_id == programme_id.scalar_subquery(),
            Entry.id != entry.id,
            or_(Entry.season_id != entry.season_id, Entry.state == EntryState.WITHDRAWN),
            select(Answer.id).where(Answer.entry_id == Entry.id).exists(),
        )
        .order_by(Entry.season_id != entry.season_id, Entry.created_at.desc(), Entry.id.desc())
        .limit(MOST)
    )
    return tuple(
        OldEntry(
            old.id,
            old.public_id,
            old.season_id,
            old.title,
            old.code,
            pick_text(name, language),
            old.withdrawn_at,
        )
        for old, name in rows
    )


def takeover_of(session: Session, entry: Entry, source: OldEntry, language: str) -> Takeover:
    """Return what a source would give to an entry now; nothing is changed.

    Answers match by the question's key and kind. A choice that is offered no more is dropped.
    """
    then = asked_of(session, source.season_id, language)
    old, draft = answers_of(session, source.id), answers_of(session, entry.id)
    asked = {one.key: one for one in _questions(then, language)}
    today = {
        one.key: one
        for one in all_questions(asked_of(session, entry.season_id, language), language)
    }
    answered = {key: one.value for key, one in old.items() if one.value is not None}
    fitting = {key: _fitting(asked.get(key), today.get(key), answered[key]) for key in answered}
    values = {
        key: value
        for key, value in fitting.items()
        if value is not None and not _is_filled(draft.get(key))
    }
    lost = {key: answered[key] for key, value in fitting.items() if value is None}
    shown = shown_answers(tuple(asked.values()), values, language, with_empty=False)
    return Takeover(
        source,
        values,
        tuple(_as_asked_today(one, today[one.key]) for one in shown),
        shown_answers(tuple(asked.values()), lost, language, with_empty=False),
        tuple(one["name"] for one in files_of(session, source.id)),
    )


def _questions(form: Asked, language: str) -> tuple[QuestionItem, ...]:
    return (*all_questions(form, language), *form.withdrawn)


def _is_filled(draft: DraftAnswer | None) -> bool:
    return draft is not None and draft.value is not None


def _fitting(then: QuestionItem | None, now: QuestionItem | None, value: Any) -> Any:
    """Return a former answer as today's question takes it; None where it does not."""
    if then is None or now is None or then.kind is not now.kind or now.kind in STAYS_BEHIND:
        return None
    offered = {option.key for option in now.options if not option.withdrawn}
    if now.kind is QuestionKind.MANY_CHOICES:
        value = [one for one in value if one in offered]
    elif now.kind is QuestionKind.ONE_CHOICE and value not in offered:
        return None
    try:
        return clean(now, value)
    except InputError:
        return None


def _as_asked_today(shown: ShownAnswer, today: QuestionItem) -> ShownAnswer:
    other = today.label if today.label != shown.label else ""
    return replace(shown, label_now=other, withdrawn_at=None)


def take_over(
    session: Session,
    entry_id: int,
    source_id: str,
    *,
    actor_id: int,
    now: datetime,
    language: str = "ru",
) -> int:
    """Fill the empty answers of a draft from an earlier entry; returns how many that were.

    source_id: the public id of one of ``old_entries``, else InputError("old_entry_unknown").
    What was written meanwhile stays. RuleError where the door is shut.
    """
    entry, season = open_entry(session, entry_id, now=now)
    known = {one.public_id: one for one in old_entries(session, entry, actor_id, language)}
    if source_id not in known:
        raise InputError("old_entry_unknown", field="from")
    found = takeover_of(session, entry, known[source_id], language)
    _write(session, entry, found.values, actor_id, now)
    if found.values:
        audit.record(
            session,
            "entry.answers_taken_over",
            entry,
            actor_id=actor_id,
            now=now,
            after={"from": source_id, "count": len(found.values)},
            programme_id=season.programme_id,
        )
    return len(found.values)


def _write(
    session: Session, entry: Entry, values: Mapping[str, Any], actor_id: int, now: datetime
) -> None:
    rows = {
        row.key: row
        for row in session.scalars(
            select(Answer).where(Answer.entry_id == entry.id, Answer.key.in_(values))
        )
    }
    for key, value in values.items():
        row = rows.get(key) or Answer(entry_id=entry.id, key=key)
        row.value, row.edited_at, row.edited_by_id = value, now, actor_id
        session.add(row)
        repeat_in_lists(session, entry, key, value)
    if values:
        entry.edited_at = now
    session.flush()
