"""The renderer reads nothing but what is named to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from babel.dates import format_date
from jinja2 import UndefinedError
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from exports.errors import ExportError
from exports.pdf import confinement, rendering
from exports.pdf.assets import Asset
from exports.pdf.press import AssetFetcher
from exports.pdf.rendering import lay_out, render_pdf
from tests.exports.printing import english, text_of


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that counts who asks."""
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    running = HTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of templates, instead of ours."""
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    rendering.environment.cache_clear()
    (tmp_path / "page.css").write_text("")
    yield tmp_path
    rendering.environment.cache_clear()


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/x", "https://example.org/", "data:text/plain,x",
     "ftp://127.0.0.1/", "asset:other", "/etc/passwd", "ASSET:logo"],
)  # fmt: skip
def test_the_fetcher_serves_only_named_assets(url: str) -> None:
    fetcher = AssetFetcher({"logo": Asset(b"pixels", "image/png")})
    assert fetcher.fetch("asset:logo").read() == b"pixels"
    with pytest.raises(FatalURLFetchingError):
        fetcher.fetch(url)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="{url}/a">',
        '<link rel="stylesheet" href="{url}/b">',
        '<style>@import url("{url}/c")</style>',
        '<p style="background:url({url}/d)">x</p>',
        '<object data="{url}/e"></object>',
        '<link rel="attachment" href="{url}/g">',
        "<style>@font-face{{font-family:x;src:url({url}/h)}}p{{font-family:x}}</style><p>x</p>",
        '<img src="file:///etc/passwd">',
    ],
)
def test_hostile_markup_fetches_nothing(
    server: tuple[str, list[str]], templates: Path, html: str
) -> None:
    address, asked = server
    hostile = html.format(url=address)
    (templates / "page.html").write_text(hostile)
    with pytest.raises(ExportError, match="asset_refused"):
        render_pdf("page.html", {}, translate=english, language="en")
    assert asked == []


def test_a_picture_inside_a_drawing_fetches_nothing(
    server: tuple[str, list[str]], templates: Path
) -> None:
    address, asked = server
    drawing = f'<svg viewBox="0 0 9 9"><image href="{address}/f" width="9" height="9"/></svg>'
    (templates / "page.html").write_text(f"<p>text</p>{drawing}")
    pdf = render_pdf("page.html", {}, translate=english, language="en")
    assert (text_of(pdf), asked) == ("text", [])


def test_the_counting_server_does_see_a_renderer_without_our_fetcher(
    server: tuple[str, list[str]],
) -> None:
    address, asked = server
    HTML(string=f'<link rel="stylesheet" href="{address}/a">').write_pdf()
    assert asked == ["/a"]


def test_text_is_escaped_and_an_undefined_value_is_an_error(templates: Path) -> None:
    (templates / "page.html").write_text("<p>{{ text }}</p>")
    pdf = render_pdf(
        "page.html", {"text": "<b>{{ 7*7 }}</b> ${7*7}"}, translate=english, language="en"
    )
    assert text_of(pdf) == "<b>{{ 7*7 }}</b> ${7*7}"
    with pytest.raises(UndefinedError):
        render_pdf("page.html", {}, translate=english, language="en")


def test_no_year_closes_up_with_the_word_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    day = format_date(date(2026, 6, 1), "long", locale="ru")
    assert day == "1 июня 2026\N{NARROW NO-BREAK SPACE}г."
    told: dict[str, object] = {}
    monkeypatch.setattr(confinement.shared, "print_page", lambda request, _: told.update(request))
    lay_out(f"<p>{day}</p>", "", {})
    assert told["html"] == "<p>1 июня 2026\N{NO-BREAK SPACE}г.</p>"
