"""A live final: the chair leads from a laptop, a juror's phone follows who is on stage."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from award.models.entries import EntryState
from award.results.stage.staging import set_stage
from tests import factories as make
from tests.journeys.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


def final(session: Session) -> Any:
    """Two entries and two jurors in a live round: the address of its stage, chair and juror."""
    season = make.make_season(session)
    round_ = make.make_round(session, season, live=True, blind=False)
    jurors = [make.make_juror(session, season, is_chair=chair) for chair in (True, False)]
    for title in ("Warm benches", "Loud maps"):
        entry = make.make_submitted(session, season, title=title, state=EntryState.ELIGIBLE)
        for juror in jurors:
            make.make_assignment(session, round_, entry, juror)
    values = {"pitch_minutes": 3, "question_minutes": 2}
    set_stage(session, round_.id, actor_id=None, now=datetime.now(UTC), **values)
    return f"/en/rounds/{round_.public_id}/stage", *(juror.user for juror in jurors)


def score(phone: Page) -> None:
    """Give seven points on every criterion, and hand the sheet in."""
    for criterion in phone.locator("[data-desk] fieldset.crit").all():
        criterion.locator("label").nth(6).click()
    phone.get_by_role("button", name="Submit and go on").click()


def test_a_phone_follows_the_stage_shows_the_clock_and_leaves_no_sheet_half_done(
    stage: Stage,
) -> None:
    address, chair, juror = stage.set_up(final)
    laptop, phone = stage.window(chair), stage.window(juror, viewport=PHONE)
    phone.goto(f"{address}/follow")
    laptop.goto(address)
    laptop.get_by_role("button", name=re.compile("Call up: Warm benches")).click()
    expect(phone).to_have_url(re.compile(r"/assignments/\w+#rubric$"))
    laptop.get_by_role("button", name="Start the pitch").click()
    expect(phone.locator(".stage-bar [data-clock]")).to_have_text(re.compile(r"^2:\d\d$"))
    laptop.get_by_role("button", name="Thank you, next: Loud maps").click()
    expect(phone.get_by_role("link", name="Who is on stage now")).to_be_visible(timeout=12_000)
    expect(phone.locator("h1")).to_have_text("Warm benches")
    score(phone)
    expect(phone.locator("h1")).to_have_text("Loud maps")
    expect(laptop.locator("table")).to_contain_text("1/2")
    expect(laptop.locator("table")).to_contain_text("hidden until your own sheet is in")
