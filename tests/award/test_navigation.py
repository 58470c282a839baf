"""The organiser's side navigation says where one is, on every page that has it."""

from __future__ import annotations

import re

import pytest

from award.throttle import limiter
from tests.award.world import build

FILES = re.compile(r"\.\w+$|export|proof|archive|bundle|events|/files")
SIDE = re.compile(r'<nav class="side".*?</nav>', re.DOTALL)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A seeded season; throttling is off, for the walk is faster than people."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiter, "enabled", False)
        yield build(tmp_path_factory.mktemp("world"))


def test_every_page_of_a_season_stands_in_one_of_its_rooms(world):
    browser, found = world.browser("owner"), {}
    for method, rule in world.rules():
        if method != "GET" or FILES.search(rule.rule):
            continue
        answer = browser.get(world.address(rule))
        side = SIDE.search(answer.text) if answer.mimetype == "text/html" else None
        answer.close()
        if side and "/set-up" in side[0]:
            found[rule.endpoint] = side[0].count('aria-current="page"')
    assert len(found) > 30
    assert {endpoint: count for endpoint, count in found.items() if count != 1} == {}
