"""Setting a line of text: letters to glyphs, glyphs to lines that fit, in the fonts we ship.

HarfBuzz shapes, so widths are what a reader sees. A letter that the wanted font lacks comes from
the next font of its chain; one that no font has is reported, never printed as an empty box.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from exports.errors import ExportError
from exports.pdf.assets import FONTS

FEATURES = {"liga": False, "clig": False, "dlig": False, "calt": False}
NOTO = "noto-serif{0}/noto-serif{0}-{1}-{2}.woff2"
SCRIPTS = (("", "cyrillic-ext"), ("-georgian", "georgian"), ("-armenian", "armenian"))
REGULAR = tuple(NOTO.format(*script, "400-normal") for script in SCRIPTS)
BOLD = tuple(NOTO.format(*script, "600-normal") for script in SCRIPTS)
CHAINS = {
    "literata": ("literata/Literata_400Regular.ttf", *REGULAR),
    "literata-italic": (
        "literata/Literata_400Regular_Italic.ttf",
        NOTO.format(*SCRIPTS[0], "400-italic"),
        "literata/Literata_400Regular.ttf",
        *REGULAR,
    ),
    "literata-semibold": ("literata/Literata_600SemiBold.ttf", *BOLD),
    "onest": ("onest/Onest_400Regular.ttf", "literata/Literata_400Regular.ttf", *REGULAR),
    "onest-medium": ("onest/Onest_500Medium.ttf", "literata/Literata_400Regular.ttf", *REGULAR),
    "onest-semibold": ("onest/Onest_600SemiBold.ttf", "literata/Literata_600SemiBold.ttf", *BOLD),
}
POINT = 25.4 / 72
SMALLEST = 7.0
SKIPPED = frozenset({"Cf", "Cs", "Co", "Cn"})
BREAK_AFTER = re.compile(r"(?<=[-–—/])")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph; advance, natural (unkerned) and rise are in ems, text is what it stands for."""

    face: str
    gid: int
    text: str
    advance: float
    natural: float
    shift: float = 0.0
    rise: float = 0.0


Line = tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A text as it is set: the size in points and its lines, each at most as wide as allowed."""

    size: float
    lines: tuple[Line, ...]


def fit(text: str, font: str, width: float, sizes: Sequence[tuple[float, int]]) -> Setting:
    """Set the text at the first (size, most lines) of ``sizes`` at which it fits into ``width`` mm.

    font is a key of CHAINS. Lines are made even, broken at blanks and after hyphens, inside a word
    only where one is wider than the line at the last size. Where no size fits, the last shrinks;
    below 7 points nobody could read it: ExportError ``print_too_long`` (``text``). Raises
    ``letters_missing`` (``letters``) for what no font of ours can print. "" gives no lines.
    """
    words = [shape(word, font) for word in _words(printable(text))]
    if not words:
        return Setting(sizes[0][0], ())
    for size, most in sizes:
        lines = _broken(words, font, width / POINT / size)
        if lines and len(lines) <= most:
            return Setting(size, lines)
    size, most = sizes[-1]
    while size >= min(SMALLEST, sizes[-1][0]):
        lines = _broken(_split(words, width / POINT / size), font, width / POINT / size)
        if lines and len(lines) <= most:
            return Setting(round(size, 2), lines)
        size *= 0.97
    raise ExportError("print_too_long", text=text[:60])


def printable(text: str) -> str:
    """Return the text composed, blanks single, without control and direction marks."""
    categories = ((c, unicodedata.category(c)) for c in unicodedata.normalize("NFC", text))
    kept = (" " if kind == "Cc" else c for c, kind in categories if kind not in SKIPPED)
    return " ".join("".join(kept).split())


def width_of(line: Sequence[Glyph]) -> float:
    """Return how wide a line is, in ems."""
    return sum(glyph.advance for glyph in line)


@lru_cache(maxsize=4096)
def shape(word: str, font: str) -> Line:
    """Return the glyphs of a word without blanks, in order."""
    glyphs: list[Glyph] = []
    for face, part in _runs(word, font):
        glyphs += _shaped(face, part)
    return tuple(glyphs)


def face_of(path: str) -> hb.Face:
    """Return the opened font of a path below the fonts folder."""
    return _opened(path)[0]


def _words(text: str) -> list[str]:
    """Words, each with its blank before it unless it follows a hyphen inside a word."""
    return [
        ("" if n else " ") + part
        for word in text.split()
        for n, part in enumerate(filter(None, BREAK_AFTER.split(word)))
    ]


def _broken(words: Sequence[Line], font: str, room: float) -> tuple[Line, ...]:
    """Break greedily, then as evenly as the number of lines allows; () where a word is too wide."""
    bare = [_bare(word) for word in words]
    if max(map(width_of, bare)) > room:
        return ()
    lines = _greedy(words, room)
    low, high = max(map(width_of, bare)), room
    for _ in range(12 if len(lines) > 1 else 0):
        middle = (low + high) / 2
        tried = _greedy(words, middle)
        low, high = (low, middle) if len(tried) <= len(lines) else (middle, high)
        lines = tried if len(tried) <= len(lines) else lines
    return tuple(lines)


def _greedy(words: Sequence[Line], room: float) -> list[Line]:
    lines: list[list[Glyph]] = []
    used = 0.0
    for word in words:
        if lines and used + width_of(word) <= room:
            lines[-1].extend(word)
            used += width_of(word)
        else:
            lines.append(list(_bare(word)))
            used = width_of(lines[-1])
    return [tuple(line) for line in lines]


def _bare(word: Line) -> Line:
    return word[1:] if word and word[0].text == " " else word


def _split(words: Sequence[Line], room: float) -> list[Line]:
    """Cut words that are wider than a line into pieces that are not."""
    pieces: list[Line] = []
    for word in words:
        piece: list[Glyph] = []
        for glyph in word:
            if piece and width_of(_bare((*piece, glyph))) > room:
                pieces.append(tuple(piece))
                piece = []
            piece.append(glyph)
        pieces.append(tuple(piece))
    return pieces


def _runs(text: str, font: str) -> Iterator[tuple[str, str]]:
    """Yield (face, text) runs; a mark or a blank stays with the letter before it if it can."""
    current, run = "", ""
    for character in text:
        stays = current and (character == " " or unicodedata.combining(character))
        has = current and ord(character) in _opened(current)[2]
        face = current if stays and has else _face_for(character, font)
        if face != current and run:
            yield current, run
            run = ""
        current, run = face, run + character
    if run:
        yield current, run


def _face_for(character: str, font: str) -> str:
    for face in CHAINS[font]:
        if ord(character) in _opened(face)[2]:
            return face
    raise ExportError("letters_missing", letters=character)


def _shaped(path: str, text: str) -> list[Glyph]:
    face, font, _ = _opened(path)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, FEATURES)
    placed = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    ends = [info.cluster for info, _ in placed[1:]] + [len(text)]
    return [
        Glyph(
            face=path,
            gid=info.codepoint,
            text=text[info.cluster : max(end, info.cluster)],
            advance=position.x_advance / face.upem,
            natural=font.get_glyph_h_advance(info.codepoint) / face.upem,
            shift=position.x_offset / face.upem,
            rise=position.y_offset / face.upem,
        )
        for (info, position), end in zip(placed, ends, strict=True)
    ]


@cache
def _opened(path: str) -> tuple[hb.Face, hb.Font, frozenset[int]]:
    file = FONTS / path
    if not file.exists():
        raise ExportError("fonts_missing", file=str(file))
    face = hb.Face(hb.Blob(_plain(file.read_bytes())))
    return face, hb.Font(face), frozenset(face.unicodes)


def _plain(content: bytes) -> bytes:
    """Return a font as HarfBuzz reads it: what is packed as WOFF2 for the web is unpacked."""
    if content[:4] != b"wOF2":
        return content
    unpacked = io.BytesIO()
    with TTFont(io.BytesIO(content)) as opened:
        opened.flavor = None
        opened.save(unpacked)
    return unpacked.getvalue()
