"""The worker's threads: nobody who waits at a screen waits for a batch."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from award import jobs, mail, worker
from award.db import unit_of_work
from award.models.operations import Job, JobState, Mail, MailState
from award.models.results import Certificate, CertificateKind, CertificateState
from award.results import service
from award.results.certificates import printing
from tests import factories as make

MANY = 10_000
LONGEST = 30.0


@pytest.fixture
def batch(session: Session, now: datetime) -> int:
    """A batch of 10,000 certificates that nobody has begun."""
    season = make.make_season(session)
    people = "\n".join(f"Person {number}" for number in range(2))
    ordered = service.order_named(
        session,
        season.id,
        CertificateKind.MENTOR,
        people,
        language="en",
        actor_id=None,
        now=now,
    )
    first = session.scalars(sa.select(Certificate)).first()
    kept = {"season_id": season.id, "batch_id": ordered.batch.id, "kind": first.kind}
    session.execute(
        sa.insert(Certificate),
        [
            kept | {"number": f"{number:014}", "key": f"many:{number}", "name": f"Person {number}"}
            for number in range(2, MANY)
        ],
    )
    session.commit()
    return ordered.batch.id


def write(template: str) -> int:
    """Leave a mail as a page does."""
    now = datetime.now(UTC)
    with unit_of_work() as unit:
        context = {"url": "http://localhost/key"}
        return mail.queue(
            unit, template, to="a@example.com", key=template, now=now, context=context
        ).id


def in_store(model: Any, **where: Any) -> Any:
    with unit_of_work() as unit:
        return unit.scalars(sa.select(model).filter_by(**where)).one()


@pytest.mark.usefixtures("batch")
def test_a_password_reset_does_not_wait_for_ten_thousand_certificates(app, monkeypatch):
    printed, sent = threading.Event(), threading.Event()

    def print_slowly(*_args: Any, **_more: Any) -> bytes:
        printed.set()
        sent.wait(LONGEST)
        return b"%PDF-1.7"

    real = mail._hand_over

    def hand_over(*given: Any) -> int:
        left = real(*given)
        sent.set()
        return left

    monkeypatch.setattr(printing, "issue", print_slowly)
    monkeypatch.setattr(mail, "_hand_over", hand_over)
    with app.app_context(), worker.working(app) as wake:
        assert printed.wait(LONGEST)
        write("reset_password")
        wake()
        assert sent.wait(LONGEST)
    with app.app_context():
        assert in_store(Mail, template="reset_password").state is MailState.SENT
        job = in_store(Job)
        assert job.state is JobState.QUEUED
        with unit_of_work() as unit:
            count = sa.select(sa.func.count()).where(Certificate.state == CertificateState.ISSUED)
            made = unit.scalar(count)
        assert 1 <= made < MANY
        assert job.done_count == made


def test_a_short_job_waits_for_a_long_one_in_its_lane_and_for_none_in_another(app, monkeypatch):
    """The first half is the control: without lanes of their own this is how long work held all."""
    begun, release, done = threading.Event(), threading.Event(), threading.Event()

    def long_work(run: jobs.JobRun) -> None:
        begun.set()
        release.wait(LONGEST)
        finish(run)

    def short_work(run: jobs.JobRun) -> None:
        finish(run)
        done.set()

    def finish(run: jobs.JobRun) -> None:
        with unit_of_work() as unit:
            run.finish(unit, now=datetime.now(UTC))

    monkeypatch.setitem(jobs.HANDLERS, "long", long_work)
    monkeypatch.setitem(jobs.HANDLERS, "short", short_work)
    order = []
    for lane in (jobs.Lane.SHORT, jobs.Lane.ARCHIVES):
        monkeypatch.setitem(jobs.LANES, "long", lane)
        if lane is jobs.Lane.SHORT:
            del jobs.LANES["long"]
        for event in (begun, release, done):
            event.clear()
        with app.app_context(), worker.working(app) as wake:
            leave("long", lane)
            wake()
            assert begun.wait(LONGEST)
            leave("short", lane)
            wake()
            order.append(done.wait(0.5 if lane is jobs.Lane.SHORT else LONGEST))
            release.set()
    assert order == [False, True]


def leave(kind: str, lane: jobs.Lane) -> None:
    with unit_of_work() as unit:
        jobs.enqueue(unit, kind, {}, key=f"{kind}:{lane}", now=datetime.now(UTC))
