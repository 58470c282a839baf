from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from award.errors import NotFoundError
from award.models.entries import TeamMembership, TeamRole
from award.models.judging import Score
from award.results import service
from award.results.tabulation.change_queries import changes
from award.results.tabulation.latest import latest
from award.results.tabulation.queries import standings
from award.results.tabulation.working import working
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all, judge

UNEVEN = (9, 7, 6, 6, 5, 2)


@pytest.fixture
def tabulated(session, now) -> Judged:
    """Six entries of which two lack the strict juror's sheet, so that the correction moves them."""
    judged = judge(session, points=UNEVEN, cut=3, ties=[])
    for number, score in enumerate(session.scalars(select(Score).order_by(Score.id))):
        score.points = max(1, score.points + (number * 5 % 3) - 1)
    strict = judged.jurors[1]
    for score in session.scalars(select(Score)):
        if score.sheet.assignment.juror_id == strict.id:
            score.points = max(1, score.points - 3)
    session.flush()
    strict_on_two = [s for s in session.scalars(select(Score)) if _reads(s, strict, judged, (2, 4))]
    for sheet in {score.sheet for score in strict_on_two}:
        session.delete(sheet)
    service.tabulate_round(session, judged.round.id, reason="", actor_id=None, now=now)
    session.commit()
    return judged


def _reads(score, juror, judged, numbers):
    pair = score.sheet.assignment
    return pair.juror_id == juror.id and pair.entry_id in {judged.entries[n].id for n in numbers}


def test_every_number_of_an_entry_can_be_recomputed_from_what_is_shown(session, tabulated):
    for entry in tabulated.entries:
        found = working(session, tabulated.round.id, entry.id, "en")
        weights = [Fraction(one.weight) for one in found.criteria]
        for row in found.sheets:
            by_hand = sum(w * Fraction(p) for w, p in zip(weights, row.points, strict=True)) / sum(
                weights
            )
            assert row.value == pytest.approx(float(by_hand))
        values = [row.value for row in found.sheets]
        assert found.mean == pytest.approx(sum(values) / len(values))
        assert found.score == pytest.approx(sum(row.fair for row in found.sheets) / len(values))
        products = sum(one.product for one in found.criteria)
        assert products / float(sum(weights)) == pytest.approx(found.mean)
        assert found.mean + found.correction == pytest.approx(found.score, abs=1e-5)
        assert not found.changed
        assert not found.gaps


def test_a_sheet_that_changed_since_shows_no_points_but_keeps_its_frozen_value(session, tabulated):
    entry = tabulated.entries[0]
    before = working(session, tabulated.round.id, entry.id, "en")
    score = session.scalars(select(Score).order_by(Score.id)).first()
    score.points = 1 if score.points > 1 else 2
    session.flush()
    after = working(session, tabulated.round.id, entry.id, "en")
    assert after.changed
    assert [row.value for row in after.sheets] == [row.value for row in before.sheets]
    assert sorted(len(row.points) for row in after.sheets) == [0, 3, 3]


def test_the_shares_of_the_jurors_add_up_to_the_correction(session, tabulated):
    moved = changes(latest(session, tabulated.round.id, "en"))
    assert moved
    for change in moved:
        assert sum(share.points for share in change.shares) == pytest.approx(
            change.correction, abs=1e-5
        )
    crossing = [change.crosses for change in moved]
    assert crossing == sorted(crossing, reverse=True)


def test_looking_at_another_cut_changes_chances_and_nothing_that_is_frozen(session, tabulated):
    frozen = standings(session, latest(session, tabulated.round.id, "en"))
    looked = standings(session, latest(session, tabulated.round.id, "en"), cut=1)
    assert (frozen.cut, looked.cut, looked.rules_cut) == (3, 1, 3)
    assert sum(row.chance for row in looked.rows) == pytest.approx(1, abs=1e-4)
    assert [row.place for row in looked.rows] == [row.place for row in frozen.rows]
    assert standings(session, latest(session, tabulated.round.id, "en"), cut=999).cut == 6
    assert standings(session, latest(session, tabulated.round.id, "en")).cut == 3


def test_the_pages_show_it_and_refuse_what_is_not_hers(session, sign_in, tabulated):
    entry = tabulated.entries[2]
    base = f"/en/rounds/{tabulated.round.public_id}/results"
    client = sign_in(tabulated.organiser)
    moved = client.get(base, query_string={"cut": "1"}).text
    assert "The rules say 3 places" in moved
    assert client.get(base, query_string={"cut": "-1"}).status_code == 200
    assert "cut: 3 places" in client.get(base, query_string={"cut": "many"}).text
    page = client.get(f"{base}/entries/{entry.public_id}").text
    assert all(text in page for text in (entry.title, tabulated.jurors[0].name, "The fair score"))
    assert tabulated.jurors[0].name in client.get(f"{base}/changes").text
    assert client.get(f"{base}/entries/nowhere").status_code == 404
    session.add(
        TeamMembership(
            entry_id=entry.id,
            user_id=tabulated.organiser.id,
            role=TeamRole.MEMBER,
            joined_at=tabulated.season.created_at,
        )
    )
    session.commit()
    assert client.get(f"{base}/entries/{entry.public_id}").status_code == 404


def test_a_team_follows_its_own_numbers_once_they_are_public_and_reads_no_juror(
    session, sign_in, now
):
    judged = judge(session)
    decide_all(session, judged, now - timedelta(hours=2), after=3600 * 3)
    entry, lead = judged.entries[5], judged.leads[5]
    address = f"/en/entries/{entry.public_id}/feedback/{judged.round.public_id}"
    client = sign_in(lead)
    assert client.get(address).status_code == 404
    judged.round.announces_at = now - timedelta(minutes=1)
    session.commit()
    assert "came to its score" in client.get(address).text
    assert "place 6" not in client.get(address).text
    session.rollback()
    judged.season.tells_places = True
    session.commit()
    text = client.get(address).text
    assert "came to place 6" in text
    assert "Your fair score" in text
    assert not [juror.name for juror in judged.jurors if juror.name in text]
    assert address in client.get(f"/en/entries/{entry.public_id}/feedback").text
    other = make.make_round(session, judged.season, position=7)
    session.commit()
    assert client.get(address.replace(judged.round.public_id, other.public_id)).status_code == 404
    assert sign_in(judged.leads[0]).get(address).status_code == 404


def test_before_the_first_tabulation_there_is_nothing_to_follow(session, judged):
    assert changes(latest(session, judged.round.id, "en")) == ()
    with pytest.raises(NotFoundError):
        working(session, judged.round.id, judged.entries[0].id, "en")


def test_weighed_sheets_add_up_to_the_fair_score_and_their_shares_to_the_correction(
    session, tabulated, now
):
    tabulated.round.juror_weights = tabulated.round.robust = True
    service.tabulate_round(
        session, tabulated.round.id, reason="Weighed", actor_id=tabulated.organiser.id, now=now
    )
    found = [working(session, tabulated.round.id, one.id, "en") for one in tabulated.entries]
    assert any(one.weighed for one in found)
    for one in found:
        fair = sum(row.weight * row.fair for row in one.sheets)
        assert one.score == pytest.approx(fair / sum(row.weight for row in one.sheets), abs=1e-5)
        assert one.mean + one.correction == pytest.approx(one.score, abs=1e-5)
    for change in changes(latest(session, tabulated.round.id, "en")):
        moved = sum(share.points for share in change.shares)
        assert moved == pytest.approx(change.correction, abs=1e-5)


def test_an_entry_that_another_programme_calls_the_same_is_read_nowhere(session, sign_in, now):
    judged = judge(session, points=(7, 7, 6, 5), cut=2, ties=[])
    service.tabulate_round(session, judged.round.id, reason="", actor_id=None, now=now)
    season = make.make_season(session)
    twins = [make.make_entry(session, season, code=one.code) for one in judged.entries]
    session.commit()
    client, base = sign_in(judged.organiser), f"/en/rounds/{judged.round.public_id}/results"
    tied = f"{base}/entries/{judged.entries[0].public_id}"
    pages = {path: client.get(path).text for path in (base, tied)}
    assert judged.entries[1].title in pages[tied]
    assert all(own.title in pages[base] for own in judged.entries)
    for twin in twins:
        assert not [path for path, text in pages.items() if twin.title in text]
        assert twin.public_id not in pages[base]
