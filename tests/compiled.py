"""Every test builds an application of its own, and all of them have the same addresses and pages:
both are compiled once a process. That was more than half of the time of a page's test.

Nor does a store wait for the disk that is thrown away, or garbage get sought among the modules.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from award import db

OF_INSTALLATIONS = db.DURABILITY
Builder = Callable[..., tuple[str, str]]


class Kept(BytecodeCache):
    """Compiled templates by name and text, as long as the process lives."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


def pytest_configure(config: pytest.Config) -> None:
    Flask.jinja_options = {"bytecode_cache": Kept()}
    compiled: dict[tuple[Any, ...], Builder] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Builder:
        # What is compiled takes the rule as its first argument and knows no more of it than this.
        key = (rule.rule, rule.host, rule.subdomain, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = once  # type: ignore[method-assign]
    db.DURABILITY = "OFF"


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()
