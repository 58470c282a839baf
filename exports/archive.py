"""A ZIP of files under safe names, written to a temporary file."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)
MAX_PART = 80
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
PACKED = frozenset({".zip", ".pdf", ".png", ".jpg", ".jpeg", ".webp", ".mp4", ".docx", ".xlsx"})


@dataclass(frozen=True, slots=True)
class Member:
    """One file: where it lies, or its bytes, and the folders and name it gets in the archive."""

    name: tuple[str, ...]
    source: Path | bytes


def write_archive(members: Iterable[Member]) -> IO[bytes]:
    """Return an open temporary file, at its start, that holds a ZIP of the members in order.

    Names are made safe (see ``safe_name``); a second file of one name becomes "name (2).ext".
    Every member has the date 1 January 1980: when somebody uploaded may say who it was. The file
    disappears when it is closed. Raises OSError where a source cannot be read.
    """
    target = tempfile.TemporaryFile(suffix=".zip")  # noqa: SIM115 - the caller closes it
    taken: set[str] = set()
    try:
        with zipfile.ZipFile(target, "w") as archive:
            for member in members:
                name = _free("/".join(safe_name(part) for part in member.name), taken)
                _add(archive, name, member.source)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def safe_name(name: str) -> str:
    """Return a file name that every system can hold and none takes for a path.

    Letters of every script stay. Separators, control and direction marks go, as do names that
    Windows reserves, leading and trailing dots and blanks; at most 80 characters, the extension
    kept. Nothing left gives "file".
    """
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(
        "_" if character in '<>:"/\\|?*' else character
        for character in composed
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    stem, dot, extension = kept.rpartition(".")
    if len(kept) > MAX_PART and dot and len(extension) <= 10:
        kept = stem[: MAX_PART - len(extension) - 1].rstrip(" .") + dot + extension
    return kept[:MAX_PART].rstrip(" .") or "file"


def _free(name: str, taken: set[str]) -> str:
    folder, slash, last = name.rpartition("/")
    stem, dot, extension = last.rpartition(".")
    if not stem:
        stem, dot, extension = last, "", ""
    candidate, count = name, 1
    while candidate.casefold() in taken:
        count += 1
        candidate = f"{folder}{slash}{stem} ({count}){dot}{extension}"
    taken.add(candidate.casefold())
    return candidate


def _add(archive: zipfile.ZipFile, name: str, source: Path | bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    packed = Path(name).suffix.lower() in PACKED
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    if isinstance(source, bytes):
        archive.writestr(entry, source)
        return
    entry.file_size = source.stat().st_size
    with source.open("rb") as opened, archive.open(entry, "w") as written:
        shutil.copyfileobj(opened, written, 1024 * 1024)
