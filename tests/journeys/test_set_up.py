"""An organiser sets a season up, from an empty page to the open door."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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
    return made.public_id, make.make_staff(session, made, StaffRole.OWNER)


def test_a_season_is_set_up_and_opened_by_its_check_list(stage: Stage) -> None:
    public_id, owner = stage.set_up(programme)
    window = stage.window(owner)
    window.goto(f"/en/programmes/{public_id}/seasons/new")
    save(window, {"name": "Season 2030", "slug": "2030"}, "Begin")
    set_up = f"{window.url.partition('/set-up')[0]}/set-up"
    window.goto(set_up)
    assert pages.headline(window) == "6 things are missing before the season can open"
    name_dates(window, f"{set_up}/basics")
    for kind, values in ITEMS.items():
        window.goto(f"{set_up}/{kind}/new")
        save(window, values)
    add_a_round(window, f"{set_up}/rounds/new")
    window.goto(set_up)
    assert pages.headline(window) == "Everything is there: the season can open"
    pages.confirm(window, "Open for entries")
    assert pages.headline(window) == "The season is open for entries"
    visitor = stage.window()
    visitor.goto("/en/sia/2030")
    expect(visitor.get_by_role("link", name="Enter with your project")).to_be_visible()
    expect(visitor.get_by_role("main")).to_contain_text("Inclusion")


ITEMS: dict[str, dict[str, str]] = {
    "categories": {"key": "inclusion", "name": "Inclusion"},
    "questions": {"key": "problem", "label": "Which problem do you solve?"},
    "consents": {"key": "part", "title": "Taking part", "text": "We agree to the rules."},
}


def save(window: Page, values: dict[str, str], button: str = "Save") -> None:
    """Fill the fields of those ids and send the form; nothing must be wrong with it."""
    for key, text in values.items():
        window.locator(f"#{key}").fill(text)
    pages.press(window, button)
    expect(window.locator(".error-summary")).to_have_count(0)


def name_dates(window: Page, address: str) -> None:
    """Let entries be handed in from yesterday to the day after tomorrow."""
    today = datetime.now(ZoneInfo("Europe/Moscow"))
    moments = {"opens_at": today - timedelta(days=1), "closes_at": today + timedelta(days=2)}
    window.goto(address)
    save(window, {key: f"{moment:%Y-%m-%dT12:00}" for key, moment in moments.items()})


def add_a_round(window: Page, address: str) -> None:
    """Add a round and give it a ready-made rubric."""
    window.goto(address)
    save(window, {"name": "Written round", "jurors_per_entry": "3"})
    assert pages.headline(window) == "Written round"
    pages.press(window, "Take it")
    expect(window.get_by_role("heading", name="Rubric:")).to_be_visible()
