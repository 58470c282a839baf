"""Sentences of codes: one a code, whatever area raises it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

from award import texts
from award.models.seasons import RoundState, SeasonState


def test_no_two_areas_have_a_sentence_for_the_same_code():
    counts: Counter[str] = Counter()
    for module in pkgutil.iter_modules(texts.__path__):
        found = importlib.import_module(f"award.texts.{module.name}")
        counts.update(iter(getattr(found, "TEXTS", ())))
    assert len(counts) > 100
    assert [code for code, number in counts.items() if number > 1] == []


def codes_of(source: str) -> list[str]:
    """Every code in the tables of a module, those that a later table or line overwrites too."""
    tables = (node.value for node in ast.parse(source).body if isinstance(node, ast.Assign))
    return [
        key.value
        for table in tables
        if isinstance(table, ast.Dict)
        for key in table.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]


def test_no_code_stands_twice_in_the_tables_that_a_module_merges():
    assert codes_of('A = {"x": 1}\nB = {"x": 2, "y": 3, "y": 4}') == ["x", "x", "y", "y"]
    for path in sorted(Path(texts.__file__).parent.glob("*.py")):
        counts = Counter(codes_of(path.read_text("utf-8")))
        assert [code for code, number in counts.items() if number > 1] == [], path.name


RECORDS = {"record", "record_all", "_record", "_audit", "change_state"}
"""The calls that write a row of the audit log; the action is one of their arguments."""


def actions_of(source: str) -> set[str]:
    """The actions that a module's calls of RECORDS name in full."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    named = {
        part.value
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in RECORDS
        for argument in (*call.args, *(one.value for one in call.keywords))
        if isinstance(argument, ast.Constant | ast.IfExp)
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    return {action for action in named if re.fullmatch(r"[a-z_]+\.[a-z_]+", action)}


def test_every_action_of_the_audit_log_is_said_in_words():
    room = Path(texts.__file__).parent.parent
    actions = set().union(*(actions_of(path.read_text("utf-8")) for path in room.rglob("*.py")))
    assert {"entry.submitted", "sheet.scored", "consent.given", "juror.imported"} <= actions
    actions |= {f"season.{state}" for state in SeasonState}
    actions |= {f"round.{state}" for state in RoundState}
    for table in ("category", "question", "consent", "prize", "faq"):
        actions |= {f"{table}.saved", f"{table}.removed", f"{table}.moved"}
    assert {action for action in actions if f"log.{action}" not in texts.TEXTS} == set()
