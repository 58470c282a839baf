from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from award.models.accounts import StaffRole
from award.models.results import Decision, Tabulation
from award.models.seasons import Prize, PrizeKind, RoundState
from tests import factories as make
from tests.award.results.conftest import Judged, judge


def page(judged: Judged, name: str = "results") -> str:
    return f"/en/rounds/{judged.round.public_id}/{name}"


def tabulate(client: FlaskClient, judged: Judged, **data: Any) -> Any:
    return client.post(page(judged), data=data)


def test_the_headline_says_how_many_are_clear(session, sign_in, now):
    judged = judge(session, points=(9, 9, 9, 2, 2, 2), cut=3)
    client = sign_in(judged.organiser)
    assert "18 of 18 score sheets wait to be tabulated" in client.get(page(judged)).text
    assert tabulate(client, judged).status_code == 303
    text = client.get(page(judged)).text
    assert "3 entries are clearly through, and the cut is clear" in text
    assert "cut: 3 places" in text
    assert "place shared" in text


def test_entries_that_the_scores_cannot_tell_apart_stand_in_their_own_section(session, sign_in):
    judged = judge(session, points=(9, 6, 6, 6, 2, 1), cut=2, ties=[])
    client = sign_in(judged.organiser)
    tabulate(client, judged)
    text = client.get(page(judged)).text
    assert "Not distinguishable" in text
    assert judged.jurors[1].name in text
    for view in ("plain", "calibrated"):
        answer = client.get(page(judged), query_string={"view": view})
        assert (answer.status_code, judged.entries[0].title in answer.text) == (200, True)
    assert client.get(page(judged), query_string={"view": "other"}).status_code == 200


def test_a_second_tabulation_without_a_reason_comes_back_with_the_question(
    session, sign_in, judged
):
    client = sign_in(judged.organiser)
    tabulate(client, judged)
    refused = tabulate(client, judged, reason="")
    assert refused.status_code == 422
    assert "Please give the reason" in refused.text
    assert tabulate(client, judged, reason="A sheet was reopened").status_code == 303
    assert len(session.scalars(select(Tabulation)).all()) == 2


def test_an_open_round_is_refused_with_a_sentence(session, sign_in):
    judged = judge(session, state=RoundState.OPEN)
    answer = tabulate(sign_in(judged.organiser), judged)
    assert answer.status_code == 409
    assert "still open" in answer.text


def test_an_auditor_reads_and_changes_nothing(session, sign_in, judged):
    auditor = make.make_staff(session, judged.programme, StaffRole.AUDITOR)
    session.commit()
    client = sign_in(auditor)
    assert client.get(page(judged)).status_code == 200
    assert tabulate(client, judged).status_code == 404
    assert client.post(page(judged, "decisions/cut")).status_code == 404


@pytest.mark.parametrize("who", ["lead", "juror"])
def test_teams_and_jurors_find_nothing_here(session, sign_in, judged, who):
    juror = judged.jurors[0]
    session.refresh(juror, ["user"])
    user = judged.leads[0] if who == "lead" else juror.user
    session.commit()
    client = sign_in(user)
    for name in ("results", "decisions", "protocol.pdf"):
        assert client.get(page(judged, name)).status_code == 404


def test_a_whole_decision_by_hand(session, sign_in, judged, now):
    prize = Prize(
        season_id=judged.season.id, kind=PrizeKind.SPECIAL, title={"en": "Green"}, partner="Bank"
    )
    session.add(prize)
    session.commit()
    client = sign_in(judged.organiser)
    assert "nothing to decide yet" in client.get(page(judged, "decisions")).text
    tabulate(client, judged)
    entry = judged.entries[3]
    form = page(judged, f"decisions/{entry.public_id}")
    assert client.get(form).status_code == 200
    refused = client.post(form, data={"outcome": "winner", "place": "2", "prize": "0"})
    assert refused.status_code == 422
    assert "Please give the reason" in refused.text
    assert 'value="2"' in refused.text
    given = {"outcome": "winner", "place": "2", "prize": "0", "reason": "The jury talked"}
    assert client.post(form, data=given).status_code == 303
    assert client.post(page(judged, "decisions/cut")).status_code == 303
    special = {"prize": str(prize.id), "entry": str(judged.entries[5].id)}
    assert client.post(page(judged, "decisions/special"), data=special).status_code == 303
    closing = client.post(page(judged, "decisions/close"), follow_redirects=True)
    assert "There is no minute of the announcement yet" in closing.text
    past = {"announces_at": "2020-01-01T12:00"}
    assert client.post(page(judged, "announcement"), data=past).status_code == 422
    minute = {"announces_at": (now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")}
    assert client.post(page(judged, "announcement"), data=minute).status_code == 303
    client.post(page(judged, "decisions/close"))
    text = client.get(page(judged, "decisions")).text
    assert "Decided; it becomes public on" in text
    assert "The jury talked" in text
    held = session.scalars(select(Decision).where(Decision.superseded_at.is_(None))).all()
    assert len(held) == 7
    session.commit()
    reopened = client.post(page(judged, "decisions/reopen"), data={"reason": "A mistake"})
    assert reopened.status_code == 303
    assert client.post(page(judged, "decisions/reopen"), data={}).status_code == 422


def test_an_entry_of_elsewhere_has_no_decision_page(session, sign_in, judged):
    stranger = make.make_submitted(session)
    session.commit()
    client = sign_in(judged.organiser)
    tabulate(client, judged)
    assert client.get(page(judged, f"decisions/{stranger.public_id}")).status_code == 404


def test_the_public_pages_open_at_the_minute(sign_in, client, decided, now):
    winners = f"/en/{decided.programme.slug}/{decided.season.slug}/winners"
    feedback = f"/en/entries/{decided.entries[0].public_id}/feedback"
    team, other = sign_in(decided.leads[0]), sign_in(decided.leads[1])
    assert (client.get(winners).status_code, team.get(feedback).status_code) == (404, 404)
    with time_machine.travel(now + timedelta(hours=2)):
        shown, told = client.get(winners), team.get(feedback)
        assert (shown.status_code, told.status_code) == (200, 200)
        assert other.get(feedback).status_code == 404
    assert decided.leads[0].name in shown.text
    assert f"Comment 1 on {decided.entries[0].code}" in told.text
    assert "takes place 1" in told.text


@pytest.mark.parametrize("language", ["ru", "en", "de"])
def test_every_page_speaks_three_languages(sign_in, client, decided, now, language):
    organiser = sign_in(decided.organiser)
    rounds = f"/{language}/rounds/{decided.round.public_id}"
    season = f"/{language}/seasons/{decided.season.public_id}"
    with time_machine.travel(now + timedelta(hours=2)):
        paths = [f"{rounds}/results", f"{rounds}/decisions", f"{season}/certificates"]
        for path in [*paths, f"{season}/exports"]:
            assert organiser.get(path).status_code == 200
        public = f"/{language}/{decided.programme.slug}/{decided.season.slug}/winners"
        assert client.get(public).status_code == 200
        assert client.get(f"/{language}/certificates/check").status_code == 200


def test_the_results_page_costs_the_same_at_six_and_sixty_entries(session, sign_in, count_queries):
    costs = []
    for points in ((9, 8, 7, 5, 3, 2), (9, 8, 7, 5, 3, 2) * 10):
        judged = judge(session, points=points)
        client = sign_in(judged.organiser)
        tabulate(client, judged)
        for name in ("results", "decisions"):
            path = page(judged, name)
            costs.append(count_queries(lambda c=client, p=path: c.get(p)))
    assert costs[:2] == costs[2:]
