from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine

from award.errors import RuleError
from award.models.judging import ScoreSheet
from award.models.results import Tabulation
from award.results.tabulation.bundles import bundle_content
from award.results.tabulation.replaying import replay
from exports.records.bundles import bundle_digest, read_bundle, verify_bundle
from exports.signing.keys import installation_issuer
from tests.award.results.downloads.test_exports import fetch


def test_the_bundle_of_a_round_is_sealed_replays_and_names_nobody(app, sign_in, decided):
    client = sign_in(decided.organiser)
    data = fetch(client, f"/en/rounds/{decided.round.public_id}/bundle.json")
    found = verify_bundle(data, installation_issuer(app.extensions["settings"].keys))
    replayed = replay(found)
    assert (replayed.identical, replayed.differences) == (True, ())
    said = data.decode()
    for name in (*(one.name for one in decided.jurors), *(one.title for one in decided.entries)):
        assert name not in said
    assert len(found.content["assignment"]) == 18
    assert [one["outcome"] for one in found.content["decisions"]].count("winner") == 2


def test_a_bundle_is_the_same_whatever_happens_to_sheets_later(session, decided):
    digest = bundle_digest(bundle_content(session, decided.round.id))
    sheet = session.query(ScoreSheet).first()
    sheet.scores[0].points = 1
    sheet.team_comment = "Changed"
    session.commit()
    session.expire_all()
    assert bundle_digest(bundle_content(session, decided.round.id)) == digest


def test_a_tabulation_without_a_kept_input_gives_a_bundle_while_its_sheets_stand(session, decided):
    tabulation = session.query(Tabulation).one()
    whole = bundle_content(session, decided.round.id)
    tabulation.frozen = None
    session.commit()
    assert bundle_content(session, decided.round.id)["scores"] == whole["scores"]
    session.query(ScoreSheet).first().scores[0].points = 1
    session.commit()
    with pytest.raises(RuleError, match="bundle_scores_changed"):
        bundle_content(session, decided.round.id)


def test_before_the_tabulation_there_is_no_bundle(sign_in, judged):
    client = sign_in(judged.organiser)
    assert client.get(f"/en/rounds/{judged.round.public_id}/bundle.json").status_code == 409


def test_a_bundle_is_published_with_the_results_and_only_where_the_season_says_so(
    session, client, sign_in, decided, now
):
    path = f"/{decided.programme.slug}/{decided.season.slug}/rounds/1/bundle.json"
    winners = f"/en/{decided.programme.slug}/{decided.season.slug}/winners"
    organiser = sign_in(decided.organiser)
    later = now + timedelta(hours=2)
    with time_machine.travel(later, tick=False):
        assert client.get(f"/en{path}").status_code == 404
        assert "bundle.json" not in client.get(winners).text
    answer = organiser.post(
        f"/en/seasons/{decided.season.public_id}/publishing", data={"publishes_bundle": "y"}
    )
    assert answer.status_code == 303
    assert client.get(f"/en{path}").status_code == 404
    with time_machine.travel(later, tick=False):
        published = fetch(client, f"/en{path}")
        assert path in client.get(winners).text
    assert json.loads(published)["bundle"]["round"] == 1
    assert read_bundle(published).digest == bundle_digest(bundle_content(session, decided.round.id))
    with time_machine.travel(later, tick=False):
        assert client.get(f"/en{path}".replace("rounds/1", "rounds/2")).status_code == 404
