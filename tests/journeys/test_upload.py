"""A file on a bad line: what has arrived stays, the rest follows, a reload loses nothing."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.entries import StoredFile
from award.models.seasons import QuestionKind
from tests import factories as make
from tests.award.entries.files.test_files import pdf, picture
from tests.browser import page_problems
from tests.journeys.conftest import PHONE, Stage

pytestmark = pytest.mark.browser
PIECE = 256 * 1024


def team(session: Session) -> Any:
    season = make.make_season(session)
    limits = {"max_files": 3, "max_megabytes": 2}
    make.make_question(
        session, season, key="plan", kind=QuestionKind.FILE, required=False, limits=limits
    )
    lead = make.make_user(session)
    return lead, make.make_entry(session, season, lead).public_id


def long_pdf() -> bytes:
    """A file of four pieces."""

    def fill(made: Any) -> None:
        made.Root.Filler = made.make_stream(Random(0).randbytes(3 * PIECE + 1000))

    return pdf(fill)


class Line:
    """A connection that breaks after some pieces, and what went over it."""

    def __init__(self, page: Page) -> None:
        self.sent: list[int] = []
        self.left = 99
        page.route("**/parts/*", self.carry)

    def carry(self, route: Route) -> None:
        if self.left <= 0:
            route.abort()
            return
        if route.request.method == "PUT":
            self.left -= 1
            self.sent.append(int(route.request.headers["upload-offset"]))
        route.continue_()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    named = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files
    ]
    page.get_by_label("Choose files").set_input_files(named)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()


def test_a_file_survives_a_lost_connection_and_a_reload(stage: Stage) -> None:
    lead, entry = stage.set_up(team)
    page = stage.window(lead, viewport=PHONE)
    page.goto(f"/en/entries/{entry}/files")
    line, content = Line(page), long_pdf()
    line.left = 2
    choose(page, ("plan.pdf", content))
    row = page.locator(".sending li")
    expect(row).to_contain_text("No connection. 66 % are safe; the rest follows by itself.")
    assert page_problems(page) == []
    page.goto("about:blank")
    line.left = 99
    page.goto(f"/en/entries/{entry}/files")
    expect(page.get_by_text("“plan.pdf” is here in part.")).to_be_visible()
    choose(page, ("photo.png", picture()), ("plan.pdf", content), ("lie.pdf", picture("JPEG")))
    expect(page.get_by_role("link", name="plan.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="photo.png")).to_be_visible()
    expect(page.locator(".sending li")).to_contain_text("lie.pdf")
    expect(page.locator(".sending li")).to_contain_text("not what its name says")
    expect(page.get_by_text("is here in part")).to_be_hidden()
    assert [one for one in line.sent if one] == [PIECE, 2 * PIECE, 3 * PIECE]
    assert stage.set_up(kept) == {"plan.pdf": len(content), "photo.png": len(picture())}
    assert page_problems(page) == []


def kept(session: Session) -> dict[str, int]:
    return {one.name: one.size for one in session.scalars(select(StoredFile))}


def test_when_the_network_is_back_the_rest_follows_by_itself(stage: Stage) -> None:
    lead, entry = stage.set_up(team)
    page = stage.window(lead, viewport=PHONE)
    page.goto(f"/en/entries/{entry}/files")
    line = Line(page)
    line.left = 1
    choose(page, ("plan.pdf", long_pdf()))
    expect(page.locator(".sending li")).to_contain_text("No connection. 33 % are safe")
    line.left = 99
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("link", name="plan.pdf")).to_be_visible()
    assert line.sent == [0, PIECE, 2 * PIECE, 3 * PIECE]
