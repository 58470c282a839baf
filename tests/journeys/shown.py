"""The demo, served, with its people at hand: what the gates walk through."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.accounts.session import start_session
from award.app import create_app
from award.commands.demo import fill
from award.db import Base, db, unit_of_work
from award.demo import build
from award.demo.library import projects
from award.imports.service import keep_table
from award.models.accounts import User
from award.models.entries import Entry, EntryState
from award.models.jury import Assignment, AssignmentState
from award.models.results import Certificate, CertificateKind, CertificateState
from award.models.seasons import Programme, Round, RoundState, Season, SeasonState
from config import for_tests
from exports.certificates.numbers import new_number

ENTERED = 36
"""How many entries the announced season has: enough for each kind of page, quickly made."""


@dataclass
class Shown:
    """The demo's application; cookies by role, and the ids that addresses name."""

    app: Flask
    cookies: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


def show(folder: Path) -> Shown:
    """Fill a store below ``folder`` with the demo and a certificate of its winner."""
    shown = Shown(create_app(for_tests(folder)))
    with shown.app.app_context():
        Base.metadata.create_all(db.engine)
    few = projects()[: ENTERED + build.IN_JUDGING + 5]
    with patch.multiple(build, ANNOUNCED=ENTERED, projects=lambda: few):
        fill(shown.app)
    with shown.app.app_context():
        with unit_of_work() as session:
            _note(session, shown)
        db.session.remove()
    return shown


def _note(session: Session, shown: Shown) -> None:
    """Find one of each thing that a page is about, and sign its people in."""
    over, judging, taking = (
        session.scalars(select(Season).where(Season.state == state).order_by(Season.id)).first()
        for state in (SeasonState.ANNOUNCED, SeasonState.JUDGING, SeasonState.OPEN)
    )
    draft, sent, winning = (
        session.scalars(select(Entry).where(Entry.state == state).order_by(Entry.id)).first()
        for state in (EntryState.DRAFT, EntryState.SUBMITTED, EntryState.WINNER)
    )
    begun, finished = (
        _assignment(session, state) for state in (AssignmentState.ACTIVE, AssignmentState.DONE)
    )
    assert draft is not None
    assert sent is not None
    assert winning is not None
    first, final = over.rounds
    things: dict[str, Any] = {
        "programme": session.scalars(select(Programme)).one(),
        "over": over,
        "judging": judging,
        "open": taking,
        "draft": draft,
        "sent": sent,
        "winning": winning,
        "begun": begun,
        "finished": finished,
        "juror": begun.juror,
        "admitted": begun.entry,
        "first": first,
        "final": final,
        "round": judging.rounds[0],
        "next": taking.rounds[0],
        "question": taking.questions[0],
        "criterion": taking.rounds[0].criteria[0],
    }
    shown.ids = {name: thing.public_id for name, thing in things.items()}
    shown.ids |= {"slug": over.slug, "open_slug": taking.slug, "code": winning.code}
    shown.ids["number"] = _certify(session, winning)
    shown.ids["table"] = _send_table(session, shown.app, judging)
    people: dict[str, Any] = {
        "student": draft.team[0].user,
        "sender": sent.team[0].user,
        "winner": winning.team[0].user,
        "juror": begun.juror.user,
        "finisher": finished.juror.user,
    } | {role: _staff(session, role) for role in ("organiser", "owner", "auditor")}
    now = datetime.now(UTC)
    for role, user in people.items():
        shown.cookies[role] = start_session(session, user.id, browser="test", now=now)


def _assignment(session: Session, state: AssignmentState) -> Assignment:
    found = select(Assignment).join(Round).where(Round.state == RoundState.OPEN)
    return session.scalars(
        found.where(Assignment.state == state).order_by(Assignment.id).limit(1)
    ).one()


def _staff(session: Session, role: str) -> User:
    return session.scalars(select(User).where(User.email == f"{role}@impact.example")).one()


def _certify(session: Session, entry: Entry) -> str:
    number = new_number()
    session.add(
        Certificate(
            number=number,
            key="certificate:1",
            season_id=entry.season_id,
            kind=CertificateKind.WINNER,
            name=entry.team[0].user.name,
            project=entry.title,
            entry_id=entry.id,
            user_id=entry.team[0].user_id,
            issued_on=datetime.now(UTC).date(),
            state=CertificateState.ISSUED,
        )
    )
    return number


def _send_table(session: Session, app: Flask, season: Season) -> str:
    content = "Название вашего проекта,E-mail,Цвет\nРека,river@example.com,синий\n".encode()
    now, stored = datetime.now(UTC), app.extensions["storage"].write(content)
    actor_id = _staff(session, "organiser").id
    kept = keep_table(
        session, season.programme_id, "form.csv", content, stored, actor_id=actor_id, now=now
    )
    return kept.public_id
