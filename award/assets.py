"""Static files under addresses that name their content, so that browsers keep them for a year."""

from __future__ import annotations

import hashlib
import stat
from functools import lru_cache
from pathlib import Path

from flask import request, url_for

from config import ROOT

STATIC = ROOT / "static"


@lru_cache(maxsize=512)
def _static_path(filename: str) -> Path:
    return STATIC / filename


@lru_cache(maxsize=256)
def _file_version(path: Path, _modified: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def file_version(filename: str) -> str | None:
    """Return the content hash of a static file, None where there is none."""
    path = _static_path(filename)
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return _file_version(path, found.st_mtime) if stat.S_ISREG(found.st_mode) else None


@lru_cache(maxsize=512)
def _asset(_root: str, filename: str, version: str | None) -> str:
    return url_for("static", filename=filename, v=version)


def asset(filename: str) -> str:
    """Return a static file's address with its content hash, so that it can be kept for a year.

    A page has a dozen of them, and they only change with their file and where it is served.
    """
    return _asset(request.script_root, filename, file_version(filename))
