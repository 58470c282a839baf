"""The table of what to look at in a round while judging runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from award.results.tabulation.warning_queries import Warnings
from award.tables import Say, Table
from exports.tables.spreadsheets import Column


def warnings_table(
    found: Warnings,
    titles: Mapping[str, tuple[str, str]],
    names: Mapping[str, str],
    _: Say,
) -> Table:
    """What to look at in a round, a row each, the worst first, as the page shows it.

    titles: code -> (title, public id); names: a juror's public id -> name. points: a juror's
    distance below colleagues (negative: above) or an entry's gap; share from 0 to 1.
    """
    columns = (
        Column("kind", _("What")),
        Column("juror", _("Juror")),
        Column("entry", _("Code")),
        Column("project", _("Project")),
        Column("points", _("Points"), "number"),
        Column("count", _("Number"), "number"),
        Column("share", _("Reliability"), "number"),
    )
    words = {
        "apart": _("The assignment falls into parts"),
        "unreliable": _("The ranking is not reliable"),
        "far": _("A juror far from the colleagues"),
        "erratic": _("A juror who strays from the colleagues"),
        "split": _("An entry that splits the jury"),
    }
    return Table(columns, list(_warning_rows(found, titles, names)), {"kind": words})


def _warning_rows(
    found: Warnings, titles: Mapping[str, tuple[str, str]], names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    if found.apart:
        yield {"kind": "apart", "count": len(found.apart.parts)}
    if found.unreliable:
        weak = found.unreliable
        yield {"kind": "unreliable", "count": weak.jurors, "share": round(weak.g, 6)}
    for far in found.jurors:
        yield {
            "kind": "erratic" if far.erratic else "far",
            "juror": names.get(far.juror),
            "points": None if far.erratic else round(far.points, 6),
            "count": far.sheets,
        }
    for split in found.entries:
        yield {
            "kind": "split",
            "entry": split.entry,
            "project": titles.get(split.entry, ("", ""))[0],
            "points": round(split.gap, 6),
            "count": len(split.sheets),
        }
