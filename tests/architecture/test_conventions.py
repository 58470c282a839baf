"""Conventions that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("award", "scoring", "assignment", "exports")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
MAILS = sorted((ROOT / "templates" / "mail").glob("*.txt"))
WEB = {"flask", "flask_babel", "flask_login", "flask_wtf", "wtforms", "config"}
# Rules, reads and tables: the modules of an area that are neither pages nor forms.
PAGES = re.compile(r"(routes|forms|pages|blueprint|session|downloads)(\.py$|/)|_routes\.py$")
AREAS = "accounts seasons entries jury judging results messages home".split()
LINES = 400


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path, method: str) -> int:
    tree = ast.parse(path.read_text("utf-8"))
    return sum(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        for node in ast.walk(tree)
    )


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def behind_the_pages() -> list[Path]:
    areas = [path for area in AREAS for path in (ROOT / "award" / area).rglob("*.py")]
    models = (ROOT / "award" / "models").glob("*.py")
    rules = [path for path in areas if not PAGES.search(name_of(path))]
    return sorted([*rules, *models, ROOT / "award" / "errors.py", ROOT / "award" / "audit.py"])


def test_only_the_unit_of_work_commits() -> None:
    commits = {name_of(path): calls(path, "commit") for path in MODULES if calls(path, "commit")}

    assert commits == {"award/db.py": 1}


def test_no_module_outgrows_a_reader() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}

    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_only_config_reads_the_environment() -> None:
    """But for the terminal's language and what a command hands on to the processes it starts."""
    pattern = re.compile(r"os\.environ|os\.getenv|\bgetenv\(")
    readers = {name_of(path) for path in MODULES if pattern.search(path.read_text("utf-8"))}

    assert {name for name in readers if not name.startswith("award/commands/")} == set()


@pytest.mark.parametrize("path", behind_the_pages(), ids=name_of)
def test_rules_reads_and_tables_never_see_the_web(path: Path) -> None:
    assert set(imported(path)) & WEB == set()


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_begins_with_its_translated_subject(path: Path) -> None:
    text = re.sub(r"\A(?:\{%-?\s*(?:set|from|import).*?%\}\s*)*", "", path.read_text("utf-8"))
    subject, _, body = text.partition("\n")

    assert re.search(r"\{\{.*_\(|\{% trans|\{%-? if", subject) is not None
    assert body.strip() != ""
