"""What is inside an uploaded file: parsers that refuse what is broken, huge or alive."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

import pikepdf
from PIL import Image

from award.errors import InputError

MOST_PIXELS = 60_000_000
MOST_PDF_OBJECTS = 300_000
MOST_MEMBERS = 2_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_RATIO = 200
RATIO_COUNTS_FROM = 10 * 1024 * 1024
"""Below this size a high ratio is harmless: an empty slide compresses a thousandfold."""
LIVE_ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/GoToE", "/GoToR",
        "/Rendition", "/RichMediaExecute",
    }
)  # fmt: skip
LIVE_ANNOTATIONS = frozenset(
    {"/RichMedia", "/3D", "/FileAttachment", "/Screen", "/Movie", "/Sound"}
)
LIVE_KEYS = ("/JS", "/AA", "/XFA", "/EmbeddedFiles", "/JavaScript")
RUNNABLE = frozenset(
    {
        "exe", "dll", "com", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "msi",
        "scr", "lnk", "jar", "sh", "apk", "dmg", "iso", "html", "htm", "svg", "docm", "pptm",
        "xlsm",
    }
)  # fmt: skip
PICTURES_INSIDE = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
MAIN_PARTS = {
    "docx": "word/document.xml",
    "pptx": "ppt/presentation.xml",
    "xlsx": "xl/workbook.xml",
}


def inspect(content: bytes, extension: str) -> None:
    """Parse a file as its extension says; raises InputError with the parser's reason."""
    _INSPECTORS[extension](content, extension)


def _refuse(code: str) -> InputError:
    return InputError(code, field="file")


def _pdf(content: bytes, _extension: str) -> None:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if len(pdf.objects) > MOST_PDF_OBJECTS or not len(pdf.pages):
                raise _refuse("pdf_broken")
            if any(_is_live(found) for found in _dictionaries(pdf)):
                raise _refuse("pdf_active")
    except pikepdf.PasswordError as error:
        raise _refuse("pdf_encrypted") from error
    except (pikepdf.PdfError, RecursionError, ValueError) as error:
        raise _refuse("pdf_broken") from error


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary of a PDF, those nested inside others too."""
    waiting: list[tuple[Any, int]] = [(found, 0) for found in pdf.objects]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, pikepdf.Array):
            inner = list(found)
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            inner = [value for _key, value in found.items()]
        else:
            continue
        if depth < 50:
            waiting.extend(
                (one, depth + 1)
                for one in inner
                if isinstance(one, pikepdf.Object) and not one.is_indirect
            )


def _is_live(found: Any) -> bool:
    if any(key in found for key in LIVE_KEYS):
        return True
    action, subtype = found.get("/S"), found.get("/Subtype")
    return _name_in(action, LIVE_ACTIONS) or _name_in(subtype, LIVE_ANNOTATIONS)


def _name_in(value: Any, names: frozenset[str]) -> bool:
    return isinstance(value, pikepdf.Name) and str(value) in names


def _image(content: bytes, extension: str) -> None:
    kind = {"jpg": "JPEG", "jpeg": "JPEG"}.get(extension, extension.upper())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _refuse("image_too_large")
                image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refuse("image_too_large") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _refuse("image_broken") from error


def _zip(content: bytes, _extension: str) -> None:
    names = _walk_zip(content)
    for name in names:
        extension = PurePosixPath(name).suffix.lower().lstrip(".")
        if extension in RUNNABLE or extension in {"zip", "7z", "rar", "gz", "xz", "bz2", "tar"}:
            raise _refuse("zip_unsafe")


def _office(content: bytes, extension: str) -> None:
    names = set(_walk_zip(content))
    if "[Content_Types].xml" not in names or MAIN_PARTS[extension] not in names:
        raise _refuse("office_broken")
    lower = [name.lower() for name in names]
    if any("vbaproject" in name or "/activex/" in name for name in lower):
        raise _refuse("office_macros")
    if any(PurePosixPath(name).suffix.lstrip(".") in RUNNABLE for name in lower):
        raise _refuse("office_macros")
    _pictures_inside(content, names)


def _pictures_inside(content: bytes, names: set[str]) -> None:
    """Refuse a document with a picture that no reader's memory holds; its head tells the size."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        for name in names:
            if PurePosixPath(name).suffix.lower() in PICTURES_INSIDE:
                try:
                    with archive.open(name) as member, Image.open(member) as image:
                        pixels = image.width * image.height
                except Image.DecompressionBombError:
                    raise _refuse("image_too_large") from None
                except (OSError, SyntaxError, ValueError):
                    continue
                if pixels > MOST_PIXELS:
                    raise _refuse("image_too_large")


def _walk_zip(content: bytes) -> list[str]:
    """Unpack an archive member by member under limits, trusting no size it states."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if not members or len(members) > MOST_MEMBERS:
                raise _refuse("zip_too_large" if members else "zip_broken")
            unpacked = 0
            for member in members:
                _check_member(member)
                unpacked += _size_of(archive, member, MOST_UNPACKED - unpacked)
                if unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * len(content):
                    raise _refuse("zip_too_large")
            return [member.filename for member in members]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise _refuse("zip_broken") from error
    except (RuntimeError, ValueError) as error:
        raise _refuse("zip_broken") from error


def _check_member(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if member.flag_bits & 0x1:
        raise _refuse("zip_encrypted")
    if path.is_absolute() or ".." in path.parts or ":" in member.filename or is_link:
        raise _refuse("zip_unsafe")


def _size_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> int:
    size = 0
    with archive.open(member) as stream:
        while chunk := stream.read(64 * 1024):
            size += len(chunk)
            if size > room:
                raise _refuse("zip_too_large")
    return size


def _video(content: bytes, _extension: str) -> None:
    """Walk the boxes of an MP4 file: it begins with ftyp, holds moov, and ends where they end."""
    place, kinds = 0, []
    while place + 8 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(content[place + 8 : place + 16], "big")
        kinds.append(content[place + 4 : place + 8])
        if size == 0:
            place = len(content)
        elif size < 8:
            raise _refuse("video_broken")
        place += size
    if place != len(content) or kinds[:1] != [b"ftyp"] or b"moov" not in kinds:
        raise _refuse("video_broken")


_INSPECTORS: dict[str, Callable[[bytes, str], None]] = {
    "pdf": _pdf,
    "docx": _office,
    "pptx": _office,
    "xlsx": _office,
    "zip": _zip,
    "jpg": _image,
    "jpeg": _image,
    "png": _image,
    "webp": _image,
    "mp4": _video,
}
