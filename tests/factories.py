"""Typed builders: each makes a valid row with everything it needs; ``over`` changes a column.

They flush; a test that goes on through a browser commits (``session.commit()``) first.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from award.models.accounts import StaffMembership, StaffRole, User
from award.models.entries import (
    Answer,
    ConsentGiven,
    Entry,
    EntryState,
    EntryVersion,
    TeamMembership,
    TeamRole,
)
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState, Juror, JurorState, Panel, RoundEntry
from award.models.seasons import (
    Category,
    Consent,
    Criterion,
    Programme,
    Question,
    QuestionKind,
    RankBy,
    Round,
    RoundState,
    Season,
    SeasonState,
)
from award.seasons.beginning.copying import copy_set_up

_numbers = count(1)
NOW = datetime.now(UTC)


def _save(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def make_user(session: Session, **over: Any) -> User:
    number = next(_numbers)
    email = over.pop("email", f"person{number}@example.com")
    values: dict[str, Any] = {
        "email": email,
        "email_key": email.casefold(),
        "name": f"Person {number}",
        "language": "en",
        "email_confirmed_at": NOW,
        "created_at": NOW,
    }
    return _save(session, User(**values | over))


def make_programme(session: Session, **over: Any) -> Programme:
    values: dict[str, Any] = {
        "slug": f"programme-{next(_numbers)}",
        "name": {"en": "Social Impact Award", "ru": "Премия социальных инициатив"},
        "languages": ["ru", "en"],
    }
    return _save(session, Programme(**values | over))


def make_copy(session: Session, source: Season) -> Season:
    """A season of the same programme with the set-up of another."""
    made = Season(
        programme_id=source.programme_id, slug=f"{source.slug}-copy", name={}, about={},
        created_at=NOW,
    )  # fmt: skip
    _save(session, made)
    return copy_set_up(session, made.id, source.id, actor_id=None, now=NOW)


def make_staff(
    session: Session, programme: Programme, role: StaffRole = StaffRole.ORGANISER, **over: Any
) -> User:
    user = make_user(session, **over)
    membership = StaffMembership(
        programme_id=programme.id, user_id=user.id, role=role, created_at=NOW
    )
    _save(session, membership)
    return user


def make_season(session: Session, programme: Programme | None = None, **over: Any) -> Season:
    """An open season that closes in ten days, with two categories and three questions."""
    programme = programme or make_programme(session)
    values: dict[str, Any] = {
        "programme_id": programme.id,
        "slug": f"season-{next(_numbers)}",
        "name": {"en": "Season 2026", "ru": "Сезон 2026"},
        "state": SeasonState.OPEN,
        "opens_at": NOW - timedelta(days=10),
        "closes_at": NOW + timedelta(days=10),
        "code_prefix": "SIA26",
        "created_at": NOW,
    }
    season = _save(session, Season(**values | over))
    for position, key in enumerate(("inclusion", "environment")):
        _save(
            session,
            Category(
                season_id=season.id, key=key, name={"en": key.title(), "ru": key}, position=position
            ),
        )
    for position, (key, kind) in enumerate(
        (
            ("problem", QuestionKind.LONG_TEXT),
            ("solution", QuestionKind.LONG_TEXT),
            ("budget", QuestionKind.NUMBER),
        )
    ):
        make_question(session, season, key=key, kind=kind, position=position)
    return season


def make_question(session: Session, season: Season, **over: Any) -> Question:
    key = over.pop("key", f"question_{next(_numbers)}")
    values: dict[str, Any] = {
        "season_id": season.id,
        "key": key,
        "kind": QuestionKind.SHORT_TEXT,
        "label": {"en": key.title(), "ru": key},
        "required": True,
    }
    return _save(session, Question(**values | over))


def make_consent(session: Session, season: Season, key: str = "names", **over: Any) -> Consent:
    """What every member is asked to agree to: being named in public."""
    values = {"title": {"en": key}, "text": {"en": "Yes"}, "publishes": True}
    return _save(session, Consent(season_id=season.id, key=key, **values | over))


def give_consent(
    session: Session, consent: Consent, entry: Entry, user: User, **over: Any
) -> ConsentGiven:
    """Let a member of an entry's team give a consent."""
    values: dict[str, Any] = {
        "consent_id": consent.id,
        "entry_id": entry.id,
        "user_id": user.id,
        "text_version": 1,
        "text_digest": "0" * 64,
        "given_at": NOW,
    }
    return _save(session, ConsentGiven(**values | over))


def make_entry(
    session: Session, season: Season | None = None, lead: User | None = None, **over: Any
) -> Entry:
    """A draft with a lead and answers to title, summary, category and all questions."""
    season = season or make_season(session)
    lead = lead or make_user(session)
    number = next(_numbers)
    answers = over.pop("answers", {})
    values: dict[str, Any] = {
        "season_id": season.id,
        "code": f"{season.code_prefix}-{number:04d}",
        "title": f"Project {number}",
        "category_id": season.categories[0].id if season.categories else None,
        "language": "en",
        "created_at": NOW,
    }
    entry = _save(session, Entry(**values | over))
    _save(
        session,
        TeamMembership(
            entry_id=entry.id,
            user_id=lead.id,
            role=TeamRole.LEAD,
            joined_at=NOW,
            birth_date=NOW.date().replace(year=NOW.year - 20, day=1),
            is_student=True,
        ),
    )
    given = {
        "title": entry.title,
        "category": "inclusion",
        "summary": f"Summary of project {number}",
        "city": "Perm",
        "organisation": f"University {number}",
        "topics": ["school"],
        "problem": "A real problem.",
        "solution": "A real solution.",
        "budget": 100000,
    } | answers
    for key, value in given.items():
        _save(session, Answer(entry_id=entry.id, key=key, value=value, edited_at=NOW))
    return entry


def make_submitted(session: Session, season: Season | None = None, **over: Any) -> Entry:
    """An entry that was submitted (state SUBMITTED where ``over`` names no other)."""
    over.setdefault("state", EntryState.SUBMITTED)
    entry = make_entry(session, season, **over)
    answers = {
        answer.key: answer.value
        for answer in session.query(Answer).filter_by(entry_id=entry.id).all()
    }
    version = EntryVersion(
        entry_id=entry.id,
        number=1,
        receipt=f"R-{entry.code}",
        answers=answers,
        digest="0" * 64,
        submitted_at=NOW,
    )
    _save(session, version)
    entry.current_version_id, entry.submitted_at = version.id, NOW
    session.flush()
    return entry


def make_round(session: Session, season: Season, **over: Any) -> Round:
    """An open round with three criteria of weights 2, 1, 1 on a scale of 1 to 10."""
    values: dict[str, Any] = {
        "season_id": season.id,
        "position": over.pop("position", 1),
        "name": {"en": "Round one", "ru": "Первый тур"},
        "state": RoundState.OPEN,
        "opens_at": NOW - timedelta(days=1),
        "closes_at": NOW + timedelta(days=5),
        "rank_by": RankBy.PLAIN,
        "cut": 2,
        "ties": [{"rule": "criterion", "criterion": "impact"}],
    }
    made = _save(session, Round(**values | over))
    for position, (key, weight) in enumerate((("impact", 2), ("innovation", 1), ("team", 1))):
        _save(
            session,
            Criterion(
                round_id=made.id,
                key=key,
                title={"en": key.title(), "ru": key},
                weight=Decimal(weight),
                position=position,
            ),
        )
    session.refresh(made)
    return made


def make_juror(session: Session, season: Season, user: User | None = None, **over: Any) -> Juror:
    """An active juror with an account."""
    user = user or make_user(session)
    values: dict[str, Any] = {
        "season_id": season.id,
        "user_id": user.id,
        "name": user.name,
        "email": user.email,
        "email_key": user.email_key,
        "state": JurorState.ACTIVE,
    }
    return _save(session, Juror(**values | over))


def make_panel(session: Session, season: Season, key: str = "moscow") -> Panel:
    return _save(session, Panel(season_id=season.id, key=key, name={"en": key.title(), "ru": key}))


def make_assignment(
    session: Session, round_: Round, entry: Entry, juror: Juror, **over: Any
) -> Assignment:
    """An active assignment; the entry competes in the round."""
    exists = session.query(RoundEntry).filter_by(round_id=round_.id, entry_id=entry.id).first()
    if exists is None:
        _save(session, RoundEntry(round_id=round_.id, entry_id=entry.id))
    values: dict[str, Any] = {
        "round_id": round_.id,
        "entry_id": entry.id,
        "juror_id": juror.id,
        "state": AssignmentState.ACTIVE,
        "position": next(_numbers),
        "created_at": NOW,
    }
    return _save(session, Assignment(**values | over))


def make_sheet(
    session: Session, assignment: Assignment, points: dict[str, int], **over: Any
) -> ScoreSheet:
    """A submitted sheet; points: criterion key -> points."""
    values: dict[str, Any] = {
        "assignment_id": assignment.id,
        "state": SheetState.SUBMITTED,
        "edited_at": NOW,
        "submitted_at": NOW,
    }
    sheet = _save(session, ScoreSheet(**values | over))
    for criterion in assignment.round.criteria:
        if criterion.key in points:
            score = Score(
                sheet_id=sheet.id,
                criterion_id=criterion.id,
                points=Decimal(str(points[criterion.key])),
            )
            _save(session, score)
    if sheet.state is SheetState.SUBMITTED:
        assignment.state = AssignmentState.DONE
        session.flush()
    return sheet
