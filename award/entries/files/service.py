"""Files of an entry: what is taken in, and how it hangs on a question of the form."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import puremagic
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.entries.files.inspection import inspect
from award.entries.states import open_entry
from award.errors import InputError, NotFoundError, RuleError
from award.models.entries import EntryVersion, StoredFile
from award.models.seasons import QuestionKind
from award.seasons.form.limits import most_files
from award.seasons.queries import QuestionItem, form_of
from award.storage import Stored

OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "zip": "application/zip",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "mp4": "video/mp4",
}
"""Everything that can be taken in; a question's own list only narrows it."""
DEFAULT_EXTENSIONS = ("pdf", "docx", "pptx", "jpg", "jpeg", "png")
DEFAULT_MEGABYTES = 20
SIGNATURES = {
    "pdf": {".pdf"},
    "docx": {".docx", ".zip"},
    "pptx": {".pptx", ".zip"},
    "xlsx": {".xlsx", ".zip"},
    "zip": {".zip"},
    "jpg": {".jpg", ".jpeg", ".jfif", ".jpe"},
    "jpeg": {".jpg", ".jpeg", ".jfif", ".jpe"},
    "png": {".png"},
    "webp": {".webp"},
    "mp4": {".mp4", ".m4v", ".mov", ".3gp"},
}
"""Extensions that puremagic may give a file's first bytes, by the extension of its name."""
HEIC_NAMES = frozenset({"heic", "heif"})
HEIC_STARTS = frozenset({b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1"})
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """An upload that passed every check. name is only shown, never a path."""

    name: str
    extension: str
    media_type: str


def extensions_of(question: QuestionItem) -> tuple[str, ...]:
    """Return the extensions that a question takes, without dots, in lower case.

    Phones call the same photo .jpg or .jpeg: whoever takes one takes both.
    """
    named = [str(one).lower().lstrip(".") for one in question.limits.get("extensions") or ()]
    known = [one for one in named if one in MEDIA_TYPES]
    both = [("jpg", "jpeg") if one in {"jpg", "jpeg"} else (one,) for one in known]
    return tuple(dict.fromkeys(name for names in both for name in names)) or DEFAULT_EXTENSIONS


def most_bytes(question: QuestionItem, upload_limit: int) -> int:
    """Return how large a file of a question may be, never above the installation's limit."""
    megabytes = float(question.limits.get("max_megabytes") or DEFAULT_MEGABYTES)
    return min(int(megabytes * 1024 * 1024), upload_limit)


def shown_name(name: str) -> str:
    """Return a file name that is safe to show and to offer for saving: no path, no control."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        letter
        for letter in last
        if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*'
    )
    path = PurePosixPath(" ".join(kept.split()).strip(". ") or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix


def accept_upload(
    name: str, content: bytes, *, extensions: Collection[str], max_bytes: int
) -> AcceptedFile:
    """Check an upload by its extension, its first bytes and a parser; return what it is.

    Raises InputError: "upload_empty", "file_extension", "file_larger" (megabytes), "file_heic"
    where an iPhone's photo comes in place of a JPEG, "file_signature" where the bytes are not what
    the name says, or a parser's reason: "pdf_broken",
    "pdf_encrypted", "pdf_active", "image_broken", "image_too_large", "zip_broken",
    "zip_too_large", "zip_unsafe", "zip_encrypted", "office_broken", "office_macros",
    "video_broken".
    """
    shown = shown_name(name)
    extension = PurePosixPath(shown).suffix.lower().lstrip(".")
    if "jpg" in extensions and (extension in HEIC_NAMES or content[4:12] in HEIC_STARTS):
        raise InputError("file_heic", field="file")
    if extension not in extensions or extension not in MEDIA_TYPES:
        listed = ", ".join(sorted(extensions))
        raise InputError("file_extension", field="file", extensions=listed)
    if not content:
        raise InputError("upload_empty", field="file")
    if len(content) > max_bytes:
        raise InputError("file_larger", field="file", megabytes=f"{max_bytes / 1024**2:.3g}")
    if not _signature_fits(content, extension):
        raise InputError("file_signature", field="file", extension=extension)
    inspect(content, extension)
    return AcceptedFile(shown, extension, MEDIA_TYPES[extension])


def _signature_fits(content: bytes, extension: str) -> bool:
    if extension == "mp4":
        return content[4:8] == b"ftyp"
    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return False
    return bool(found & SIGNATURES[extension])


def file_question(session: Session, season_id: int, key: str, language: str) -> QuestionItem:
    """Return the FILE question of a season's form; NotFoundError for any other key."""
    for question in form_of(session, season_id, language).questions:
        if question.key == key and question.kind is QuestionKind.FILE:
            return question
    raise NotFoundError


def add_file(
    session: Session,
    entry_id: int,
    question_key: str,
    accepted: AcceptedFile,
    stored: Stored,
    *,
    actor_id: int,
    now: datetime,
) -> StoredFile:
    """Hang a stored upload on a question of the draft; the same file twice is the one there is.

    Raises RuleError("file_places_taken") where the question has all its files, RuleError where
    the door is shut, NotFoundError where the form has no such question.
    """
    entry, season = open_entry(session, entry_id, now=now)
    question = file_question(session, season.id, question_key, entry.language)
    twin = same_file(session, entry_id, question_key, stored.sha256)
    if twin is not None:
        return twin
    _check_place(session, entry_id, question)
    file = StoredFile(
        programme_id=season.programme_id,
        entry_id=entry_id,
        question_key=question_key,
        name=accepted.name,
        media_type=accepted.media_type,
        size=stored.size,
        sha256=stored.sha256,
        storage_name=stored.storage_name,
        uploaded_at=now,
        uploaded_by_id=actor_id,
    )
    session.add(file)
    entry.edited_at = now
    session.flush()
    _audit(session, "file.added", file, season.id, actor_id=actor_id, now=now)
    return file


def _check_place(session: Session, entry_id: int, question: QuestionItem) -> None:
    count = session.scalar(
        select(func.count()).where(
            StoredFile.entry_id == entry_id,
            StoredFile.question_key == question.key,
            StoredFile.removed_at.is_(None),
        )
    )
    if (count or 0) >= most_files(question):
        raise RuleError("file_places_taken", most=most_files(question))


def same_file(session: Session, entry_id: int, question_key: str, sha256: str) -> StoredFile | None:
    """Return the file of a question with these bytes, None where there is none or it is removed."""
    return session.scalar(
        select(StoredFile)
        .where(
            StoredFile.entry_id == entry_id,
            StoredFile.question_key == question_key,
            StoredFile.sha256 == sha256,
            StoredFile.removed_at.is_(None),
        )
        .limit(1)
    )


def remove_file(session: Session, file_id: int, *, actor_id: int, now: datetime) -> str:
    """Take a file off the draft; return the stored name of bytes that nobody needs any more.

    "" where they stay, for something was submitted with them: that keeps its file.
    """
    file = locked(session, StoredFile, file_id)
    if file.entry_id is None:
        raise NotFoundError
    entry, season = open_entry(session, file.entry_id, now=now)
    if file.removed_at is None:
        file.removed_at, entry.edited_at = now, now
        session.flush()
        _audit(session, "file.removed", file, season.id, actor_id=actor_id, now=now)
    submitted = session.scalars(select(EntryVersion.files).where(EntryVersion.entry_id == entry.id))
    kept = {one["id"] for files in submitted for one in files}
    return "" if file.public_id in kept else file.storage_name


def _audit(
    session: Session,
    action: str,
    file: StoredFile,
    season_id: int,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        file,
        actor_id=actor_id,
        now=now,
        after={"question": file.question_key, "sha256": file.sha256, "size": file.size},
        programme_id=file.programme_id,
        season_id=season_id,
    )
