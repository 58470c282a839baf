"""Writing to many in the browser: from a list to the form, the review, and what became of it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from award import jobs
from award.models.broadcasts import Audience, Broadcast, BroadcastState
from award.models.operations import Mail
from tests import factories as make
from tests.award.pages import forms_of


@pytest.fixture
def desk(session, sign_in):
    class Desk:
        season = make.make_season(session)
        organiser = make.make_staff(session, season.programme, email="me@example.com")

    for name in ("Anna", "Boris"):
        user = make.make_user(session, name=name, email=f"{name.lower()}@example.com")
        make.make_entry(session, Desk.season, user, title=f"{name}'s river")
    session.commit()
    Desk.client = sign_in(Desk.organiser)
    Desk.new = f"/en/seasons/{Desk.season.public_id}/broadcasts/new?to=entries"
    Desk.given = {
        "audience": "leads",
        "subject-en": "About {title}",
        "text-en": "Dear {name},\nplease hand it in.",
    }
    return Desk


def test_from_the_filtered_list_to_the_review_to_the_log(desk, session):
    listed = desk.client.get(f"/en/seasons/{desk.season.public_id}/entries?q=anna").text
    address = re.search(r'href="([^"]+/broadcasts/new[^"]*)"', listed)[1].replace("&amp;", "&")
    page = desk.client.get(address).text
    assert "One mail with this list" in page
    assert "boris@example.com" not in page
    answer = desk.client.post(address, data=desk.given | {"q": "anna"})
    assert answer.status_code == 303
    review = desk.client.get(answer.location).text
    assert "<h1>One mail would leave" in review
    assert "About Anna&#39;s river" in review
    seen = re.search(r'name="seen" value="(\w+)"', review)[1]
    tried = desk.client.post(f"{answer.location}/try", follow_redirects=True).text
    assert "Sent to you at me@example.com" in tried
    sent = desk.client.post(f"{answer.location}/send", data={"seen": seen}, follow_redirects=True)
    assert "One mail leaves in two minutes" in sent.text
    jobs.sweep()
    log = desk.client.get(answer.location).text
    assert ("anna@example.com" in log, "me@example.com" in log) == (True, False)
    stopped = desk.client.post(f"{answer.location}/stop", follow_redirects=True).text
    assert "Stopped: one mail will not leave." in stopped


def test_counting_keeps_what_was_typed_and_saves_nothing(desk, session):
    page = desk.client.post(desk.new, data=desk.given | {"q": "boris", "action": "count"})
    assert page.status_code == 200
    assert ("boris@example.com" in page.text, "anna@example.com" in page.text) == (True, False)
    assert "About {title}" in page.text
    assert session.scalars(select(Broadcast)).all() == []


def test_a_misspelt_field_is_refused_with_a_sentence_and_the_text_is_kept(desk, session):
    answer = desk.client.post(desk.new, data=desk.given | {"text-en": "Dear {nmae}, hello"})
    assert answer.status_code == 422
    assert "{nmae} is not one of the fields." in answer.text
    assert "Dear {nmae}, hello" in answer.text
    assert session.scalars(select(Broadcast)).all() == []


def test_a_changed_list_comes_back_for_another_look(desk, session):
    address = desk.client.post(desk.new, data=desk.given).location
    seen = re.search(r'name="seen" value="(\w+)"', desk.client.get(address).text)[1]
    make.make_entry(session, desk.season)
    session.commit()
    answer = desk.client.post(f"{address}/send", data={"seen": seen})
    assert answer.status_code == 409
    assert "Nothing was sent; please look once more." in answer.text
    assert "<h1>3 mails would leave" in answer.text
    assert session.scalars(select(Mail)).all() == []


def test_the_review_says_who_reads_another_language_than_is_written(desk, session):
    user = make.make_user(session, name="Dora", language="de")
    make.make_entry(session, desk.season, user)
    session.commit()
    address = desk.client.post(desk.new, data=desk.given).location
    page = desk.client.get(f"{address}?as=3").text
    assert "1 recipient reads German, which is not written" in page
    assert "in English, because German is not written" in page


def test_the_fields_are_listed_for_who_has_no_javascript(desk):
    page = desk.client.get(desk.new).text
    assert re.findall(r"<code>(\{\w+\})</code>", page) == [
        "{name}", "{season}", "{title}", "{code}", "{deadline}", "{link}",
    ]  # fmt: skip
    jurors = desk.client.get(desk.new.replace("entries", "jurors")).text.split("<code>")
    assert len(jurors) == 5


def test_a_draft_is_changed_and_thrown_away_and_what_was_sent_is_not(desk, session):
    address = desk.client.post(desk.new, data=desk.given).location
    forms = forms_of(desk.client.get(f"{address}/edit").text)
    form = next(one for one in forms if "audience" in one.values)
    changed = {"subject-en": "Another subject", "text-en": desk.given["text-en"]}
    assert (
        desk.client.post(
            f"{address}/edit", data=form.values | changed | {"action": "save"}
        ).status_code
        == 303
    )
    assert "Another subject" in desk.client.get(address).text
    seen = re.search(r'name="seen" value="(\w+)"', desk.client.get(address).text)[1]
    other = desk.client.post(desk.new, data=desk.given).location
    assert desk.client.post(f"{other}/discard").status_code == 303
    assert desk.client.get(other).status_code == 404
    desk.client.post(f"{address}/send", data={"seen": seen})
    assert desk.client.get(f"{address}/edit").location == address
    assert desk.client.post(f"{address}/discard").status_code == 409
    [kept] = session.scalars(select(Broadcast))
    assert kept.state is BroadcastState.SENDING


def test_the_list_of_broadcasts_and_a_review_cost_the_same_for_few_and_many(
    desk, session, count_queries
):
    address = desk.client.post(desk.new, data=desk.given).location
    listed = f"/en/seasons/{desk.season.public_id}/broadcasts"
    few = [count_queries(lambda one=one: desk.client.get(one)) for one in (address, listed)]
    for number in range(20):
        make.make_entry(session, desk.season)
        session.add(
            Broadcast(
                season_id=desk.season.id,
                audience=Audience.TEAMS,
                filters={},
                subject={"en": f"News {number}"},
                text={"en": "x"},
                created_at=make.NOW,
            )
        )
    session.commit()
    many = [count_queries(lambda one=one: desk.client.get(one)) for one in (address, listed)]
    assert many == few
