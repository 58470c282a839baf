"""Drawn ornaments and the colours derived from a programme's one colour.

SVG with presentation attributes only: WeasyPrint ignores page CSS inside an SVG.
"""

from __future__ import annotations

import colorsys
import math
import re
from dataclasses import dataclass

from markupsafe import Markup

from exports.errors import ExportError

LEAVES = 11
CENTRE = 200.0
RADIUS = 160.0
DARK_ENOUGH = 9.0
READABLE = 5.0


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a page, as #rrggbb.

    A dark stage, soft for small words on it, a pale stage, and ink that reads on white.
    """

    stage: str
    soft: str
    pale: str
    ink: str
    line: str


def palette(colour: str) -> Palette:
    """Return the colours derived from ``colour`` (#rrggbb), readable whatever it is.

    The stage carries white text at 9:1 or better, the ink reads on white at 5:1 or better. Raises
    ExportError ``colour_malformed``.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ExportError("colour_malformed", value=colour)
    hue, light, vivid = colorsys.rgb_to_hls(*_channels(colour))
    return Palette(
        stage=_darkened(hue, min(light, 0.15), vivid, DARK_ENOUGH),
        soft=_hex(hue, 0.82, min(vivid, 0.22)),
        pale=_hex(hue, 0.945, min(vivid, 0.35)),
        ink=_darkened(hue, light, vivid, READABLE),
        line=_hex(hue, 0.80, min(vivid, 0.25)),
    )


def contrast_with_white(colour: str) -> float:
    """Return the WCAG contrast ratio of the colour with white, 1 to 21."""
    red, green, blue = (_linear(value) for value in _channels(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def laurel(leaf: str, shade: str, vein: str) -> Markup:
    """Return two laurel branches that meet below, on a field of 400 x 400."""
    branch = "".join(_leaves(leaf, shade, vein))
    start, end = _point(math.pi * 0.5), _point(math.pi * 1.4)
    stem = (
        f'<path d="M{start}A{RADIUS:.0f} {RADIUS:.0f} 0 0 1 {end}" '
        f'stroke="{shade}" stroke-width="4" fill="none"/>'
    )
    # The text is made of numbers and of colours that palette() checked.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 400 400" role="presentation"><g>{stem}{branch}</g>'
        f'<g transform="matrix(-1 0 0 1 400 0)">{stem}{branch}</g></svg>'
    )


def _leaves(leaf: str, shade: str, vein: str) -> list[str]:
    drawn = []
    for position in range(LEAVES):
        angle = math.pi * (0.52 + 0.86 * position / (LEAVES - 1))
        x, y = CENTRE + RADIUS * math.cos(angle), CENTRE + RADIUS * math.sin(angle)
        length = 58 - 2.2 * position
        for side in (1, -1):
            turned = angle + math.pi / 2 + side * 0.62
            drawn.append(_leaf(x, y, length, turned, leaf if side > 0 else shade, vein))
    return drawn


def _leaf(x: float, y: float, length: float, angle: float, fill: str, vein: str) -> str:
    cosine, sine, width = math.cos(angle), math.sin(angle), length * 0.2

    def at(along: float, across: float) -> str:
        u, v = along * length, across * width
        return f"{x + u * cosine - v * sine:.1f} {y + u * sine + v * cosine:.1f}"

    edge = (
        f"M{at(0, 0)}C{at(0.25, -1)} {at(0.7, -1)} {at(1, 0)}"
        f"C{at(0.7, 1)} {at(0.25, 1)} {at(0, 0)}Z"
    )
    ribs = "".join(
        f"M{at(k, 0)}L{at(k + 0.13, side * 0.52)}" for k in (0.22, 0.4, 0.58) for side in (-1, 1)
    )
    return (
        f'<path d="{edge}" fill="{fill}"/>'
        f'<path d="M{at(0, 0)}L{at(0.94, 0)}{ribs}" stroke="{vein}" '
        'stroke-width="1.5" fill="none"/>'
    )


def _point(angle: float) -> str:
    return f"{CENTRE + RADIUS * math.cos(angle):.1f} {CENTRE + RADIUS * math.sin(angle):.1f}"


def _darkened(hue: float, light: float, vivid: float, contrast: float) -> str:
    while contrast_with_white(_hex(hue, light, vivid)) < contrast:
        light -= 0.01
    return _hex(hue, light, vivid)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _hex(hue: float, light: float, vivid: float) -> str:
    channels = colorsys.hls_to_rgb(hue, max(light, 0.0), vivid)
    return "#" + "".join(f"{round(value * 255):02x}" for value in channels)
