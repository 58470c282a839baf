"""Searching as people expect it: no case, ё as е, also where the store does the looking."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, String, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement


def fold(text: str) -> str:
    """Fold a text for comparing and searching: NFKC, case, ё as е, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(folded.split())


class folded(FunctionElement[str]):  # noqa: N801 - stands in expressions like a function of the store
    """A column as ``fold`` gives it; SQLite's own functions leave Cyrillic capitals alone."""

    type = String()
    inherit_cache = True
    name = "award_fold"


@compiles(folded)
def _by_function(element: folded, compiler: Any, **kwargs: Any) -> str:
    return f"award_fold({compiler.process(element.clauses, **kwargs)})"


@compiles(folded, "postgresql")
def _by_postgresql(element: folded, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    return f"replace(replace(lower(normalize({column}, NFKC)), 'ё', 'е'), 'ß', 'ss')"


def teach(connection: Any) -> None:
    """Give an SQLite connection the function."""
    connection.create_function(
        "award_fold", 1, lambda text: None if text is None else fold(text), deterministic=True
    )


def holds(column: Any, text: str) -> ColumnElement[bool]:
    """Return the condition that a column holds every word of a text, as people search."""
    return and_(
        True, *(folded(column).contains(word, autoescape=True) for word in fold(text).split())
    )
