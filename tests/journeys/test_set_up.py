"""An organiser sets a season up, from an empty page to the open door."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from award.models.accounts import StaffRole
from tests import factories as make
from tests.journeys import pages
from tests.journeys.conftest import Stage

pytestmark = pytest.mark.browser


def programme(session: Session) -> Any:
    made = make.make_programme(session, slug="sia", languages=["en"], contact_email="a@sia.example")
    owner = make.make_staff(session, made, StaffRole.OWNER)
    return owner, make.make_user(session)


def test_a_season_is_set_up_step_by_step_opened_and_entered(stage: Stage) -> None:
    owner, student = stage.set_up(programme)
    window = stage.window(owner)
    window.goto("/en/")
    pages.follow(window, "Begin a season")
    save(window, {"name": "Season 2030", "slug": "2030"})
    for title in (
        "What does the season begin with?",
        "When does what happen?",
        "Teams choose one of 4 categories",
        "Teams answer 5 questions of yours",
    ):
        assert pages.headline(window) == title
        if title.startswith("Teams answer"):
            add_a_question(window)
        save(window, {})
    pages.press(window, "Save and go on later")
    assert pages.headline(window) == "Everything is there: the season can open"
    pages.follow(window, "Go on step by step")
    look_at_the_rubric(window)
    save(window, {})
    window.locator("#juror-name").fill("Ada")
    window.locator("#juror-email").fill("ada@example.org")
    pages.press(window, "Invite a juror")
    expect(window.get_by_role("main")).to_contain_text("One juror so far")
    pages.press(window, "Go on")
    pages.press(window, "Open: teams begin at once")
    assert pages.headline(window) == "Done: teams can enter now"
    enter(stage.window(student))


def add_a_question(window: Page) -> None:
    """Add one of the organiser's own; its page leads back to the step."""
    pages.follow(window, "Add a question")
    window.locator("#label").fill("Who helps you?")
    pages.press(window, "Save")
    assert pages.headline(window) == "Teams answer 6 questions of yours"


def look_at_the_rubric(window: Page) -> None:
    """See the sample sheet and the round's rules, and come back to the step both times."""
    assert pages.headline(window) == "The jury scores in one round"
    for link in ("A sample sheet", re.compile("Change rules and rubric")):
        pages.follow(window, link)
        pages.follow(window, re.compile("Back to step 7"))
        assert pages.headline(window) == "The jury scores in one round"


def enter(window: Page) -> None:
    """Begin an entry from the season's page."""
    window.goto("/en/sia/2030")
    pages.follow(window, "Enter with your project")
    pages.press(window, "Start the entry")
    assert "/entries/" in window.url


def save(window: Page, values: dict[str, str]) -> None:
    """Fill the fields of those ids and go on; nothing must be wrong with them."""
    for key, text in values.items():
        window.locator(f"#{key}").fill(text)
    pages.press(window, "Save and go on")
    expect(window.locator(".error-summary")).to_have_count(0)
