"""What the documents promise is there, and what is there is in the documents."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from award.cli import COMMANDS

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SETTING = re.compile(r"AWARD_[A-Z_]+")
PATH = re.compile(r"`((?:award|tests|tools|static/js|static/css|templates)/[\w./-]+)`")
COMMAND = re.compile(r"(?:^|`|bin/)award ([a-z]+)", re.M)


def test_each_setting_is_explained() -> None:
    read = set(SETTING.findall((ROOT / "config.py").read_text("utf-8")))
    explained = set(re.findall(r"^\| `(AWARD_[A-Z_]+)`", OPERATIONS, re.M))

    assert read - {"AWARD_"} == explained


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_file_that_a_document_names_exists(document: Path) -> None:
    named = PATH.findall(document.read_text("utf-8"))

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_command_that_a_document_names_exists(document: Path) -> None:
    named = set(COMMAND.findall(document.read_text("utf-8")))

    assert named - set(COMMANDS) == set()


def test_each_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    files = {path.name for path in folder.glob("0*.md")}
    listed = re.findall(r"\((0[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))

    assert sorted(files) == sorted(listed)


def test_no_link_leads_nowhere() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "check_links.py"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (checked.returncode, checked.stderr) == (0, "")
