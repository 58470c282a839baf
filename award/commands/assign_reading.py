"""Large plain tables of pairs, a line at a time: millions of rows in little memory.

Whatever is not plain (quotes, other encodings, XLSX, a row of another width, a value that is none)
is left to ``exports.tables.reading``, which is slower and says what is wrong, and where.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assignment import PairKey
from assignment.model import THOUSANDTHS
from exports.errors import TableError
from exports.tables.reading import DELIMITERS, fold, parse_decimal

ABSENT = -1


class NotPlain(Exception):
    """The table needs the careful reader."""


def plain_rows(path: Path, columns: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells of the named columns, row by row; raise NotPlain where they are not plain."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise NotPlain from None
    if not text or '"' in text or "\0" in text or content.startswith(b"PK"):
        raise NotPlain
    lines = io.StringIO(text)
    header = lines.readline()
    delimiters = [mark for mark in DELIMITERS if mark in header]
    if len(delimiters) != 1:
        raise NotPlain
    names = [fold(name) for name in header.split(delimiters[0])]
    if len(set(names)) != len(names) or not set(columns) <= set(names):
        raise NotPlain
    yield from _cells(lines, delimiters[0], len(names), [names.index(name) for name in columns])


def _cells(
    lines: io.StringIO, delimiter: str, width: int, places: Sequence[int]
) -> Iterator[list[str]]:
    for line in lines:
        cells = line.split(delimiter)
        if len(cells) == width:
            yield [cells[place].strip() for place in places]
        elif line.strip():
            raise NotPlain


def plain_pairs(path: Path, known: Callable[[str, str], bool]) -> frozenset[PairKey]:
    """Return the pairs of a table ``entry,juror``, all of which must be known."""
    pairs: set[PairKey] = set()
    for entry, juror in plain_rows(path, ("entry", "juror")):
        if not known(entry, juror):
            raise NotPlain
        pairs.add((entry, juror))
    return frozenset(pairs)


def plain_affinity(
    path: Path, entries: Sequence[str], jurors: Sequence[str]
) -> NDArray[np.integer]:
    """Return the table of affinities, in thousandths; an absent pair is 0."""
    rows = {key: at * len(jurors) for at, key in enumerate(entries)}
    columns = {key: at for at, key in enumerate(jurors)}
    values: dict[str, int] = {}
    table = np.full(len(entries) * len(jurors), ABSENT, dtype=np.int16)
    view = table.data
    try:
        for entry, juror, text in plain_rows(path, ("entry", "juror", "affinity")):
            place = rows[entry] + columns[juror]
            if view[place] != ABSENT:
                raise NotPlain
            if text not in values:
                values[text] = _thousandths(text)
            view[place] = values[text]
    except KeyError:
        raise NotPlain from None
    table[table == ABSENT] = 0
    return table.reshape(len(entries), len(jurors))


def _thousandths(text: str) -> int:
    try:
        value = parse_decimal(text)
    except TableError:
        raise NotPlain from None
    if not 0 <= value <= 1:
        raise NotPlain
    return round(value * THOUSANDTHS)
