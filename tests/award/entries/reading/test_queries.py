"""The organiser's list: search, sort, and a constant number of statements."""

from __future__ import annotations

from award.entries.reading.queries import EntryFilters, entry_rows
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
