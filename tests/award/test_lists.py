"""A list page sends the store the same number of statements with 3 rows and with 300: twelve at most.

Two stores alike but for their size; the deliberation and the results have tests of their own, for
they need a tabulation.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from award.accounts.session import start_session
from award.app import create_app
from award.db import Base, db
from award.models.accounts import User
from award.models.entries import (
    Answer,
    Entry,
    EntryState,
    EntryVersion,
    TeamMembership,
    TeamRole,
)
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState, Juror, JurorState, RoundEntry
from award.models.operations import Mail
from award.models.results import (
    Certificate,
    CertificateKind,
    CertificateState,
    Decision,
    Outcome,
)
from award.models.seasons import RoundState, SeasonState
from config import for_tests
from tests import factories as make

FEW, MANY, MOST = 3, 300, 12
PAGES = {
    "organiser": (
        "/seasons/{season}/entries",
        "/seasons/{season}/entries?sort=title&text=a",
        "/seasons/{season}/entries/alike",
        "/seasons/{season}/extensions",
        "/seasons/{season}/inbox?q=a&sort=-when",
        "/seasons/{season}/jury",
        "/rounds/{round}/assignment",
        "/rounds/{round}/progress",
        "/rounds/{round}/progress?by=entry&q=a&state=left&sort=-name",
        "/rounds/{round}/decisions",
        "/seasons/{season}/appeals",
        "/seasons/{season}/certificates",
        "/seasons/{season}/certificates?find=Person&whose=participant&state=issued&sort=-name",
        "/seasons/{season}/messages",
        "/seasons/{season}/broadcasts",
        "/seasons/{season}/people?q=p&sort=-part",
        "/seasons/{season}/participants",
        "/seasons/{season}/audit",
    ),
    "juror": ("/judging",),
    "nobody": ("/{programme}/{slug}/finalists", "/{programme}/{slug}/winners", "/sitemap.xml"),
}
VISITS = [(role, path) for role, paths in PAGES.items() for path in paths]


def people(session: Session, count: int) -> list[User]:
    """Add many accounts at once."""
    now = datetime.now(UTC)
    start = session.scalar(sa.select(sa.func.count(User.id))) or 0
    found = [
        User(
            name=f"Person {start + number}",
            email=f"p{start + number}@example.org",
            email_key=f"p{start + number}@example.org",
            language="en",
            created_at=now,
        )
        for number in range(count)
    ]
    session.add_all(found)
    session.flush()
    return found


def fill(session: Session, count: int) -> dict[str, str]:
    """Make a decided season of ``count`` entries, jurors, mails and certificates."""
    now = datetime.now(UTC)
    programme = make.make_programme(session)
    season = make.make_season(session, programme, state=SeasonState.JUDGING)
    decided = {"state": RoundState.DECIDED, "announces_at": now - timedelta(hours=1)}
    round_ = make.make_round(session, season, **decided)
    running = make.make_round(session, season, position=2, announces_at=now + timedelta(days=9))
    category_id = season.categories[0].id
    leads, judges = people(session, count), people(session, count)
    entries = [
        Entry(
            season_id=season.id,
            code=f"A-{number:04d}",
            title=f"Project {number}",
            category_id=category_id,
            state=EntryState.ELIGIBLE,
            created_at=now,
            submitted_at=now,
        )
        for number in range(count)
    ]
    jurors = [
        Juror(
            season_id=season.id,
            user_id=one.id,
            name=one.name,
            email=one.email,
            email_key=one.email_key,
            state=JurorState.ACTIVE,
        )
        for one in judges
    ]
    session.add_all([*entries, *jurors])
    session.flush()
    versions = [
        EntryVersion(
            entry_id=one.id,
            number=1,
            receipt=f"R{one.code}",
            answers={"title": one.title, "city": "Perm"},
            digest="0" * 64,
            submitted_at=now,
        )
        for one in entries
    ]
    session.add_all(versions)
    session.flush()
    assignments = []
    for number, (entry, version, lead) in enumerate(zip(entries, versions, leads, strict=True)):
        entry.current_version_id = version.id
        session.add_all(
            [
                TeamMembership(
                    entry_id=entry.id, user_id=lead.id, role=TeamRole.LEAD, joined_at=now
                ),
                Answer(entry_id=entry.id, key="city", value="Perm", edited_at=now),
                RoundEntry(round_id=running.id, entry_id=entry.id),
                Decision(
                    round_id=round_.id, entry_id=entry.id, outcome=Outcome.THROUGH, decided_at=now
                ),
                _mail(season.id, number, now),
                _certificate(season.id, number, now),
            ]
        )
        for juror in (jurors[0], jurors[number]) if number else (jurors[0],):
            given = {"state": AssignmentState.ACTIVE, "position": number, "created_at": now}
            assignments.append(
                Assignment(round_id=running.id, entry_id=entry.id, juror_id=juror.id, **given)
            )
    session.add_all(assignments)
    session.flush()
    session.add_all(
        ScoreSheet(assignment_id=one.id, state=SheetState.DRAFT, edited_at=now)
        for one in assignments
    )
    organiser = make.make_staff(session, programme)
    return {
        "season": season.public_id,
        "round": running.public_id,
        "programme": programme.slug,
        "slug": season.slug,
        "organiser": start_session(session, organiser.id, browser="test", now=now),
        "juror": start_session(session, judges[0].id, browser="test", now=now),
    }


def _mail(season_id: int, number: int, now: datetime) -> Mail:
    return Mail(
        key=f"list-{season_id}-{number}",
        template="entry_receipt",
        to_email=f"p{number}@example.org",
        season_id=season_id,
        subject="S",
        body="B",
        send_after=now,
        created_at=now,
    )


def _certificate(season_id: int, number: int, now: datetime) -> Certificate:
    return Certificate(
        season_id=season_id,
        key=f"list:{season_id}:{number}",
        kind=CertificateKind.PARTICIPANT,
        number=f"LST{season_id:05d}{number:06d}",
        name=f"Person {number}",
        language="en",
        state=CertificateState.ISSUED,
        issued_on=now.date(),
    )


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, int]]:
    """Statements by address, at few rows and at many."""
    return {size: measured(tmp_path_factory.mktemp(f"rows{size}"), size) for size in (FEW, MANY)}


def measured(folder: Path, size: int) -> dict[str, int]:
    """Return how many statements each page sends in a store of that size; each answers 200."""
    app = create_app(for_tests(folder))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with Session(db.engine) as session:
            things = fill(session, size)
            session.commit()
        engine = db.engine
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    found = {}
    for role, path in VISITS:
        client = app.test_client()
        if role in things:
            client.set_cookie("award", things[role])
        prefix = "" if path.endswith(".xml") else "/en"
        sent.clear()
        answer = client.get(f"{prefix}{path.format(**things)}")
        assert answer.status_code == 200, path
        found[path] = len(sent)
    with app.app_context():
        engine.dispose()
    return found


@pytest.mark.parametrize("path", [path for _role, path in VISITS])
def test_a_list_costs_as_many_statements_at_300_rows_as_at_3(
    costs: dict[int, dict[str, int]], path: str
) -> None:
    assert costs[MANY][path] == costs[FEW][path]
    assert 0 < costs[MANY][path] <= MOST
