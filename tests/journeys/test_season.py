"""A season from its first student to its certificates, as its people see it in their browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from award.models.accounts import User
from award.models.seasons import Prize, RoundState
from tests import factories as make
from tests.journeys import pages
from tests.journeys.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Opened:
    """A season that takes entries, and who looks after it."""

    public_id: str
    path: str
    round_id: str
    organiser: User


def open_season(session: Session) -> Opened:
    """Open a season with one round of one juror an entry and one prize."""
    programme = make.make_programme(session, slug="sia", languages=["en"])
    organiser = make.make_staff(session, programme, name="Olga Organiser")
    season = make.make_season(session, programme, slug="2026")
    round_ = make.make_round(session, season, state=RoundState.SET_UP, jurors_per_entry=1, cut=1)
    session.add(Prize(season_id=season.id, title={"en": "Grand prize"}, place=1))
    return Opened(season.public_id, "/en/sia/2026", round_.public_id, organiser)


def test_a_season_from_sign_up_to_certificate(stage: Stage) -> None:
    season = stage.set_up(open_season)
    student, member = stage.window(viewport=PHONE), stage.window(viewport=PHONE)
    organiser, juror = stage.window(season.organiser), stage.window()
    entry = draft_an_entry(student, season)
    invite_a_member(student, member, entry)
    receipt = hand_in(student, entry)
    screen(organiser, season, receipt)
    invite_a_juror(organiser, juror, season)
    divide_the_work(organiser, juror, season)
    score_by_keyboard(juror)
    public = stage.window()
    minute = decide(organiser, season)
    assert public.goto(f"{season.path}/winners").status == 404  # type: ignore[union-attr]
    assert "Warm bus stops" not in public.content()
    with time_machine.travel(minute + timedelta(seconds=1)):
        public.goto(f"{season.path}/winners")
        assert pages.headline(public) == "The winner of the season"
        assert "Warm bus stops" in public.content()
        stage.work()
        student.goto(pages.link_in_mail(student, "sasha@example.com", "Warm bus stops"))
        number = make_certificates(stage, organiser, season)
        public.goto(f"/c/{number}")
        assert pages.headline(public) == "This certificate is genuine"
        expect(public.get_by_role("main")).to_contain_text("Sasha Student")


def draft_an_entry(student: Page, season: Opened) -> str:
    """Sign up, begin an entry and type its answers; they are there after a reload."""
    pages.sign_up(student, "Sasha Student", "sasha@example.com")
    student.goto(season.path)
    pages.follow(student, "Enter with your project")
    pages.press(student, "Start the entry")
    entry = student.url
    pages.follow(student, "Answers")
    pages.answer(student, pages.ANSWERS)
    pages.saved(student)
    student.reload()
    for key, text in pages.ANSWERS.items():
        expect(student.locator(f"#{key}")).to_have_value(text)
    return entry


def invite_a_member(student: Page, member: Page, entry: str) -> None:
    """Invite a second member, who accepts; both say who they are."""
    student.goto(f"{entry}/team")
    student.get_by_label("E-mail address").fill("mila@example.com")
    pages.press(student, "Send the invitation")
    pages.accept_invitation(
        member, pages.link_in_mail(member, "mila@example.com", "invites you"), "Mila Member"
    )
    for window in (member, student):
        window.goto(f"{entry}/team")
        assert pages.headline(window) == "2 people work on this entry"
        window.goto(f"{entry}/me")
        pages.tell_about_oneself(window)


def hand_in(student: Page, entry: str) -> str:
    """Read everything back and hand it in; returns the receipt's number."""
    student.goto(entry)
    assert pages.headline(student) == "Everything is there: read it back and hand it in"
    pages.follow(student, "Read it back and hand it in")
    expect(student.get_by_role("main")).to_contain_text("A bench that gives warmth back.")
    pages.press(student, "Hand in")
    assert pages.headline(student) == "Your entry has arrived"
    facts = student.locator(".facts dd")
    assert re.fullmatch(r"[0-9a-f]{64}", facts.nth(4).inner_text())
    return facts.nth(1).inner_text()


def screen(organiser: Page, season: Opened, receipt: str) -> None:
    """Admit the entry, then end the time of entries and begin the jury's."""
    organiser.goto(f"/en/seasons/{season.public_id}/entries")
    assert pages.headline(organiser) == "1 entry waits for screening"
    pages.follow(organiser, "Warm bus stops")
    expect(organiser.get_by_role("main")).to_contain_text(receipt)
    organiser.get_by_text("Eligible", exact=True).first.click()
    pages.press(organiser, "Record and tell the team")
    organiser.goto(f"/en/seasons/{season.public_id}/set-up")
    pages.confirm(organiser, "Close for entries")
    pages.confirm(organiser, "Begin judging")
    assert pages.headline(organiser) == "The season is in judging"


def invite_a_juror(organiser: Page, juror: Page, season: Opened) -> None:
    """Invite a juror, who accepts by the link in the mail."""
    organiser.goto(f"/en/seasons/{season.public_id}/jury")
    organiser.get_by_label("Name", exact=True).first.fill("Jana Juror")
    organiser.get_by_label("E-mail", exact=True).fill("jana@museum.example")
    pages.press(organiser, "Send the invitation")
    address = pages.link_in_mail(juror, "jana@museum.example", "Invitation to the jury")
    pages.accept_invitation(juror, address, "Jana Juror")


def divide_the_work(organiser: Page, juror: Page, season: Opened) -> None:
    """Admit the entry to the round, look at a proposal, apply it; the juror says yes."""
    organiser.goto(f"/en/rounds/{season.round_id}/assignment")
    pages.press(organiser, "Admit entries")
    pages.press(organiser, "Top up")
    assert pages.headline(organiser) == "1 to add, 0 to remove, 0 stay"
    pages.press(organiser, "Apply")
    organiser.goto(f"/en/rounds/{season.round_id}/set-up")
    pages.confirm(organiser, "Open the round")
    juror.goto("/en/judging")
    pages.follow(juror, re.compile("^Answer for 1"))
    pages.press(juror, "Accept 1 entry")
    pages.follow(juror, re.compile("^Begin with entry"))


def score_by_keyboard(juror: Page) -> None:
    """Score and submit without a mouse."""
    juror.locator("#criterion-impact input").first.focus()
    for digit in "876":
        juror.keyboard.press(digit)
    expect(juror.locator("#note")).to_be_focused()
    pages.saved(juror)
    submit = juror.get_by_role("button", name="Submit and go on")
    while not submit.evaluate("button => button === document.activeElement"):
        juror.keyboard.press("Tab")
    with juror.expect_navigation():
        juror.keyboard.press("Enter")
    expect(juror.get_by_role("main")).to_contain_text("Everything is submitted")


def decide(organiser: Page, season: Opened) -> datetime:
    """Close the round, tabulate, name the winner and the minute; returns the minute."""
    organiser.goto(f"/en/rounds/{season.round_id}/set-up")
    pages.confirm(organiser, "Close the round")
    organiser.goto(f"/en/rounds/{season.round_id}/results")
    pages.press(organiser, "Tabulate")
    pages.follow(organiser, "Decide")
    pages.follow(organiser, re.compile("^Decide ?: Warm bus stops$"))
    organiser.get_by_label("Decision").select_option(label="winner")
    organiser.locator("#place").fill("1")
    organiser.get_by_label("Prize").select_option(label="Grand prize")
    pages.press(organiser, "Record the decision")
    local = (datetime.now(ZoneInfo("Europe/Moscow")) + timedelta(hours=2)).replace(
        second=0, microsecond=0
    )
    organiser.get_by_label("The results become public on").fill(f"{local:%Y-%m-%dT%H:%M}")
    pages.press(organiser, "Set the minute")
    pages.confirm(organiser, "Close the decisions")
    assert pages.headline(organiser).startswith("Decided; it becomes public on")
    return local


def make_certificates(stage: Stage, organiser: Page, season: Opened) -> str:
    """Order certificates, let the worker make them; returns the number of the winner's."""
    organiser.goto(f"/en/seasons/{season.public_id}/certificates")
    organiser.locator("input[value='winner']").check()
    pages.press(organiser, "Issue")
    stage.work()
    organiser.reload()
    line = organiser.get_by_role("row").filter(has_text="Sasha Student")
    expect(line).to_contain_text("valid")
    return line.get_by_role("link").first.inner_text()
