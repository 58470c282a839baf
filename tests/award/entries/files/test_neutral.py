"""Neutral copies: the name was there to be seen, and then it is not."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from award.entries.files.neutral import neutral
from award.errors import RuleError

NAME = "Anna Petrova"


def pdf() -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Author"] = NAME
        note = pikepdf.Dictionary(Subtype=pikepdf.Name.Text, T=NAME, Rect=[0, 0, 9, 9])
        field = made.make_indirect(
            pikepdf.Dictionary(Subtype=pikepdf.Name.Widget, T="budget", Rect=[0, 0, 9, 9])
        )
        made.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        made.pages[0].Annots = pikepdf.Array([note, field])
        made.save(written, compress_streams=False)
    return written.getvalue()


def jpeg() -> bytes:
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = NAME
    Image.new("RGB", (8, 8)).save(written, "JPEG", exif=exif)
    return written.getvalue()


def office(parts: dict[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def mp4() -> bytes:
    told = box(b"udta", box(b"meta", NAME.encode()))
    return (
        box(b"ftyp", b"isom")
        + box(b"moov", box(b"mvhd", b"12") + box(b"trak", box(b"tkhd", b"34") + told) + told)
        + box(b"mdat", b"pictures")
    )


WORD = {
    "word/document.xml": f'<w:document><w:ins w:id="1" w:author="{NAME}">text</w:ins></w:document>',
    "word/comments.xml": f'<w:comment w:id="1" w:author="{NAME}" w:initials="AP">why</w:comment>',
    "word/people.xml": f'<w15:person w15:author="{NAME}"/>',
    "word/media/image1.jpeg": jpeg(),
    "docProps/core.xml": f"<dc:creator>{NAME}</dc:creator>",
}
SLIDES = {
    "ppt/commentAuthors.xml": f'<p:cmAuthor id="1" name="{NAME}" initials="AP" lastIdx="1"/>',
    "ppt/authors.xml": f'<p188:author id="{{1}}" name="{NAME}" initials="AP" userId="{NAME}"/>',
}
TABLE = {
    "xl/comments1.xml": f"<comments><authors><author>{NAME}</author></authors></comments>",
    "xl/persons/person.xml": f'<person displayName="{NAME}" id="{{1}}" userId="{NAME}"/>',
}


@pytest.mark.parametrize(
    ("original", "extension"),
    [
        (pdf(), "pdf"),
        (jpeg(), "JPG"),
        (mp4(), "mp4"),
        (office(WORD), "docx"),
        (office(SLIDES), "pptx"),
        (office(TABLE), "xlsx"),
    ],
)
def test_a_neutral_copy_tells_no_name(original, extension):
    assert NAME.encode() in original
    assert NAME.encode() not in unpacked(neutral(original, extension))


def unpacked(content: bytes) -> bytes:
    """All parts of a package one after the other; anything else as it is."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_what_was_written_and_shown_stays():
    with zipfile.ZipFile(io.BytesIO(neutral(office(WORD), "docx"))) as archive:
        comment = archive.read("word/comments.xml")
        assert comment == b'<w:comment w:id="1" w:author="" w:initials="">why</w:comment>'
    with pikepdf.open(io.BytesIO(neutral(pdf(), "pdf"))) as document:
        note, field = document.pages[0].Annots
        assert ("/T" in note, str(field.T)) == (False, "budget")


def test_a_video_keeps_its_length_and_its_pictures():
    cleaned = neutral(mp4(), "mp4")
    assert len(cleaned) == len(mp4())
    assert cleaned.endswith(box(b"mdat", b"pictures"))


@pytest.mark.parametrize("extension", ["pdf", "docx", "jpg", "mp4"])
def test_what_cannot_be_read_is_not_shown(extension):
    with pytest.raises(RuleError) as raised:
        neutral(b"nonsense that no parser reads", extension)
    assert raised.value.code == "file_not_cleaned"
