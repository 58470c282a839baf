"""The way of an entry, as its team sees it."""

from __future__ import annotations

from datetime import timedelta

from award.entries.reading.stages import StageKind, stages_of
from award.entries.states import door
from award.models.entries import EntryState
from award.models.seasons import SeasonState
from tests import factories as make

DAY = timedelta(days=1)


def shown(session, entry, now):
    season = entry.season
    way = door(session, season, entry.id, now=now)
    found = stages_of(session, entry, way, season.state, "en", now=now)
    return [(stage.kind, stage.state) for stage in found]


def submitted(session):
    season = make.make_season(session, closes_at=make.NOW + DAY)
    entry = make.make_entry(session, season, make.make_user(session))
    entry.state, entry.submitted_at = EntryState.SUBMITTED, make.NOW
    make.make_round(session, season, closes_at=make.NOW + 9 * DAY, announces_at=make.NOW + 20 * DAY)
    session.flush()
    return season, entry


def test_a_draft_has_no_way_yet(session, now):
    season = make.make_season(session)
    entry = make.make_entry(session, season, make.make_user(session))
    assert shown(session, entry, now) == []


def test_a_submitted_entry_waits_for_the_door_then_for_the_check_then_for_the_jury(session, now):
    season, entry = submitted(session)
    kinds = [kind for kind, _state in shown(session, entry, now)]
    assert kinds == list(StageKind)
    assert [state for _kind, state in shown(session, entry, now)] == [
        "done", "now", "next", "next", "next",
    ]  # fmt: skip
    season.state = SeasonState.CLOSED
    assert shown(session, entry, now + 2 * DAY)[2] == (StageKind.CHECKED, "now")
    season.state = SeasonState.JUDGING
    assert shown(session, entry, now + 2 * DAY)[3] == (StageKind.JUDGED, "now")


def test_the_way_is_the_same_for_who_won_and_who_did_not_until_the_results_are_out(session, now):
    season, entry = submitted(session)
    season.state, entry.state = SeasonState.DECIDED, EntryState.WINNER
    winners = shown(session, entry, now + 15 * DAY)
    entry.state = EntryState.ELIGIBLE
    assert winners == shown(session, entry, now + 15 * DAY)
    assert winners[-1] == (StageKind.RESULT, "now")
    assert shown(session, entry, now + 20 * DAY)[-1] == (StageKind.RESULT, "done")
