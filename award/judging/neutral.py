"""Files without their makers: what a blind round's juror downloads names nobody in its metadata."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pikepdf
from PIL import Image, ImageOps

from award.errors import RuleError

EMPTY = {
    "docProps/core.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp='
        '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
        '"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
        '"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
    ),
}


def neutral(content: bytes, extension: str) -> bytes:
    """Return the file without author, title, program and place in its metadata.

    extension: without the dot, any case. PDF, Office and JPEG, PNG, WebP files are cleaned, other
    kinds pass as they are. Raises RuleError("file_not_cleaned") where a file of a known kind cannot
    be read: then it is better not to show it than to show whose it is.
    """
    clean = CLEANERS.get(extension.lower())
    if clean is None:
        return content
    try:
        return clean(content)
    except Exception as error:
        raise RuleError("file_not_cleaned") from error


def _pdf(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as document:
        for name in ("/Info", "/ID"):
            if name in document.trailer:
                del document.trailer[name]
        for page in document.pages:
            for name in ("/Metadata", "/PieceInfo"):
                if name in page.obj:
                    del page.obj[name]
        for name in ("/Metadata", "/PieceInfo"):
            if name in document.Root:
                del document.Root[name]
        written = io.BytesIO()
        document.remove_unreferenced_resources()
        document.save(written, deterministic_id=True)
    return written.getvalue()


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
            target.writestr(plain, source.read(member) if empty is None else empty)
    return written.getvalue()


def _image(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        kind = image.format or "PNG"
        upright = ImageOps.exif_transpose(image)
        plain = Image.new(upright.mode, upright.size)
        if upright.mode == "P":
            plain.putpalette(upright.getpalette() or [])
        plain.paste(upright)
        written = io.BytesIO()
        plain.save(written, kind, **({"quality": 92} if kind in {"JPEG", "WEBP"} else {}))
    return written.getvalue()


CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "pdf": _pdf,
    "docx": _office,
    "pptx": _office,
    "xlsx": _office,
    "jpg": _image,
    "jpeg": _image,
    "png": _image,
    "webp": _image,
}
