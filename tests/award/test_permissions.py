"""Who may do what: the checked-in table of every route and role is what the application does.

A line of permission_matrix.toml is a route, and behind it a status for each of ROLES: 303 of
somebody who is not signed in is the way to the sign-in page, 404 says neither yes nor no, and
422 or 409 that one may, but not with an empty form or not now. A new route fails until somebody
has thought about each of its numbers and written them down.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Rule

from award.permissions import POLICY, Actor, Permission
from award.throttle import limiter
from tests.award.states import STATES
from tests.award.world import ROLES, SAFE, World, build

TABLE = Path(__file__).parent / "permission_matrix.toml"
SENT = {
    "sent": "1", "to": "closed", "rubric": "social_impact", "verb": "top_up", "version": "1",
    "reason": "A good reason",
}  # fmt: skip
"""Enough for forms of one button or one reason; every longer form is refused with 422."""
LONG = re.compile(r"[\w.-]{60,}")
TYPED = {"version": 1, "value": "Better", "points-impact": "8"}
"""What a page saves while somebody types."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A seeded season; throttling is off, for the walk is faster than people."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiter, "enabled", False)
        yield build(tmp_path_factory.mktemp("world"))


@cache
def matrix(section: str) -> dict[str, tuple[int, ...]]:
    """A section of the checked-in table: route -> a status for each of ROLES."""
    table = tomllib.loads(TABLE.read_text())
    assert tuple(table["roles"].split()) == ROLES
    assert set(table) == {"roles", "routes", *STATES}
    return {name: tuple(map(int, row.split())) for name, row in table[section].items()}


def statuses(world: World, method: str, rule: Rule) -> tuple[int, ...]:
    """What each role gets; the store is as seeded for each of them."""
    found = []
    sent: dict[str, Any] = {} if method in SAFE else {"data": SENT}
    if method == "PUT":
        sent = {"json": TYPED, "headers": {"If-Match": "1"}}
    for role in ROLES:
        answer = world.browser(role).open(world.address(rule), method=method, **sent)
        answer.get_data()
        answer.close()
        found.append(answer.status_code)
        if method not in SAFE and answer.status_code < 400:
            world.restore()
    return tuple(found)


def walk(world: World, names: Collection[str]) -> dict[str, tuple[int, ...]]:
    """What the application does on these routes."""
    world.restore()
    rules = {f"{method} {rule.endpoint}": (method, rule) for method, rule in world.rules()}
    return {name: statuses(world, *rules[name]) for name in names}


def test_every_route_is_in_the_table_and_no_other(world):
    assert {f"{method} {rule.endpoint}" for method, rule in world.rules()} == set(matrix("routes"))


def test_every_role_gets_from_every_route_what_the_table_says(world):
    table = matrix("routes")
    found = walk(world, table)
    assert {name: row for name, row in found.items() if row != table[name]} == {}


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_in_another_state_the_routes_that_mind_answer_as_its_section_says(world, state):
    table = matrix(state)
    found = walk(world.change(STATES[state]), table)
    assert {name: row for name, row in found.items() if row != table[name]} == {}


@pytest.mark.parametrize("section", ["routes", *STATES])
def test_the_table_gives_nothing_to_other_programmes_and_no_pen_to_auditors(section):
    """Whatever the numbers are: both get what any signed-in person gets."""
    for name, numbers in matrix(section).items():
        row = dict(zip(ROLES, numbers, strict=True))
        assert row["foreign_organiser"] == row["stranger"], name
        if not name.startswith("GET ") and section not in {"on_the_team", "tabulated_own"}:
            assert row["auditor"] == row["stranger"], name


def test_what_is_forbidden_looks_like_what_is_not_there(world):
    """For who may not know: the same status and the same page, but for the address itself."""
    world.restore()
    seen = 0
    for method, rule in world.rules():
        if method != "GET" or "public_id" not in rule.arguments:
            continue
        address, elsewhere = world.address(rule), world.address(rule, public_id="nowhere")
        for role in ("stranger", "foreign_organiser"):
            there, nowhere = (world.browser(role).get(one) for one in (address, elsewhere))
            if there.status_code == 404:
                seen += 1
                assert nowhere.status_code == 404
                assert shape(there, world.subject(rule)) == shape(nowhere, "nowhere"), address
    assert seen > 60


def shape(answer: Any, public_id: str) -> str:
    """A page without the id that was asked for and without its tokens."""
    return LONG.sub("", answer.text.replace(public_id, "nowhere"))


def test_nothing_is_allowed_to_nobody(world):
    """Every rule but those for everybody who is signed in says no to a person without roles."""
    anybody = {Permission.ACCOUNT_USE, Permission.ENTRY_CREATE}
    assert set(POLICY) == set(Permission)
    for permission in anybody:
        assert POLICY[permission](Actor(user_id=1), None)
        assert not POLICY[permission](Actor(), None)
