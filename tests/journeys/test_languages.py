"""Three languages and two themes: changing either keeps the place and is remembered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from award.models.accounts import User
from tests import factories as make
from tests.journeys.conftest import Stage

pytestmark = pytest.mark.browser
PAPER = "getComputedStyle(document.body).backgroundColor"


def person(session: Session) -> User:
    user: User = make.make_user(session)
    return user


def change_language(page: Page, name: str) -> None:
    """Choose a language among those that the page offers."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


@pytest.mark.parametrize("path", ["/sign-up", "/certificates/check"])
def test_another_language_shows_the_same_page(stage: Stage, path: str) -> None:
    window = stage.window()
    window.goto(f"/en{path}")
    lines = {"en": window.get_by_role("heading", level=1).inner_text()}
    for language, name in (("ru", "Русский"), ("de", "Deutsch"), ("en", "English")):
        change_language(window, name)
        assert window.url == f"{stage.address}/{language}{path}"
        expect(window.locator("html")).to_have_attribute("lang", language)
        lines[language] = window.get_by_role("heading", level=1).inner_text()
    assert len(set(lines.values())) == 3


def test_a_signed_in_person_keeps_the_page_and_what_it_asks(stage: Stage) -> None:
    window = stage.window(stage.set_up(person))
    window.goto("/en/certificates/check?number=ABC")
    change_language(window, "Deutsch")
    assert window.url.startswith(f"{stage.address}/de/certificates/check")
    expect(window.locator("html")).to_have_attribute("lang", "de")


def test_the_chosen_colours_stay_on_every_page_and_after_a_reload(stage: Stage) -> None:
    window = stage.window(color_scheme="light")
    window.goto("/en/sign-in")
    light = window.evaluate(PAPER)
    window.get_by_label("Colours").select_option(label="Dark")
    dark = window.evaluate(PAPER)
    assert dark != light
    window.reload()
    assert window.evaluate(PAPER) == dark
    window.goto("/ru/sign-up")
    assert window.evaluate(PAPER) == dark
    window.locator("#theme").select_option("")
    assert window.evaluate(PAPER) == light


def test_without_a_choice_the_device_decides(stage: Stage) -> None:
    papers = []
    for scheme in ("light", "dark"):
        window = stage.window(color_scheme=scheme)
        window.goto("/en/sign-in")
        papers.append(window.evaluate(PAPER))
    assert papers[0] != papers[1]
