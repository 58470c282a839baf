"""The handbook: complete in three languages, true to the screens, and linked from every page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from award.db import LANGUAGES
from award.home.guides.handbook import GUIDES, HANDBOOK, guide, slug
from award.navigation import HELP, JUROR_HELP
from tests import factories as make

CATALOGUES = Path(__file__).resolve().parents[4] / "translations"
LABEL = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def written(name, language):
    return guide(name, language, picture=lambda one: f"/{one}", page=lambda one: f"#{one}")


def source(name, language):
    return (HANDBOOK / language / f"{name}.md").read_text("utf-8")


@cache
def said_on_screen(language):
    """Every text of the interface in a language, in lower case."""
    path = CATALOGUES / ("ru" if language == "en" else language) / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    found = set()
    for message in catalogue:
        texts = message.id if language == "en" else message.string
        found.update(texts if isinstance(texts, list | tuple) else (texts,))
    return {text.casefold() for text in found}


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_says_the_same_in_each_language(name):
    shape = [len(written(name, language).sections) for language in LANGUAGES]
    assert len(set(shape)) == 1
    assert shape[0] > 4
    pictures = [re.findall(r"pictures/\w+/([\w-]+)\.webp", source(name, one)) for one in LANGUAGES]
    assert pictures[0] == pictures[1] == pictures[2] != []
    anchors = {one: [anchor for anchor, _ in written(name, one).sections] for one in LANGUAGES}
    assert anchors["ru"] == anchors["de"] == anchors["en"]


@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_guide_tells_to_press_is_on_the_screen_under_that_name(name, language):
    labels = [" ".join(label.split()) for label in LABEL.findall(source(name, language))]
    begins = [
        " ".join(one.split())
        for one in re.findall(r"^- \*\*(.+?)\*\*", source(name, language), re.M)
    ]
    named = [label for label in labels if label not in begins]
    assert len(named) > 4
    assert [label for label in named if label.casefold() not in said_on_screen(language)] == []


def test_a_language_without_a_handbook_reads_the_english_one_and_text_is_escaped():
    assert written("juror", "fr").title == written("juror", "en").title
    assert "<script" not in written("juror", "en").body
    assert slug("The jury's meeting and its decisions") == "the-jurys-meeting-and-its-decisions"


def test_every_page_points_at_a_section_that_is_there(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    for table, name in ((HELP, "organiser"), (JUROR_HELP, "juror")):
        anchors = {anchor for anchor, _heading in written(name, "en").sections}
        assert {one for one in table.values() if one not in anchors} == set()
        idle = [one for one in table if not any(end.startswith(one) for end in endpoints)]
        assert idle == []


def test_staff_and_jurors_find_help_for_the_page_and_teams_find_none(session, client, sign_in):
    season = make.make_season(session)
    staff, lead = make.make_staff(session, season.programme), make.make_user(session)
    juror = make.make_juror(session, season).user
    entry = make.make_entry(session, season, lead)
    session.commit()
    office = sign_in(staff)
    page = office.get(f"/de/seasons/{season.public_id}/jury").text
    assert '/de/help/organiser#gather-the-jury"' in page
    assert '/ru/help/juror#your-entries"' in sign_in(juror).get("/ru/judging").text
    assert "/help/" not in sign_in(lead).get(f"/en/entries/{entry.public_id}").text
    shown = client.get("/de/help/organiser")
    assert "Handbuch für die Organisation" in shown.text
    pictures = re.findall(r'<img src="([^"]+)"', shown.text)
    assert len(pictures) > 5
    for address in pictures:
        answer = client.get(address)
        assert (answer.status_code, answer.data[8:12]) == (200, b"WEBP")
    assert client.get("/en/help/pictures/nothing.webp").status_code == 404
    assert client.get("/en/help/nobody").status_code == 404
