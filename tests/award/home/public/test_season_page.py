"""The public page of a season: what it tells in which state, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from award.home import queries
from award.home.public.season_page import season_page
from award.models.jury import JurorState
from award.models.results import Decision, Outcome
from award.models.seasons import Faq, RoundState, SeasonState
from tests import factories as make


def page_of(session: Any, season: Any, now: Any, language: str = "en") -> Any:
    card = queries.season_card(session, season.programme.slug, season.slug, language, now=now)
    return season_page(session, card, language, now=now)


def address(season: Any) -> str:
    return f"/en/{season.programme.slug}/{season.slug}"


def test_before_it_opens_the_one_button_keeps_the_dates(client, session, now):
    season = make.make_season(
        session, opens_at=now + timedelta(days=6, hours=1), closes_at=now + timedelta(days=20)
    )
    path = address(season)
    session.commit()
    page = client.get(path).text
    assert "Entries open on" in page
    assert "in\xa06\xa0days" in page
    assert page.count('class="btn go"') == 1
    assert "Enter with your project" not in page
    dates = client.get(f"{path}/dates.ics")
    assert dates.mimetype == "text/calendar"
    assert dates.text.count("BEGIN:VEVENT") == 2
    assert f"UID:{season.public_id}-opens-0@award" in dates.text.replace("\r\n ", "")


def test_an_open_season_sends_who_has_an_entry_back_to_it(client, session, sign_in):
    season, lead = make.make_season(session), make.make_user(session)
    entry = make.make_entry(session, season, lead=lead)
    make.make_entry(session, lead=make.make_user(session))
    path, own = address(season), f"/en/entries/{entry.public_id}"
    session.commit()
    mine, theirs = sign_in(lead).get(path).text, client.get(path).text
    assert "Go on with your entry" in mine
    assert own in mine
    assert "Enter with your project" in theirs
    assert own not in theirs


def test_the_jury_is_named_where_the_organiser_shows_it_and_who_has_accepted(session, now):
    season = make.make_season(session)
    make.make_juror(session, season, name="Zoe", organisation="Museum", is_chair=True)
    make.make_juror(session, season, name="Anna")
    for state in (JurorState.INVITED, JurorState.DECLINED, JurorState.REMOVED):
        make.make_juror(session, season, name=state.value, state=state)
    assert page_of(session, season, now).jury == ()
    season.shows_jury = True
    session.flush()
    found = [
        (one.name, one.organisation, one.is_chair) for one in page_of(session, season, now).jury
    ]
    assert found == [("Zoe", "Museum", True), ("Anna", "", False)]


def test_frequent_questions_stand_in_their_order_and_in_the_readers_language(session, now):
    season = make.make_season(session)
    asked = [
        ({"en": "Alone?", "de": "Allein?"}, {"en": "Yes.", "de": "Ja."}),
        ({"ru": "Бесплатно?"}, {"ru": "Да."}),
    ]
    for position, (title, text) in reversed(list(enumerate(asked))):
        session.add(Faq(season_id=season.id, title=title, text=text, position=position))
    session.flush()
    assert page_of(session, season, now, "de").faq == (("Allein?", "Ja."), ("Бесплатно?", "Да."))


def test_dates_stand_in_a_line_and_a_late_round_is_not_done_at_its_minute(session, now):
    season = make.make_season(session, state=SeasonState.JUDGING, closes_at=now - timedelta(days=5))
    hour = timedelta(hours=1)
    make.make_round(session, season, closes_at=now - 2 * hour, announces_at=now - hour)
    final = {"state": RoundState.SET_UP, "closes_at": None, "announces_at": now + hour}
    make.make_round(session, season, position=2, **final)
    found = [(one.kind, one.state, one.last) for one in page_of(session, season, now).dates]
    assert found == [
        ("opens", "done", True),
        ("closes", "done", True),
        ("judged", "done", False),
        ("announced", "now", False),
        ("announced", "next", True),
    ]


def decide(session: Any, season: Any, announces_at: Any) -> Any:
    """Let one entry win a season whose results become public at a moment."""
    round_ = make.make_round(session, season, state=RoundState.DECIDED, announces_at=announces_at)
    entry = make.make_submitted(session, season, title="Warm bus stops")
    session.add(
        Decision(
            round_id=round_.id,
            entry_id=entry.id,
            outcome=Outcome.WINNER,
            place=1,
            reason="",
            decided_at=make.NOW,
        )
    )
    session.flush()
    return entry


def test_last_winners_appear_on_the_next_seasons_page_at_their_minute(client, session, now):
    season = make.make_season(session)
    last = make.make_season(session, season.programme, state=SeasonState.DECIDED)
    decide(session, last, now + timedelta(hours=1))
    path = address(season)
    session.commit()
    assert "Warm bus stops" not in client.get(path).text
    with time_machine.travel(now + timedelta(hours=1, minutes=1)):
        page = client.get(path).text
    assert "Who won last time" in page
    assert "Warm bus stops" in page


@pytest.mark.parametrize("language", ["ru", "en", "de"])
def test_the_page_speaks_three_languages_and_its_switch_keeps_the_path(client, session, language):
    season = make.make_season(session, shows_jury=True)
    make.make_round(session, season)
    make.make_juror(session, season)
    path = address(season)
    session.commit()
    answer = client.get(path.replace("/en/", f"/{language}/"))
    assert answer.status_code == 200
    for other in ("ru", "en", "de"):
        assert f'href="{path.replace("/en/", f"/{other}/")}" lang="{other}"' in answer.text
