"""Feedback letters: one for each team, from the announcement on, as PDF and by mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, jobs, mail
from award.db import locked, pick_text, unit_of_work
from award.errors import RuleError
from award.models.accounts import User
from award.models.entries import Entry, TeamMembership
from award.models.results import Outcome, Tabulation
from award.models.seasons import Criterion, Programme, Round, Season
from award.results.announcement.announcing import mail_members
from award.results.public.queries import RoundFeedback, feedback
from award.results.rounds import is_public
from exports.documents.letters import Letter, LetterCriterion, LetterRound, middle_text, spoken

JOB = "results.letters"
OUTCOMES = {
    Outcome.THROUGH.value: "in",
    Outcome.OUT.value: "out",
    Outcome.FINALIST.value: "finalist",
    Outcome.WINNER.value: "winner",
    "": "out",
}


def letter_of(session: Session, entry_id: int, language: str, *, now: datetime) -> Letter:
    """Return the letter to a team: its announced rounds, the latest first.

    A place is told to winners, and to everybody where the season says so. NotFoundError before
    the first announcement.
    """
    found = feedback(session, entry_id, language, now=now)
    entry = session.get_one(Entry, entry_id)
    season = session.get_one(Season, entry.season_id)
    programme = session.get_one(Programme, season.programme_id)
    return Letter(
        programme=pick_text(programme.name, language),
        season=found.season,
        title=found.title,
        code=found.code,
        language=language,
        rounds=tuple(_round(session, one, entry.code, season) for one in found.rounds),
        colour=programme.colour,
    )


def _round(session: Session, found: RoundFeedback, code: str, season: Season) -> LetterRound:
    round_ = session.scalars(select(Round).where(Round.public_id == found.public_id)).one()
    rows = _entries(session, round_.id)
    own = next((row for row in rows if row["entry"] == code), None)
    computed = own["place"] if own and season.tells_places else None
    fields = _fields(rows)
    keys = _keys(session, round_.id)
    return LetterRound(
        key=found.public_id,
        name=found.name,
        outcome=OUTCOMES[found.outcome],
        place=found.place or computed,
        entries=sum(row["place"] is not None for row in rows),
        jurors=own["jurors"] if own else 0,
        prizes=found.prizes,
        criteria=tuple(
            LetterCriterion(
                one.title, one.mean, one.minimum, one.maximum, tuple(fields.get(key, ()))
            )
            for key, one in zip(keys, found.means, strict=True)
        ),
        comments=found.comments,
    )


def _entries(session: Session, round_id: int) -> list[dict[str, Any]]:
    """Return what the latest tabulation says of each entry; empty before the first."""
    result = session.scalars(
        select(Tabulation.result)
        .where(Tabulation.round_id == round_id)
        .order_by(Tabulation.number.desc())
        .limit(1)
    ).first()
    return result["entries"] if result else []


def _keys(session: Session, round_id: int) -> Sequence[str]:
    return session.scalars(
        select(Criterion.key)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    ).all()


def _fields(rows: list[Any]) -> dict[str, list[float]]:
    """Return all entries' means by criterion, sorted: no order tells whose they are."""
    found: dict[str, list[float]] = {}
    for row in rows:
        for item in row["criteria"]:
            if item["mean"] is not None:
                above, _, below = item["mean"].partition("/")
                found.setdefault(item["criterion"], []).append(int(above) / int(below or 1))
    return {key: sorted(values) for key, values in found.items()}


def mail_letters(session: Session, round_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Leave it to the worker to mail every member of every team of the round its letter, once.

    RuleError("letters_embargo") before the announcement.
    """
    round_ = locked(session, Round, round_id)
    if not is_public(round_, now):
        raise RuleError("letters_embargo")
    jobs.enqueue(
        session,
        JOB,
        {"round_id": round_id},
        key=f"letters:{round_.public_id}",
        now=now,
        season_id=round_.season_id,
    )
    audit.record(
        session,
        "round.letters_mailed",
        round_,
        actor_id=actor_id,
        now=now,
        programme_id=round_.season.programme_id,
    )


@jobs.handles(JOB)
def write_mails(run: jobs.JobRun) -> None:
    """Write the mails, some at a time; keys make every mail one mail."""
    if not mail_members(run, _mail_some):
        return
    with unit_of_work() as session:
        run.finish(session, now=datetime.now(UTC))


def _mail_some(
    session: Session, round_id: int, members: list[int], base_url: str, now: datetime
) -> None:
    for membership_id in members:
        _mail(session, round_id, membership_id, base_url, now)


def _mail(
    session: Session, round_id: int, membership_id: int, base_url: str, now: datetime
) -> None:
    member = session.get_one(TeamMembership, membership_id)
    user = session.get_one(User, member.user_id)
    if member.left_at is not None or user.erased_at is not None:
        return
    round_ = session.get_one(Round, round_id)
    entry = session.get_one(Entry, member.entry_id)
    letter = letter_of(session, entry.id, user.language, now=now)
    told = next(one for one in letter.rounds if one.key == round_.public_id)
    mail.queue(
        session,
        "feedback_letter",
        to=user.email,
        name=user.name,
        key=f"letter:{round_.public_id}:{member.public_id}",
        now=now,
        language=user.language,
        user_id=user.id,
        season_id=round_.season_id,
        context={
            "title": entry.title,
            "season": letter.season,
            "round": told,
            "criteria": [_line(one, user.language) for one in told.criteria],
            "url": f"{base_url}/{user.language}/entries/{entry.public_id}/feedback/letter.pdf",
        },
    )


def _line(one: LetterCriterion, language: str) -> Mapping[str, Any]:
    return {
        "title": one.title,
        "mean": spoken(one.mean, language),
        "maximum": spoken(one.maximum, language, 0),
        "middle": middle_text(one, language),
    }
