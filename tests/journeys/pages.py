"""What people do on the pages, in their words; journeys are told with these."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

PASSWORD = "seven green lanterns over the harbour"
ANSWERS = {
    "q_title": "Warm bus stops",
    "q_summary": "Benches that store the sun of the day for the evening.",
    "q_problem": "People wait in the cold for forty minutes.",
    "q_solution": "A bench that gives warmth back.",
    "q_budget": "120000",
}


def press(page: Page, name: str) -> None:
    """Press the button of that name and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def confirm(page: Page, name: str) -> None:
    """Press a button that asks first, and say yes."""
    page.get_by_role("button", name=name, exact=True).click()
    with page.expect_navigation():
        page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow the link of that name."""
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()


def headline(page: Page) -> str:
    """Return what the page says in its first line."""
    return " ".join(page.get_by_role("heading", level=1).inner_text().split())


def link_in_mail(page: Page, to: str, subject: str) -> str:
    """Return where the link leads that somebody got by mail, without the name of the host."""
    page.goto("/en/dev/mail")
    line = page.get_by_role("listitem").filter(has_text=to).filter(has_text=subject)
    with page.expect_navigation():
        line.first.get_by_role("link").click()
    address = page.get_by_role("main").locator(".written a").first.get_attribute("href")
    return urlsplit(address or "").path


def sign_up(page: Page, name: str, email: str) -> None:
    """Make an account, find the mail and confirm the address."""
    page.goto("/en/sign-up")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Make the account")
    page.goto(link_in_mail(page, email, "Confirm your address"))
    press(page, "Yes, this is my address")


def accept_invitation(page: Page, address: str, name: str) -> None:
    """Accept what a mail invites to, with a new account."""
    page.goto(address)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Accept")


def answer(page: Page, answers: Mapping[str, str]) -> None:
    """Type answers into the entry form; keys are the ids of the fields."""
    page.get_by_role("radio", name="Inclusion").check()
    for key, text in answers.items():
        page.locator(f"#{key}").fill(text)


def tell_about_oneself(page: Page) -> None:
    """Say on the page about oneself what the organisers have to know of each member."""
    page.get_by_label("Birth date").fill("2003-05-17")
    page.get_by_label("I study at a school, college or university").check()
    press(page, "Save")


def saved(page: Page) -> None:
    """Wait until the page says that what was typed has arrived."""
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
