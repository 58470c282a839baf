"""Files on disk: random names, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


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
        """Write bytes under a new random name; the file appears whole or not at all."""
        name = secrets.token_hex(20)
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".part")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
        return Stored(name, len(content), hashlib.sha256(content).hexdigest())

    def read(self, storage_name: str) -> bytes:
        """Return the bytes of a stored name; FileNotFoundError if there are none."""
        return self.path(storage_name).read_bytes()

    def remove(self, storage_name: str) -> None:
        """Remove a file; removing it twice is no error."""
        self.path(storage_name).unlink(missing_ok=True)
