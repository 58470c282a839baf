"""A further language is a catalogue and a line: long accented texts fit every page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pseudo import CODE, pseudo

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
WIDTHS = (390, 320)
WEEKDAYS = ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A season served in four languages by a process of its own."""
    command = [sys.executable, "-m", "tests.pseudo", str(tmp_path_factory.mktemp("fourth"))]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as run:
        assert run.stdout is not None
        yield json.loads(run.stdout.readline())
        run.kill()


@pytest.mark.long
def test_every_page_speaks_a_further_language_and_fits_a_phone(
    told: dict[str, Any], browser: Browser
) -> None:
    found, seen = [], 0
    for who, paths in told["pages"].items():
        context = browser.new_context(
            base_url=told["address"], viewport={"width": 390, "height": 844}
        )
        if who:
            cookie = {"name": "award", "value": told["cookies"][who], "url": told["address"]}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        for path in paths:
            response = page.goto(f"/{CODE}{path}/" if not path else f"/{CODE}{path}")
            assert response is not None
            assert (path, response.status) == (path, 200)
            assert page.locator("html").get_attribute("lang") == CODE
            assert pseudo("Skip to content") in page.locator(".skip").first.inner_text()
            seen += 1
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 844})
                root = "document.documentElement"
                if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
                    found.append((path, width))
        context.close()
    assert seen > 20
    assert found == []


def test_its_name_stands_in_the_switch_and_dates_come_from_babel(
    told: dict[str, Any], browser: Browser
) -> None:
    page = browser.new_page(base_url=told["address"])
    page.goto("/en/sia/2026")
    link = page.locator(".langs a", has_text="Polski")
    with page.expect_navigation():
        link.click()
    assert page.url == f"{told['address']}/{CODE}/sia/2026"
    shown = page.locator("body").inner_text()
    assert any(f"{day}, " in shown for day in WEEKDAYS)
    page.close()
