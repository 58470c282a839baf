"""Why a juror judges an entry, why not: answered from one search while nothing changes."""

from __future__ import annotations

import secrets

import pytest

from award.jury import service
from award.jury.explaining import candidates, explain_pair
from award.models.entries import Entry, EntryState
from award.models.jury import Assignment, Juror
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


def test_a_second_question_costs_no_second_search(session, pair, count_queries):
    first = count_queries(lambda: asked(session, pair))
    second = count_queries(lambda: asked(session, pair))
    assert second <= 5 < first


def test_an_answer_is_never_older_than_the_last_change(session, pair, now):
    assert asked(session, pair).code == "assigned"
    entry, juror = session.get(Entry, pair.entry_id), session.get(Juror, pair.juror_id)
    service.unassign(session, pair.id, now=now, **WHO)
    assert explain_pair(session, pair.round_id, entry, juror, "en").code != "assigned"
    service.declare_conflict(session, juror.id, entry.id, "A neighbour", now=now, **WHO)
    assert explain_pair(session, pair.round_id, entry, juror, "en").code == "conflict"


def test_a_juror_who_does_not_read_the_language_is_offered_with_that_said(session, pair):
    other = session.query(Juror).filter(Juror.id != pair.juror_id).first()
    other.languages = ["de"]
    entry = session.get(Entry, pair.entry_id)
    entry.language = "ru"
    session.flush()
    told = {one.public_id: one.but for one in candidates(session, pair.round_id, entry.id, "en")}
    assert "does not read Russian" in told.pop(other.public_id)
    assert not any("Russian" in but for but in told.values())
