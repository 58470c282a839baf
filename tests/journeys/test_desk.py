"""The juror's desk: no mouse, nothing lost, and no name where the round is blind."""

from __future__ import annotations

import re
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
from award.models.seasons import Round
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


def score(desk: Page, digits: str) -> None:
    """Fill a sheet and hand it in, by keyboard alone."""
    desk.keyboard.press("c")
    for digit in digits:
        desk.keyboard.press(digit)
    expect(desk.locator("#note")).to_be_focused()
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")


def test_all_entries_are_judged_without_the_mouse_and_what_is_missing_is_said_at_once(
    stage: Stage, desk: Page, sheets: Sheets
) -> None:
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_contain_text("to the first criterion without points")
    desk.keyboard.press("Escape")
    desk.keyboard.press("c")
    desk.keyboard.press("7")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".crit [role=alert]")).to_have_count(2)
    expect(desk.locator("#criterion-innovation input").first).to_be_focused()
    score(desk, "65")
    assert desk.url.endswith(sheets.second)
    score(desk, "789")
    assert pages.headline(desk) == "All your sheets are submitted. Thank you."
    assert stored(stage, sheets.first)[0] == {"impact": 7, "innovation": 6, "team": 5}


SUBMITTED_IS_KEPT = """async (path) => {
  for (let tries = 400; tries; tries -= 1) {
    const kept = await caches.match(path);
    if ((await kept.text()).includes("Read-only")) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}"""
"""What was handed in is fetched anew behind the page: whether it has come."""


def test_an_hour_on_a_train_costs_nothing(stage: Stage, desk: Page, sheets: Sheets) -> None:
    desk.goto("/en/judging")
    desk.get_by_role("button", name="Keep my entries on this device").click()
    expect(desk.locator("[data-offline-status]")).to_contain_text("2 entries")
    desk.context.set_offline(True)
    pages.follow(desk, re.compile("^Begin with entry"))
    score(desk, "765")
    assert desk.url.endswith(sheets.second)
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    score(desk, "789")
    expect(desk.locator("[data-waiting] li")).to_have_count(2)
    desk.goto("/en/judging?show=left")
    desk.context.set_offline(False)
    expect(desk.get_by_role("heading", level=1)).to_have_text(
        "All your sheets are submitted. Thank you."
    )
    assert stored(stage, sheets.first)[0] == {"impact": 7, "innovation": 6, "team": 5}
    assert stored(stage, sheets.second)[0] == {"impact": 7, "innovation": 8, "team": 9}
    assert desk.evaluate(SUBMITTED_IS_KEPT, f"/en/assignments/{sheets.first}")
    desk.context.set_offline(True)
    desk.goto(f"/en/assignments/{sheets.first}")
    expect(desk.get_by_text("Read-only")).to_be_visible()
    desk.context.set_offline(False)
    desk.goto("/en/")
    desk.locator("summary", has_text="Your account").click()
    pages.press(desk, "Sign out")
    assert desk.evaluate("caches.keys()") == []


SIGN_OUT_WHILE_ASKING = """async () => {
  let signedOut;
  const settle = async (ask) => {
    const kept = await caches.open("kept");
    await kept.put("/static/js/theme.js?v=1", new Response("kept"));
    const asked = Array.from({ length: 10 }, ask);
    signedOut = fetch("/en/sign-out", { method: "POST" });
    await Promise.allSettled([signedOut, ...asked]);
    const left = await caches.keys();
    await caches.delete("kept");
    return left;
  };
  const reopen = async () => {
    const there = await caches.has("kept");
    await signedOut;
    if (there) await caches.open("kept");
  };
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 20));
  return [await settle(reopen), await settle(() => fetch("/static/js/theme.js?v=1"))];
}"""


def test_pages_still_loading_do_not_bring_back_what_signing_out_throws_away(desk: Page) -> None:
    unguarded, guarded = desk.evaluate(SIGN_OUT_WHILE_ASKING)
    assert unguarded == ["kept"]
    assert guarded == []


def test_two_devices_show_both_versions_of_a_sheet(
    stage: Stage, desk: Page, sheets: Sheets
) -> None:
    phone = stage.window(sheets.juror, viewport=PHONE)
    phone.goto(desk.url)
    desk.locator("#note").fill("Typed on the laptop")
    pages.saved(desk)
    phone.locator("#note").fill("Typed on the phone")
    clash = phone.get_by_role("group", name="Changed elsewhere meanwhile")
    expect(clash).to_contain_text("Typed on the phone")
    expect(clash).to_contain_text("Typed on the laptop")
    clash.get_by_role("button", name="Take the other").click()
    expect(phone.locator("#note")).to_have_value("Typed on the laptop")
    phone.locator("#criterion-impact label").nth(3).click()
    pages.saved(phone)
    assert stored(stage, sheets.first) == ({"impact": 4}, "Typed on the laptop")


def close_round(session: Session) -> None:
    for round_ in session.scalars(select(Round)):
        round_.closes_at = make.NOW


def test_the_deadline_that_passes_while_somebody_scores_is_said_and_loses_no_text(
    stage: Stage, desk: Page, sheets: Sheets
) -> None:
    desk.locator("#note").fill("In time")
    pages.saved(desk)
    stage.set_up(close_round)
    desk.locator("#note").fill("Too late")
    line = desk.locator("[data-autosave-status]")
    expect(line).to_contain_text("Scoring closed")
    expect(desk.locator("#note")).to_have_value("Too late")
    assert stored(stage, sheets.first)[1] == "In time"
    desk.goto("/en/judging")
    expect(desk.locator("[data-waiting]")).to_contain_text("Scoring closed")


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
    for drawn in page.locator("[data-pdf-status]").all():
        expect(drawn).to_contain_text("Page 1 of")
    for link in page.get_by_role("main").locator("a[href*='/files/']").all():
        with page.expect_download() as coming:
            link.click()
        kept = folder / f"{role}.pdf"
        coming.value.save_as(kept)
        with pikepdf.open(kept) as document:
            told += [coming.value.suggested_filename, str(dict(document.docinfo))]
    assert len(told) > 3 * len(paths[role]), "a file was downloaded"
    return "\n".join(told)
