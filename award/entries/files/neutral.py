"""Files without their makers: what a blind round's juror downloads names nobody in its metadata."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable, Mapping

import pikepdf
from PIL import Image, ImageOps

from award.entries.files.inspection import MOST_PIXELS
from award.errors import RuleError

SCHEMAS = "http://schemas.openxmlformats.org"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
EMPTY = {
    "docProps/core.xml": (
        f'{XML}<cp:coreProperties xmlns:cp="{SCHEMAS}/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        f'{XML}<Properties xmlns="{SCHEMAS}/officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        f'{XML}<Properties xmlns="{SCHEMAS}/officeDocument/2006/custom-properties"/>'
    ),
}
WRITERS = re.compile(
    rb'((?:w:author|w:initials|w15:author|w15:userId|displayName|userId|providerId)=")[^"]*"'
)
"""Who wrote a comment or a tracked change, in Word, PowerPoint and Excel."""
COMMENT_AUTHORS = re.compile(
    rb'(<p(?:188)?:(?:cmAuthor|author)\b[^>]*? name=")[^"]*("[^>]*?initials=")[^"]*"'
)
SHEET_AUTHORS = re.compile(rb"(<author>)[^<]*(</author>)")
_turn = threading.BoundedSemaphore(1)
"""One file at a time in each process: an unpacked picture takes hundreds of megabytes."""
PICTURES = ("jpg", "jpeg", "png", "webp")
BOXES_INSIDE = (b"moov", b"trak", b"moof", b"traf", b"mdia", b"minf")
BOXES_OF_NAMES = (b"udta", b"meta", b"uuid")


def neutral(content: bytes, extension: str) -> bytes:
    """Return the file without author, title, program and place in its metadata.

    extension: without the dot, any case. PDF, Office, MP4 and JPEG, PNG, WebP files are cleaned,
    comments and tracked changes keep their text and lose who wrote them; other kinds pass as they
    are. Raises RuleError("file_not_cleaned") where a file of a known kind cannot be read: then it
    is better not to show it than to show whose it is.
    """
    clean = CLEANERS.get(extension.lower())
    if clean is None:
        return content
    try:
        with _turn:
            return clean(content)
    except Exception as error:
        raise RuleError("file_not_cleaned") from error


def _pdf(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as document:
        for name in ("/Info", "/ID"):
            if name in document.trailer:
                del document.trailer[name]
        for page in document.pages:
            _forget(page.obj)
            for note in page.obj.get("/Annots", pikepdf.Array()):
                # On a form's field /T is its name, on any other note who wrote it.
                if "/T" in note and note.get("/Subtype") != "/Widget":
                    del note["/T"]
        _forget(document.Root)
        written = io.BytesIO()
        document.remove_unreferenced_resources()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def _forget(part: pikepdf.Object) -> None:
    for name in ("/Metadata", "/PieceInfo"):
        if name in part:
            del part[name]


def _office(content: bytes) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.infolist():
            plain = zipfile.ZipInfo(member.filename)
            plain.compress_type = zipfile.ZIP_DEFLATED
            empty = EMPTY.get(member.filename)
            target.writestr(plain, _part(source, member.filename) if empty is None else empty)
    return written.getvalue()


def _part(source: zipfile.ZipFile, name: str) -> bytes:
    data = source.read(name)
    extension = name.rpartition(".")[2].lower()
    if extension == "xml":
        data = WRITERS.sub(rb'\1"', data)
        data = COMMENT_AUTHORS.sub(rb'\1\2"', data)
        return SHEET_AUTHORS.sub(rb"\1\2", data)
    return _image(data) if extension in PICTURES and data else data


def _image(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        kind = image.format or "PNG"
        upright = ImageOps.exif_transpose(image)
        plain = Image.new(upright.mode, upright.size)
        if upright.mode == "P":
            plain.putpalette(upright.getpalette() or [])
        plain.paste(upright)
        written = io.BytesIO()
        plain.save(written, kind, **({"quality": 92} if kind in {"JPEG", "WEBP"} else {}))
    return written.getvalue()


def _video(content: bytes) -> bytes:
    """Blank the boxes that hold titles, makers and places; nothing moves, so it plays as before."""
    cleaned = bytearray(content)
    _blank(cleaned, 0, len(cleaned))
    return bytes(cleaned)


def _blank(data: bytearray, start: int, end: int) -> None:
    """Make ``free`` space of the boxes of ISO 14496-12 that describe; see its section 4.2."""
    while start + 8 <= end:
        size, head = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        size = size or end - start
        if size < head or start + size > end:
            raise ValueError(start)
        kind = bytes(data[start + 4 : start + 8])
        if kind in BOXES_OF_NAMES:
            data[start + 4 : start + 8] = b"free"
            data[start + head : start + size] = bytes(size - head)
        elif kind in BOXES_INSIDE:
            _blank(data, start + head, start + size)
        start += size


CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "pdf": _pdf,
    "docx": _office,
    "pptx": _office,
    "xlsx": _office,
    "mp4": _video,
    **dict.fromkeys(PICTURES, _image),
}
