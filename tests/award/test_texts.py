"""Sentences of codes: one a code, whatever area raises it."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

from award import texts


def test_no_two_areas_have_a_sentence_for_the_same_code():
    counts: Counter[str] = Counter()
    for module in pkgutil.iter_modules(texts.__path__):
        found = importlib.import_module(f"award.texts.{module.name}")
        counts.update(iter(getattr(found, "TEXTS", ())))
    assert len(counts) > 100
    assert [code for code, number in counts.items() if number > 1] == []
