"""Admitting entries, assigning them, stepping back."""

from __future__ import annotations

import secrets

import pytest

from award.errors import RuleError
from award.jury import service
from award.jury.proposals.problem import load_problem
from award.models.entries import EntryState
from award.models.jury import (
    Assignment,
    AssignmentState,
    Conflict,
    ConflictSource,
    Juror,
    RoundEntry,
    RoundEntryState,
)
from award.models.operations import Mail
from award.models.seasons import RoundState
from tests import factories as make

HOME = "http://localhost/LANG/judging"
WHO = {"actor_id": None}


@pytest.fixture
def season(session):
    return make.make_season(session)


@pytest.fixture
def round_(session, season):
    return make.make_round(session, season, jurors_per_entry=2)


@pytest.fixture
def filled(session, season, round_, now):
    """Six eligible entries and four jurors, admitted and assigned."""
    for _ in range(6):
        make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    for _ in range(4):
        make_juror(session, season)
    service.admit_entries(session, round_.id, now=now, **WHO)
    run(session, round_, "assign", now)
    return round_


def make_juror(session, season, email=None, **over):
    """A juror whose mail domain nobody shares."""
    email = email or f"juror@org{secrets.token_hex(3)}.org"
    return make.make_juror(session, season, make.make_user(session, email=email), **over)


def run(session, round_, verb, now):
    proposal = service.draft_proposal(session, round_.id, verb)
    made = service.propose_assignment(session, round_.id, proposal, now=now, **WHO)
    return service.apply_run(session, made.id, home_url=HOME, now=now, **WHO)


def live(session, round_):
    session.flush()
    rows = session.query(Assignment).filter_by(round_id=round_.id).all()
    ended = (AssignmentState.RECUSED, AssignmentState.EXCLUDED)
    return {(row.entry_id, row.juror_id) for row in rows if row.state not in ended}


def test_the_first_round_admits_the_eligible_and_a_later_one_those_that_went_on(
    session, season, round_, now
):
    eligible = [make.make_submitted(session, season, state=EntryState.ELIGIBLE) for _ in range(2)]
    make.make_submitted(session, season, state=EntryState.INELIGIBLE)
    make.make_submitted(session, season)
    made = service.admit_entries(session, round_.id, now=now, **WHO)
    assert {row.entry_id for row in made} == {entry.id for entry in eligible}
    assert service.admit_entries(session, round_.id, now=now, **WHO) == []
    made[0].state, made[1].state = RoundEntryState.IN, RoundEntryState.OUT
    final = make.make_round(session, season, position=2)
    admitted = service.admit_entries(session, final.id, now=now, **WHO)
    assert [row.entry_id for row in admitted] == [made[0].entry_id]


def test_an_entry_goes_to_the_panel_of_its_city_or_category(session, season, round_, now):
    panel = make.make_panel(session, season, "perm")
    other = make.make_panel(session, season, "environment")
    make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    make.make_submitted(
        session,
        season,
        state=EntryState.ELIGIBLE,
        category_id=season.categories[1].id,
        answers={"city": "Omsk"},
    )
    rows = service.admit_entries(session, round_.id, now=now, **WHO)
    assert [row.panel_id for row in rows] == [panel.id, other.id]


def test_an_assignment_gives_every_entry_its_jurors_and_mails_each_juror_once(session, filled):
    pairs = live(session, filled)
    loads = [sum(1 for _, juror in pairs if juror == j.id) for j in session.query(Juror)]
    assert (len(pairs), sorted(loads)) == (12, [3, 3, 3, 3])
    assert session.query(Mail).filter_by(template="assignment_offered").count() == 4
    positions = {}
    for row in session.query(Assignment):
        positions.setdefault(row.juror_id, []).append(row.position)
    assert all(sorted(own) == [1, 2, 3] for own in positions.values())


def test_a_proposal_alone_changes_nothing(session, season, round_, now):
    make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    for _ in range(2):
        make_juror(session, season)
    service.admit_entries(session, round_.id, now=now, **WHO)
    proposal = service.draft_proposal(session, round_.id, "top_up")
    service.propose_assignment(session, round_.id, proposal, now=now, **WHO)
    assert (len(proposal.difference["added"]), live(session, round_)) == (2, set())


def test_a_run_is_undone_in_one_step_and_only_once(session, filled, now):
    before = live(session, filled)
    juror = session.query(Juror).first()
    service.remove_juror(session, juror.id, now=now, **WHO)
    holes = live(session, filled)
    assert len(holes) == len(before) - 3
    made = run(session, filled, "repair", now)
    assert len(live(session, filled)) == 12
    service.undo_run(session, made.id, now=now, **WHO)
    assert live(session, filled) == holes
    with pytest.raises(RuleError, match="run_undone_already"):
        service.undo_run(session, made.id, now=now, **WHO)


def test_a_run_that_removed_pairs_gives_them_back_as_they_were(session, filled, now):
    entry = session.query(RoundEntry).filter_by(round_id=filled.id).first().entry
    old = {r.public_id: (r.position, r.state) for r in session.query(Assignment)}
    service.set_need(session, filled.id, entry.id, 1, None, reason="Few", now=now, **WHO)
    made = run(session, filled, "rebalance", now)
    assert len(live(session, filled)) == 11
    service.undo_run(session, made.id, now=now, **WHO)
    assert {r.public_id: (r.position, r.state) for r in session.query(Assignment)} == old


def test_a_run_that_somebody_works_with_is_not_undone(session, filled, now):
    assignment = session.query(Assignment).first()
    make.make_sheet(session, assignment, {"impact": 5})
    with pytest.raises(RuleError, match="run_in_use"):
        service.undo_run(session, assignment.run_id, now=now, **WHO)


def test_a_stale_proposal_is_refused(session, filled, now):
    proposal = service.draft_proposal(session, filled.id, "rebalance")
    made = service.propose_assignment(session, filled.id, proposal, now=now, **WHO)
    service.unassign(session, session.query(Assignment).first().id, now=now, **WHO)
    with pytest.raises(RuleError, match="assignment_changed_meanwhile"):
        service.apply_run(session, made.id, home_url=HOME, now=now, **WHO)


def test_a_recused_pair_leaves_a_hole_tells_the_organiser_and_never_comes_back(
    session, season, filled, now
):
    organiser = make.make_staff(session, season.programme)
    assignment = session.query(Assignment).first()
    pair = (assignment.entry_id, assignment.juror_id)
    service.recuse(session, assignment.id, "My student", conflict=True, now=now, **WHO)
    assert pair not in live(session, filled)
    notice = session.query(Mail).filter_by(template="recusal_notice").one()
    assert (notice.to_email, "My student" in notice.body) == (organiser.email, True)
    assert session.query(Conflict).one().source is ConflictSource.DECLARED
    run(session, filled, "top_up", now)
    assert len(live(session, filled)) == 12
    assert pair not in live(session, filled)
    with pytest.raises(RuleError, match="pair_conflicts"):
        service.assign_by_hand(session, filled.id, *pair, home_url=HOME, now=now, **WHO)


def test_an_excluded_pair_cannot_be_made_by_hand(session, filled, now):
    assignment = session.query(Assignment).first()
    pair = (assignment.entry_id, assignment.juror_id)
    service.exclude_juror(session, assignment.id, "Scored without reading", now=now, **WHO)
    with pytest.raises(RuleError, match="pair_ended"):
        service.assign_by_hand(session, filled.id, *pair, home_url=HOME, now=now, **WHO)


def test_a_pair_made_by_hand_survives_a_new_assignment(session, filled, now):
    entry_id = session.query(RoundEntry).filter_by(round_id=filled.id).first().entry_id
    free = next(j for j in session.query(Juror) if (entry_id, j.id) not in live(session, filled))
    service.set_need(session, filled.id, entry_id, 3, None, now=now, **WHO)
    service.assign_by_hand(session, filled.id, entry_id, free.id, home_url=HOME, now=now, **WHO)
    run(session, filled, "assign", now)
    assert (entry_id, free.id) in live(session, filled)


@pytest.mark.parametrize(
    ("juror", "entry", "source"),
    [
        (
            {"organisation": "ВШЭ"},
            {"answers": {"organisation": "вшэ"}},
            ConflictSource.ORGANISATION,
        ),
        ({"email": "a@hse.ru"}, {"mail": "b@stud.hse.ru"}, ConflictSource.MAIL_DOMAIN),
        ({"email": "a@gmail.com"}, {"mail": "b@gmail.com"}, None),
        ({"email": "lead@gmail.com"}, {"mail": "lead@gmail.com"}, ConflictSource.TEAM),
    ],
)
def test_conflicts_that_the_data_gives_away_are_found(
    session, season, round_, now, juror, entry, source
):
    lead = make.make_user(session, email=entry.pop("mail", "lead@team.org"))
    make.make_submitted(session, season, lead=lead, state=EntryState.ELIGIBLE, **entry)
    email = juror.pop("email", "juror@home.org")
    user = lead if email == lead.email else make.make_user(session, email=email)
    suspect = make.make_juror(session, season, user, **juror)
    for _ in range(2):
        make_juror(session, season)
    service.admit_entries(session, round_.id, now=now, **WHO)
    run(session, round_, "assign", now)
    assert [c.source for c in session.query(Conflict)] == ([source] if source else [])
    judged = {juror_id for _, juror_id in live(session, round_)}
    assert source is None or suspect.id not in judged


def test_a_lifted_conflict_is_not_found_again(session, season, round_, now):
    lead = make.make_user(session, email="b@hse.ru")
    make.make_submitted(session, season, lead=lead, state=EntryState.ELIGIBLE)
    for email in ("colleague@hse.ru", None, None):
        make_juror(session, season, email)
    service.admit_entries(session, round_.id, now=now, **WHO)
    run(session, round_, "assign", now)
    service.lift_conflict(session, session.query(Conflict).one().id, now=now, **WHO)
    session.flush()
    assert load_problem(session, round_.id).problem.conflicts == frozenset()


def test_the_impossible_says_why_and_what_would_help(session, season, round_, now):
    make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    make_juror(session, season)
    service.admit_entries(session, round_.id, now=now, **WHO)
    with pytest.raises(service.ImpossibleError) as caught:
        service.draft_proposal(session, round_.id, "top_up")
    assert caught.value.certificate.missing == 1
    assert [one.code for one in caught.value.certificate.relaxation] == ["lower_per_entry"]


def test_reminders_go_to_those_outstanding_once_a_day(session, filled, now):
    first = session.query(Juror).first()
    for row in session.query(Assignment).filter_by(juror_id=first.id):
        make.make_sheet(session, row, {"impact": 5, "innovation": 5, "team": 5})
    assert service.remind_jurors(session, filled.id, home_url=HOME, now=now, **WHO) == 3
    service.remind_jurors(session, filled.id, home_url=HOME, now=now, **WHO)
    mails = session.query(Mail).filter_by(template="juror_reminder").all()
    assert len(mails) == 3
    assert first.email not in {mail.to_email for mail in mails}


def test_a_closed_round_is_not_assigned_any_more(session, filled, now):
    proposal = service.draft_proposal(session, filled.id, "rebalance")
    filled.state = RoundState.CLOSED
    with pytest.raises(RuleError, match="round_not_assignable"):
        service.propose_assignment(session, filled.id, proposal, now=now, **WHO)
