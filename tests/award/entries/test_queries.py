"""The organiser's list: search, sort, and a constant number of statements; likeness."""

from __future__ import annotations

from datetime import timedelta

from award.entries.queries import EntryFilters, entry_for_team, entry_rows
from award.entries.screening_queries import entry_for_staff, like_couples, next_waiting
from award.models.entries import EntryState
from tests import factories as make


def codes(found):
    return [row.title for row in found.rows]


def test_the_search_folds_case_and_yo(session):
    season = make.make_season(session)
    make.make_entry(session, season, title="Тёплый дом")
    make.make_entry(session, season, title="Чистая река", answers={"city": "Орёл"})
    found = lambda text: codes(entry_rows(session, season.id, EntryFilters(text=text)))  # noqa: E731
    assert found("ТЕПЛЫЙ") == ["Тёплый дом"]
    assert found("орел") == ["Чистая река"]
    assert found("дом река") == []


def test_the_list_is_narrowed_by_state_and_category_and_counts_stay_whole(session):
    season = make.make_season(session)
    make.make_submitted(session, season, title="One")
    make.make_entry(session, season, title="Two", category_id=season.categories[1].id)
    found = entry_rows(session, season.id, EntryFilters(state="submitted"))
    assert codes(found) == ["One"]
    assert (found.counts, found.total) == ({"submitted": 1, "draft": 1}, 2)
    assert codes(entry_rows(session, season.id, EntryFilters(category="environment"))) == ["Two"]


def test_titles_sort_as_people_sort_them(session):
    season = make.make_season(session)
    for title in ("zebra", "Ёлка", "Егор", "Ель", "Apple"):
        make.make_entry(session, season, title=title)
    found = entry_rows(session, season.id, EntryFilters(sort="title"))
    assert codes(found)[-2:] == ["Apple", "zebra"]
    back = entry_rows(session, season.id, EntryFilters(sort="-title"))
    assert codes(back) == list(reversed(codes(found)))


def test_another_seasons_entries_are_not_in_the_list(session):
    season, other = make.make_season(session), make.make_season(session)
    make.make_entry(session, other, title="Elsewhere")
    assert entry_rows(session, season.id).total == 0
    assert entry_rows(session, other.id).total == 1


def test_the_list_costs_the_same_at_3_and_300_rows(session, count_queries):
    season = make.make_season(session)
    lead = make.make_user(session)
    for _ in range(3):
        make.make_entry(session, season, lead)
    few = count_queries(lambda: entry_rows(session, season.id))
    for _ in range(297):
        make.make_entry(session, season, lead)
    assert len(entry_rows(session, season.id).rows) == 300
    assert count_queries(lambda: entry_rows(session, season.id)) == few


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
