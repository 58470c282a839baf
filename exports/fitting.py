"""Setting a long name so that it fits: measured with the font's own advance widths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fontTools.ttLib import TTFont

from exports.rendering import FONTS

POINT = 25.4 / 72
SAFETY = 1.02


@dataclass(frozen=True, slots=True)
class Fit:
    """The size in points at which the text takes at most ``lines`` lines, none of them too wide."""

    size: float
    lines: int


def fit(text: str, font: str, width: float, sizes: tuple[tuple[float, int], ...]) -> Fit:
    """Return the first (size, most lines) of ``sizes`` at which the text fits into ``width`` mm.

    font is a path below the fonts folder. A word wider than the line may break anywhere. Where
    none fits, the last size shrinks until the text does: nothing is ever cut.
    """
    for size, lines in sizes:
        if needed(text, font, width, size) <= lines:
            return Fit(size, needed(text, font, width, size))
    size, lines = sizes[-1]
    while needed(text, font, width, size) > lines and size > 1:
        size *= 0.95
    return Fit(round(size, 2), needed(text, font, width, size))


def needed(text: str, font: str, width: float, size: float) -> int:
    """Return how many lines of ``width`` mm the text takes at ``size`` points, broken greedily."""
    room = width / POINT / size / SAFETY
    space = _width(" ", font)
    lines, used = 1, 0.0
    for word in text.split():
        wide = _width(word, font)
        if used and used + space + wide > room:
            lines, used = lines + 1, 0.0
        used += wide + (space if used else 0.0)
        if used > room:
            extra = int(used / room)
            lines, used = lines + extra, used - extra * room
    return lines


def _width(text: str, font: str) -> float:
    """The width in ems; a character that the font lacks counts as a full em."""
    advances, units = _metrics(font)
    return sum(advances.get(ord(character), units) for character in text) / units


@cache
def _metrics(font: str) -> tuple[dict[int, int], int]:
    with TTFont(FONTS / font, lazy=True) as opened:
        widths = opened["hmtx"].metrics
        advances = {code: widths[glyph][0] for code, glyph in opened.getBestCmap().items()}
        return advances, opened["head"].unitsPerEm
