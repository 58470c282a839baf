from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from award.errors import InputError, RuleError
from award.jury.conflicts.service import declare_conflict
from award.models.judging import Score
from award.models.jury import Assignment, Juror, Panel, RoundEntry
from award.models.operations import AuditRow
from award.models.seasons import RoundState
from award.results import service
from award.results.public.queries import feedback
from award.results.tabulation.further import EXTRA, ask_further, further_scores
from award.results.tabulation.latest import latest
from award.results.tabulation.reliance_queries import reliance
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all, judge

CLOSE = (9, 7, 6, 6, 6, 2)


@pytest.fixture
def tabulated(session, now) -> Judged:
    """Six entries of which several stand at the cut, and two jurors who have read nothing yet."""
    judged = judge(session, points=CLOSE, cut=3, ties=[])
    for number, score in enumerate(session.scalars(select(Score).order_by(Score.id))):
        score.points = max(1, score.points + (number * 7 % 3) - 1)
    for number in range(2):
        # A mail domain of her own: that of the teams would be a conflict of interest.
        email = f"reader@house-{number}.example"
        make.make_juror(session, judged.season, email=email, email_key=email)
    service.tabulate_round(session, judged.round.id, reason="", actor_id=None, now=now)
    session.commit()
    return judged


def fresh(session, judged):
    old = {juror.public_id for juror in judged.jurors}
    return {juror.public_id for juror in session.scalars(select(Juror))} - old


def ask(session, judged, pairs, now, days=3):
    return ask_further(
        session,
        judged.round.id,
        pairs,
        closes_at=now + timedelta(days=days),
        home_url="",
        actor_id=judged.organiser.id,
        now=now,
    )


def test_only_jurors_who_have_not_read_an_entry_at_the_cut_are_proposed(session, tabulated):
    found = further_scores(session, tabulated.round.id)
    assert found
    assert {row.juror for row in found} <= fresh(session, tabulated)
    settled = [row.settled for row in found]
    assert settled == sorted(settled)
    assert 0 < settled[0] <= settled[-1] < 1


def test_a_conflict_is_never_proposed(session, tabulated, now):
    first = further_scores(session, tabulated.round.id)[0]
    declare_conflict(
        session, first.juror_id, first.entry_id, "she advises them", actor_id=None, now=now
    )
    pairs = {(row.code, row.juror) for row in further_scores(session, tabulated.round.id)}
    assert pairs
    assert (first.code, first.juror) not in pairs


def test_beyond_the_maximum_is_proposed_last_and_said(session, tabulated):
    for juror in session.scalars(select(Juror)):
        juror.maximum = 1 if juror.public_id in fresh(session, tabulated) else 0
    session.flush()
    found = further_scores(session, tabulated.round.id)
    loads = {name: [row for row in found if row.juror == name] for name in {r.juror for r in found}}
    assert max(map(len, loads.values())) <= 1 + EXTRA
    assert {row.beyond for rows in loads.values() for row in rows[1:]} <= {True}
    assert {rows[0].beyond for rows in loads.values()} == {False}


def panels(session, judged):
    """Two panels: entries and jurors in turn, so that they share a juror at first."""
    rows = [
        Panel(season_id=judged.season.id, key=key, name={"en": key}) for key in ("north", "south")
    ]
    session.add_all(rows)
    session.flush()
    for number, entry in enumerate(session.scalars(select(RoundEntry).order_by(RoundEntry.id))):
        entry.panel_id = rows[number % 2].id
    for number, juror in enumerate(session.scalars(select(Juror).order_by(Juror.id))):
        juror.panel_id = rows[number % 2].id
    session.flush()


def test_panels_bind_while_they_share_a_juror(session, tabulated):
    free = further_scores(session, tabulated.round.id)
    panels(session, tabulated)
    bound = further_scores(session, tabulated.round.id)
    assert any(row.links for row in further_scores(session, tabulated.round.id)) is False
    assert 0 < len(bound) < len(free)


def test_before_a_tabulation_nothing_is_proposed(session):
    assert further_scores(session, judge(session, points=CLOSE, cut=3).round.id) == []


def test_once_the_round_is_decided_it_is_too_late(session, judged, now):
    decide_all(session, judged, now)
    with pytest.raises(RuleError) as refusal:
        further_scores(session, judged.round.id)
    assert refusal.value.code == "further_too_late"


def test_without_a_cut_the_refusal_is_a_sentence(session, now):
    judged = judge(session, points=CLOSE, cut=None)
    service.tabulate_round(session, judged.round.id, reason="", actor_id=None, now=now)
    with pytest.raises(RuleError) as refusal:
        further_scores(session, judged.round.id)
    assert refusal.value.code == "score.no_cut"


def test_asking_opens_the_round_and_offers_the_entries(session, tabulated, now):
    chosen = further_scores(session, tabulated.round.id)[:2]
    pairs = [(row.entry_id, row.juror_id) for row in chosen]
    made = ask(session, tabulated, pairs, now)
    assert [(item.entry_id, item.juror_id) for item in made] == pairs
    assert (tabulated.round.state, tabulated.round.closes_at) == (
        RoundState.OPEN,
        now + timedelta(days=3),
    )
    actions = set(session.scalars(select(AuditRow.action)))
    assert {"round.open", "round.further_scores_asked", "assignment.made"} <= actions
    left = {(row.entry_id, row.juror_id) for row in further_scores(session, tabulated.round.id)}
    assert not left & set(pairs)


def test_nobody_chosen_or_no_time_left_changes_nothing(session, tabulated, now):
    row = further_scores(session, tabulated.round.id)[0]
    for pairs, days, code in (([], 3, "nobody_chosen"), ([(row.entry_id, row.juror_id)], -1, "")):
        with pytest.raises(InputError) as refusal:
            ask(session, tabulated, pairs, now, days)
        assert refusal.value.code == (code or "closes_past")
    assert tabulated.round.state is RoundState.TABULATED


def test_the_page_proposes_and_asks(session, sign_in, tabulated):
    client = sign_in(tabulated.organiser)
    address = f"/en/rounds/{tabulated.round.public_id}/results/further"
    assert address in client.get(address.removesuffix("/further")).text
    first = further_scores(session, tabulated.round.id)[0]
    page = client.get(address).text
    assert first.title in page
    assert first.juror_name in page
    refused = client.post(address, data={"closes_at": "2098-01-01T12:00"})
    assert (refused.status_code, "Choose at least one juror" in refused.text) == (422, True)
    done = client.post(address, data={"pairs": first.value, "closes_at": "2098-01-01T12:00"})
    assert done.status_code == 303
    assert "One further score is asked for" in client.get(done.location).text


def test_a_pair_that_was_not_proposed_cannot_be_smuggled_in(session, sign_in, tabulated):
    client = sign_in(tabulated.organiser)
    address = f"/en/rounds/{tabulated.round.public_id}/results/further"
    before = len(session.scalars(select(Assignment.id)).all())
    forged = f"{tabulated.entries[0].code}~{tabulated.jurors[0].public_id}"
    answer = client.post(address, data={"pairs": forged, "closes_at": "2098-01-01T12:00"})
    assert answer.status_code == 422
    assert len(session.scalars(select(Assignment.id)).all()) == before


def test_a_team_reads_how_its_own_score_came_about(session, judged, now):
    decide_all(session, judged, now)
    later = now + timedelta(hours=2)
    own = feedback(session, judged.entries[4].id, "en", now=later).rounds[0].computed
    assert own is not None
    # Three points from two jurors, two from the third; everybody read everything.
    assert (own.jurors, own.mean) == (3, pytest.approx(8 / 3))
    assert own.habit == pytest.approx(0, abs=1e-3)
    assert own.score == pytest.approx(own.mean + own.habit)
    assert (own.entries, own.jury, own.cut, own.ranks_by) == (6, 3, 2, "plain")


def test_the_teams_page_explains_the_computation(session, sign_in, judged, now):
    decide_all(session, judged, now)
    judged.round.announces_at = now - timedelta(minutes=1)
    judged.round.state = RoundState.ANNOUNCED
    judged.round.announced_at = now
    session.commit()
    page = sign_in(judged.leads[4]).get(f"/en/entries/{judged.entries[4].public_id}/feedback").text
    assert "How this was computed" in page
    assert "Plain mean of their sheets" in page
    assert "The first 2 of the order go on." in page


def test_what_the_result_hangs_on_is_said_with_names(session, judged, now):
    assert reliance(latest(session, judged.round.id, "en")) is None
    decide_all(session, judged, now)
    found = reliance(latest(session, judged.round.id, "en"))
    assert found is not None
    assert found.first == (judged.entries[0].title,)
    assert (found.counted, found.jurors) == (3, ())
    assert {row.name for row in found.behaviour} == {juror.name for juror in judged.jurors}
    assert found.swaps[0].title == judged.entries[1].title


def test_the_reading_costs_the_same_for_any_number_of_entries(session, count_queries, now):
    few = judge(session, points=(9, 5, 2), cut=1)
    many = judge(session, points=(9, 8, 8, 7, 7, 6, 6, 5, 5, 4, 3, 2), cut=4)
    for judged in (few, many):
        service.tabulate_round(session, judged.round.id, reason="", actor_id=None, now=now)
    session.commit()
    assert reliance(latest(session, few.round.id, "en")) != reliance(
        latest(session, many.round.id, "en")
    )
    costs = [
        count_queries(lambda judged=judged: reliance(latest(session, judged.round.id, "en")))
        for judged in (few, many)
    ]
    assert costs[0] == costs[1]
