"""What every answer carries: browsers run nothing that is not ours and keep nothing personal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from award.app import create_app
from award.assets import asset
from award.throttle import limiter
from config import for_tests
from tests.award.world import World, build

OURS = ("guides.picture", "home.news", "robots", "sitemap")
WALKERS = ("anonymous", "lead", "juror", "organiser")
STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I)
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.I | re.S)
ELSEWHERE = re.compile(
    r'<(?!link rel="(?:canonical|alternate)")(?:script|link|img|iframe|form)\b'
    r'[^>]*(?:src|href|action)="(?:https?:)?//'
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A seeded season."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiter, "enabled", False)
        yield build(tmp_path_factory.mktemp("headers"))


@pytest.fixture(scope="module")
def walked(world: World) -> list[tuple[str, Any]]:
    """Every page and file as several roles get it, refusals and all; (who and where, answer)."""
    found = []
    for method, rule in world.rules():
        for role in WALKERS if method == "GET" else ():
            answer = world.browser(role).get(world.address(rule))
            answer.get_data()
            answer.close()
            found.append((f"{role} {rule.endpoint}", answer))
    return found


def test_every_answer_carries_the_headers_that_bind_a_browser(walked):
    assert {answer.status_code for _, answer in walked} >= {200, 303, 404}
    for where, answer in walked:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, where
        assert "unsafe" not in policy, where
        assert "*" not in policy, where
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        assert answer.headers["Referrer-Policy"] == "same-origin", where
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", where
        assert "camera=()" in answer.headers["Permissions-Policy"], where
    page = dict(walked)["anonymous home.index"].headers["Content-Security-Policy"]
    assert {"script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= {
        part.strip() for part in page.split(";")
    }


def test_no_browser_and_no_proxy_keeps_what_may_hold_a_name(walked):
    kept = {where: answer.headers["Cache-Control"] for where, answer in walked}
    brand = {where: kept.pop(where) for where in [*kept] if where.endswith("seasons.brand")}
    assert set(brand.values()) == {"public, max-age=31536000, immutable"}
    assert {where: rule for where, rule in kept.items() if rule != "private, no-store"} == {}
    downloads = [answer for _, answer in walked if "attachment" in str(answer.headers)]
    assert len(downloads) > 5


def test_no_page_needs_inline_code_or_another_host(walked):
    pages = [(where, one.text) for where, one in walked if one.mimetype == "text/html"]
    assert len(pages) > 150
    for where, page in pages:
        assert not STYLE.search(page), where
        assert not HANDLER.search(page), where
        assert not ELSEWHERE.search(page), where
        for attributes, code in SCRIPT.findall(page):
            assert not code.strip() or "json" in attributes, where


def test_downloads_are_never_opened_in_the_site(walked):
    """Whatever is not a page, a picture or a list of ours is an attachment."""
    ours = {"text/html", "application/json", "text/css", "text/javascript"}
    drawn = {f"{role} {endpoint}" for role in WALKERS for endpoint in OURS}
    files = [(w, one) for w, one in walked if one.mimetype not in ours and w not in drawn]
    assert len(files) > 5
    for where, answer in files:
        assert answer.headers["Content-Disposition"].startswith("attachment"), where


@pytest.mark.parametrize("status", [400, 404, 405, 413, 415, 422, 500])
def test_refusals_and_failures_carry_them_too(world, status, monkeypatch):
    world.restore()
    client = world.browser("lead")
    entry = f"/en/entries/{world.things['entries']}"
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", status == 400)
    if status == 500:
        monkeypatch.setitem(world.app.config, "PROPAGATE_EXCEPTIONS", False)
        monkeypatch.setitem(world.app.view_functions, "entries.check", _fail)
        monkeypatch.setattr(world.app.logger, "disabled", True)
    answer = {
        400: lambda: client.post(f"{entry}/edit"),
        404: lambda: client.get("/en/nothing/here/at/all"),
        405: lambda: client.post("/en/"),
        413: lambda: client.post(f"{entry}/edit", data={"q_problem": "a" * 5_000_000}),
        415: lambda: client.post(f"{entry}/edit", json={}),
        422: lambda: client.post(f"{entry}/team/invite", data={"email": "x"}),
        500: lambda: client.get(f"{entry}/check"),
    }[status]()
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Traceback" not in answer.text
    assert "secret of the store" not in answer.text


def _fail(**_values: Any) -> None:
    raise RuntimeError("secret of the store")


def test_static_files_are_kept_for_a_year_by_their_hash_and_else_asked_for_again(world):
    client = world.app.test_client()
    with world.app.test_request_context():
        address = asset("css/base.css")
    plain = address.partition("?")[0]
    hashed, bare, other, lost = (
        client.get(path) for path in (address, plain, f"{plain}?v=old", "/static/no.css?v=1")
    )
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert [bare.headers["Cache-Control"], other.headers["Cache-Control"]] == ["no-cache"] * 2
    assert (lost.status_code, lost.headers["Cache-Control"]) == (404, "no-cache")
    again = client.get(plain, headers={"If-None-Match": bare.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for answer in (hashed, bare, other, lost, again):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world):
    world.restore()
    client = world.app.test_client()
    secret = world.values["confirm"]
    answers = [client.get("/en/sign-in"), client.post(f"/en/confirm/{secret}")]
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert {line.partition("=")[0] for line in cookies} == {"form", "award"}
    for line in cookies:
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Domain=" not in line


def test_behind_https_cookies_are_secure_and_bound_to_the_host(tmp_path):
    app = create_app(replace(for_tests(tmp_path), base_url="https://award.example"))
    answer = app.test_client().get("/healthz", base_url="https://award.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-form"
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]


def test_a_host_that_is_not_ours_is_refused_in_words_and_named_in_no_address(tmp_path):
    app = create_app(replace(for_tests(tmp_path), trusted_hosts=("award.example",)))
    for address in ("/en/sign-in", "/", "/static/css/parts.css", "/en/nowhere"):
        answer = app.test_client().get(address, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.mimetype) == (400, "text/plain"), address
        assert "evil.example" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
