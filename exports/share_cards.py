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
SIZES = (92, 80, 68, 56, 48, 42)
LINE, BETWEEN = 1.16, 0.36
"""From line to line, and between two headlines, in heights of the letters."""
TOP, BOTTOM = 150, 450
MOST_LINES = 4
BRASS = "#e3b54a"
EDITION = 3
"""Raise it when a card is drawn otherwise, so that old pictures are not taken for new ones."""


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What stands on the picture; headline: several, one a line; colour as #rrggbb."""

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
    font, headlines = _fitted(card.headline.split("\n"), width)
    top = (TOP + BOTTOM - _height(headlines, font.size)) / 2
    for lines in headlines:
        for line in lines:
            draw.text((EDGE, top), line, "white", font)
            top += font.size * LINE
        top += font.size * BETWEEN
    note = _cut(card.note, _font(SMALL, 34), width)
    draw.rounded_rectangle((EDGE, 484, EDGE + 96, 496), 6, fill=BRASS)
    draw.text((EDGE, SIZE[1] - EDGE), note, colours.soft, _font(SMALL, 34), anchor="ls")
    written = io.BytesIO()
    picture.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _fitted(texts: list[str], width: float) -> tuple[ImageFont.FreeTypeFont, list[list[str]]]:
    """The largest size at which every headline fits; at the smallest one they are cut."""
    font, headlines = _font(HEAD, SIZES[0]), [texts]
    for size in SIZES:
        font = _font(HEAD, size)
        headlines = [_wrapped(text, font, width) for text in texts]
        widest = max(font.getlength(line) for lines in headlines for line in lines)
        if widest <= width and _height(headlines, size) <= BOTTOM - TOP:
            return font, headlines
    most = MOST_LINES if len(texts) == 1 else 1
    return font, [
        [_cut(line, font, width) for line in (*lines[: most - 1], " ".join(lines[most - 1 :]))]
        for lines in headlines
    ]


def _height(headlines: list[list[str]], size: float) -> float:
    lines = sum(len(one) for one in headlines)
    return size * (lines * LINE + (len(headlines) - 1) * BETWEEN)


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
