"""Score sheets on paper, for a jury that meets without screens: a PDF a juror, a page an entry."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from exports.pdf.codes import matrix
from exports.pdf.drawing import palette
from exports.pdf.rendering import Translate, render_pdf

CELLS = 12
"""A scale of more steps than fit into a strip of cells gets a line to write on."""


@dataclass(frozen=True, slots=True)
class PaperCriterion:
    """One line of the rubric; levels are (points, text) of what anchors the scale, lowest first.

    comment_required: room for a few words on the criterion is printed below it.
    """

    title: str
    help: str
    minimum: Decimal
    maximum: Decimal
    step: Decimal
    required: bool = True
    levels: tuple[tuple[str, str], ...] = ()
    comment_required: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the cells of the strip, lowest first; empty where there are too many."""
        count = int((self.maximum - self.minimum) / self.step) + 1
        if count > CELLS:
            return ()
        return tuple(f"{(self.minimum + self.step * n).normalize():f}" for n in range(count))


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One entry to judge; url is where an organiser types the sheet in, printed as a QR code."""

    code: str
    title: str
    summary: str
    url: str


@dataclass(frozen=True, slots=True)
class PaperSheets:
    """All sheets of one juror in a round, in the order of her work."""

    programme: str
    season: str
    round: str
    juror: str
    language: str
    criteria: tuple[PaperCriterion, ...]
    entries: tuple[PaperEntry, ...]
    colour: str = "#0b6650"


def render_score_sheets(sheets: PaperSheets, translate: Translate) -> bytes:
    """Return the sheets as a PDF on A4, each entry on a page of its own.

    translate turns English msgids into ``sheets.language``. Raises ExportError colour_malformed or
    fonts_missing.
    """
    values: dict[str, Any] = {
        "sheets": sheets,
        "colours": palette(sheets.colour),
        "number": lambda value: f"{value.normalize():f}",
        "code": qr_code,
    }
    return render_pdf("score_sheets.html", values, translate=translate, language=sheets.language)


def qr_code(content: str, title: str) -> Markup:
    """Return a QR code as SVG, quiet zone included; title says what it is to who cannot see it."""
    modules = matrix(content)
    side = len(modules)
    dark = ((x, y) for y, line in enumerate(modules.tolist()) for x, on in enumerate(line) if on)
    path = "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}"><title>{1}</title><path d="{2}" fill="#000"/></svg>'
    ).format(side, title, path)
