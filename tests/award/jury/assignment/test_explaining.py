"""Why a juror judges an entry, why not: answered from one search while nothing changes."""

from __future__ import annotations

import secrets

import pytest

import assignment as engine
from assignment import find_optimum
from award import jobs
from award.jury import service
from award.jury.assignment.explaining import candidates, explain_pair
from award.jury.proposals import searches
from award.models.entries import Entry, EntryState
from award.models.jury import Assignment, Juror
from award.models.operations import Job, JobState
from tests import factories as make

WHO = {"actor_id": None}


@pytest.fixture
def pair(session, now):
    """One assigned pair of a round with four entries and three jurors."""
    season = make.make_season(session)
    round_ = make.make_round(session, season, jurors_per_entry=1)
    for _ in range(4):
        make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    for _ in range(3):
        user = make.make_user(session, email=f"juror@org{secrets.token_hex(3)}.org")
        make.make_juror(session, season, user)
    service.admit_entries(session, round_.id, now=now, **WHO)
    drafted = service.draft_proposal(session, round_.id, "assign")
    run = service.propose_assignment(session, round_.id, drafted, now=now, **WHO)
    service.apply_run(session, run.id, home_url="/LANG/judging", now=now, **WHO)
    session.commit()
    return session.query(Assignment).first()


def asked(session, pair):
    entry, juror = session.get(Entry, pair.entry_id), session.get(Juror, pair.juror_id)
    return explain_pair(session, pair.round_id, entry, juror, "en")


@pytest.fixture
def found(monkeypatch):
    """The searches that were made, as their problems."""
    made = []

    def find(problem, options):
        made.append(problem)
        return find_optimum(problem, options)

    monkeypatch.setattr(engine, "find_optimum", find)
    return made


def test_a_second_question_costs_no_second_search(session, pair, found):
    first = asked(session, pair)
    assert (first, len(found)) == (asked(session, pair), 1)


def test_what_changes_pairs_costs_no_search_and_what_changes_the_rules_does(
    session, pair, found, now
):
    assert asked(session, pair).code == "assigned"
    entry, juror = session.get(Entry, pair.entry_id), session.get(Juror, pair.juror_id)
    round_id = pair.round_id
    service.unassign(session, pair.id, now=now, **WHO)
    assert explain_pair(session, round_id, entry, juror, "en").code != "assigned"
    assert len(found) == 1
    service.declare_conflict(session, juror.id, entry.id, "A neighbour", now=now, **WHO)
    assert explain_pair(session, round_id, entry, juror, "en").code == "conflict"
    assert len(found) == 2


def test_a_large_round_is_searched_by_the_worker_and_what_it_found_is_kept(
    session, pair, found, monkeypatch, now
):
    small = asked(session, pair)
    monkeypatch.setattr(searches, "AT_ONCE", 0)
    searches._kept.clear()
    assert (asked(session, pair).code, len(found)) == ("searching", 1)
    for _ in range(2):
        searches.request_search(session, pair.round_id, now=now, **WHO)
    session.commit()
    (job,) = session.query(Job).filter_by(kind=searches.JOB)
    jobs.carry_out(jobs.claim(now=now, owner="a worker"))
    session.commit()
    session.refresh(job)
    assert (job.state, job.done_count, job.total_count) == (JobState.DONE, 2, 3)
    assert (asked(session, pair), len(found)) == (small, 2)
    searches._kept.clear()
    assert (asked(session, pair), len(found)) == (small, 2)


def test_a_search_that_the_worker_gave_up_says_so(session, pair, monkeypatch, now):
    monkeypatch.setattr(searches, "AT_ONCE", 0)
    searches._kept.clear()
    searches.request_search(session, pair.round_id, now=now, **WHO)
    session.query(Job).filter_by(kind=searches.JOB).one().state = JobState.DEAD
    session.flush()
    assert asked(session, pair).code == "failed"


def test_a_juror_who_does_not_read_the_language_is_offered_with_that_said(session, pair):
    other = session.query(Juror).filter(Juror.id != pair.juror_id).first()
    other.languages = ["de"]
    entry = session.get(Entry, pair.entry_id)
    entry.language = "ru"
    session.flush()
    told = {one.public_id: one.but for one in candidates(session, pair.round_id, entry.id, "en")}
    assert "does not read Russian" in told.pop(other.public_id)
    assert not any("Russian" in but for but in told.values())
