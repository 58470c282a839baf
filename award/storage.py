"""Files on disk: random names, written whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PIECE = 1024 * 1024


class OffsetError(Exception):
    """A piece does not continue a part; ``length`` is how far the part has come."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


@dataclass(frozen=True, slots=True)
class Stored:
    """Where bytes came to lie: the random name, their size and SHA-256."""

    storage_name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Storage:
    """A folder of files under random names, two letters a subfolder."""

    root: Path

    def path(self, storage_name: str) -> Path:
        """Return where a stored name lies; a name that is not one of ours is a ValueError."""
        if len(storage_name) != 40 or not storage_name.isalnum():
            raise ValueError("not a storage name")
        return self.root / storage_name[:2] / storage_name

    @property
    def parts(self) -> Parts:
        """Where uploads under way lie; a backup leaves them out."""
        return Parts(self.root / "parts")

    def write(self, content: bytes) -> Stored:
        """Write bytes under a new random name; see ``write_from``."""
        return self.write_from(io.BytesIO(content))

    def write_from(self, source: IO[bytes]) -> Stored:
        """Copy an open file, from where it stands to its end, under a new random name.

        The file appears whole or not at all; a piece of it at a time is held in memory.
        """
        name = secrets.token_hex(20)
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".part")
        digest, size = hashlib.sha256(), 0
        with partial.open("wb") as file:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
        return Stored(name, size, digest.hexdigest())

    def read(self, storage_name: str) -> bytes:
        """Return the bytes of a stored name; FileNotFoundError if there are none."""
        return self.path(storage_name).read_bytes()

    def remove(self, storage_name: str) -> None:
        """Remove a file; removing it twice is no error."""
        self.path(storage_name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Parts:
    """Uploads under way: a file each, in the folder of what they belong to.

    The file's length is how far an upload has come: no other record can disagree with the bytes.
    """

    root: Path

    def path(self, owner: str, name: str) -> Path:
        """Return where a part lies; names that are not ours are a ValueError."""
        if not (owner.isalnum() and name.isalnum()):
            raise ValueError("not a part's name")
        return self.root / owner / f"{name}.part"

    def length(self, owner: str, name: str) -> int:
        """Return how many bytes of a part are here, 0 where it was never begun."""
        try:
            return self.path(owner, name).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, owner: str, name: str, offset: int, piece: bytes) -> int:
        """Write a piece to the end of a part, and to the disk; return the part's new length.

        Raises OffsetError where the part does not end at ``offset``: the piece came twice, or
        before another one. Of two writers at once the second one finds that.
        """
        path = self.path(owner, name)
        if offset and not path.exists():
            raise OffsetError(0)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            length = file.seek(0, io.SEEK_END)
            if length != offset:
                raise OffsetError(length)
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            return length + len(piece)

    def read(self, owner: str, name: str) -> bytes:
        """Return the bytes of a part; FileNotFoundError if there is none."""
        return self.path(owner, name).read_bytes()

    def remove(self, owner: str, name: str) -> None:
        """Forget a part; forgetting it twice is no error."""
        self.path(owner, name).unlink(missing_ok=True)

    def make_room(self, owner: str, most: int) -> None:
        """Forget the parts of an owner that were touched longest ago, until one more fits."""
        parts = sorted(self._dated(self.root / owner), reverse=True)
        for _touched, path in parts[most - 1 :]:
            path.unlink(missing_ok=True)

    def clear(self, before: float) -> int:
        """Forget the parts last touched before an epoch second; return how many."""
        count = 0
        for folder in self.root.glob("*"):
            for touched, path in self._dated(folder):
                if touched < before:
                    path.unlink(missing_ok=True)
                    count += 1
            with suppress(OSError):
                folder.rmdir()
        return count

    def _dated(self, folder: Path) -> list[tuple[float, Path]]:
        found = []
        for path in folder.glob("*.part"):
            with suppress(FileNotFoundError):
                found.append((path.stat().st_mtime, path))
        return found


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of what can be made anew at any time: it may be emptied while the system runs."""

    root: Path

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return what lies under a name, made and kept where nothing does.

        The name says all that its content depends on. Two at once may both make it.
        """
        path = self.root / name
        with suppress(FileNotFoundError):
            return path.read_bytes()
        content = make()
        self.root.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{secrets.token_hex(4)}.part")
        partial.write_bytes(content)
        partial.rename(path)
        return content
