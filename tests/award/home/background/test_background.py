"""Background work that failed: seen first, tried again, laid aside where it may be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from award import jobs
from award.errors import RuleError
from award.home.background.mending import drop_work, retry_work
from award.home.background.queries import PAGE, work_of
from award.models.operations import AuditRow, Job, JobState
from tests import factories as make


def order(session, season, now, *, kind="results.archive", state=JobState.DEAD, **over):
    made = session.query(Job).count()
    job = jobs.enqueue(session, kind, {}, key=f"k{made}", now=now, season_id=season.id)
    job.state = state
    for name, value in over.items():
        setattr(job, name, value)
    session.flush()
    return job


def test_every_kind_of_work_has_words(session, now):
    season = make.make_season(session)
    for kind in jobs.HANDLERS:
        order(session, season, now, kind=kind)
    rows, _more = work_of(session, season.id, "en")
    assert [one.what for one in rows if one.what.startswith("work.")] == []
    assert len(rows) == len(jobs.HANDLERS) > 7


def test_what_failed_comes_first_with_its_reason_in_words_at_one_statement(
    session, count_queries, now
):
    season = make.make_season(session)
    order(session, season, now, error="letters_embargo {}")
    for state in [JobState.RUNNING, *[JobState.DONE] * PAGE]:
        order(session, season, now, state=state)
    order(session, make.make_season(session), now)
    (rows, more), (last, further) = (
        work_of(session, season.id, "en", page=page) for page in (1, 2)
    )
    assert [one.state for one in rows[:3]] == ["dead", "running", "done"]
    assert rows[0].error == "The letters can leave once the results are public."
    assert (len(rows), more, len(last), further) == (PAGE, True, 2, False)
    assert count_queries(lambda: work_of(session, season.id, "en")) == 1


def test_failed_work_is_tried_again_and_the_log_says_so(session, now):
    season = make.make_season(session)
    job = order(session, season, now, attempts=4, error="ValueError: no")
    retry_work(session, season.id, job.public_id, actor_id=None, now=now)
    assert (job.state, job.attempts, job.error) == (JobState.QUEUED, 0, "")
    (row,) = session.scalars(select(AuditRow)).all()
    assert (row.action, row.before) == (
        "work.retried",
        {"kind": "results.archive", "error": "ValueError: no"},
    )
    with pytest.raises(RuleError, match="job_not_dead"):
        drop_work(session, season.id, job.public_id, actor_id=None, now=now)


def test_only_what_can_be_asked_for_anew_is_laid_aside(session, now):
    season = make.make_season(session)
    archive = order(session, season, now)
    owed = order(session, season, now, kind="results.mails")
    drop_work(session, season.id, archive.public_id, actor_id=None, now=now)
    with pytest.raises(RuleError, match="work_is_owed"):
        drop_work(session, season.id, owed.public_id, actor_id=None, now=now)
    assert session.scalars(select(Job)).all() == [owed]


def test_organisers_learn_that_no_worker_runs_and_what_to_do(session, sign_in, now):
    season = make.make_season(session)
    order(session, season, now - timedelta(minutes=9), state=JobState.QUEUED)
    organiser = make.make_staff(session, season.programme)
    session.commit()
    browser = sign_in(organiser)
    address, finding = f"/en/seasons/{season.public_id}", "waited for more than ten minutes"
    assert finding not in browser.get(address).text
    order(session, season, now - timedelta(minutes=11), state=JobState.QUEUED)
    session.commit()
    assert finding in browser.get(address).text
    page = browser.get(f"{address}/background").text
    assert finding in page
    assert "<code>award worker</code>" in page
    table = browser.get(f"{address}/background.csv").get_data(as_text=True).splitlines()
    assert table[0].endswith("What,State,Done so far,In all,When (UTC),Who,Error")
    assert [line.split(",")[1] for line in table[1:]] == ["waits for the worker"] * 2
