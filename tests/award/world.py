"""A whole season on one page, and its people: what tests walk that look at every route.

``World.address`` fills the variables of any rule of the application with things of that season.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pikepdf
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from award import audit, jobs, mail
from award.accounts.session import start_session
from award.accounts.tokens import issue_token
from award.app import create_app
from award.db import Base, db
from award.jury.service import draft_proposal, propose_assignment
from award.models.accounts import StaffRole, TokenPurpose, User, UserSession
from award.models.appeals import Appeal, Ground
from award.models.broadcasts import Audience, Broadcast
from award.models.education import Attendance, Participant, Workshop
from award.models.entries import EntryState, EntryVersion, StoredFile, TeamMembership, TeamRole
from award.models.judging import SheetState
from award.models.jury import Conflict, ConflictSource
from award.models.operations import JobState
from award.models.results import (
    Certificate,
    CertificateBatch,
    CertificateKind,
    CertificateState,
    Signatory,
)
from award.models.seasons import Consent, Prize, QuestionKind, Visibility
from award.models.threads import ThreadMessage, Trouble, TroubleReport
from award.tables import FORMATS
from config import for_tests
from exports.certificates.numbers import new_number
from tests import factories as make

ROLES = (
    "anonymous",
    "stranger",
    "member",
    "lead",
    "juror",
    "idle_juror",
    "organiser",
    "foreign_organiser",
    "auditor",
    "owner",
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TEAM_SECRETS = (
    "Lena Lead", "lena@lyceum.example", "Mara Member", "Kungur", "Lyceum Nine", "Lena Lead plan",
    "Our landlord is my uncle", "May our mentor sign the plan",
)  # fmt: skip
"""What a juror of a blind round must not read: names, places, files, answers for staff only."""
JURY_SECRETS = (
    "Jana Juror", "jana@museum.example", "Ida Idle", "The budget is thin",
    "Keep an eye on the landlord", "Page three is from a magazine",
)  # fmt: skip
"""What no team and no other juror may read: who judges, and what a draft sheet says."""


def table_at(endpoint: str) -> str:
    """The name of a table that a route gives out, where it gives out several."""
    if endpoint.startswith("messages."):
        return "people"
    return "jurors" if endpoint == "results.export_season" else "scores-long"


@dataclass
class World:
    """The application of a seeded store, a cookie for each role, values for each variable."""

    app: Flask
    seed: Path
    rows: dict[str, int] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        """The file that the application reads and writes."""
        return Path(str(self.app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))

    @property
    def files(self) -> Path:
        """The folder of uploads that the application reads and writes."""
        return cast(Path, self.app.extensions["storage"].root)

    @property
    def kept_files(self) -> Path:
        """The seeded uploads, for one that a request removed is missed by the next."""
        return self.files.with_name("kept-files")

    def browser(self, role: str) -> FlaskClient:
        """A browser signed in as one of ROLES."""
        client = self.app.test_client()
        if role in self.cookies:
            client.set_cookie("award", self.cookies[role])
        return client

    def rules(self) -> list[tuple[str, Rule]]:
        """Every (method, rule) but static files, in the order of their names."""
        found = [
            (method, rule)
            for rule in self.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            if rule.endpoint != "static"
        ]
        return sorted(found, key=lambda pair: (pair[1].endpoint, pair[0]))

    def subject(self, rule: Rule) -> str:
        """The public id of what the rule is about, "" where it is about nothing."""
        return self.things.get(rule.rule.split(":lang>/")[-1].split("/")[0], "")

    def address(self, rule: Rule, **over: str) -> str:
        """The rule's address with things of the seeded season in it; ``over`` puts others there."""
        chosen = self.values | {"lang": "en", "public_id": self.subject(rule)}
        if rule.endpoint.startswith("jury.") and "entry_id" in rule.arguments:
            chosen["entry_id"] = self.things["entries"]
        if rule.endpoint.startswith("seasons.") and "item_id" in rule.arguments:
            kind = "criteria" if "criteria" in rule.rule else "categories"
            chosen["item_id"] = self.values[kind]
        if rule.endpoint.startswith(("entries.part", "entries.upload")):
            chosen |= {"key": "plan"}
        elif rule.endpoint == "entries.receipt_pdf":
            chosen |= {"number": self.values["receipt"]}
        if rule.endpoint.startswith("guides."):
            chosen |= {"name": "organiser" if rule.endpoint == "guides.read" else "overview"}
        if rule.rule.endswith(f"{FORMATS}:kind>"):
            chosen |= {"name": table_at(rule.endpoint), "kind": "csv"}
        elif "contents" in rule.arguments:
            chosen["contents"] = "letters"
        if rule.endpoint == "messages.change_mail":
            chosen["verb"] = "cancel"
        secret = {"accounts.confirm": "confirm", "accounts.reset": "reset"}.get(rule.endpoint)
        chosen["secret"] = self.values[secret or "invitation"]
        chosen |= over
        with self.app.test_request_context():
            return str(
                self.app.url_map.bind("localhost").build(
                    rule.endpoint, {name: chosen[name] for name in rule.arguments}
                )
            )

    def restore(self) -> None:
        """Bring the seeded store back after something may have changed it."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for leftover in self.store.parent.glob(f"{self.store.name}-*"):
            leftover.unlink()
        shutil.copy(self.seed, self.store)
        shutil.copytree(self.kept_files, self.files, dirs_exist_ok=True)

    def change(self, change: Callable[[Session, dict[str, int]], None]) -> World:
        """Return the same world in another state; ``change`` gets the ids of its rows."""
        self.restore()
        with self.app.app_context():
            with Session(db.engine, expire_on_commit=False) as session:
                change(session, self.rows)
                session.commit()
            db.engine.dispose()
        other = replace(self, seed=self.seed.with_name(f"{change.__name__}.sqlite3"))
        shutil.copy(self.store, other.seed)
        return other

    def dump(self) -> list[str]:
        """Everything that the store holds, as SQL."""
        with self.app.app_context(), db.engine.connect() as connection:
            lines = list(
                cast(sqlite3.Connection, connection.connection.driver_connection).iterdump()
            )
        with self.app.app_context():
            db.engine.dispose()
        return lines


def build(folder: Path) -> World:
    """Seed a store in ``folder``; it is SQLite whatever the run's store is, for it is copied."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(for_tests(folder))
    app.config["WTF_CSRF_ENABLED"] = False
    world = World(app, folder / "seed.sqlite3")
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with Session(db.engine, expire_on_commit=False) as session:
            _seed(session, world)
            session.commit()
        db.engine.dispose()
    shutil.copy(folder / "test.sqlite3", world.seed)
    shutil.copytree(world.files, world.kept_files)
    return world


def _seed(session: Session, world: World) -> None:
    now = datetime.now(UTC)
    programme = make.make_programme(
        session, slug="sia", contact_email="a@example.com", languages=["ru", "en"]
    )
    season = make.make_season(session, programme, slug="2026", publishes_bundle=True)
    make.make_question(session, season, key="plan", kind=QuestionKind.FILE, required=False)
    make.make_question(session, season, key="rent", required=False, visibility=Visibility.STAFF)
    session.add(Consent(season_id=season.id, key="part", title={"en": "P"}, text={"en": "Yes"}))
    session.add(Prize(season_id=season.id, title={"en": "First prize"}, place=1))
    people = _people(session, programme)
    answers = {"city": "Kungur", "organisation": "Lyceum Nine", "rent": "Our landlord is my uncle"}
    entry = make.make_submitted(
        session, season, lead=people["lead"], answers=answers, state=EntryState.ELIGIBLE
    )
    version = session.get_one(EntryVersion, entry.current_version_id)
    version.team = [{"name": "Lena Lead", "role": "lead"}]
    membership = TeamMembership(
        entry_id=entry.id, user_id=people["member"].id, role=TeamRole.MEMBER, joined_at=now
    )
    session.add(membership)
    round_ = make.make_round(session, season, jurors_per_entry=1, announces_at=now + timedelta(9))
    juror = make.make_juror(session, season, people["juror"])
    make.make_juror(session, season, people["idle_juror"])
    assignment = make.make_assignment(session, round_, entry, juror)
    make.make_sheet(
        session,
        assignment,
        {"impact": 7, "innovation": 6, "team": 5},
        state=SheetState.DRAFT,
        private_note="Keep an eye on the landlord",
        team_comment="The budget is thin",
    )
    rest = _rest(session, world.app, now, season, entry, round_, juror)
    world.things = {
        "programmes": programme.public_id,
        "seasons": season.public_id,
        "judging": season.public_id,
        "rounds": round_.public_id,
        "entries": entry.public_id,
        "assignments": assignment.public_id,
        "jurors": juror.public_id,
        "files": rest["file"].public_id,
        "certificates": rest["certificate"].number,
        "broadcasts": rest["broadcast"].public_id,
        "appeals": rest["appeal"].public_id,
        "workshops": rest["workshop"].public_id,
        "participants": rest["participant"].public_id,
    }
    world.rows = {
        "season": season.id,
        "entry": entry.id,
        "round": round_.id,
        "assignment": assignment.id,
    } | {role: user.id for role, user in people.items()}
    world.values = {
        "programme": programme.slug,
        "season": season.slug,
        "user_id": people["auditor"].public_id,
        "entry_id": entry.public_id,
        "round_id": round_.public_id,
        "code_of_entry": entry.code,
        "member_id": membership.public_id,
        "run_id": rest["run"].public_id,
        "juror_id": juror.public_id,
        "mail_id": rest["mail"].public_id,
        "file_id": rest["file"].public_id,
        "number": rest["certificate"].number,
        "receipt": version.receipt,
        "digest": "0" * 64,
        "categories": season.categories[0].public_id,
        "criteria": round_.criteria[0].public_id,
        "colour": "7a2d8c",
        "kind": "categories",
        "key": "problem",
        "verb": "up",
        "source": "declared",
        "code": rest["other"].code,
        "entry_code": entry.code,
        "width": "480",
        "mark": "0" * 12,
        "extension": "pdf",
        "name": "scores",
        "position": "1",
        "target": "entries",
        "step": "name",
        "table": rest["table"].public_id,
        "signatory": rest["signatory"].public_id,
        "batch_id": rest["batch"].public_id,
        "person": people["lead"].public_id,
        "wording": "juror_reminder",
        "report_id": rest["report"].public_id,
        "work_id": rest["work"].public_id,
    }
    world.values |= _secrets(session, now, programme.id, people["member"], entry.id)
    for role, user in people.items():
        world.cookies[role] = start_session(session, user.id, browser="test", now=now)
    world.values["session_id"] = (
        session.query(UserSession).filter_by(user_id=people["stranger"].id).one().public_id
    )


def _plan() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Author"] = "Lena Lead"
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _people(session: Session, programme: Any) -> dict[str, User]:
    elsewhere = make.make_programme(session, slug="elsewhere")
    make.make_season(session, elsewhere)
    return {
        "stranger": make.make_user(session, name="Stranger"),
        "member": make.make_user(session, name="Mara Member"),
        "lead": make.make_user(session, name="Lena Lead", email="lena@lyceum.example"),
        "juror": make.make_user(session, name="Jana Juror", email="jana@museum.example"),
        "idle_juror": make.make_user(session, name="Ida Idle", email="ida@theatre.example"),
        "organiser": make.make_staff(session, programme, name="Oleg Organiser"),
        "foreign_organiser": make.make_staff(session, elsewhere, StaffRole.OWNER),
        "auditor": make.make_staff(session, programme, StaffRole.AUDITOR, name="Anna Auditor"),
        "owner": make.make_staff(session, programme, StaffRole.OWNER, name="Olga Owner"),
    }


def _rest(
    session: Session, app: Flask, now: datetime, season: Any, entry: Any, round_: Any, juror: Any
) -> dict[str, Any]:
    kept = app.extensions["storage"].write(_plan())
    common = {"size": kept.size, "sha256": kept.sha256, "uploaded_at": now}
    file = StoredFile(
        programme_id=season.programme_id,
        entry_id=entry.id,
        question_key="plan",
        name="Lena Lead plan.pdf",
        media_type="application/pdf",
        storage_name=kept.storage_name,
        **common,
    )
    certificate = Certificate(
        number=new_number(),
        key="certificate:1",
        season_id=season.id,
        kind=CertificateKind.PARTICIPANT,
        name="Lena Lead",
        entry_id=entry.id,
        user_id=entry.team[0].user_id,
        language="en",
        issued_on=now.date(),
        state=CertificateState.ISSUED,
    )
    other = make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    conflict = Conflict(
        juror_id=juror.id, entry_id=other.id, source=ConflictSource.DECLARED, found_at=now
    )
    lines = app.extensions["storage"].write(b"title,email\nRiver,river@example.com\n")
    table = StoredFile(
        programme_id=season.programme_id,
        question_key="import",
        name="table.csv",
        media_type="text/csv",
        size=lines.size,
        sha256=lines.sha256,
        storage_name=lines.storage_name,
        uploaded_at=now,
    )
    batch = CertificateBatch(season_id=season.id, kinds=["participant"], created_at=now)
    signatory = Signatory(season_id=season.id, name={"en": "Sina Signs"}, role={})
    question = ThreadMessage(
        key="question",
        entry_id=entry.id,
        author_id=entry.team[0].user_id,
        from_staff=False,
        text="May our mentor sign the plan?",
        written_at=now,
    )
    report = TroubleReport(
        key="report",
        entry_id=entry.id,
        juror_id=juror.id,
        trouble=Trouble.COPIED,
        words="Page three is from a magazine",
        reported_at=now,
    )
    broadcast = Broadcast(
        season_id=season.id,
        audience=Audience.LEADS,
        filters={},
        subject={"en": "A reminder"},
        text={"en": "Dear {name}, please look at {title}."},
        created_at=now,
    )
    appeal = Appeal(
        receipt="R-APPEAL",
        round_id=round_.id,
        entry_id=entry.id,
        ground=Ground.CONFLICT,
        text="Our neighbour sits on the jury",
        filed_at=now,
    )
    session.add_all((batch, file, certificate, conflict, table, signatory, question, report))
    workshop = Workshop(season_id=season.id, name={"en": "Find a problem"})
    participant = Participant(
        season_id=season.id, key="pia", search="pia", name="Pia Participant", created_at=now
    )
    session.add_all((broadcast, appeal, workshop, participant))
    session.flush()
    place = Attendance(workshop_id=workshop.id, participant_id=participant.id, marked_at=now)
    session.add(place)
    session.flush()
    certificate.file_id = file.id
    letter = mail.queue(
        session,
        "reset_password",
        to="lena@example.com",
        key="letter",
        now=now,
        language="en",
        season_id=season.id,
        context={"url": "http://localhost/en/reset/x"},
    )
    archive = {"round": "gone", "contents": "letters"}
    work = jobs.enqueue(
        session, "results.archive", archive, key="failed", now=now, season_id=season.id
    )
    work.state = JobState.DEAD
    audit.record(session, "season.changed", season, actor_id=None, now=now, after={"x": 1})
    proposal = draft_proposal(session, round_.id, "top_up", seed=0)
    run = propose_assignment(session, round_.id, proposal, actor_id=None, now=now)
    entry.current_version.files = [
        {
            "id": file.public_id,
            "name": file.name,
            "size": file.size,
            "sha256": file.sha256,
            "question": "plan",
        }
    ]
    return {
        "other": other,
        "file": file,
        "certificate": certificate,
        "signatory": signatory,
        "batch": batch,
        "work": work,
        "report": report,
        "appeal": appeal,
        "workshop": workshop,
        "participant": participant,
        "run": run,
        "mail": letter,
        "broadcast": broadcast,
        "table": table,
    }


def _secrets(
    session: Session, now: datetime, programme_id: int, member: User, entry_id: int
) -> dict[str, str]:
    issue = partial(issue_token, session, now=now, lives=timedelta(days=1))
    return {
        "confirm": issue(
            TokenPurpose.CONFIRM_EMAIL, user_id=make.make_user(session, email_confirmed_at=None).id
        ),
        "reset": issue(TokenPurpose.RESET_PASSWORD, user_id=member.id),
        "invitation": issue(
            TokenPurpose.STAFF_INVITATION,
            email="new@example.com",
            programme_id=programme_id,
            staff_role=StaffRole.AUDITOR,
        ),
        "token": issue(TokenPurpose.GUARDIAN_CONSENT, user_id=member.id, entry_id=entry_id),
    }
