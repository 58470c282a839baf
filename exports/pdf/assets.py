"""What a printed page may read: the assets named to it, and the vendored fonts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that a page may use as ``asset:NAME``."""

    content: bytes
    media_type: str
