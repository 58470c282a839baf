"""Plates: a designed page laid out once, with holes into which each person's texts are set.

A design is an HTML page. Where it says ``{{ slot("name") }}`` it gets one line of marks for each
line that the person's text needs, at the size at which it fits; so the page is laid out by the same
rules whatever the text is, and pages that differ in their texts alone share one plate. The marks
are then found in the page's drawing and replaced. Tags, fonts and colours of the page stay.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from markupsafe import Markup

from exports.errors import ExportError
from exports.pdf.assets import Asset
from exports.pdf.rendering import lay_out
from exports.pdf.subsets import FontSet
from exports.pdf.typesetting import Setting, width_of

# Narrow, in every font of ours, and in nobody's name.
MARK = "¦"
LINE = Markup('<span style="display:block;white-space:nowrap;font-size:{}pt">{}</span>')
KEPT_PLATES = 48
# How the place of a picture that differs from person to person is found again.
BLANK_SIDE = 37


@dataclass(frozen=True, slots=True)
class Hole:
    """One line of a slot: its anchor on the page, and how far left of it a line begins.

    lean is 0 for a text that begins at the anchor, 0.5 for one centred on it, 1 for one that ends
    there; size is the type size in the page's units.
    """

    slot: str
    line: int
    x: float
    y: str
    lean: float
    size: float


@dataclass(frozen=True, slots=True)
class Plate:
    """A page with holes: its file, and its drawing cut at the holes (one part more than holes)."""

    pdf: bytes
    parts: tuple[bytes, ...]
    holes: tuple[Hole, ...]
    picture: str

    def drawn(self, settings: Mapping[str, Setting], fonts: FontSet) -> bytes:
        """Return the drawing of the page with these texts in its holes."""
        out = [self.parts[0]]
        for hole, part in zip(self.holes, self.parts[1:], strict=True):
            line = settings[hole.slot].lines[hole.line]
            x = hole.x - hole.lean * width_of(line) * hole.size
            out += [f"1 0 0 -1 {x:.4f} {hole.y} Tm\n".encode(), fonts.show(line, hole.size), part]
        return b"".join(out)


Page = Callable[[Callable[[str], Markup]], str]


class PlateStore:
    """The plates of a process, the least recently used of which gives way."""

    def __init__(self, most: int = KEPT_PLATES) -> None:
        self._plates: OrderedDict[bytes, Plate] = OrderedDict()
        self._most, self._lock = most, threading.Lock()

    def plate(
        self, page: Page, sheet: str, assets: Mapping[str, Asset], settings: Mapping[str, Setting]
    ) -> Plate:
        """Return the plate of a page, made unless there is one.

        page prints the design's HTML with the ``slot`` function that it is given. Raises
        ExportError ``slot_lost`` (``slot``) where the design hides a slot, ``design_overflows``
        where it takes more than a page, and what ``lay_out`` raises.
        """
        html = page(_marks(settings, 0))
        key = _key(html, sheet, assets)
        with self._lock:
            if key in self._plates:
                self._plates.move_to_end(key)
                return self._plates[key]
        made = _made(html, page(_marks(settings, _count(settings))), sheet, assets, settings)
        with self._lock:
            self._plates[key] = made
            while len(self._plates) > self._most:
                self._plates.popitem(last=False)
        return made


def _marks(settings: Mapping[str, Setting], more: int) -> Callable[[str], Markup]:
    """Return the ``slot`` function: the n-th line of all is n + 1 + ``more`` marks wide."""
    numbers = {key: number for number, key in enumerate(_lines(settings), start=1 + more)}

    def slot(name: str) -> Markup:
        return Markup("").join(
            LINE.format(settings[name].size, MARK * numbers[name, line])
            for line in range(len(settings[name].lines))
        )

    return slot


def _lines(settings: Mapping[str, Setting]) -> Iterable[tuple[str, int]]:
    return ((name, n) for name, one in settings.items() for n in range(len(one.lines)))


def _count(settings: Mapping[str, Setting]) -> int:
    return sum(len(one.lines) for one in settings.values())


def _key(html: str, sheet: str, assets: Mapping[str, Asset]) -> bytes:
    digest = hashlib.sha256()
    for part in (html.encode(), sheet.encode(), *(one.content for one in assets.values())):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def _made(
    html: str,
    wider: str,
    sheet: str,
    assets: Mapping[str, Asset],
    settings: Mapping[str, Setting],
) -> Plate:
    """Lay the page out twice, with marks of two widths: their places tell how a text leans."""
    keys = list(_lines(settings))
    pdf = lay_out(html, sheet, assets)
    with (
        pikepdf.open(io.BytesIO(pdf)) as first,
        pikepdf.open(io.BytesIO(lay_out(wider, sheet, assets))) as second,
    ):
        if len(first.pages) != 1:
            raise ExportError("design_overflows")
        found = _found(first)
        widened = {mark.marks - len(keys): mark for mark in _found(second)}
        order = [mark for mark in found if 1 <= mark.marks <= len(keys)]
        present = {mark.marks for mark in order if mark.marks in widened}
        for number, (slot, _) in enumerate(keys, start=1):
            if number not in present:
                raise ExportError("slot_lost", slot=slot)
        parts, at = [], 0
        operators = list(pikepdf.parse_content_stream(first.pages[0]))
        for mark in order:
            parts.append(operators[at : mark.begins])
            at = mark.ends + 1
        parts.append(operators[at:])
        holes = tuple(_hole(keys[mark.marks - 1], mark, widened[mark.marks]) for mark in order)
        picture = _blank_picture(first)
        kept = _without_unused_fonts(first, parts)
    drawn = tuple(pikepdf.unparse_content_stream(part) + b"\n" for part in parts)
    return Plate(kept, drawn, holes, picture)


def _without_unused_fonts(pdf: pikepdf.Pdf, parts: list[list[Any]]) -> bytes:
    """Return the file without its old drawing and the fonts that nothing but marks was set in."""
    used = {str(one.operands[0]) for part in parts for one in part if str(one.operator) == "Tf"}
    fonts = pdf.pages[0].Resources.Font
    for form in pdf.pages[0].Resources.get("/XObject", pikepdf.Dictionary()).values():
        if "/Font" in form.get("/Resources", pikepdf.Dictionary()):
            used |= {str(name) for name in form.Resources.Font}
    for name in [str(name) for name in fonts if str(name) not in used]:
        del fonts[name]
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"")
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()


@dataclass(frozen=True, slots=True)
class _Mark:
    """Marks in a drawing: operators ``begins`` (Tm) to ``ends`` (TJ), where and how wide."""

    marks: int
    begins: int
    ends: int
    x: float
    y: str
    size: float
    advance: float


def _found(pdf: pikepdf.Pdf) -> list[_Mark]:
    fonts = {str(name): font for name, font in pdf.pages[0].Resources.Font.items()}
    glyphs = {name: _mark_glyph(font) for name, font in fonts.items()}
    found, begins, place, font, size = [], 0, (0.0, "0"), "", 0.0
    for number, one in enumerate(pikepdf.parse_content_stream(pdf.pages[0])):
        operands = one.operands
        match str(one.operator):
            case "Tm":
                begins, place = number, (float(operands[4]), str(operands[5]))
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "TJ" | "Tj":
                shown = _shown(operands[0])
                code, advance = glyphs[font]
                if code and shown and not shown.replace(code, b""):
                    wide = len(shown) // len(code)
                    found.append(_Mark(wide, begins, number, *place, size, advance * wide * size))
    return found


def _shown(operand: Any) -> bytes:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    return b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))


def _mark_glyph(font: pikepdf.Object) -> tuple[bytes, float]:
    """Return the code of the mark in a font of the page, and its advance in ems; b"" if absent."""
    mapped = font.ToUnicode.read_bytes().decode("ascii", "replace")
    for row in mapped.splitlines():
        code, _, text = row.partition("> <")
        if text.rstrip(">").lower() == f"{ord(MARK):04x}":
            number = int(code.lstrip("<"), 16)
            return number.to_bytes(2, "big"), _widths(font).get(number, 0) / 1000
    return b"", 0.0


def _widths(font: pikepdf.Object) -> dict[int, float]:
    widths: dict[int, float] = {}
    table = list(font.DescendantFonts[0].W)
    while table:
        first, second = int(table.pop(0)), table.pop(0)
        if isinstance(second, pikepdf.Array):
            widths |= {first + n: float(width) for n, width in enumerate(second)}
        else:
            widths |= dict.fromkeys(range(first, int(second) + 1), float(table.pop(0)))
    return widths


def _hole(key: tuple[str, int], narrow: _Mark, wide: _Mark) -> Hole:
    grown = wide.advance - narrow.advance
    lean = round(2 * (narrow.x - wide.x) / grown) / 2 if grown else 0.0
    return Hole(*key, narrow.x + lean * narrow.advance, narrow.y, lean, narrow.size)


def _blank_picture(pdf: pikepdf.Pdf) -> str:
    """Return the name under which the page draws the blank picture, "" where it does not."""
    for name, drawn in pdf.pages[0].Resources.get("/XObject", pikepdf.Dictionary()).items():
        if drawn.get("/Width") == drawn.get("/Height") == BLANK_SIDE:
            return str(name)
    return ""
