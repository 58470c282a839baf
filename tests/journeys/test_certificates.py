"""Certificates as an organiser makes them: order, progress, the real page, the look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from award.models.accounts import User
from award.models.seasons import SeasonState
from tests import factories as make
from tests.exports.printing import text_of
from tests.journeys.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


PRINTED = 30_000
"""Milliseconds: the first page waits for the press to start on a busy machine."""


def two_teams(session: Session) -> tuple[User, str]:
    """An organiser and her season with two entries of named leads."""
    programme = make.make_programme(session, languages=["en"])
    season = make.make_season(session, programme, state=SeasonState.JUDGING)
    for name in ("Ada Byron", "Zoë Größe"):
        make.make_submitted(session, season, lead=make.make_user(session, name=name))
    return make.make_staff(session, programme), season.public_id


def test_an_organiser_chooses_a_look_orders_and_takes_the_pdf_home(
    stage: Stage, tmp_path: Path
) -> None:
    organiser, season = stage.set_up(two_teams)
    window = stage.window(organiser, viewport=PHONE)
    window.goto(f"/en/seasons/{season}/certificates/look")
    drawn = window.locator("canvas[data-drawn]")
    expect(drawn).to_be_visible(timeout=PRINTED)
    assert is_wide(drawn)
    window.get_by_label("For", exact=True).select_option(label="Participants")
    with window.expect_navigation():
        window.get_by_role("button", name="With the longest name of the season").click()
    expect(drawn).to_be_visible(timeout=PRINTED)
    window.locator("#template-participant").select_option(label="Engraving")
    window.locator("#orientation-participant").select_option(label="portrait")
    window.get_by_role("button", name="Save the look").click()
    expect(window.get_by_text("The look is saved.")).to_be_visible()
    expect(window.locator("#template-participant")).to_have_value("engraved")
    window.goto(f"/en/seasons/{season}/certificates/look?kind=participant&longest=1")
    expect(drawn).to_be_visible(timeout=PRINTED)
    assert not is_wide(drawn)
    window.get_by_role("link", name="Back to the certificates").click()
    window.get_by_role("checkbox", name="Participants").check()
    window.get_by_role("button", name="Issue", exact=True).click()
    expect(window.get_by_role("heading", level=1)).to_have_text("0 of 2 certificates are made")
    stage.work()
    # The page asks again by itself while something is being made.
    expect(window.get_by_role("heading", level=1)).to_have_text("2 certificates are issued")
    with window.expect_download() as coming:
        window.get_by_role("link", name="PDF Zoë Größe").click()
    coming.value.save_as(tmp_path / "one.pdf")
    assert "Zoë Größe" in text_of((tmp_path / "one.pdf").read_bytes())


def is_wide(canvas: Any) -> bool:
    return bool(canvas.evaluate("canvas => canvas.width > canvas.height"))
