"""What travels compressed, and that its length tells no secret."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

from award.assets import asset
from award.compressing import READ_AT_HOME


def test_a_page_travels_compressed_to_who_asks_for_it(client):
    plain = client.get("/en/sign-in")
    small = client.get("/en/sign-in", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    assert "Sign in" in gzip.decompress(small.data).decode()
    for answer in (plain, small):
        assert "Accept-Encoding" in answer.vary


def test_the_length_of_a_page_differs_from_answer_to_answer(client):
    asked = {"Accept-Encoding": "gzip"}
    lengths = {len(client.get("/en/sign-in", headers=asked).data) for _ in range(12)}
    assert len(lengths) > 6


def test_a_style_sheet_travels_without_its_comments_and_indents(client):
    sheet = "@layer base {\n  /* Why\n     so. */\n  a,\n  b {\n    color: red;\n  }\n}\n"
    assert READ_AT_HOME.sub(b"", sheet.encode()) == b"@layer base {\n\na,\nb {\ncolor: red;\n}\n}\n"
    answer = client.get("/static/css/base.css", headers={"Accept-Encoding": "br"})
    sent = brotli.decompress(answer.data)
    plain = client.get("/static/css/base.css")
    assert b"/*" in plain.data
    assert b"/*" not in sent
    assert sent.split() == re.sub(rb"/\*.*?\*/", b"", plain.data, flags=re.DOTALL).split()
    plain.close()
    answer.close()


@pytest.mark.parametrize("name", ["js/dialog.js", "img/covers/hive.svg", "vendor/pdfjs/pdf.mjs"])
def test_static_files_travel_compressed_and_are_still_known_again(app, client, name):
    with app.test_request_context():
        address = asset(name)
    asked = {"Accept-Encoding": "gzip"}
    plain, small = client.get(address), client.get(address, headers=asked)
    smaller = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(small.data) == brotli.decompress(smaller.data) == plain.data
    assert len(smaller.data) < len(small.data) < len(plain.data)
    assert small.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert small.headers["ETag"].startswith("W/")
    again = client.get(address, headers=asked | {"If-None-Match": small.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for answer in (plain, small, smaller, again):
        answer.close()


def test_what_is_compressed_already_or_asked_for_in_part_stays_as_it_is(client):
    font = "/static/vendor/fonts/onest/onest-latin-wght-normal.woff2"
    part = {"Range": "bytes=0-9"}
    for path, more in ((font, {}), ("/static/css/base.css", part)):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"} | more)
        assert "Content-Encoding" not in answer.headers
        answer.close()


@pytest.mark.parametrize("path", ["../config.py", "..%2fconfig.py", "css/../../config.py"])
def test_asking_for_compressed_opens_no_folder_beside_the_static_one(client, path):
    answer = client.get(f"/static/{path}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 404
    assert b"Settings" not in gzip.decompress(answer.data)
