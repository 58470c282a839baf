"""The five tables of ``award assign``: from rows to the words of the ``assignment`` package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assignment import Affinity, EntryNeed, JurorOffer, PairKey, Problem, find_conflicts
from assignment.model import THOUSANDTHS
from award.commands.assign_reading import NotPlain, plain_affinity, plain_pairs
from exports.errors import TableError, TableErrors
from exports.tables.reading import Row, Table, read_table, split_list

Read = TypeVar("Read")


class Tables:
    """The tables of one call.

    A row that names an entry or juror who is not listed is a TableError; ``lenient`` leaves it out
    and counts it in ``skipped``, because somebody who dropped out still stands in the older tables.
    Every method raises TableError or, with everything that is wrong with the rows of a table,
    TableErrors; each names file, row and column.
    """

    def __init__(
        self,
        entries: Path,
        jurors: Path,
        affinity: Path | None,
        conflicts: Path | None,
        *,
        lenient: bool,
    ) -> None:
        self._entries, self._jurors = entries, jurors
        self._affinity, self._conflicts = affinity, conflicts
        self._lenient = lenient
        self._known: dict[str, frozenset[str]] = {}
        self.skipped = 0

    def problem(self, per_entry: int) -> Problem:
        """Return the problem without kept pairs; a column ``per_entry`` beats the argument."""
        needs = tuple(_entries(read_table(self._entries), per_entry))
        offers = tuple(_jurors(read_table(self._jurors)))
        self._known = {
            "entry": frozenset(need.key for need in needs),
            "juror": frozenset(offer.key for offer in offers),
        }
        declared = self.pairs(self._conflicts) if self._conflicts else frozenset()
        found = find_conflicts(needs, offers, declared)
        if self._affinity:
            given = self._affinity_of(self._affinity, needs, offers)
            return Problem(needs, offers, given, conflicts=found)
        computed = Affinity(needs, offers)
        return Problem(needs, offers, computed.table, conflicts=found, reasons=computed.why)

    def pairs(self, path: Path) -> frozenset[PairKey]:
        """Return the pairs of a table ``entry,juror``; one that stands there twice counts once.

        To be called after ``problem``, which knows who is listed.
        """
        try:
            return plain_pairs(path, self._is_known)
        except NotPlain:
            table = read_table(path)
            table.require("entry", "juror")
            return frozenset(_each(table, lambda row: self._listed(table, row)))

    def _is_known(self, entry: str, juror: str) -> bool:
        return entry in self._known["entry"] and juror in self._known["juror"]

    def _affinity_of(
        self, path: Path, needs: Sequence[EntryNeed], offers: Sequence[JurorOffer]
    ) -> NDArray[np.integer] | dict[PairKey, int]:
        try:
            return plain_affinity(path, [e.key for e in needs], [j.key for j in offers])
        except NotPlain:
            return self._given(path)

    def _given(self, path: Path) -> dict[PairKey, int]:
        table = read_table(path)
        table.require("entry", "juror", "affinity")
        values: dict[PairKey, int] = {}

        def keep(row: Row) -> PairKey | None:
            pair = self._listed(table, row)
            if pair is None:
                return None
            value = table.decimal(row, "affinity")
            if not 0 <= value <= 1:
                raise table.error("affinity_range", row, "affinity", value=row["affinity"])
            if pair in values:
                raise table.error("pair_twice", row, entry=pair[0], juror=pair[1])
            values[pair] = round(value * THOUSANDTHS)
            return pair

        _each(table, keep)
        return values

    def _listed(self, table: Table, row: Row) -> PairKey | None:
        """The pair of a row; None where it names nobody who is listed and that is no mistake."""
        pair = table.text(row, "entry"), table.text(row, "juror")
        for column, value in zip(("entry", "juror"), pair, strict=True):
            if value not in self._known[column]:
                if not self._lenient:
                    raise table.error(f"unknown_{column}", row, column, value=value)
                self.skipped += 1
                return None
        return pair


def _each(table: Table, read: Callable[[Row], Read | None]) -> list[Read]:
    """Return what is read from the rows, without None; raise TableErrors with all that is wrong."""
    made, wrong = [], []
    for row in table.rows:
        try:
            found = read(row)
        except TableError as error:
            wrong.append(error)
        else:
            made += [] if found is None else [found]
    if wrong:
        raise TableErrors(wrong)
    return made


def _entries(table: Table, per_entry: int) -> list[EntryNeed]:
    table.require("entry")
    seen: dict[str, int] = {}

    def read(row: Row) -> EntryNeed:
        _check_once(table, row, "entry", seen)
        own = _count(table, row, "per_entry")
        return EntryNeed(
            key=row["entry"],
            per_entry=per_entry if own is None else own,
            topics=split_list(row.get("topics")),
            language=row.get("language"),
            region=row.get("region"),
            organisation=row.get("organisation"),
            category=row.get("category"),
            panel=row.get("panel"),
        )

    return _each(table, read)


def _jurors(table: Table) -> list[JurorOffer]:
    table.require("juror")
    seen: dict[str, int] = {}

    def read(row: Row) -> JurorOffer:
        _check_once(table, row, "juror", seen)
        minimum, maximum = _count(table, row, "min") or 0, _count(table, row, "max")
        if maximum is not None and minimum > maximum:
            raise table.error("minimum_above_maximum", row, "min", minimum=minimum, maximum=maximum)
        return JurorOffer(
            key=row["juror"],
            minimum=minimum,
            maximum=maximum,
            topics=split_list(row.get("topics")),
            languages=split_list(row.get("languages")),
            region=row.get("region"),
            organisation=row.get("organisation"),
            panel=row.get("panel"),
            email=row.get("email"),
        )

    return _each(table, read)


def _check_once(table: Table, row: Row, column: str, seen: dict[str, int]) -> None:
    """A row must name something that no row before it named."""
    key = table.text(row, column)
    if key in seen:
        raise table.error("listed_twice", row, column, value=key, first=seen[key])
    seen[key] = row.number


def _count(table: Table, row: Row, column: str) -> int | None:
    """Return a whole number from 0 on, None where the cell is empty or the column absent."""
    if not row.get(column):
        return None
    value: Decimal = table.decimal(row, column)
    if value != value.to_integral_value() or value < 0:
        raise table.error("not_a_count", row, column, value=row[column])
    return int(value)
