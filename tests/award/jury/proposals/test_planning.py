"""What a proposal may take, who fills in, and how a long run goes through the worker."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from award import jobs
from award.db import unit_of_work
from award.errors import RuleError
from award.jury import service
from award.jury.proposals.drafting import Wish, draft_proposal
from award.jury.proposals.problem import load_problem
from award.jury.proposals.queries import open_proposal, recent_runs, run_view
from award.jury.proposals.running import request_run
from award.models.entries import Entry, EntryState
from award.models.jury import Assignment, AssignmentRun, Juror, RunState
from award.models.operations import Job, JobState, Mail
from award.models.seasons import Category
from tests import factories as make

WHO = {"actor_id": None}


@pytest.fixture
def round_(session, now):
    """Six entries, two jurors each, four jurors with room for six; all assigned."""
    season = make.make_season(session)
    made = make.make_round(session, season, jurors_per_entry=2)
    for _ in range(6):
        make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    for _ in range(4):
        add_juror(session, season)
    service.admit_entries(session, made.id, now=now, **WHO)
    proposal = service.draft_proposal(session, made.id, "assign")
    run = service.propose_assignment(session, made.id, proposal, now=now, **WHO)
    service.apply_run(session, run.id, home_url="/LANG/judging", now=now, **WHO)
    session.commit()
    return made


def add_juror(session, season, **over):
    user = make.make_user(session, email=f"juror@org{secrets.token_hex(3)}.org")
    return make.make_juror(session, season, user, **{"maximum": 6} | over)


def pairs_of(session, juror):
    return session.query(Assignment).filter_by(juror_id=juror.id).order_by(Assignment.id).all()


def test_a_locked_pair_survives_assigning_anew_and_a_free_one_need_not(session, round_, now):
    juror = session.query(Juror).first()
    pair = pairs_of(session, juror)[0]
    juror.maximum = 0
    session.flush()
    loose = draft_proposal(session, round_.id, "assign")
    assert [pair.entry.code, juror.public_id] in loose.difference["removed"]
    juror.maximum = 1
    service.set_lock(session, pair.id, True, now=now, **WHO)
    locked = draft_proposal(session, round_.id, "assign")
    removed = {tuple(one) for one in locked.difference["removed"]}
    expected = {(one.entry.code, juror.public_id) for one in pairs_of(session, juror)[1:]}
    assert {one for one in removed if one[1] == juror.public_id} == expected


@pytest.mark.parametrize("since", ["begun", "locked"])
def test_a_proposal_never_takes_away_what_was_begun_or_locked_since(session, round_, now, since):
    juror = session.query(Juror).first()
    juror.maximum = 0
    session.flush()
    pair = pairs_of(session, juror)[0]
    proposal = draft_proposal(session, round_.id, "assign")
    assert [pair.entry.code, juror.public_id] in proposal.difference["removed"]
    run = service.propose_assignment(session, round_.id, proposal, now=now, **WHO)
    if since == "begun":
        make.make_sheet(session, pair, {})
    else:
        service.set_lock(session, pair.id, True, now=now, **WHO)
    with pytest.raises(RuleError, match="assignment_changed_meanwhile"):
        service.apply_run(session, run.id, home_url="/LANG/judging", now=now, **WHO)
    assert pair in pairs_of(session, juror)


def test_who_stands_by_gets_nothing_until_somebody_drops_out(session, round_, now):
    spare = add_juror(session, round_.season, standby=True)
    for verb in ("assign", "rebalance"):
        proposal = draft_proposal(session, round_.id, verb)
        assert spare.public_id not in {row[1] for row in proposal.difference["added"]}
    absent = session.query(Juror).first()
    for other in session.query(Juror).filter(Juror.id.not_in([spare.id, absent.id])):
        other.maximum = 3
    wish = Wish(juror=absent.public_id)
    proposal = draft_proposal(session, round_.id, "substitute", wish=wish)
    assert {row[1] for row in proposal.difference["removed"]} == {absent.public_id}
    assert {row[1] for row in proposal.difference["added"]} == {spare.public_id}
    assert len(proposal.difference["added"]) == len(pairs_of(session, absent)) == 3


def test_a_substitute_takes_only_what_is_not_begun(session, round_, now):
    absent = session.query(Juror).first()
    begun, *others = pairs_of(session, absent)
    make.make_sheet(session, begun, {"impact": 5})
    wish = Wish(juror=absent.public_id)
    proposal = draft_proposal(session, round_.id, "substitute", wish=wish)
    codes = {row[0] for row in proposal.difference["removed"] if row[1] == absent.public_id}
    assert codes == {one.entry.code for one in others}


def test_a_proposal_says_what_it_is_worth_with_its_bounds(session, round_):
    report = draft_proposal(session, round_.id, "assign").report
    assert (report["worst_entry"], report["p5_entry"]) <= (
        report["worst_bound"], report["p5_bound"],
    )  # fmt: skip
    assert report["loads"] == [[3, 4]]
    assert report["severity"] == pytest.approx(0.5, abs=0.2)
    assert len(report["weak"]) == report["weak_entries"]


def test_a_long_run_is_computed_by_the_worker_and_changes_nothing(session, round_, now):
    with unit_of_work() as work:
        run = request_run(work, round_.id, "rebalance", Wish(seed=3), now=now, **WHO)
        again = request_run(work, round_.id, "rebalance", Wish(seed=3), now=now, **WHO)
        assert run.id == again.id
        key = run.public_id
    before = session.query(Assignment).count()
    session.rollback()
    jobs.sweep()
    found = session.query(AssignmentRun).filter_by(public_id=key).one()
    job = session.query(Job).filter_by(kind="assignment_run").one()
    assert (found.state, job.state, found.report["seed"]) == (RunState.READY, JobState.DONE, 3)
    assert found.stage == "check"
    assert session.query(Assignment).count() == before


def test_wanted_kinds_go_through_the_worker_and_come_back_met_or_not(session, round_, now):
    season = round_.season
    chairs = make.make_panel(session, season, "chairs")
    add_juror(session, season, panel_id=chairs.id, languages=["en"], maximum=12)
    readers = [add_juror(session, season, languages=["ru"]) for _ in range(2)]
    entries = session.query(Entry).filter_by(season_id=season.id).order_by(Entry.code).all()
    for entry in entries:
        entry.language = "ru"
    entries[0].language = "de"
    session.commit()
    wish = Wish(native=True, panel="chairs", budget=0.5)
    with unit_of_work() as work:
        key = request_run(work, round_.id, "assign", wish, now=now, **WHO).public_id
    session.rollback()
    jobs.sweep()
    found = session.query(AssignmentRun).filter_by(public_id=key).one()
    native, panel = run_view(session, found, "en").kinds
    assert (native.without, native.minimum, native.languages) == (1, 1, "German (1)")
    assert [(one.code, one.reachable) for one in native.lacking] == [(entries[0].code, False)]
    assert (panel.without, panel.minimum, panel.panel) == (0, 0, "Chairs")
    made = {tuple(row[:2]) for row in found.difference["added"]}
    own = {one.public_id for one in readers}
    served = {code for code, juror in made if juror in own}
    assert served == {entry.code for entry in entries[1:]}
    without = draft_proposal(session, round_.id, "assign").report
    assert without["kinds"] == []


def test_a_topic_matches_by_the_name_that_the_season_gives_its_category(session, round_):
    named = {"en": "Bright futures", "ru": "Светлое завтра"}
    session.add(Category(season_id=round_.season_id, key="future", name=named, position=9))
    entry, juror = session.query(Entry).first(), session.query(Juror).first()
    entry.current_version.answers = {**entry.current_version.answers, "topics": ["future"]}
    juror.topics = ["Светлое завтра"]
    session.flush()
    told = load_problem(session, round_.id).problem.reasons(entry.code, juror.public_id)
    assert told[0].code == "topics"


def test_what_fails_or_is_impossible_in_the_worker_says_so(session, round_, now):
    for juror in session.query(Juror):
        juror.maximum = 1
    session.commit()
    with unit_of_work() as work:
        request_run(work, round_.id, "assign", Wish(), now=now, **WHO)
        request_run(work, round_.id, "substitute", Wish(juror="nobody"), now=now, **WHO)
    jobs.sweep()
    runs = {run.verb: run for run in session.query(AssignmentRun).order_by(AssignmentRun.id)}
    assert runs["assign"].state is RunState.IMPOSSIBLE
    assert (runs["substitute"].state, runs["substitute"].error) == (
        RunState.FAILED, "juror_not_active",
    )  # fmt: skip
    shown = run_view(session, runs["assign"], "en")
    assert [one.place for one in shown.relief].count("juror") == len(shown.relief) > 1
    assert shown.relief_sum == "maximums higher by 8"
    with pytest.raises(RuleError, match="run_has_no_proposal"):
        service.apply_run(session, runs["assign"].id, home_url="", now=now, **WHO)


def test_a_proposal_that_no_longer_fits_does_not_wait(session, round_, now):
    pair = session.query(Assignment).first()
    service.unassign(session, pair.id, now=now, **WHO)
    proposal = draft_proposal(session, round_.id, "top_up")
    run = service.propose_assignment(session, round_.id, proposal, now=now, **WHO)
    waiting = open_proposal(session, round_.id, recent_runs(session, round_.id))
    assert waiting.public_id == run.public_id
    assert not run_view(session, run, "en").stale
    other = session.query(Assignment).first()
    service.unassign(session, other.id, now=now, **WHO)
    assert open_proposal(session, round_.id, recent_runs(session, round_.id)) is None
    assert run_view(session, run, "en").stale


def test_what_a_hand_gives_within_minutes_is_told_in_one_mail(session, round_, now):
    juror = session.query(Juror).first()
    mine = {one.entry_id for one in pairs_of(session, juror)}
    others = session.query(Assignment).filter(Assignment.entry_id.not_in(mine)).all()
    free = sorted({one.entry_id for one in others})[:3]
    for minute, entry_id in enumerate(free):
        when = now + timedelta(minutes=4 * minute)
        service.assign_by_hand(
            session, round_.id, entry_id, juror.id, home_url="/LANG/x", now=when, **WHO
        )
    taken = pairs_of(session, juror)[-1]
    service.unassign(session, taken.id, now=now, **WHO)
    told = session.query(Mail).filter_by(template="assignment_offered", to_email=juror.email)
    before = told.count()
    (job,) = session.query(Job).filter_by(kind="tell_offers")
    job.run_at = now
    session.commit()
    jobs.sweep()
    session.rollback()
    assert told.count() == before + 1
    newest = told.order_by(Mail.id.desc()).first()
    assert "2 entries" in newest.subject
    for one in pairs_of(session, juror)[-2:]:
        assert f"\n{one.position}. {one.entry.title}\n" in newest.body
