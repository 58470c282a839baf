"""Files on disk: random names, written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PIECE = 1024 * 1024


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
