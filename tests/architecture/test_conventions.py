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
AREAS = [
    "accounts",
    "seasons",
    "education",
    "entries",
    "jury",
    "judging",
    "imports",
    "results",
    "messages",
    "home",
]
ROOMS = ("service", "queries")
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
    """Services, queries and models, and whatever of their own area these build on."""
    models = [*(ROOT / "award" / "models").glob("*.py")]
    rooms = [(ROOT / "award" / area).rglob(f"{room}.py") for area in AREAS for room in ROOMS]
    waiting = [path for paths in rooms for path in paths]
    found = {ROOT / "award" / "errors.py", ROOT / "award" / "audit.py", *models}
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting += [near for near in neighbours(path) if near not in found]
    return sorted(found)


def neighbours(path: Path) -> Iterator[Path]:
    """The modules of the same area that a module imports, by their names or by what is in them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            files = [ROOT / (name.replace(".", "/") + ".py") for name in names]
            yield from (file for file in files if area_of(file) == area_of(path) and file.exists())


def area_of(path: Path) -> tuple[str, ...]:
    """`award/results/…` is one area, however deep."""
    return path.relative_to(ROOT).parts[:2]


def test_only_the_unit_of_work_commits() -> None:
    commits = {name_of(path): calls(path, "commit") for path in MODULES if calls(path, "commit")}

    assert commits == {"award/db.py": 1}


def test_no_module_outgrows_a_reader() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}

    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_only_config_reads_the_environment() -> None:
    """But for the terminal's language and what is handed on to the processes that are started."""
    pattern = re.compile(r"os\.environ|os\.getenv|\bgetenv\(")
    readers = {name_of(path) for path in MODULES if pattern.search(path.read_text("utf-8"))}

    outside = {name for name in readers if not name.startswith("award/commands/")}
    assert outside <= {"award/backups.py"}


@pytest.mark.parametrize("path", behind_the_pages(), ids=name_of)
def test_rules_reads_and_tables_never_see_the_web(path: Path) -> None:
    assert set(imported(path)) & WEB == set()


@pytest.mark.parametrize(
    "path", [path for path in MAILS if path.stem != "broadcast"], ids=lambda path: path.stem
)
def test_a_mail_begins_with_its_translated_subject(path: Path) -> None:
    """All but the one whose subject an organiser wrote."""
    text = re.sub(r"\A(?:\{%-?\s*(?:set|from|import).*?%\}\s*)*", "", path.read_text("utf-8"))
    subject, _, body = text.partition("\n")

    assert re.search(r"\{\{.*(?:_|ngettext)\(|\{% trans|\{%-? if", subject) is not None
    assert body.strip() != ""
