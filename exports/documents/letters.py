"""A team's feedback letter: its own points against the field's, and what the jurors wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from markupsafe import Markup

from exports.documents.protocol import OUTCOMES
from exports.pdf.drawing import palette
from exports.pdf.rendering import Translate, render_pdf

WIDTH, HEIGHT, EDGE = 482.0, 24.0, 7.0
FEW = 5
"""In a smaller field single points would tell whose they are: then no field is drawn."""


@dataclass(frozen=True, slots=True)
class LetterCriterion:
    """The team's mean on one criterion, None where nobody answered; field: all entries' means."""

    title: str
    mean: float | None
    minimum: float
    maximum: float
    field: tuple[float, ...] = ()

    @property
    def middle(self) -> tuple[float, float] | None:
        """Between which points the middle half of the field lies; None in a field too small."""
        if len(self.field) < FEW:
            return None
        low, _median, high = quantiles(self.field, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True, slots=True)
class LetterRound:
    """One round; key is its public id. entries counts those that were ranked.

    outcome: a key of ``exports.documents.protocol.OUTCOMES``. place: None where it is not told.
    """

    key: str
    name: str
    outcome: str
    place: int | None
    entries: int
    jurors: int
    prizes: tuple[str, ...]
    criteria: tuple[LetterCriterion, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter to one team, the latest round first. No juror is named anywhere in it."""

    programme: str
    season: str
    title: str
    code: str
    language: str
    rounds: tuple[LetterRound, ...]
    colour: str = "#0b6650"


def render_letter(letter: Letter, translate: Translate) -> bytes:
    """Return the letter as a PDF on A4 pages.

    translate turns English msgids into ``letter.language``. Raises ExportError colour_malformed or
    fonts_missing.
    """
    colours = palette(letter.colour)
    values: dict[str, Any] = {
        "letter": letter,
        "colours": colours,
        "number": lambda value, digits=1: spoken(value, letter.language, digits),
        "word": lambda code: translate(OUTCOMES[code]) if OUTCOMES.get(code) else code,
        "strip": lambda one: _strip(one, colours.ink, colours.line, colours.pale),
    }
    return render_pdf("letter.html", values, translate=translate, language=letter.language)


def spoken(value: float | None, language: str, digits: int = 1) -> str:
    """Return a number as the language writes it, "—" for None."""
    if value is None:
        return "—"
    pattern = "#,##0." + ("0" * digits if digits else "#")
    return str(format_decimal(value, pattern, locale=Locale.parse(language)))


def _strip(one: LetterCriterion, ink: str, line: str, pale: str) -> Markup:
    """Draw the scale as a line: the field's middle half a band, each entry a tick, the team a dot.

    All parts are numbers, and colours that palette() checked.
    """
    parts = [_segment(EDGE, WIDTH - EDGE, line, 1.2)]
    if one.middle is not None:
        low, high = (_at(value, one) for value in one.middle)
        parts.insert(0, _band(low, max(high - low, 2), pale))
        parts.append(_ticks({round(_at(value, one), 1) for value in one.field}, line))
    parts += [_end(EDGE, ink), _end(WIDTH - EDGE, ink)]
    if one.mean is not None:
        parts.append(f'<circle cx="{_at(one.mean, one):.1f}" cy="12" r="6" fill="{ink}"/>')
    return Markup(f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">{"".join(parts)}</svg>')  # noqa: S704


def _at(value: float, one: LetterCriterion) -> float:
    share = (value - one.minimum) / (one.maximum - one.minimum)
    return EDGE + (WIDTH - 2 * EDGE) * min(max(share, 0.0), 1.0)


def _segment(start: float, end: float, colour: str, width: float) -> str:
    return f'<path d="M{start:.1f} 12H{end:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _band(start: float, width: float, colour: str) -> str:
    return f'<rect x="{start:.1f}" y="4" width="{width:.1f}" height="16" fill="{colour}"/>'


def _ticks(places: set[float], colour: str) -> str:
    """One path for all: each path is laid out anew, which made a letter of 200 entries slow."""
    lines = "".join(f"M{x} 7V17" for x in sorted(places))
    return f'<path d="{lines}" stroke="{colour}" stroke-width="1"/>'


def _end(x: float, colour: str) -> str:
    return f'<path d="M{x:.1f} 8V16" stroke="{colour}" stroke-width="1.2"/>'


def middle_text(one: LetterCriterion, language: str) -> Sequence[str]:
    """Return both ends of the field's middle half as the language writes them; empty for none."""
    return [] if one.middle is None else [spoken(value, language) for value in one.middle]
