"""Who judges what, in the organiser's browser: with the keyboard alone, and on a phone."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.jury import service
from award.models.accounts import User
from award.models.entries import EntryState
from award.models.jury import Assignment
from tests import factories as make
from tests.browser import page_problems
from tests.journeys import pages
from tests.journeys.conftest import Stage

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}


@dataclass(frozen=True)
class Jury:
    """An assigned round, its organiser and one of its jurors."""

    round: str
    organiser: User
    juror: User


def assigned(session: Session) -> Jury:
    """Four entries, two jurors each, three jurors; the first juror has not said yes."""
    season = make.make_season(session)
    round_ = make.make_round(session, season, jurors_per_entry=2)
    for _ in range(4):
        make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    people = [make.make_user(session, email=f"j@org{secrets.token_hex(3)}.org") for _ in range(3)]
    for user in people:
        make.make_juror(session, season, user)
    now = datetime.now(UTC)
    service.admit_entries(session, round_.id, actor_id=None, now=now)
    proposal = service.draft_proposal(session, round_.id, "assign")
    run = service.propose_assignment(session, round_.id, proposal, actor_id=None, now=now)
    service.apply_run(session, run.id, home_url="/LANG/judging", actor_id=None, now=now)
    return Jury(round_.public_id, make.make_staff(session, season.programme), people[0])


@pytest.fixture
def jury(stage: Stage) -> Jury:
    """A round that is assigned."""
    found: Jury = stage.set_up(assigned)
    return found


def live_pairs(stage: Stage) -> int:
    """How many assignments the store has."""
    return len(stage.set_up(lambda session: session.scalars(select(Assignment.id)).all()))


def focus_grid(page: Page) -> None:
    """Go to the grid with the Tab key alone."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-juror]')"):
            return
    raise AssertionError("the grid cannot be reached with Tab")


def test_the_grid_is_worked_by_keyboard_alone(stage: Stage, jury: Jury) -> None:
    page = stage.window(jury.organiser)
    page.goto(f"/en/rounds/{jury.round}/assignment")
    assert page_problems(page) == []
    focus_grid(page)
    status = page.locator("[data-grid-status]")
    focused = "document.activeElement.innerText.trim()"
    while page.evaluate(focused):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(status).to_contain_text(": assigned.")
    expect(status).to_contain_text("Locked.")
    assert live_pairs(stage) == 9
    page.keyboard.press("l")
    expect(status).not_to_contain_text("Locked.")
    page.keyboard.press("Space")
    expect(status).to_contain_text("not assigned")
    assert live_pairs(stage) == 8
    page.keyboard.press("Control+End")
    assert page.evaluate(
        "document.activeElement === [...document.querySelectorAll('[data-juror]')].at(-1)"
    )
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "judge" in pages.headline(page)
    assert page_problems(page) == []


def test_a_recusal_becomes_a_repair_on_the_organisers_phone(stage: Stage, jury: Jury) -> None:
    juror = stage.window(jury.juror, viewport=NARROW)
    juror.goto("/en/judging/offers")
    assert page_problems(juror) == []
    juror.get_by_role("button", name=re.compile("Conflict of interest")).first.click()
    juror.get_by_role("dialog").get_by_role("button", name="Conflict of interest").click()
    expect(juror.get_by_role("status").first).to_contain_text("goes to somebody else")
    stage.work()
    page = stage.window(jury.organiser, viewport=NARROW, color_scheme="dark")
    page.goto(f"/en/rounds/{jury.round}/assignment")
    assert pages.headline(page) == "1 place is empty"
    expect(page.locator(".matrix")).not_to_be_visible()
    assert page_problems(page) == []
    pages.follow(page, "Look at it")
    assert "1 to add" in pages.headline(page)
    assert page_problems(page) == []
    pages.press(page, "Apply")
    assert pages.headline(page) == "Every entry has its jurors"
