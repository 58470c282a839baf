"""The picture that a shared link shows: a headline on a programme's own colour."""

from __future__ import annotations

import hashlib
import io
from dataclasses import astuple, dataclass

from PIL import Image, ImageDraw, ImageFont

from exports.pdf.assets import FONTS
from exports.pdf.drawing import palette

SIZE = (1200, 630)
EDGE = 80
HEAD, SMALL = "literata/Literata_600SemiBold.ttf", "onest/Onest_500Medium.ttf"
SIZES = (92, 80, 68, 56, 46)
MOST_LINES = 4
BRASS = "#e3b54a"
EDITION = 2
"""Raise it when a card is drawn otherwise, so that old pictures are not taken for new ones."""


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What stands on the picture; colour as #rrggbb."""

    programme: str
    headline: str
    note: str
    colour: str

    @property
    def mark(self) -> str:
        """Twelve hex digits that change with whatever the picture shows."""
        said = "\0".join([*astuple(self), str(EDITION)])
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def draw_card(card: ShareCard) -> bytes:
    """Return a card as PNG, 1200 x 630; a headline that is too long for it ends in an ellipsis.

    Raises ExportError ``colour_malformed``.
    """
    colours = palette(card.colour)
    picture = Image.new("RGB", SIZE, colours.stage)
    draw = ImageDraw.Draw(picture)
    width = SIZE[0] - 2 * EDGE
    draw.text((EDGE, EDGE), card.programme, "white", _font(SMALL, 34))
    font, lines = _fitted(card.headline, width)
    top = 300 - len(lines) * font.size * 0.58
    for number, line in enumerate(lines):
        draw.text((EDGE, top + number * font.size * 1.16), line, "white", font)
    note = _cut(card.note, _font(SMALL, 34), width)
    draw.rounded_rectangle((EDGE, 484, EDGE + 96, 496), 6, fill=BRASS)
    draw.text((EDGE, SIZE[1] - EDGE), note, colours.soft, _font(SMALL, 34), anchor="ls")
    written = io.BytesIO()
    picture.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _fitted(text: str, width: float) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest size at which the headline fits; at the smallest one it is cut."""
    font, lines = _font(HEAD, SIZES[0]), [text]
    for size in SIZES:
        font = _font(HEAD, size)
        lines = _wrapped(text, font, width)
        widest = max(font.getlength(line) for line in lines)
        if widest <= width and len(lines) * size <= 330 and len(lines) <= MOST_LINES:
            return font, lines
    rest = " ".join(lines[MOST_LINES - 1 :])
    kept = [*lines[: MOST_LINES - 1], rest]
    return font, [_cut(line, font, width) for line in kept]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in text.split(" "):  # not at spaces that hold together
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
