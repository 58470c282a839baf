"""A real browser for tests: Debian's Chromium, driven by Playwright.

`pytest_plugins = ["tests.browser"]` or an import of its fixtures makes them known. A test that
uses them takes the `browser` marker. Where no Chromium is found the test says that it was
skipped; in CI, and always on Debian, that is a failure.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 20_000
"""Milliseconds that a page may take until it shows what is expected: the machine may be busy."""
NOTE_CSP = """
window.cspViolations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.cspViolations.push(event.violatedDirective + " " + event.blockedURI));
"""


def chromium_path() -> str | None:
    """Where Chromium is: AWARD_CHROMIUM, or the first one on the path."""
    found = map(shutil.which, CHROMIUM_NAMES)
    return os.environ.get("AWARD_CHROMIUM") or next(filter(None, found), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a file. Its event loop must not run on in a file that signs: pyHanko starts one."""
    path = chromium_path()
    if path is None:
        reason = "no Chromium: apt-get install chromium, or set AWARD_CHROMIUM"
        if os.environ.get("CI") or Path("/etc/debian_version").exists():
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        _warm(opened)
        yield opened
        opened.close()


def _warm(opened: Browser) -> None:
    """Let it show something: the first window starts what all the others only use."""
    first = opened.new_page()
    first.set_content("<h1>Ready</h1>", timeout=6 * PATIENCE)
    first.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine, as long as the block lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The address of the application under test, without a slash at its end."""
    with served(app) as address:
        yield address


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a person's own window: options are Playwright's."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options = {"locale": "en-GB", "timezone_id": "Europe/Moscow"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(NOTE_CSP)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A window of its own, 1280 by 900, that nobody signed in."""
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


def signed_in(context: BrowserContext, live: str, client: Any) -> BrowserContext:
    """Give a window the cookies of a test client that was signed in."""
    cookies = client._cookies.values()
    context.add_cookies([{"name": c.key, "value": c.value, "url": live} for c in cookies])
    return context


def axe_violations(page: Page, rules: Sequence[str] = AXE_RULES) -> list[str]:
    """What axe-core finds on the page, one line a rule; empty when it finds nothing.

    The script is evaluated, not added: the page's policy refuses foreign scripts.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{found['id']}: {'; '.join(node['html'][:160] for node in found['nodes'][:3])}"
        for found in result["violations"]
    ]


def contrast_problems(page: Page) -> list[str]:
    """What cannot be read in the other colours: dark where the page is light, and the reverse."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if dark else "dark", reduced_motion="reduce")
    other = "light" if dark else "dark"
    return [f"in {other}: {line}" for line in axe_violations(page, ["color-contrast"])]


def page_problems(page: Page) -> list[str]:
    """Accessibility, policy violations and sideways scrolling of the page as it stands."""
    problems = [f"axe {line}" for line in axe_violations(page)]
    problems += [f"csp {line}" for line in page.evaluate("window.cspViolations || []")]
    root = "document.documentElement"
    if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
        problems.append(f"scrolls sideways at {page.evaluate(f'{root}.clientWidth')} px")
    return problems
