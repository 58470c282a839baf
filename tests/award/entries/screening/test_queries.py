"""What an organiser sees while screening: the version that was sent, and what looks odd."""

from __future__ import annotations

from datetime import timedelta

from award.entries.reading.queries import entry_for_team
from award.entries.screening.queries import entry_for_staff, like_couples, next_waiting
from award.models.entries import EntryState
from tests import factories as make


def test_two_tellings_of_one_project_are_found(session, now):
    season = make.make_season(session)
    text = "We bring hot lunches to lonely elderly people in small towns by bicycle every day"
    first = make.make_submitted(session, season, title="Hot lunch", answers={"summary": text})
    make.make_submitted(session, season, title="Wheels", answers={"summary": text + " of the week"})
    make.make_submitted(session, season, title="Forest school", answers={"summary": "Trees teach"})
    couples = like_couples(session, season.id)
    assert [(one.first.title, one.second.title) for one in couples] == [("Hot lunch", "Wheels")]
    view = entry_for_staff(session, first.id, language="en", now=now)
    assert [one.title for one in view.alike] == ["Wheels"]


def test_who_is_on_two_teams_is_pointed_out(session, now):
    season = make.make_season(session)
    lead = make.make_user(session, name="Anna")
    first = make.make_submitted(session, season, lead=lead, title="First plan")
    make.make_submitted(session, season, lead=lead, title="Second thing")
    view = entry_for_staff(session, first.id, language="en", now=now)
    assert [(one.name, one.title) for one in view.shared] == [("Anna", "Second thing")]


def test_an_organiser_reads_what_was_sent_not_the_draft(session, now):
    entry = make.make_entry(session, answers={"problem": "A secret draft"})
    view = entry_for_staff(session, entry.id, language="en", now=now)
    assert view.answers == ()
    team = entry_for_team(session, entry.id, language="en", now=now)
    assert team.answers["problem"] == "A secret draft"
    assert team.state is EntryState.DRAFT


def test_after_one_verdict_comes_the_entry_that_waits_longest(session, now):
    season = make.make_season(session)
    first, second, third = (make.make_submitted(session, season) for _ in range(3))
    second.submitted_at, third.submitted_at = now - timedelta(days=2), now - timedelta(days=3)
    make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    session.flush()
    assert next_waiting(session, season.id, first.id) == third.public_id
    assert next_waiting(session, season.id, third.id) == second.public_id
    for one in (first, second):
        one.state = EntryState.ELIGIBLE
    session.flush()
    assert next_waiting(session, season.id, third.id) is None
