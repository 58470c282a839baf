"""Copies of files without the names that their metadata tells: what a blind juror is given."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from PIL import Image

EMPTY_PROPERTIES = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>',
}
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def neutral_copy(content: bytes, media_type: str) -> bytes:
    """Return the bytes without author, title and place in their metadata.

    media_type: as stored after ``accept_upload``. PDF, images and office files are rewritten;
    archives and videos come back as they are.
    """
    if media_type == "application/pdf":
        return _pdf(content)
    if media_type in FORMATS:
        return _image(content, FORMATS[media_type])
    if "openxmlformats" in media_type:
        return _office(content)
    return content


def _pdf(content: bytes) -> bytes:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        if "/Metadata" in pdf.Root:
            del pdf.Root["/Metadata"]
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _image(content: bytes, kind: str) -> bytes:
    written = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        image.load()
        bare = Image.frombytes(image.mode, image.size, image.tobytes())
        if image.mode == "P" and (palette := image.getpalette()):
            bare.putpalette(palette)
        bare.save(written, format=kind)
    return written.getvalue()


def _office(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(written, "w") as target:
        for member in source.infolist():
            data = EMPTY_PROPERTIES.get(member.filename) or source.read(member)
            bare = zipfile.ZipInfo(member.filename)
            bare.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(bare, data)
    return written.getvalue()
