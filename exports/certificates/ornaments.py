"""Ornaments that fill a page: an engraved frame, and hills below a rising sun.

SVG in millimetres with presentation attributes only, drawn from numbers and from colours that
``drawing.palette`` checked.
"""

from __future__ import annotations

import math

from markupsafe import Markup

from exports.pdf.drawing import Palette

# A cubic with its handles this far along follows half a sine wave within 1 %.
HANDLE = 0.3642
WAVE = 8.6
STRANDS = (-1.0, -0.66, -0.33, 0.33, 0.66, 1.0)
PETALS = 18


def engraved_frame(width: float, height: float, colours: Palette) -> Markup:
    """Return a braided border around a page of so many mm, rosettes in its corners and centre."""
    inset, reach = 13.0, 3.1
    strands = "".join(
        _strand(x, y, length, turned, reach * strand)
        for x, y, length, turned in _sides(width, height, inset)
        for strand in STRANDS
    )
    corners = "".join(
        _rosette(x, y, 5.6, 2.3, PETALS, colours.ink, 0.16)
        for x in (inset, width - inset)
        for y in (inset, height - inset)
    )
    rules = "".join(
        f'<rect x="{gap}" y="{gap}" width="{width - 2 * gap}" height="{height - 2 * gap}" '
        f'fill="none" stroke="{colours.ink}" stroke-width="{stroke}"/>'
        for gap, stroke in ((8.2, 0.5), (17.8, 0.2), (18.8, 0.45))
    )
    covers = "".join(
        f'<circle cx="{x}" cy="{y}" r="6.6" fill="#ffffff"/>'
        for x in (inset, width - inset)
        for y in (inset, height - inset)
    )
    middle = _rosette(width / 2, height * 0.5, 62, 25, 36, colours.pale, 0.35)
    return _svg(
        width,
        height,
        f'{middle}<path d="{strands}" fill="none" stroke="{colours.ink}" stroke-width="0.17"/>'
        f"{rules}{covers}{corners}",
    )


def hills(width: float, height: float, colours: Palette, sun: str) -> Markup:
    """Return a landscape of so many mm: four ranges of hills, the darkest in front, and a sun."""
    ranges = (
        (colours.pale, 0.725, 0.035, 1.25, 0.9),
        (colours.line, 0.765, 0.055, 1.6, 2.1),
        (colours.ink, 0.83, 0.05, 1.15, 4.3),
        (colours.stage, 0.90, 0.04, 1.4, 5.6),
    )
    drawn = "".join(_range(width, height, *values) for values in ranges)
    radius = 0.17 * min(width, height)
    disc = (
        f'<circle cx="{width * 0.8:.1f}" cy="{height * 0.70:.1f}" r="{radius:.1f}" fill="{sun}"/>'
    )
    return _svg(width, height, disc + drawn)


def _sides(width: float, height: float, inset: float) -> list[tuple[float, float, float, bool]]:
    across, down = width - 2 * inset, height - 2 * inset
    return [
        (inset, inset, across, False),
        (inset, height - inset, across, False),
        (inset, inset, down, True),
        (width - inset, inset, down, True),
    ]


def _strand(x: float, y: float, length: float, turned: bool, reach: float) -> str:
    """One sine wave along a side, in whole waves; ``turned`` runs down instead of across."""
    halves = 2 * round(length / WAVE)
    step = length / halves

    def at(along: float, across: float) -> str:
        u, v = (across, along) if turned else (along, across)
        return f"{x + u:.2f} {y + v:.2f}"

    written = [f"M{at(0, 0)}"]
    for half in range(halves):
        begin, up = half * step, reach * 4 / 3 * (1 if half % 2 else -1)
        written.append(
            f"C{at(begin + HANDLE * step, up)} {at(begin + (1 - HANDLE) * step, up)} "
            f"{at(begin + step, 0)}"
        )
    return "".join(written)


def _rosette(
    x: float, y: float, reach: float, thin: float, petals: int, colour: str, stroke: float
) -> str:
    turns = "".join(
        f'<ellipse rx="{reach}" ry="{thin}" transform="rotate({180 * turn / petals:.1f})"/>'
        for turn in range(petals)
    )
    return (
        f'<g transform="translate({x:.2f} {y:.2f})" fill="none" stroke="{colour}" '
        f'stroke-width="{stroke}">{turns}</g>'
    )


def _range(
    width: float, height: float, colour: str, base: float, swing: float, waves: float, phase: float
) -> str:
    points = 7

    def at(step: float) -> tuple[float, float]:
        angle = phase + waves * 2 * math.pi * step / points
        return width * step / points, height * (
            base + swing * math.sin(angle) * 0.6 + swing * 0.35 * math.sin(2.3 * angle)
        )

    def slope(step: float) -> float:
        return (at(step + 0.01)[1] - at(step - 0.01)[1]) / (at(step + 0.01)[0] - at(step - 0.01)[0])

    third = width / points / 3
    path = [f"M{at(0)[0]:.1f} {at(0)[1]:.1f}"]
    for step in range(points):
        (x, y), (u, v) = at(step), at(step + 1)
        path.append(
            f"C{x + third:.1f} {y + third * slope(step):.1f} "
            f"{u - third:.1f} {v - third * slope(step + 1):.1f} {u:.1f} {v:.1f}"
        )
    return f'<path d="{"".join(path)}V{height}H0Z" fill="{colour}"/>'


def _svg(width: float, height: float, drawn: str) -> Markup:
    return Markup(  # noqa: S704 - numbers and checked colours
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}mm" height="{height:g}mm" '
        f'role="presentation">{drawn}</svg>'
    )
