"""What ``award verify`` and ``award replay`` share: a file to check, the keys to check it with."""

from __future__ import annotations

from pathlib import Path

import config
from exports.errors import ExportError
from exports.signing.keys import Issuer, installation_issuer


def content_of(path: Path) -> bytes:
    """Return what a file holds.

    Raises ExportError file_missing, file_is_folder, file_unreadable (``why``), file_blank (nothing
    is in it).
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ExportError("file_missing") from None
    except IsADirectoryError:
        raise ExportError("file_is_folder") from None
    except OSError as error:
        raise ExportError("file_unreadable", why=error.strerror) from None
    if not content:
        raise ExportError("file_blank")
    return content


def own_issuer() -> Issuer:
    """Return what this installation's keys stand for: nothing where it has none; makes nothing.

    Raises ExportError file_unreadable where the keys are there, but belong to another user.
    """
    folder = config.instance_folder() / config.KEYS
    try:
        return installation_issuer(folder)
    except OSError as error:
        raise ExportError(
            "file_unreadable", file=error.filename or str(folder), why=error.strerror
        ) from None
