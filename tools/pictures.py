"""Take the pictures of the handbook from the demo, in each language: make pictures.

Needs Chromium. Starts an installation of its own in a temporary folder and ends it afterwards.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "handbook" / "pictures"
LANGUAGES = sorted(path.name for path in TARGET.parent.iterdir() if path.name != "pictures")
WINDOW = {"width": 1180, "height": 760}
WIDTH, QUALITY = 944, 62
ORGANISER, JUROR = "organiser@impact.example", "2026-2.glukhova@ryadom.example"
SEASONS = ("2027", "2026-2", "2026", "2026-3")
"""The seasons that are shown, by the ends of their addresses: open, in judging, announced, live."""


@contextmanager
def installation() -> Iterator[str]:
    """The demo on a free port of this machine, as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("award")), "run", "--port", str(port)]
        environment = os.environ | {"AWARD_INSTANCE": folder}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The demo did not start within five minutes.")


class Camera:
    """One person's window in one language, and where its pictures go."""

    def __init__(self, browser: Browser, address: str, language: str, email: str) -> None:
        self.address, self.language = address, language
        context = browser.new_context(viewport=WINDOW, locale=language, reduced_motion="reduce")
        self.page = context.new_page()
        self.page.goto(f"{address}/{language}/sign-in")
        self.page.locator("form", has_text=email).get_by_role("button").click()
        self.page.wait_for_load_state()

    def seasons(self) -> list[str]:
        """Addresses of the organiser's seasons, as SEASONS: found by the public ones' names."""
        self.page.goto(f"{self.address}/{self.language}/")
        main = self.page.locator("main")
        names = [main.locator(f"a[href$='/{slug}']").first.inner_text() for slug in SEASONS]
        own = [main.locator("a[href*='/seasons/']", has_text=name).first for name in names]
        return [str(link.get_attribute("href")) for link in own]

    def room(self, season: str, ending: str) -> str:
        """The address of a season's room, by how it ends."""
        self.page.goto(self.address + season)
        link = self.page.locator(f"nav.side a[href$='{ending}']").first
        return str(link.get_attribute("href"))

    def take(self, name: str, path: str, prepare: Callable[[Page], None] | None = None) -> None:
        """Open a page, prepare it, and keep what the window shows."""
        self.page.goto(self.address + path)
        if prepare:
            prepare(self.page)
        self.page.wait_for_load_state("networkidle")
        shot = Image.open(io.BytesIO(self.page.screenshot()))
        shot = shot.convert("RGB").resize((WIDTH, round(shot.height * WIDTH / shot.width)))
        folder = TARGET / self.language
        folder.mkdir(parents=True, exist_ok=True)
        shot.save(folder / f"{name}.webp", quality=QUALITY, method=6)


def organiser(camera: Camera) -> None:
    opened, judging, announced, live = camera.seasons()
    camera.take("set-up", camera.room(opened, "/set-up"))
    camera.take("overview", judging)
    camera.take("screening", camera.room(opened, "/entries") + "?state=submitted", first_entry)
    camera.take("jurors", camera.room(judging, "/jury"))
    camera.take("proposal", camera.room(judging, "/assignment"), latest_proposal)
    camera.take("progress", camera.room(judging, "/progress"))
    camera.take("results", camera.room(announced, "/results"))
    camera.take("stage", camera.room(live, "/progress").replace("/progress", "/stage"))
    camera.take("appeal", announced + "/appeals", first_entry)
    camera.take("workshops", camera.room(announced, "/workshops"))
    camera.take("certificates", camera.room(announced, "/certificates") + "/look", drawn_proof)


def first_entry(page: Page) -> None:
    page.locator("tbody a").first.click()


def drawn_proof(page: Page) -> None:
    page.locator("canvas[data-drawn]").wait_for()


def latest_proposal(page: Page) -> None:
    page.locator("main a[href*='/proposals/']").first.click()


def juror(camera: Camera) -> None:
    camera.take("juror-home", f"/{camera.language}/judging")
    desk = camera.page.locator("main a[href*='/assignments/']")
    path = re.sub(r"[?#].*", "", str(desk.first.get_attribute("href")))
    camera.take("desk", path)


def main() -> int:
    chromium = shutil.which("chromium") or os.environ.get("AWARD_CHROMIUM")
    with installation() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for language in LANGUAGES:
            organiser(Camera(browser, address, language, ORGANISER))
            juror(Camera(browser, address, language, JUROR))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
