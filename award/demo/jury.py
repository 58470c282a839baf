"""The demo's jury: who judges, who got what, and what they thought of it."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from statistics import NormalDist

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.accounts.emails import email_key
from award.demo.library import DemoJuror, comments, jurors
from award.demo.people import add_user
from award.demo.site import site
from award.jury.changes.service import recuse
from award.models.accounts import User
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Juror,
    JurorState,
    Panel,
)
from award.models.seasons import Round, Season

PANELS = {
    "moscow": {"ru": "Московская коллегия", "en": "Moscow panel", "de": "Panel Moskau"},
    "petersburg": {
        "ru": "Петербургская коллегия",
        "en": "St Petersburg panel",
        "de": "Panel St. Petersburg",
    },
}


def two_panels(count: int) -> list[DemoJuror]:
    """Return so many jurors, half of them from each panel."""
    half = count // 2
    moscow = [one for one in jurors() if one.panel == "moscow"][:half]
    return moscow + [one for one in jurors() if one.panel == "petersburg"][:half]


def add_panels(session: Session, season: Season) -> dict[str, Panel]:
    """Add the two regional panels."""
    panels = {key: Panel(season_id=season.id, key=key, name=name) for key, name in PANELS.items()}
    session.add_all(panels.values())
    session.flush()
    return panels


def add_jurors(
    session: Session,
    season: Season,
    people: Sequence[DemoJuror],
    *,
    panels: Mapping[str, Panel] | None = None,
    maximum: int,
    now: datetime,
    shown: int = 0,
) -> dict[int, DemoJuror]:
    """Add active jurors, the first of each panel its chair; returns juror id -> who she is.

    shown: how many of them the sign-in page offers.
    """
    found: dict[int, DemoJuror] = {}
    chaired: set[str] = set()
    for number, person in enumerate(people):
        user = add_user(
            session,
            person.name,
            f"{season.slug}.{person.email}",
            now=now,
            shown=number < shown,
        )
        session.flush()
        juror = _juror(person, user, now)
        juror.season_id, juror.maximum = season.id, maximum
        juror.panel_id = panels[person.panel].id if panels else None
        juror.is_chair = person.panel not in chaired
        chaired.add(person.panel)
        session.add(juror)
        session.flush()
        found[juror.id] = person
    return found


def _juror(person: DemoJuror, user: User, now: datetime) -> Juror:
    """Return an active juror with what the person offers; her place on the jury is still open."""
    return Juror(
        user_id=user.id,
        name=person.name,
        email=user.email,
        email_key=user.email_key,
        organisation=person.organisation,
        region=person.region,
        topics=list(person.topics),
        languages=list(person.languages),
        state=JurorState.ACTIVE,
        invited_at=now,
        answered_at=now,
    )


def leave_work(session: Session, season: Season, round_: Round, *, now: datetime) -> None:
    """Leave the organiser something to do: a juror who has not answered, a place that is free."""
    email = f"{season.slug}.jury.silent@example.org"
    session.add(
        Juror(
            season_id=season.id,
            name="Ульяна Евстигнеева",
            email=email,
            email_key=email_key(email),
            topics=[],
            languages=["ru"],
            maximum=8,
            state=JurorState.INVITED,
            invited_at=now,
        )
    )
    untouched = session.scalars(
        select(Assignment)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(
            Assignment.round_id == round_.id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.id.is_(None),
        )
        .order_by(Assignment.juror_id.desc(), Assignment.id.desc())
        .limit(1)
    ).one()
    reason = "Эта команда весной приходила ко мне за советом."
    recuse(
        session,
        untouched.id,
        reason,
        conflict=True,
        base_url=site(),
        actor_id=None,
        now=now,
    )


def merits(quality: Mapping[int, float]) -> dict[int, float]:
    """Spread qualities as merits of a real season lie: many in the middle, few at the top.

    The order of quality stays (equals by id); mean 5.6, standard deviation 1.3.
    """
    order = sorted(quality, key=lambda key: (quality[key], key))
    normal = NormalDist(5.6, 1.3)
    return {key: normal.inv_cdf((at + 0.5) / len(order)) for at, key in enumerate(order)}


def score(
    session: Session,
    round_: Round,
    jurors: Mapping[int, DemoJuror],
    quality: Mapping[int, float],
    *,
    now: datetime,
    share: float = 1.0,
    seed: int,
    only: Collection[int] | None = None,
) -> int:
    """Let jurors score their assignments of a round; returns how many sheets were handed in.

    quality: entry id -> 1 to 10. share: how much of each juror's list is done; the next sheet
    after that stays a draft. only: the entries that are scored, None for all. Points are quality minus severity plus the juror's own noise.
    """
    chance = random.Random(seed)
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.round_id == round_.id)
        .order_by(Assignment.juror_id, Assignment.position, Assignment.id)
    ).all()
    by_juror: dict[int, list[Assignment]] = {}
    for assignment in rows:
        if only is not None and assignment.entry_id not in only:
            continue
        by_juror.setdefault(assignment.juror_id, []).append(assignment)
    submitted = 0
    said: dict[int, set[str]] = {}
    for juror_id, work in by_juror.items():
        done = round(len(work) * share)
        for number, assignment in enumerate(work[: done + 1 if share < 1 else done]):
            draft = number == done
            points = _points(chance, round_, quality[assignment.entry_id], jurors[juror_id])
            comment = _comment(points, chance, said.setdefault(assignment.entry_id, set()))
            _write(
                session, assignment, round_, points, "" if draft else comment, draft=draft, now=now
            )
            submitted += not draft
    session.flush()
    return submitted


def _points(
    chance: random.Random, round_: Round, quality: float, juror: DemoJuror
) -> list[Decimal]:
    impression = quality - juror.severity + chance.gauss(0, 0.7 * juror.care)
    return [
        Decimal(min(10, max(1, round(impression + chance.gauss(0, 0.8))))) for _ in round_.criteria
    ]


def _comment(points: Sequence[Decimal], chance: random.Random, said: set[str]) -> str:
    """Choose a comment in the points' tone that nobody wrote to this team yet."""
    mean = sum(points) / len(points)
    known = comments()["high" if mean >= 7.5 else "middle" if mean >= 5 else "low"]
    first = chance.randrange(len(known))
    comment = next(
        (one for one in (*known[first:], *known[:first]) if one not in said), known[first]
    )
    said.add(comment)
    return comment


def _write(
    session: Session,
    assignment: Assignment,
    round_: Round,
    points: Sequence[Decimal],
    comment: str,
    *,
    draft: bool,
    now: datetime,
) -> None:
    sheet = ScoreSheet(
        assignment=assignment,
        state=SheetState.DRAFT if draft else SheetState.SUBMITTED,
        team_comment=comment,
        edited_at=now,
        submitted_at=None if draft else now,
    )
    given = zip(round_.criteria, points, strict=True)
    sheet.scores = [
        Score(criterion_id=criterion.id, points=value)
        for criterion, value in list(given)[: 2 if draft else None]
    ]
    assignment.state = AssignmentState.ACTIVE if draft else AssignmentState.DONE
    session.add(sheet)
