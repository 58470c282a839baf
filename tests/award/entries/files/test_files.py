"""What is taken in and what is refused."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from zlib import crc32

import pikepdf
import pytest
from PIL import Image

from award.entries.files.service import accept_upload, extensions_of, shown_name
from award.errors import InputError

ALL = ("pdf", "docx", "zip", "png", "jpg", "mp4")
LIMIT = 5 * 1024 * 1024


def pdf(change=None) -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        if change:
            change(made)
        made.save(written, deterministic_id=True)
    return written.getvalue()


def packed(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def picture(kind="PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, kind)
    return written.getvalue()


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


def refused(name, content, extensions=ALL):
    with pytest.raises(InputError) as caught:
        accept_upload(name, content, extensions=extensions, max_bytes=LIMIT)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plan.pdf", pdf(), "application/pdf"),
        ("ФОТО.PNG", picture(), "image/png"),
        ("photo.jpg", picture("JPEG"), "image/jpeg"),
        ("all.zip", packed({"a/plan.txt": b"x"}), "application/zip"),
        ("clip.mp4", b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moov", "video/mp4"),
    ],
)
def test_an_honest_file_is_taken(name, content, media_type):
    accepted = accept_upload(name, content, extensions=ALL, max_bytes=LIMIT)
    assert (accepted.name, accepted.media_type) == (name, media_type)


def test_a_word_document_is_taken_and_one_with_macros_is_not():
    taken = accept_upload("a.docx", packed(WORD), extensions=ALL, max_bytes=LIMIT)
    assert taken.extension == "docx"
    assert refused("a.docx", packed(WORD | {"word/vbaProject.bin": b"x"})) == "office_macros"
    assert refused("a.docx", packed({"x.txt": b"x"})) == "office_broken"


def test_a_document_with_a_picture_that_fills_the_memory_is_refused():
    small, huge = picture(), picture()
    place = huge.index(b"IHDR") + 4
    head = b"IHDR" + (9000).to_bytes(4, "big") * 2 + huge[place + 8 : place + 13]
    huge = huge[: place - 4] + head + crc32(head).to_bytes(4, "big") + huge[place + 17 :]
    with_small = WORD | {"word/media/image1.png": small}
    assert accept_upload("a.docx", packed(with_small), extensions=ALL, max_bytes=LIMIT)
    assert refused("a.docx", packed(WORD | {"word/media/image1.png": huge})) == "image_too_large"


def test_a_name_that_lies_is_refused():
    assert refused("plan.pdf", picture()) == "file_signature"
    assert refused("plan.exe", b"MZ") == "file_extension"
    assert refused("plan.pdf", pdf(), extensions=("png",)) == "file_extension"
    assert refused("plan.pdf", b"") == "upload_empty"
    assert refused("plan.pdf", b"x" * (LIMIT + 1)) == "file_larger"


def test_a_photo_is_taken_as_jpg_and_jpeg_and_an_iphones_own_format_is_explained():
    asked = SimpleNamespace(limits={"extensions": ["PDF", ".jpg"]})
    assert extensions_of(asked) == ("pdf", "jpg", "jpeg")
    photo = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    assert refused("photo.HEIC", photo) == "file_heic"
    assert refused("photo.jpg", photo) == "file_heic"
    assert refused("photo.heic", photo, extensions=("pdf",)) == "file_extension"


def script(made):
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(made):
    annotation = pikepdf.Dictionary(
        Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    )
    made.pages[0].Annots = pikepdf.Array([annotation])


def attachment(made):
    made.attachments["evil.exe"] = b"MZ"


@pytest.mark.parametrize("change", [script, launch, attachment])
def test_a_pdf_that_acts_is_refused(change):
    assert refused("plan.pdf", pdf(change)) == "pdf_active"


def test_a_pdf_with_a_plain_link_is_taken():
    def link(made):
        action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org")
        made.pages[0].Annots = pikepdf.Array(
            [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action)]
        )

    assert accept_upload("a.pdf", pdf(link), extensions=ALL, max_bytes=LIMIT).extension == "pdf"


def test_a_pdf_that_is_broken_or_locked_is_refused():
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(written, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refused("plan.pdf", written.getvalue()) == "pdf_encrypted"
    assert refused("plan.pdf", b"%PDF-1.7\nnothing") in {"pdf_broken"}


def test_an_archive_that_explodes_or_leads_outside_is_refused():
    assert refused("a.zip", packed({"a.txt": b"\0" * 60_000_000})) == "zip_too_large"
    assert refused("a.zip", packed({"../a.txt": b"x"})) == "zip_unsafe"
    assert refused("a.zip", packed({"run.exe": b"x"})) == "zip_unsafe"
    assert refused("a.zip", packed({"in.zip": packed({"a": b"x"})})) == "zip_unsafe"


def test_a_cut_picture_is_refused():
    assert refused("a.png", picture()[:40]) == "image_broken"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\temp\\план.pdf", "план.pdf"),
        ("../../etc/passwd", "passwd"),
        ('a"b\r\nc.pdf', "abc.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("", "file"),
    ],
)
def test_a_shown_name_is_never_a_path(given, shown):
    assert shown_name(given) == shown
