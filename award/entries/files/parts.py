"""Resumable uploads: a file arrives in pieces, and a lost connection costs the last one only.

A part is known by the SHA-256 that the device computed over the whole file, so that the same file,
chosen again after a reload, goes on where it stopped, and what was damaged on the way is found.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

from award.errors import InputError
from award.storage import OffsetError, Parts

MOST_PIECE = 1024 * 1024
MOST_PARTS = 8
"""Uploads under way for one entry: a further one ends that which was touched longest ago."""
KEPT = timedelta(hours=24)
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """An upload under way. owner: the entry's public id; name: random-looking, one a file."""

    owner: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What a request says of the piece that it carries: of which file, how large, from where."""

    file_name: str
    size: int
    offset: int


class PieceElsewhereError(InputError):
    """The piece does not go on where the part ends; ``length`` says where that is."""

    status = 409

    def __init__(self, length: int) -> None:
        super().__init__("part_elsewhere")
        self.length = length


def part_of(entry_id: str, key: str, person_id: int, digest: str) -> Part:
    """Return one person's part of a file; InputError("part_unnamed") where that is no SHA-256."""
    if not DIGEST.fullmatch(digest):
        raise InputError("part_unnamed")
    named = hashlib.sha256(f"{person_id}:{key}:{digest}".encode())
    return Part(entry_id, named.hexdigest()[:40], digest)


def piece_of(headers: Mapping[str, str], most_bytes: int) -> Piece:
    """Read a piece's headers: Upload-Name (percent-encoded), Upload-Length, Upload-Offset.

    Raises InputError: "part_unnamed" where one is missing or no number, "upload_empty",
    "file_larger" (megabytes) where the whole file would be too large.
    """
    name = unquote(headers.get("Upload-Name", "")).strip()
    size, offset = (_number(headers.get(f"Upload-{what}", "")) for what in ("Length", "Offset"))
    if not name or size is None or offset is None or offset > size:
        raise InputError("part_unnamed")
    if size == 0:
        raise InputError("upload_empty", field="file")
    if size > most_bytes:
        raise InputError("file_larger", field="file", megabytes=f"{most_bytes / 1024**2:.3g}")
    return Piece(name, size, offset)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


def receive(parts: Parts, part: Part, piece: Piece, content: bytes) -> int:
    """Keep a piece and return how far the part has come.

    Raises PieceElsewhereError where the part ends at another place, InputError("part_too_long")
    where the piece is larger than MOST_PIECE or leads beyond the file's end.
    """
    if len(content) > MOST_PIECE or piece.offset + len(content) > piece.size:
        raise InputError("part_too_long")
    if piece.offset == 0 and parts.length(part.owner, part.name) == 0:
        parts.make_room(part.owner, MOST_PARTS)
    try:
        return parts.append(part.owner, part.name, piece.offset, content)
    except OffsetError as error:
        raise PieceElsewhereError(error.length) from error


def whole(parts: Parts, part: Part) -> bytes:
    """Return the file of a complete part.

    Raises InputError("part_damaged") where the bytes are not those that the device has.
    """
    content = parts.read(part.owner, part.name)
    if hashlib.sha256(content).hexdigest() != part.digest:
        raise InputError("part_damaged", field="file")
    return content


def clear_abandoned(parts: Parts, *, now: datetime) -> int:
    """Forget what nobody went on with for KEPT; returns how many parts that were."""
    return parts.clear((now - KEPT).timestamp())
