"""Designs of certificates: an HTML page, its sheet, and how large each text of it may be.

``certificate_NAME.toml`` holds, for each orientation, a table for each text: font (a key of
``typesetting.CHAINS``), width in mm, and sizes, a list of [points, most lines], the largest first.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from exports.errors import ExportError
from exports.pdf.rendering import TEMPLATES
from exports.pdf.typesetting import CHAINS, Setting, fit

NAMES = ("classic", "engraved", "horizon")
ORIENTATIONS = ("landscape", "portrait")
# What differs from person to person; a design must show it through slot().
VARYING = ("name", "project", "prize", "number")


@dataclass(frozen=True, slots=True)
class Slot:
    """How a text may be set: the font, the width in mm, and sizes with their most lines."""

    font: str
    width: float
    sizes: tuple[tuple[float, int], ...]

    def set(self, text: str) -> Setting:
        """Set a text; raises what ``typesetting.fit`` raises."""
        return fit(text, self.font, self.width, self.sizes)


@dataclass(frozen=True, slots=True)
class Design:
    """A design in one orientation; own is the folder of an organiser's own design, else None."""

    template: str
    orientation: str
    sheet: str
    slots: Mapping[str, Slot]
    own: Path | None = None


def design(name: str, orientation: str = "landscape") -> Design:
    """Return one of NAMES, or the design whose HTML file ``name`` is a path of.

    Raises ExportError template_unknown, orientation_unknown, or for an own design design_unreadable
    (``why``) where its sheet or its table of sizes is missing or wrong.
    """
    if name in NAMES:
        return _read(TEMPLATES, f"certificate_{name}.html", orientation, None)
    path = Path(name)
    if path.suffix != ".html" or not path.is_file():
        raise ExportError("template_unknown", value=name, known=", ".join(NAMES))
    return _read(path.resolve().parent, path.name, orientation, path.resolve().parent)


@cache
def _read(folder: Path, template: str, orientation: str, own: Path | None) -> Design:
    if orientation not in ORIENTATIONS:
        raise ExportError("orientation_unknown", value=orientation, known=", ".join(ORIENTATIONS))
    file = folder / template
    try:
        sheet = file.with_suffix(".css").read_text("utf-8")
        table = tomllib.loads(file.with_suffix(".toml").read_text("utf-8"))
        slots = {name: _slot(value) for name, value in table[orientation].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExportError("design_unreadable", why=str(error)) from None
    for name in VARYING:
        if name not in slots:
            raise ExportError("design_unreadable", why=f"{orientation}.{name}")
    return Design(template, orientation, sheet, slots, own)


def _slot(value: Mapping[str, Any]) -> Slot:
    if value["font"] not in CHAINS:
        raise ValueError(value["font"])
    sizes = tuple((float(size), int(lines)) for size, lines in value["sizes"])
    return Slot(value["font"], float(value["width"]), sizes)
