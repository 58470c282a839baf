"""What public pages tell programs, and what the lists for them hold; the embargo's own test is
tests/award/results/test_embargo.py.
"""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from PIL import Image

from award.models.results import Decision, Outcome
from award.models.seasons import Faq, RoundState, SeasonState
from exports.share_cards import ShareCard, draw_card
from tests import factories as make

FACTS = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
IMAGE = re.compile(r'property="og:image" content="http://localhost([^"]+)"')


@pytest.fixture
def won(session: Any, now: Any) -> Any:
    """A season whose winner becomes public in an hour, beside one that is open."""

    class Won:
        season = make.make_season(session, state=SeasonState.DECIDED)
        entry = make.make_submitted(session, season, title='Doors </script> & "ramps"')
        base = f"/en/{season.programme.slug}/{season.slug}"
        minute = now + timedelta(hours=1)

    make.make_season(session, Won.season.programme, opens_at=now + timedelta(days=1))
    round_ = make.make_round(session, Won.season, state=RoundState.DECIDED, announces_at=Won.minute)
    decided = {"round_id": round_.id, "entry_id": Won.entry.id, "decided_at": now}
    session.add(Decision(**decided, outcome=Outcome.WINNER, place=1, reason=""))
    session.add(Faq(season_id=Won.season.id, title={"en": "Alone?"}, text={"en": "Yes."}))
    session.commit()
    return Won


def facts(page: str) -> dict[str, Any]:
    (found,) = FACTS.findall(page)
    read: dict[str, Any] = json.loads(found)
    return read


def test_a_seasons_page_says_what_it_is_and_where_its_other_languages_are(client, won):
    page = client.get(f"{won.base}?utm=x").text
    assert f'<link rel="canonical" href="http://localhost{won.base}">' in page
    for code in ("ru", "en", "de"):
        other = won.base.replace("/en/", f"/{code}/")
        assert f'hreflang="{code}" href="http://localhost{other}"' in page
    told = facts(page)
    assert (told["@type"], told["url"]) == ("Event", f"http://localhost{won.base}")
    assert told["subjectOf"]["mainEntity"][0]["acceptedAnswer"]["text"] == "Yes."


def test_a_shared_link_shows_a_picture_and_an_older_address_leads_to_it(client, won):
    address = IMAGE.findall(client.get(won.base).text)[0]
    answer = client.get(address)
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    old = client.get(re.sub(r"share-\w+", "share-0", address))
    assert (old.status_code, old.headers["Location"]) == (303, address)


def test_the_pages_of_results_describe_the_works_once_they_are_public(client, won):
    pages = [f"{won.base}/{one}" for one in ("winners", "finalists")]
    pages.append(f"{won.base}/finalists/{won.entry.code}")
    assert [client.get(path).status_code for path in pages] == [404] * 3
    with time_machine.travel(won.minute):
        found = [client.get(path).text for path in pages]
        images = [client.get(IMAGE.findall(page)[0]) for page in found]
    kinds = [facts(page)["@type"] for page in found]
    assert kinds == ["ItemList", "ItemList", "CreativeWork"]
    assert facts(found[2])["name"] == won.entry.title
    assert [one.mimetype for one in images] == ["image/png"] * 3
    assert len({one.data for one in images}) == 3


def test_a_filtered_gallery_is_a_page_of_its_own_and_its_order_is_not(client, won):
    with time_machine.travel(won.minute):
        page = client.get(f"{won.base}/finalists?category=inclusion&start=3").text
    assert (
        f'<link rel="canonical" href="http://localhost{won.base}/finalists?category=inclusion">'
        in page
    )


def test_the_sitemap_lists_each_public_page_in_each_language_and_no_other(client, won, session):
    make.make_season(session, won.season.programme, state=SeasonState.DRAFT, slug="hidden-draft")
    session.commit()

    def listed() -> set[str]:
        root = ET.fromstring(client.get("/sitemap.xml").data)
        return {found.text or "" for found in root.findall("{*}url/{*}loc")}

    before = listed()
    with time_machine.travel(won.minute):
        after = listed()
    assert f"http://localhost{won.base}" in before
    assert not any("hidden-draft" in one for one in after)
    new = [f"{won.base}/{one}" for one in ("winners", "finalists")]
    new.append(f"{won.base}/finalists/{won.entry.code}")
    assert after - before == {
        f"http://localhost{path.replace('/en/', f'/{code}/')}"
        for path in new
        for code in ("ru", "en", "de")
    }
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text


def test_the_feed_tells_of_the_winners_at_their_minute(client, won):
    def items() -> list[str]:
        root = ET.fromstring(client.get(f"/en/{won.season.programme.slug}/news.atom").data)
        assert root.find("{*}updated") is not None
        return [found.text or "" for found in root.findall("{*}entry/{*}title")]

    assert items() == ["Season 2026: entries are open"]
    with time_machine.travel(won.minute):
        assert items() == [
            "Season 2026: the winners are announced",
            "Season 2026: entries are open",
        ]
    assert client.get("/en/never-was/news.atom").status_code == 404


def test_a_card_holds_any_headline_and_changes_its_mark_with_it():
    long = "Сверхдлинноесловобезпробелов" * 6
    cards = [
        ShareCard("Премия", text, "Ёж", "#7a2d8c")
        for text in ("Ы", long, "so many words " * 40, f"A\n{long}\nB\nC")
    ]
    assert len({card.mark for card in cards}) == 4
    for card in cards:
        with Image.open(io.BytesIO(draw_card(card))) as picture:
            assert picture.size == (1200, 630)
