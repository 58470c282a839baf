"""Fonts of one PDF: only the letters it shows, each of which can be copied as what it is."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence

import pikepdf
import uharfbuzz as hb
from pikepdf import Array, Dictionary, Name, String

from exports.pdf.typesetting import Glyph, face_of

DROPPED = ("GSUB", "GPOS", "GDEF", "STAT", "DSIG", "kern", "name", "post", "OS/2")
FLAGS = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
SYMBOLIC = 4
CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class FontSet:
    """The glyphs that a page shows beside its printed form.

    Each (glyph, text) pair gets a code of its own: a Latin A and a Cyrillic А share a glyph in many
    fonts, and would be copied and searched as one letter.
    """

    def __init__(self) -> None:
        self._codes: dict[str, dict[tuple[int, str], int]] = {}
        self._widths: dict[str, list[float]] = {}

    def show(self, line: Sequence[Glyph], size: float) -> bytes:
        """Return the operators that show the line at ``size``, from where the pen stands."""
        written: list[str] = []
        current, open_ = "", False
        for glyph in line:
            if glyph.face != current:
                written.append("] TJ\n" if open_ else "")
                current, open_ = glyph.face, True
                written.append(f"/{self._name(current)} {size:g} Tf\n[")
            written.append(self._shown(glyph, size))
        return ("".join(written) + ("] TJ\n" if open_ else "")).encode()

    def _shown(self, glyph: Glyph, size: float) -> str:
        code = f"<{self._code(glyph):04x}>"
        before, after = glyph.shift, glyph.advance - glyph.natural - glyph.shift
        parts = [f"{-1000 * before:.0f}" if before else "", code]
        parts.append(f"{-1000 * after:.0f}" if abs(after) > 0.0004 else "")
        shown = " ".join(filter(None, parts))
        if glyph.rise:
            return f"] TJ {glyph.rise * size:.2f} Ts [{shown}] TJ 0 Ts ["
        return shown

    def _name(self, face: str) -> str:
        self._codes.setdefault(face, {})
        self._widths.setdefault(face, [0.0])
        return f"V{list(self._codes).index(face)}"

    def _code(self, glyph: Glyph) -> int:
        codes = self._codes[glyph.face]
        key = (glyph.gid, glyph.text)
        if key not in codes:
            codes[key] = len(codes) + 1
            self._widths[glyph.face].append(glyph.natural)
        return codes[key]

    def embed(self, pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
        """Add the fonts to the file; return them by the names that ``show`` used."""
        return {
            f"/{self._name(face)}": pdf.make_indirect(self._font(pdf, face, codes))
            for face, codes in self._codes.items()
        }

    def _font(self, pdf: pikepdf.Pdf, face: str, codes: dict[tuple[int, str], int]) -> Dictionary:
        program, gids = _subset(face, sorted({gid for gid, _ in codes}))
        mapped = b"\0\0" + b"".join(gids[gid].to_bytes(2, "big") for gid, _ in codes)
        name = Name(f"/{_tag(program)}+{face.rpartition('/')[2].partition('.')[0]}")
        return Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            ToUnicode=_stream(pdf, _to_unicode(codes)),
            DescendantFonts=[
                Dictionary(
                    Type=Name.Font,
                    Subtype=Name.CIDFontType2,
                    BaseFont=name,
                    CIDSystemInfo=Dictionary(
                        Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
                    ),
                    W=Array([1, Array([round(1000 * w) for w in self._widths[face][1:]])]),
                    CIDToGIDMap=_stream(pdf, mapped),
                    FontDescriptor=pdf.make_indirect(_descriptor(pdf, face, name, program)),
                )
            ],
        )


def _subset(face: str, gids: Sequence[int]) -> tuple[bytes, dict[int, int]]:
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(gids)
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in DROPPED)
    wanted.flags = FLAGS
    plan = hb.SubsetPlan(face_of(face), wanted)
    renamed = plan.old_to_new_glyph_mapping
    return bytes(plan.execute().blob.data), {gid: renamed[gid] for gid in gids}


def _descriptor(pdf: pikepdf.Pdf, face: str, name: Name, program: bytes) -> Dictionary:
    opened = face_of(face)
    extents = hb.Font(opened).get_font_extents("ltr")
    ascent, descent = (round(1000 * x / opened.upem) for x in (extents.ascender, extents.descender))
    file = _stream(pdf, program)
    file.Length1 = len(program)
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=SYMBOLIC,
        FontBBox=Array([-500, descent, 2000, ascent]),
        ItalicAngle=-10 if "Italic" in face else 0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=700,
        StemV=80,
        FontFile2=file,
    )


def _to_unicode(codes: dict[tuple[int, str], int]) -> bytes:
    rows = [
        f"<{code:04x}> <{(text or ' ').encode('utf-16-be').hex()}>"
        for (_, text), code in codes.items()
    ]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    said = "\n".join(
        "\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks
    )
    return CMAP.format(blocks=said).encode("ascii")


def _stream(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Stream:
    return pikepdf.Stream(pdf, zlib.compress(content), Filter=Name.FlateDecode)


def _tag(program: bytes) -> str:
    """Six capitals, as a subset's name begins; the same subset has the same ones."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
