"""What the strict content policy and the shared parts ask of every template and asset."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
# PDF pages have their own style and no policy; mails need styles in place.
SCREENS = [
    path for path in sorted(TEMPLATES.rglob("*.html")) if path.parent.name not in ("print", "mail")
]
INLINE = re.compile(
    r"\sstyle=|\son[a-z]+=\"|<style\b|javascript:|hx-on|hx-vals=['\"]js:|<script(?![^>]*(?:\bsrc=|ld\+json))",
    re.I,
)
REMOTE = re.compile(r"(?:src|href)=\"(?:https?:)?//|url\(['\"]?(?:https?:)?//|@import", re.I)


def test_no_page_needs_inline_code_or_style() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in SCREENS
        for match in INLINE.finditer(path.read_text("utf-8"))
    }

    assert found == set()


def test_no_page_or_style_sheet_asks_another_host() -> None:
    files = [*SCREENS, *(ROOT / "static" / "css").glob("*.css")]

    assert [path.name for path in files if REMOTE.search(path.read_text("utf-8"))] == []


def test_style_sheets_use_logical_properties_so_that_pages_mirror() -> None:
    physical = re.compile(r"^\s*(?:margin|padding|border)?-?(?:left|right|top|bottom)\s*:", re.M)
    sheets = (ROOT / "static" / "css").glob("*.css")

    assert [path.name for path in sheets if physical.search(path.read_text("utf-8"))] == []


def test_each_macro_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "ui.md").read_text("utf-8")
    macros = [
        name
        for path in (TEMPLATES / "macros").glob("*.html")
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text("utf-8"))
    ]

    assert [name for name in macros if f"`{name}(" not in guide] == []


@pytest.mark.parametrize("word", ["resolved", "registry", "http://"])
def test_the_lock_file_names_no_host(word: str) -> None:
    lines = (ROOT / "package-lock.json").read_text("utf-8").splitlines()

    assert [line for line in lines if word in line] == []


def test_all_that_the_viewer_may_ask_for_is_kept_for_judging_without_a_connection() -> None:
    kept = set(
        re.findall(r'"([\w-]+\.(?:pfb|ttf|js))"', (ROOT / "static/js/offline.js").read_text())
    )
    parts = ROOT / "static" / "vendor" / "pdfjs"
    fonts = {path.name for path in (parts / "standard_fonts").glob("*.[pt][ft][bf]")}
    decoders = {path.name for path in (parts / "wasm").glob("*.js")}

    assert fonts
    assert decoders
    assert kept == fonts | decoders


def test_served_assets_are_the_locked_ones() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "vendor.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (checked.returncode, checked.stderr) == (0, "")
