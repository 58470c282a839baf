"""Hostile input: whatever is sent, the answer is a sentence, never a failure of ours.

The season is that of tests.award.world; each route is tried as the role that may use it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.routing import AnyConverter, Rule

from award.throttle import limiter
from tests.award.pages import PageForm, forms_of
from tests.award.test_permissions import SENT, TYPED, matrix
from tests.award.world import ROLES, SAFE, World, build

FIELDS = (
    "name", "email", "password", "current", "title", "about", "slug", "key", "code", "reason",
    "language", "role", "state", "kind", "to", "verb", "entry", "juror", "member", "prize", "place",
    "outcome", "panel", "topics", "languages", "minimum", "maximum", "step", "weight", "position",
    "jurors", "cut", "seed", "closes_at", "opens_at", "announces_at", "birth_date", "guardian_name",
    "guardian_email", "agreed", "number", "verdict", "digest", "version", "rows", "min_age",
    "max_age", "min_team", "max_team", "min_student_share", "age_on", "kinds", "rubric", "ties",
    "colour", "time_zone", "contact_email", "label", "help", "options", "limits", "private_note",
    "team_comment", "points-impact", "comment-impact", "name-en", "title-en", "text-en", "label-en",
    "about-en", "answer-title", "answer-budget", "answer-topics", "version_title", "next", "action",
    "jurors_per_entry", "rank_by", "code_prefix", "required", "copy_from", "place", "cut",
    "most_words", "least_words", "most_characters", "guardian_below_age", "conflict", "csrf_token",
)  # fmt: skip
JUNK = {
    "nothing": "",
    "spaces": "   \t\n ",
    "absurdly long": "long " * 5_000,
    "a NUL byte": "a\0b",
    "emoji and joiners": "\U0001f469\u200d\U0001f4bb \u202ertl\u200b\ufeff",
    "negative": "-1",
    "huge": "9" * 400,
    "beyond 64 bits": str(2**63),
    "not a number": "NaN",
    "infinite": "1e999",
    "other digits": "²³",
    "a date that never was": "2026-02-31T25:61",
    "a far year": "9999-12-31T23:59",
    "year zero": "0000-00-00",
    "an unknown id": "f" * 20,
    "markup": "<script>alert(1)</script>\"' onload=x",
    "a formula": "=cmd|'/c calc'!A1",
    "a path": "../../../../etc/passwd",
    "SQL": "'; DROP TABLE entry; --",
    "JSON": '{"a": [1, {"b": null}]}',
    "a template": "{{ 7*7 }}%(x)s{0}%s",
}
"""What every field of a form is filled with."""
BODIES: dict[str, dict[str, Any]] = {
    "bad JSON": {"data": b'{"value": ', "content_type": "application/json"},
    "a JSON list": {"json": [1, 2, 3]},
    "a JSON number": {"json": 7},
    "deep JSON": {"data": b"[" * 20_000, "content_type": "application/json"},
    "JSON of wrong types": {"json": {"version": "x", "value": {"a": [None]}, "points-impact": []}},
    "huge JSON numbers": {
        "data": b'{"version": 1e999, "value": 123456789012345678901234567890, '
        b'"points-impact": 1e400}',
        "content_type": "application/json",
    },
    "half a surrogate in JSON": {"json": {"version": 1, "value": "\udc00", "team_comment": "\udc00"}},
    "a NUL in JSON": {"json": {"version": 1, "value": "a\0b", "team_comment": "a\0b"}},
    "bytes": {"data": bytes(range(256)), "content_type": "application/octet-stream"},
    "XML": {"data": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
            "content_type": "application/xml"},
    "a multipart form without its boundary": {
        "data": b"--x\r\n\r\n", "content_type": "multipart/form-data"
    },
    "a broken multipart form": {
        "data": b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\r\n\r\n",
        "content_type": "multipart/form-data; boundary=x",
    },
    "bytes that are no UTF-8": {
        "data": b"&".join(name.encode() + b"=%ED%B3%A4%FF" for name in FIELDS),
        "content_type": "application/x-www-form-urlencoded",
    },
    "an unknown charset": {
        "data": b"name=%ff%fe&title=%c3%28",
        "content_type": "application/x-www-form-urlencoded; charset=klingon",
    },
}  # fmt: skip
FILES = {
    "an empty file": ("plan.pdf", b""),
    "a program": ("plan.pdf", b"MZ\x90\x00" + bytes(200)),
    "a page": ("plan.html", b"<script>alert(1)</script>"),
    "a cut PDF": ("plan.pdf", b"%PDF-1.7\n1 0 obj"),
    "a cut ZIP": ("table.xlsx", b"PK\x03\x04" + bytes(30)),
    "a cut picture": ("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(40)),
    "a table of NULs": ("table.csv", b"name,email\n\0\0,\0\n"),
    "a table in no encoding": ("table.csv", b"\xff\xfe\x00\xd8"),
    "a table of one endless line": ("table.csv", b"a," * 40_000),
    "a name that is a path": ("../../../etc/plan.pdf", b"%PDF-1.7"),
    "a name without an end": ("." * 300, b"x"),
    "a name of tricks": ("a\u202efdp.exe", b"x"),
}
PARTS = ("%00", "%F0%9F%92%A9", "..%2f..%2fetc", "a" * 3000, "%FF", "-1", "'", "%7B%7B7*7%7D%7D")
QUERIES = (
    "page=-1&from=-5&below=-1&sort=-&view=x&state=x&number=x",
    "page=99999999999999999999&from=99999999999999999999&below=99999999999999999999",
    "page=x&from=x&sort=%F0%9F%92%A9&q=%25_%5C&text=%25&action=%00x",
    "q=" + "a" * 5000 + "&text=" + "b" * 5000 + "&who=" + "c" * 5000,
    "next=//evil.example&number=%00&page=1e9&q[]=1&sort=title;drop",
    "q=%FF%FE&number=%FF&state=%C3%28&text=%ED%A0%80",
    "number=" + "1" * 5000,
    "_scheme=javascript&_external=1&_anchor=x&_method=POST&endpoint=x&public_id=x&lang=x&a=1&a=2",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A seeded season; errors of ours become 500, and throttling is off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiter, "enabled", False)
        built = build(tmp_path_factory.mktemp("hostile"))
        built.app.config["PROPAGATE_EXCEPTIONS"] = False
        yield built


def role_for(name: str) -> str:
    """Who may use a route, by the checked-in table: the first who is not turned away."""
    row = dict(zip(ROLES, matrix("routes")[name], strict=True))
    order = ("organiser", "lead", "juror", "owner", "stranger", "anonymous")
    return next((role for role in order if row[role] not in {401, 404}), "organiser")


def unsafe(world: World) -> list[tuple[str, Rule, FlaskClient]]:
    """Every route that writes, with a browser of somebody who may."""
    return [
        (method, rule, world.browser(role_for(f"{method} {rule.endpoint}")))
        for method, rule in world.rules()
        if method not in SAFE
    ]


def answers(world: World, bodies: dict[str, dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """Send each body to each route that writes; yields where and the status."""
    for method, rule, browser in unsafe(world):
        for what, body in bodies.items():
            answer = browser.open(world.address(rule), method=method, **body)
            answer.close()
            if answer.status_code < 400:
                world.restore()
            yield f"{what} -> {method} {rule.endpoint}", answer.status_code


def refused(found: Iterator[tuple[str, int]]) -> list[tuple[str, int]]:
    """What was answered neither with a refusal nor with a redirect."""
    return [(where, status) for where, status in found if status not in KIND]


KIND = {200, 303, 307, *range(400, 500)}
"""200 is an autosave, or a page that says what a table holds; 307 takes ticked rows to a mail."""


def test_no_form_fails_whatever_its_fields_hold(world):
    """In each sending a field holds another kind of junk than its neighbours."""
    junk = [*JUNK.values()]
    bodies = {"nothing at all": {"data": {}}} | {
        f"sending {shift}": {
            "data": {name: junk[(7 * n + shift) % len(junk)] for n, name in enumerate(FIELDS)}
        }
        for shift in range(0, len(junk), 5)
    }
    assert refused(answers(world, bodies)) == []


@pytest.mark.long
def test_no_route_fails_on_a_body_of_another_kind(world):
    assert refused(answers(world, BODIES)) == []


def forms_on_pages(world: World) -> list[tuple[FlaskClient, PageForm]]:
    """Every form that stands on a page, once, as the first role that sees it would send it."""
    found: dict[tuple[str, ...], tuple[FlaskClient, PageForm]] = {}
    for method, rule in world.rules():
        for role in ("organiser", "lead", "juror", "owner", "anonymous"):
            if method != "GET":
                continue
            page = world.browser(role).get(world.address(rule))
            for form in forms_of(page.text) if page.mimetype == "text/html" else ():
                form.action = form.action or world.address(rule)
                if form.method == "post" and not form.action.endswith("/sign-out"):
                    found.setdefault((form.action, *form.values), (world.browser(role), form))
            page.close()
    return list(found.values())


@pytest.mark.long
def test_one_bad_field_among_good_ones_fails_nowhere(world):
    world.restore()
    junk = cycle(JUNK.items())
    tried, failed = 0, []
    for browser, form in forms_on_pages(world):
        for name in form.values:
            for what, text in (next(junk), next(junk)):
                answer = browser.post(form.action, data={**form.values, name: text})
                tried += 1
                if answer.status_code not in KIND:
                    failed.append((form.action, name, what, answer.status_code))
                if answer.status_code < 400:
                    world.restore()
    assert tried > 400
    assert failed == []


def test_no_upload_fails_whatever_it_is(world):
    ends = ("entries.upload", "jury.check_import", "seasons.programme")
    found = {}
    for _method, rule, browser in unsafe(world):
        for what, (title, content) in FILES.items() if rule.endpoint in ends else ():
            address = world.address(rule).replace("/problem", "/plan")
            sent = {name: (io.BytesIO(content), title) for name in ("file", "table", "logo")}
            found[what, rule.endpoint] = browser.post(address, data=sent).status_code
    assert len(found) == len(ends) * len(FILES)
    assert {where: status for where, status in found.items() if status != 422} == {}


def test_no_table_to_import_fails_whatever_it_is(world):
    """What is taken in can be looked at and checked; the rest is refused at once."""
    world.restore()
    browser = world.browser("organiser")
    start = f"/en/seasons/{world.things['seasons']}/import"
    found = set()
    for title, content in FILES.values():
        sent = {"target": "jurors", "table": (io.BytesIO(content), title)}
        answer = browser.post(start, data=sent)
        found.add(answer.status_code)
        if answer.status_code == 303:
            page = browser.get(answer.location)
            checked = browser.post(f"{answer.location}/check", data={"sheet": "x", "row": "²³"})
            found |= {page.status_code, checked.status_code}
            assert len(page.data) < 1_000_000
    assert found == {200, 303, 422}


PLACE = "31415926"
"""Digits, so that an address is built where it holds a number, too."""


@pytest.mark.parametrize("kinds", [2, pytest.param(len(PARTS), marks=pytest.mark.long)])
def test_no_page_fails_on_a_junk_address(world, kinds):
    """Each part of an address is tried with so many kinds of junk, the next part with the next."""
    turns = cycle(PARTS)
    world.restore()
    failed = []
    for method, rule in world.rules():
        browser = world.browser(role_for(f"{method} {rule.endpoint}"))
        chosen_from = {
            name for name, kind in rule._converters.items() if isinstance(kind, AnyConverter)
        }
        for name in rule.arguments - {"lang", "kind", "verb"} - chosen_from:
            for part in islice(turns, kinds):
                address = world.address(rule, **{name: PLACE}).replace(PLACE, part)
                answer = browser.open(address, method=method)
                answer.close()
                if answer.status_code >= 500:
                    failed.append((method, address[:80], answer.status_code))
    assert failed == []


@pytest.mark.long
def test_no_page_fails_on_a_junk_query(world):
    world.restore()
    failed = []
    for method, rule in world.rules():
        browser = world.browser(role_for(f"{method} {rule.endpoint}"))
        for query in QUERIES if method == "GET" else ():
            answer = browser.get(f"{world.address(rule)}?{query}")
            answer.close()
            if answer.status_code >= 500 and rule.endpoint != "readyz":
                failed.append((rule.endpoint, query[:60], answer.status_code))
    assert failed == []


def test_without_its_token_no_form_changes_anything(world, monkeypatch):
    world.restore()
    before = world.dump()
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", True)
    for method, rule, browser in unsafe(world):
        sent = {"json": TYPED} if method == "PUT" else {"data": SENT}
        answer = browser.open(world.address(rule), method=method, **sent)
        if "/sign-in" in answer.headers.get("Location", ""):
            continue
        assert answer.status_code == 400, rule.endpoint
        assert ("expired" in answer.text) or answer.json, rule.endpoint
    assert world.dump() == before
    sheet = f"/en/assignments/{world.things['assignments']}"
    assert world.browser("juror").put(sheet, json={}).json["csrf_token"]
    assert world.app.test_client().put(sheet, json={}).status_code == 401
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", False)
    organiser = world.browser("organiser")
    organiser.post(f"/en/seasons/{world.things['seasons']}/state", data={"to": "closed"})
    assert world.dump() != before


KEPT = {
    "accounts.sign_up": {"name": "Жанна д'Арк", "email": "not an address"},
    "accounts.profile": {"name": "Z" * 400},
    "accounts.staff": {"email": "not an address"},
    "entries.edit": {"q_problem": "An essay of an hour", "q_budget": "a lot"},
    "entries.invite": {"email": "friend at example"},
    "entries.ask": {"text": "Dear organisers " * 300},
    "entries.screen": {"verdict": "", "reason": "Half a page of reasons"},
    "entries.extensions": {"closes_at": "tomorrow", "reason": "The lights went out"},
    "judging.save": {"version": "1", "points-impact": "99", "team_comment": "Well done, all"},
    "judging.recuse_now": {"reason": "My aunt " * 2000},
    "judging.report_now": {"words": "Page three is from somewhere else"},
    "jury.invite": {"name": "Jurors Name", "email": "nowhere"},
    "jury.new_conflict": {"entry": "SIA26-NONE", "reason": "They are cousins"},
    "seasons.new_season": {"name-en": "Season of hope", "slug": "No Good Slug"},
    "seasons.new_criterion": {"title-en": "Courage", "weight": "NaN", "key": "courage"},
    "seasons.eligibility": {"min_age": "9" * 40},
}


@pytest.mark.parametrize("endpoint", KEPT)
def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(world, endpoint):
    world.restore()
    (rule, browser), *_ = [(r, b) for m, r, b in unsafe(world) if r.endpoint == endpoint]
    answer = browser.post(world.address(rule), data=KEPT[endpoint])
    assert answer.status_code == 422
    for text in KEPT[endpoint].values():
        assert str(escape(text)) in answer.text
    assert re.search(r'aria-invalid="true"|role="alert"|class="[^"]*(error|flash)', answer.text)
