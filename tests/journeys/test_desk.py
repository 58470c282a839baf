"""The juror's desk: no mouse, nothing lost, and no name where the round is blind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.accounts import User, UserSession
from award.models.judging import ScoreSheet
from award.models.jury import Assignment
from tests import factories as make
from tests.award.world import TEAM_SECRETS, World, build
from tests.browser import served
from tests.journeys import pages
from tests.journeys.conftest import DESKTOP, PHONE, Stage

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Sheets:
    """Two assigned entries and their juror."""

    first: str
    second: str
    juror: User


def assign(session: Session) -> Sheets:
    season = make.make_season(session)
    round_ = make.make_round(session, season)
    user = make.make_user(session)
    juror = make.make_juror(session, season, user)
    first, second = (
        make.make_assignment(session, round_, make.make_submitted(session, season), juror)
        for _ in range(2)
    )
    return Sheets(first.public_id, second.public_id, user)


@pytest.fixture
def sheets(stage: Stage) -> Sheets:
    """Two entries that wait for their juror."""
    found: Sheets = stage.set_up(assign)
    return found


@pytest.fixture
def desk(stage: Stage, sheets: Sheets) -> Page:
    """The juror's window, open at the first entry."""
    window = stage.window(sheets.juror)
    window.goto(f"/en/assignments/{sheets.first}")
    return window


def stored(stage: Stage, public_id: str) -> tuple[dict[str, Any], str]:
    """Return the points and the note that the store holds of a sheet."""

    def read(session: Session) -> tuple[dict[str, Any], str]:
        found = select(ScoreSheet).join(Assignment).where(Assignment.public_id == public_id)
        sheet = session.scalars(found).one()
        return {one.criterion.key: one.points for one in sheet.scores}, sheet.private_note

    points: tuple[dict[str, Any], str] = stage.set_up(read)
    return points


def test_digits_score_and_go_on_and_letters_change_the_entry(desk: Page, sheets: Sheets) -> None:
    desk.locator("#criterion-impact input").first.focus()
    for digit in "80":
        desk.keyboard.press(digit)
    expect(desk.locator("#criterion-team input").first).to_be_focused()
    expect(desk.locator("#criterion-impact input[value='8']")).to_be_checked()
    expect(desk.locator("#criterion-innovation input[value='10']")).to_be_checked()
    expect(desk.locator("[data-score-total]")).to_have_text("8.7")
    pages.saved(desk)
    with desk.expect_navigation():
        desk.keyboard.press("j")
    assert desk.url.endswith(sheets.second)
    with desk.expect_navigation():
        desk.keyboard.press("k")
    assert desk.url.endswith(sheets.first)
    expect(desk.locator("#criterion-innovation input[value='10']")).to_be_checked()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_line_of_the_list_opens_the_entry_and_its_button_steps_back(
    stage: Stage, sheets: Sheets, size: dict[str, int]
) -> None:
    window = stage.window(sheets.juror, viewport=size)
    for name, ending in (("Project", sheets.first), ("Step back", f"{sheets.first}/recuse")):
        window.goto("/en/judging")
        with window.expect_navigation():
            window.get_by_role("link", name=name).first.click()
        assert window.url.endswith(ending)


def test_letters_are_letters_where_somebody_writes(desk: Page, sheets: Sheets) -> None:
    desk.locator("#note").focus()
    desk.keyboard.type("just kind")
    pages.saved(desk)
    assert desk.url.endswith(sheets.first)
    expect(desk.locator("#note")).to_have_value("just kind")


def test_what_is_typed_without_a_connection_is_kept_and_sent_later(
    stage: Stage, desk: Page, sheets: Sheets
) -> None:
    line = desk.locator("[data-autosave-status]")
    expect(line).to_have_role("status")
    desk.context.set_offline(True)
    desk.locator("#criterion-impact input").first.focus()
    for digit in "765":
        desk.keyboard.press(digit)
    desk.keyboard.type("written in a tunnel")
    expect(line).to_have_text(
        "No connection. What you typed is kept on this device and will be sent."
    )
    desk.context.set_offline(False)
    expect(line).to_contain_text("Saved at")
    points = {"impact": 7, "innovation": 6, "team": 5}
    assert stored(stage, sheets.first) == (points, "written in a tunnel")


def test_a_submit_without_a_connection_is_carried_out_when_there_is_one(
    desk: Page, sheets: Sheets
) -> None:
    desk.locator("#criterion-impact input").first.focus()
    desk.context.set_offline(True)
    for digit in "765":
        desk.keyboard.press(digit)
    desk.get_by_role("button", name="Submit and go on").click()
    line = desk.locator("[data-autosave-status]")
    expect(line).to_contain_text("will be handed in as soon as there is one")
    assert desk.url.endswith(sheets.first)
    with desk.expect_navigation():
        desk.context.set_offline(False)
    assert desk.url.endswith(sheets.second)
    expect(desk.get_by_text("is submitted")).to_be_visible()


def end_sessions(session: Session) -> None:
    for row in session.scalars(select(UserSession)):
        row.ended_at = make.NOW


def test_a_session_that_ends_while_somebody_types_loses_no_text(
    stage: Stage, desk: Page, sheets: Sheets
) -> None:
    desk.locator("#note").fill("The first thought")
    pages.saved(desk)
    stage.set_up(end_sessions)
    desk.locator("#note").fill("The second thought")
    line = desk.locator("[data-autosave-status]")
    expect(line).to_contain_text("You are signed out")
    assert stored(stage, sheets.first)[1] == "The first thought"
    stage.enter(desk.context, sheets.juror)
    desk.reload()
    expect(desk.locator("#note")).to_have_value("The second thought")
    pages.saved(desk)
    assert stored(stage, sheets.first)[1] == "The second thought"


def test_a_submitted_sheet_can_be_read_and_not_changed(desk: Page, sheets: Sheets) -> None:
    desk.locator("#criterion-impact input").first.focus()
    for digit in "765":
        desk.keyboard.press(digit)
    pages.press(desk, "Submit and go on")
    desk.goto(f"/en/assignments/{sheets.first}")
    expect(desk.get_by_text("Read-only")).to_be_visible()
    expect(desk.locator("#criterion-impact input[value='7']")).to_be_checked()
    assert desk.locator(".rubric :is(input, textarea):enabled:visible").count() == 0
    expect(desk.get_by_role("button", name="Submit and go on")).to_have_count(0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A blind round whose entry carries its team's names in answers, files and metadata."""
    return build(tmp_path_factory.mktemp("world"))


def test_a_blind_round_shows_no_name_in_any_channel(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    with served(world.app) as address:
        context = browser.new_context(base_url=address)
        sources = [channels(context, world, address, role, tmp_path) for role in ("owner", "juror")]
        context.close()
    assert {name for name in TEAM_SECRETS if name in sources[0]} >= {"Lena Lead", "Kungur"}
    assert [name for name in TEAM_SECRETS if name in sources[1]] == []


def channels(context: BrowserContext, world: World, address: str, role: str, folder: Path) -> str:
    """Return everything that the pages of an entry tell somebody: source, titles, files."""
    context.clear_cookies()
    context.add_cookies([{"name": "award", "value": world.cookies[role], "url": address}])
    page = context.new_page()
    assignment, entry = world.things["assignments"], world.things["entries"]
    paths = {
        "juror": ["/en/", "/en/judging", f"/en/assignments/{assignment}"],
        "owner": [f"/en/entries/{entry}/screening"],
    }
    told = []
    for path in paths[role]:
        page.goto(path)
        told += [page.title(), page.content(), page.get_by_role("main").inner_text()]
    for file in page.locator("details[data-file] > summary").all():
        file.click()
    for link in page.get_by_role("main").locator("a[href*='/files/']").all():
        with page.expect_download() as coming:
            link.click()
        kept = folder / f"{role}.pdf"
        coming.value.save_as(kept)
        with pikepdf.open(kept) as document:
            told += [coming.value.suggested_filename, str(dict(document.docinfo))]
    assert len(told) > 3 * len(paths[role]), "a file was downloaded"
    return "\n".join(told)
