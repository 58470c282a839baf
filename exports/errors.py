"""What can go wrong with a file: a code with parameters, never a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ExportError(Exception):
    """A refusal: ``code`` names a sentence in ``award.texts``, ``params`` fill its placeholders."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({shown})" if shown else self.code


class TableError(ExportError):
    """A table that cannot be read. ``params`` hold ``file``, ``row`` and ``column`` where known.

    ``row`` counts as a spreadsheet program does: the header is row 1.
    """


class TableErrors(ExportError):
    """All that is wrong with a table, in the order of its rows; never empty."""

    def __init__(self, errors: Sequence[TableError]) -> None:
        super().__init__("table_errors", count=len(errors))
        self.errors = tuple(sorted(errors, key=lambda error: int(error.params.get("row", 0))))
