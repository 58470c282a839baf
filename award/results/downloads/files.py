"""The files that entries of a round were submitted with."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.entries import Entry, EntryState, EntryVersion, StoredFile
from award.models.jury import RoundEntry


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file of an entry's submitted version, with the entry's code."""

    code: str
    name: str
    size: int
    sha256: str
    storage_name: str


def round_files(session: Session, round_id: int) -> list[SubmittedFile]:
    """Return the files that count: those of submitted versions, by entry code, in their order.

    Two statements; empty where no entry of the round has a file.
    """
    versions = session.execute(
        select(Entry.code, EntryVersion.files)
        .join(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
        .order_by(Entry.code)
    ).all()
    names = dict(
        session.execute(
            select(StoredFile.public_id, StoredFile.storage_name)
            .join(RoundEntry, RoundEntry.entry_id == StoredFile.entry_id)
            .where(RoundEntry.round_id == round_id)
        ).all()
    )
    return [
        SubmittedFile(code, file["name"], file["size"], file["sha256"], names[file["id"]])
        for code, files in versions
        for file in files
        if file["id"] in names
    ]
