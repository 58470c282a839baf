"""A tabulation as ``award score`` shows it: JSON, two CSV files, a readable page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from award.commands.console import one_line
from exports.tables.spreadsheets import csv_bytes
from scoring import EntryStanding, JurorSeverity, Tabulation
from scoring.tabulation import published_digits

Say = Callable[[str, Mapping[str, Any]], str]
ENTRY_FIELDS = (
    ("entry", "text"),
    ("place", "number"),
    ("mean", "number"),
    ("mean_place", "number"),
    ("score", "number"),
    ("low", "number"),
    ("high", "number"),
    ("place_low", "number"),
    ("place_high", "number"),
    ("p_cut", "number"),
    ("jurors", "number"),
    ("group", "text"),
)
JUROR_FIELDS = (
    ("juror", "text"),
    ("sheets", "number"),
    ("severity", "number"),
    ("low", "number"),
    ("high", "number"),
    ("erratic", "text"),
)


def as_json(table: Tabulation) -> dict[str, Any]:
    """Return the JSON object that ``award score --json`` prints."""
    digits = published_digits([sheet.value for sheet in table.sheets if sheet.value is not None])
    return {
        "entries": [_entry(row, digits) for row in table.entries],
        "jurors": [_picked(row, JUROR_FIELDS) for row in table.jurors],
        "variance": asdict(table.variance),
        "reliability": asdict(table.reliability),
        "connected": asdict(table.connected),
        "ties": [asdict(step) for step in table.ties],
        "notices": [asdict(notice) for notice in table.notices],
        "engine": asdict(table.engine),
        "study": table.study and asdict(table.study),
        "diagnostics": table.diagnostics and asdict(table.diagnostics),
        "sensitivity": table.sensitivity and asdict(table.sensitivity),
    }


def entries_csv(table: Tabulation) -> bytes:
    """Return ``entries.csv``: the fields of the JSON's ``entries``, in its order."""
    return _csv(ENTRY_FIELDS, as_json(table)["entries"])


def jurors_csv(table: Tabulation) -> bytes:
    """Return ``jurors.csv``: the fields of the JSON's ``jurors``, in its order."""
    rows = [{**row, "erratic": str(row["erratic"]).lower()} for row in as_json(table)["jurors"]]
    return _csv(JUROR_FIELDS, rows)


def as_page(table: Tabulation, say: Say) -> str:
    """Return the readable page: standings, jurors, and what the reader must know."""
    told = [
        _aligned(_standings_head(table, say), [_standing(row, table) for row in table.entries], 1),
        _aligned(_jurors_head(say), [_severity(row, say) for row in table.jurors], 0),
        "\n".join(_remarks(table, say)),
    ]
    return "\n\n".join(told)


def _entry(row: EntryStanding, digits: int) -> dict[str, Any]:
    mean = None if row.mean is None else round(float(row.mean), digits)
    return {**_picked(row, ENTRY_FIELDS), "mean": mean}


def _picked(row: object, fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {name: getattr(row, name) for name, _ in fields}


def _csv(fields: Sequence[tuple[str, str]], rows: Iterable[Mapping[str, Any]]) -> bytes:
    return csv_bytes([(name, name, kind) for name, kind in fields], rows)


def _standings_head(table: Tabulation, say: Say) -> list[str]:
    names = ["place", "entry", "score", "interval", "places", "mean", "mean_place", "jurors"]
    names += ["p_cut"] if table.rules.cut is not None else []
    return [say(name, {}) for name in names]


def _standing(row: EntryStanding, table: Tabulation) -> list[str]:
    cells = [
        _text(row.place),
        row.entry,
        _points(row.score),
        _span(_points(row.low), _points(row.high)),
        _span(_text(row.place_low), _text(row.place_high)),
        _points(row.mean),
        _text(row.mean_place),
        _text(row.jurors),
    ]
    if table.rules.cut is not None:
        cells.append("—" if row.p_cut is None else f"{row.p_cut:.0%}")
    return cells


def _jurors_head(say: Say) -> list[str]:
    return [say(name, {}) for name in ("juror", "sheets", "severity", "interval", "erratic")]


def _severity(row: JurorSeverity, say: Say) -> list[str]:
    span = _span(_signed(row.low), _signed(row.high))
    flag = say("erratic_yes", {}) if row.erratic else ""
    return [row.juror, str(row.sheets), _signed(row.severity), span, flag]


def _remarks(table: Tabulation, say: Say) -> Iterable[str]:
    known = {name: _points(value) for name, value in asdict(table.variance).items()}
    estimable = table.variance.merit is not None
    yield say("variances" if estimable else "variances_unestimated", known)
    trust = table.reliability
    shown = {"g": trust.g, "phi": trust.phi, "alpha": trust.alpha.interval}
    yield say("trust", {name: _points(value) for name, value in shown.items()})
    yield from _reliance(table, say)
    for step in table.ties:
        names = {"place": step.place, "entries": ", ".join(step.entries), "step": step.step}
        yield say("tie_shared" if step.step == "shared" else "tie", names)
    undecided = ", ".join(row.entry for row in table.undecided())
    if undecided:
        yield say("undecided", {"entries": undecided})
    for notice in table.notices:
        yield say(notice.code, notice.params)
    yield say("computed_by", {**asdict(table.engine), "digest": table.engine.digest[:12]})


def _reliance(table: Tabulation, say: Say) -> Iterable[str]:
    """How many jurors would do, and which one juror the first place or the cut hangs on."""
    if table.study and table.study.jurors_for_g:
        yield say("study", {"count": table.study.jurors_for_g, "goal": table.study.goal})
    first = tuple(row.entry for row in table.entries if row.place == 1)
    for row in (table.sensitivity and table.sensitivity.jurors) or ():
        if row.enters or row.leaves:
            crossing = {
                "enters": ", ".join(row.enters) or "—",
                "leaves": ", ".join(row.leaves) or "—",
            }
            yield say("without_cut", {"juror": row.juror, **crossing})
        if row.first != first:
            yield say("without_first", {"juror": row.juror, "entries": ", ".join(row.first)})


def _aligned(head: list[str], rows: list[list[str]], names: int) -> str:
    lines = [[one_line(cell) for cell in line] for line in (head, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == names else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _text(value: int | None) -> str:
    return "—" if value is None else str(value)


def _points(value: Fraction | float | None) -> str:
    return "—" if value is None else f"{float(value):.3f}"


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{value:+.3f}"


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} … {high}"
