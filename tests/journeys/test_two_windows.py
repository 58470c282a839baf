"""The same thing open twice: on a phone and a laptop, or by two members of a team."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.entries import Answer, TeamMembership, TeamRole
from tests import factories as make
from tests.journeys import pages
from tests.journeys.conftest import PHONE, Stage

pytestmark = pytest.mark.browser
STATUS = "[data-autosave-status]"


def draft(session: Session) -> Any:
    """Return a draft that two members work on: its address, its id and both."""
    lead, member = make.make_user(session), make.make_user(session)
    entry = make.make_entry(session, lead=lead)
    place = TeamMembership(
        entry_id=entry.id, user_id=member.id, role=TeamRole.MEMBER, joined_at=make.NOW
    )
    session.add(place)
    return f"/en/entries/{entry.public_id}/edit", entry.id, lead, member


@pytest.fixture
def both(stage: Stage) -> tuple[Page, Page, int]:
    """The lead's laptop and a member's phone, both open at the answers; the entry's id."""
    path, entry_id, lead, member = stage.set_up(draft)
    laptop, phone = stage.window(lead), stage.window(member, viewport=PHONE)
    for window in (laptop, phone):
        window.goto(path)
    return laptop, phone, entry_id


def stored(stage: Stage, entry_id: int, key: str) -> Any:
    """Return what the store holds of an answer."""
    wanted = select(Answer.value).where(Answer.entry_id == entry_id, Answer.key == key)
    return stage.set_up(lambda session: session.scalars(wanted).one())


def write(window: Page, key: str, text: str) -> None:
    """Type an answer and leave the field."""
    window.locator(f"#q_{key}").fill(text)
    window.locator(f"#q_{key}").blur()


def test_two_members_save_different_answers_side_by_side(
    stage: Stage, both: tuple[Page, Page, int]
) -> None:
    laptop, phone, entry_id = both
    write(laptop, "problem", "Long waits in the cold")
    write(phone, "solution", "Warm benches")
    for window in (laptop, phone):
        pages.saved(window)
    assert stored(stage, entry_id, "problem") == "Long waits in the cold"
    assert stored(stage, entry_id, "solution") == "Warm benches"


@pytest.mark.parametrize(
    ("choice", "stays"),
    [("Keep mine", "The phone's thought"), ("Take the other", "The laptop's thought")],
)
def test_two_versions_of_one_answer_are_shown_side_by_side_until_one_is_chosen(
    stage: Stage, both: tuple[Page, Page, int], choice: str, stays: str
) -> None:
    laptop, phone, entry_id = both
    write(laptop, "problem", "The laptop's thought")
    pages.saved(laptop)
    write(phone, "problem", "The phone's thought")
    expect(phone.locator(STATUS)).to_have_attribute("data-state", "clash")
    clash = phone.get_by_role("group", name="Changed elsewhere meanwhile")
    expect(clash).to_contain_text("The phone's thought")
    expect(clash).to_contain_text("The laptop's thought")
    assert stored(stage, entry_id, "problem") == "The laptop's thought"
    clash.get_by_role("button", name=choice).click()
    pages.saved(phone)
    expect(phone.locator("#q_problem")).to_have_value(stays)
    assert stored(stage, entry_id, "problem") == stays


def test_an_unsettled_clash_keeps_the_form_on_the_page(both: tuple[Page, Page, int]) -> None:
    laptop, phone, _entry_id = both
    write(laptop, "problem", "The laptop's thought")
    pages.saved(laptop)
    write(phone, "problem", "The phone's thought")
    expect(phone.locator(STATUS)).to_have_attribute("data-state", "clash")
    phone.get_by_role("button", name="Save and go on").click()
    phone.get_by_role("button", name="Keep mine").click()
    pages.saved(phone)
    pages.press(phone, "Save and go on")
    laptop.reload()
    expect(laptop.locator("#q_problem")).to_have_value("The phone's thought")


def test_two_tabs_of_one_person_show_both_versions_too(
    stage: Stage, both: tuple[Page, Page, int]
) -> None:
    laptop, _phone, entry_id = both
    tab = laptop.context.new_page()
    tab.goto(laptop.url)
    write(laptop, "solution", "Typed in the first tab")
    pages.saved(laptop)
    write(tab, "solution", "Typed in the second tab")
    expect(tab.get_by_role("button", name="Keep mine")).to_be_visible()
    assert stored(stage, entry_id, "solution") == "Typed in the first tab"


def test_a_refused_answer_is_named_at_its_field_and_kept_once_it_is_mended(
    stage: Stage, both: tuple[Page, Page, int]
) -> None:
    _laptop, phone, entry_id = both
    write(phone, "budget", "a lot")
    field = phone.locator(".field", has=phone.locator("#q_budget"))
    expect(field.locator(".error")).to_contain_text("Please write a number")
    pages.press(phone, "Save and go on")
    expect(phone.get_by_role("alert")).to_contain_text("Please write a number")
    expect(phone.locator("#q_budget")).to_have_value("a lot")
    write(phone, "budget", "1 250,50")
    pages.saved(phone)
    expect(field.locator(".error")).to_have_count(0)
    assert stored(stage, entry_id, "budget") == 1250.5


def test_what_a_closed_tab_could_not_send_comes_back(
    stage: Stage, both: tuple[Page, Page, int]
) -> None:
    laptop, _phone, entry_id = both
    laptop.context.set_offline(True)
    write(laptop, "problem", "Typed in a tunnel")
    expect(laptop.locator(STATUS)).to_have_attribute("data-state", "queued")
    path = laptop.url
    later = laptop.context.new_page()
    laptop.close()
    later.context.set_offline(False)
    later.goto(path)
    expect(later.locator("#q_problem")).to_have_value("Typed in a tunnel")
    pages.saved(later)
    assert stored(stage, entry_id, "problem") == "Typed in a tunnel"
