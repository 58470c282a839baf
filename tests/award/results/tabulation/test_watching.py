"""What stands out while a round is judged, on the organiser's first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Assignment
from award.models.seasons import RoundState
from award.results.tabulation import watching
from tests import factories as make
from tests.award.results.conftest import Judged, judge


@pytest.fixture
def strict(session) -> Judged:
    """An open round in which the second juror keeps far below the others."""
    judged = judge(session, state=RoundState.OPEN, ties=[])
    shift(session, judged, 1, -1)
    return judged


def shift(session, judged, number, points):
    mine = Assignment.juror_id == judged.jurors[number].id
    for score in session.scalars(select(Score).join(ScoreSheet).join(Assignment).where(mine)):
        score.points = max(1, min(10, score.points + points))
    session.commit()


def give_back(session, judged, number):
    mine = Assignment.juror_id == judged.jurors[number].id
    for sheet in session.scalars(select(ScoreSheet).join(Assignment).where(mine)):
        sheet.state = SheetState.REOPENED
    session.commit()


def test_the_overview_names_who_strays_until_the_sheets_are_given_back(
    session, sign_in, strict, count_queries
):
    address = f"/en/seasons/{strict.season.public_id}"
    client = sign_in(strict.organiser)
    far = f"{strict.jurors[1].name} scores far below the colleagues"
    first = count_queries(lambda: client.get(address))
    page = client.get(address).text
    assert page.count(far) == 1
    assert f'href="/en/jurors/{strict.jurors[1].public_id}"' in page
    again = count_queries(lambda: client.get(address))
    assert (again < first, first <= 26) == (True, True), (first, again)
    give_back(session, strict, 1)
    assert far not in client.get(address).text


def test_who_judges_herself_is_told_nothing(session, sign_in, strict):
    page = f"/en/seasons/{strict.season.public_id}"
    assert "far below" in sign_in(strict.organiser).get(page).text
    make.make_juror(session, strict.season, user=strict.organiser)
    session.commit()
    assert "far below" not in sign_in(strict.organiser).get(page).text


def test_an_entry_of_the_readers_own_team_is_left_out(session, strict, now):
    for number, points in ((0, 10), (2, -10)):
        shift(session, strict, number, points)
    (seen,) = watching.watch(session, strict.season.id, now=now)
    split = seen.found.entries[0].entry
    assert split in seen.entries
    own = next(one.id for one in strict.entries if one.code == split)
    (told,) = watching.watch(session, strict.season.id, now=now, own_entries=[own])
    assert split not in {row.entry for row in told.found.entries}


def test_a_very_large_round_is_looked_at_every_ten_minutes(session, strict, now, monkeypatch):
    def far(at):
        looked = watching.watch(session, strict.season.id, now=at)
        return [row.juror for one in looked for row in one.found.jurors]

    monkeypatch.setattr(watching, "LARGE", 5)
    assert far(now) == [strict.jurors[1].public_id]
    give_back(session, strict, 1)
    assert far(now + timedelta(minutes=9)) == [strict.jurors[1].public_id]
    assert far(now + timedelta(minutes=10)) == []
