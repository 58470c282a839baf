"""Hidden means hidden in every channel: pages, JSON, file names, archives, what is in files.

Each test proves first that there was something to leak: staff do read it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
import time_machine

from award.models.seasons import Round
from award.throttle import limiter
from tests.award.states import announced, embargo, live, sheet_submitted
from tests.award.world import JURY_SECRETS, TEAM_SECRETS, World, build


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A seeded season in a blind round."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiter, "enabled", False)
        yield build(tmp_path_factory.mktemp("hidden"))


def content(answer: Any) -> str:
    """Everything in an answer that a person or a program can read, inside archives and PDFs too."""
    parts = [str(answer.headers), answer.data.decode(errors="replace")]
    if zipfile.is_zipfile(io.BytesIO(answer.data)):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            for name in archive.namelist():
                parts += [name, archive.read(name).decode(errors="replace")]
    if answer.mimetype == "application/pdf":
        with pikepdf.open(io.BytesIO(answer.data)) as document:
            parts += [str(document.docinfo), *map(str, document.Root.keys())]
    return "\n".join(parts)


def read_by(world: World, role: str) -> dict[str, str]:
    """All that a role can read: endpoint -> content. Public pages are not hers alone."""
    found = {}
    for method, rule in world.rules():
        view = world.app.view_functions[rule.endpoint]
        if method == "GET" and view.__declared__ != "public":  # type: ignore[attr-defined]
            answer = world.browser(role).get(world.address(rule))
            if answer.status_code == 200:
                found[rule.endpoint] = content(answer)
            answer.close()
    return found


def where(secret: str, found: dict[str, str]) -> list[str]:
    """On which pages a text stands."""
    return [endpoint for endpoint, text in found.items() if secret in text]


def private(world: World) -> tuple[str, ...]:
    """What is the team's own: also the entry's code and public id, which lead elsewhere."""
    return (*TEAM_SECRETS, world.values["code_of_entry"], world.values["entry_id"])


def test_a_juror_of_a_blind_round_learns_nothing_of_who_wrote_it(world):
    world.restore()
    staff = read_by(world, "organiser")
    juror = read_by(world, "juror")
    assert {"judging.desk", "judging.file", "judging.desk_home", "judging.recuse"} <= set(juror)
    for secret in private(world):
        assert where(secret, staff), f"nothing to leak: {secret}"
        assert where(secret, juror) == [], secret


def test_what_the_juror_saves_and_is_refused_names_nobody(world):
    world.restore()
    browser = world.browser("juror")
    desk = f"/en/assignments/{world.things['assignments']}"
    answers = [
        browser.put(desk, json={"points-impact": "8"}, headers={"If-Match": "0"}),
        browser.put(desk, json={"points-impact": "99"}, headers={"If-Match": "1"}),
        browser.put(desk, json={"points-impact": "8"}, headers={"If-Match": "1"}),
        browser.post(desk, data={"action": "submit", "version": "1"}),
        browser.post(f"{desk}/recuse", data={"reason": ""}),
    ]
    assert [one.status_code for one in answers] == [409, 422, 200, 409, 422]
    for secret in private(world):
        assert [one for one in answers if secret in content(one)] == [], secret


@pytest.mark.parametrize("role", ["stranger", "idle_juror", "foreign_organiser"])
def test_who_has_no_part_in_it_reads_nothing_of_the_team_or_the_jury(world, role):
    world.restore()
    found = read_by(world, role)
    own = {"idle_juror": ("Ida Idle",)}.get(role, ())
    assert "accounts.profile" in found
    for secret in {*private(world), *JURY_SECRETS} - {*own}:
        assert where(secret, found) == [], secret


@pytest.mark.parametrize("change", [None, embargo, announced])
def test_a_team_never_learns_who_judges_it_nor_what_a_private_note_says(world, change):
    """What the jury writes to the team itself arrives with the announcement."""
    here = world.change(change) if change else world
    here.restore()
    staff = read_by(here, "organiser")
    for role in ("lead", "member"):
        team = read_by(here, role)
        assert where("Lena Lead", team)
        letter = ["results.feedback"] if change is announced else []
        assert [one for one in team if one == "results.feedback"] == letter
        assert where("The budget is thin", team) == letter
        for secret in (
            "Jana Juror", "jana@museum.example", "Ida Idle", "Page three is from a magazine",
        ):  # fmt: skip
            assert where(secret, staff), f"nothing to leak: {secret}"
            assert where(secret, team) == [], secret
        assert where("Keep an eye on the landlord", team) == []


def test_answers_for_staff_only_reach_the_jury_in_no_round(world):
    """Where the round is not blind, the juror reads names, but not what only staff may."""
    named = world.change(not_blind)
    named.restore()
    juror = read_by(named, "juror")
    assert "judging.desk" in where("Lena Lead", juror)
    assert "judging.desk" in where("Lyceum Nine", juror)
    assert where("Our landlord is my uncle", read_by(named, "organiser"))
    assert where("Our landlord is my uncle", juror) == []


def not_blind(session: Any, rows: Any) -> None:
    """Show names to jurors."""
    session.get_one(Round, rows["round"]).blind = False


def test_a_mail_that_is_a_key_shows_staff_no_link(world):
    world.restore()
    page = read_by(world, "organiser")["messages.season_mail"]
    assert "lena@example.com" in page
    assert "/en/reset/x" not in page
    assert "/en/reset/x" in "\n".join(world.dump())


def test_a_real_installation_has_no_open_mailbox(world, monkeypatch):
    world.restore()
    client = world.browser("owner")
    letter = f"/en/dev/mail/{world.values['mail_id']}"
    assert [client.get(one).status_code for one in ("/en/dev/mail", letter)] == [200, 200]
    live = replace(world.app.extensions["settings"], environment="production")
    monkeypatch.setitem(world.app.extensions, "settings", live)
    assert [client.get(one).status_code for one in ("/en/dev/mail", letter)] == [404, 404]


TOKEN = re.compile(r'[\w-]{20,}\.[\w-]{6}\.[\w-]{27}|name="key" type="hidden" value="\w+"')
"""What signs a form: another one in each answer."""


def heard(world: World, role: str) -> dict[str, str]:
    """All that a role is told anywhere, public pages and what only leaders may ask for included."""
    found = {}
    for method, rule in world.rules():
        path = world.address(rule) if method == "GET" else ""
        for asked in (path, f"{path}?sheets=1") if ".stage" in rule.endpoint else (path,):
            if asked:
                answer = world.browser(role).get(asked)
                found[asked] = TOKEN.sub("", f"{answer.status_code} {content(answer)}")
                answer.close()
    return found


@pytest.mark.long
@pytest.mark.parametrize("role", ["idle_juror", "lead", "stranger", "anonymous"])
def test_a_sheet_handed_in_during_the_final_changes_nothing_for_who_does_not_lead(
    world, monkeypatch, role
):
    monkeypatch.setattr("award.results.live.LONGEST", 0.0)
    before = world.change(live)
    before.restore()
    moment = datetime.now(UTC)
    with time_machine.travel(moment, tick=False):
        led, first = heard(before, "organiser"), heard(before, role)
    after = before.change(sheet_submitted)
    after.restore()
    stage = next(path for path in led if path.endswith("/stage"))
    with time_machine.travel(moment, tick=False):
        leads, then = heard(after, "organiser"), heard(after, role)
    assert leads[stage] != led[stage]
    assert [path for path in then if then[path] != first[path]] == []
