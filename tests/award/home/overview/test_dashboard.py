"""What the organiser's first page counts."""

from __future__ import annotations

from datetime import timedelta

from award.home.overview import dashboard
from award.mail import STUCK
from award.models.entries import EntryState
from award.models.judging import SheetState
from award.models.jury import JurorState
from award.models.operations import Job, JobState, Mail, MailState
from award.models.seasons import RoundState
from tests import factories as make


def test_the_overview_counts_who_came_how_far(session):
    season = make.make_season(session)
    states = ("submitted", "eligible", "eligible", "ineligible", "finalist", "winner")
    for state in states:
        make.make_submitted(session, season, state=EntryState(state))
    make.make_entry(session, season)
    make.make_submitted(session, season, state=EntryState.WITHDRAWN)
    make.make_submitted(session)
    figures = dashboard.overview(session, season.id, "en")
    assert figures.funnel == dashboard.Funnel(8, 7, 4, 2)
    assert figures.before is None
    assert figures.unscreened == 1


def test_the_overview_says_what_needs_somebody(session, now):
    season = make.make_season(session)
    round_ = make.make_round(session, season)
    make.make_juror(session, season, state=JurorState.INVITED)
    idle, busy = make.make_juror(session, season), make.make_juror(session, season)
    entry = make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    make.make_assignment(session, round_, entry, idle)
    make.make_sheet(session, make.make_assignment(session, round_, entry, busy), {"impact": 5})
    common = {"template": "x", "to_email": "a@b.org", "subject": "s", "body": "b"}
    for number, state in enumerate((MailState.DEAD, MailState.SENT, MailState.QUEUED)):
        session.add(
            Mail(
                key=f"k{number}",
                season_id=season.id,
                state=state,
                attempts=STUCK,
                send_after=now,
                created_at=now,
                **common,
            )
        )
    session.add(
        Job(
            key="j",
            kind="k",
            arguments={},
            state=JobState.DEAD,
            run_at=now,
            created_at=now,
            season_id=season.id,
        )
    )
    session.flush()
    figures = dashboard.overview(session, season.id, "en")
    assert (figures.jurors_silent, figures.jurors_not_started) == (1, 1)
    assert (figures.mails_failed, figures.mails_stuck, figures.jobs_dead) == (1, 1, 1)
    assert [(one.assigned, one.submitted) for one in figures.rounds] == [(2, 1)]


def test_an_empty_season_has_an_empty_overview(session):
    figures = dashboard.overview(session, make.make_season(session).id, "en")
    assert (figures.funnel, figures.rounds) == (dashboard.Funnel(), [])


def test_the_overview_sets_last_years_numbers_beside_this_ones(session, now):
    season = make.make_season(session)
    year = timedelta(days=365)
    dates = {"opens_at": season.opens_at - year, "closes_at": season.closes_at - year}
    name = {"en": "Last year"}
    earlier = make.make_season(session, season.programme, name=name, **dates)
    make.make_season(session, **dates)
    for state in ("submitted", "winner"):
        make.make_submitted(session, earlier, state=EntryState(state))
    make.make_entry(session, season)
    figures = dashboard.overview(session, season.id, "en")
    assert figures.before == dashboard.Funnel(2, 2, 1, 1)
    assert (figures.before_name, figures.funnel) == ("Last year", dashboard.Funnel(1, 0, 0, 0))


def test_a_round_says_which_places_of_jurors_are_empty_and_what_is_undecided(session):
    season = make.make_season(session)
    round_ = make.make_round(session, season, jurors_per_entry=2)
    first, second = (
        make.make_submitted(session, season, state=EntryState.ELIGIBLE) for _ in range(2)
    )
    juror = make.make_juror(session, season)
    make.make_assignment(session, round_, first, juror)
    make.make_sheet(session, make.make_assignment(session, round_, second, juror), {"impact": 5})
    (one,) = dashboard.overview(session, season.id, "en").rounds
    assert (one.entries, one.holes, one.undecided) == (2, 2, 2)
    (row,) = dashboard.overview(session, season.id, "en").jurors
    assert (row.states, row.done) == (["done", "todo"], 1)


def test_jurors_without_an_account_and_sheets_given_back_stand_in_the_strip_too(session):
    season = make.make_season(session)
    round_ = make.make_round(session, season)
    juror = make.make_juror(session, season, user_id=None, name="On paper")
    for state in (SheetState.SUBMITTED, SheetState.REOPENED):
        entry = make.make_submitted(session, season, state=EntryState.ELIGIBLE)
        assignment = make.make_assignment(session, round_, entry, juror)
        make.make_sheet(session, assignment, {"impact": 5}, state=state)
    (row,) = dashboard.overview(session, season.id, "en").jurors
    assert (row.name, row.states) == ("On paper", ["done", "draft"])


def test_who_judged_the_round_before_has_still_to_begin_with_this_one(session):
    season = make.make_season(session)
    juror, entry = make.make_juror(session, season), make.make_submitted(session, season)
    before = make.make_round(session, season, state=RoundState.DECIDED)
    make.make_sheet(session, make.make_assignment(session, before, entry, juror), {"impact": 5})
    assert dashboard.overview(session, season.id, "en").jurors_not_started == 0
    final = make.make_round(session, season, position=2)
    begun = make.make_assignment(session, final, entry, juror)
    assert dashboard.overview(session, season.id, "en").jurors_not_started == 1
    make.make_sheet(session, begun, {"impact": 5}, state=SheetState.DRAFT)
    assert dashboard.overview(session, season.id, "en").jurors_not_started == 0
