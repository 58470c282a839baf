"""What somebody typed is given back where it could not be taken: to her, and to no other site."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories as make

TEXT = "We knit warm hats\r\nfor our “neighbours”."
OWN, FOREIGN = {"Origin": "http://localhost"}, {"Origin": "https://elsewhere.example"}


@pytest.fixture
def draft(session, sign_in):
    season, lead = make.make_season(session), make.make_user(session)
    entry = make.make_entry(session, season, lead)
    session.commit()
    page = f"/en/entries/{entry.public_id}/edit"
    return page, sign_in(lead), season


def test_what_was_typed_waits_for_who_was_signed_out_meanwhile(draft, client):
    page, _team, _season = draft
    sent = {"q_summary": TEXT, "q_city": "Omsk", "csrf_token": "old"}
    held = client.post(page, data=sent, headers=OWN)
    assert held.status_code == 401
    assert 'name="q_city" value="Omsk"' in held.text
    assert "for our “neighbours”.</textarea>" in held.text
    assert held.text.count('name="csrf_token"') == 1
    assert f'action="{page}"' in held.text
    for refused in (
        client.post(page, data=sent, headers=FOREIGN),
        client.post(page, data=sent | {"new_password": "x"}, headers=OWN),
    ):
        assert (refused.status_code, "knit" in refused.text) == (303, False)


def test_a_form_whose_token_is_too_old_is_sent_once_more(app, draft, monkeypatch):
    page, team, _season = draft
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    held = team.post(page, data={"q_summary": TEXT}, headers=OWN)
    assert (held.status_code, "Send it once more" in held.text, "knit" in held.text) == (
        400, True, True,
    )  # fmt: skip
    foreign = team.post(page, data={"q_summary": TEXT}, headers=FOREIGN)
    assert (foreign.status_code, "Send it once more" in foreign.text) == (400, False)
    assert "knit" not in foreign.text


def test_what_a_closed_door_refuses_can_be_copied_and_the_page_leads_back(session, draft, now):
    page, team, season = draft
    season.closes_at = now - timedelta(seconds=1)
    session.commit()
    came = OWN | {"Referer": f"http://localhost{page}"}
    refused = team.post(page, data={"q_summary": TEXT, "q_city": "Omsk"}, headers=came)
    assert (refused.status_code, "knit" in refused.text) == (409, True)
    assert f'href="{page}">Back</a>' in refused.text
    foreign = team.post(page, data={"q_summary": TEXT}, headers=FOREIGN)
    assert (foreign.status_code, "knit" in foreign.text) == (409, False)
