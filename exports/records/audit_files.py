"""Audit exports: the log's rows, one JSON object a line, and a last line that seals them.

The chain shows what was altered or left out inside; the seal shows what was cut off, added or
written anew: it names the number of rows, the last hash and the SHA-256 of every byte above it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from exports.errors import ExportError, TableError
from exports.records.sealing import canonical, check_seal, seal
from exports.signing.keys import Issuer

KIND = "audit export"
LAST = {"rows", "head", "digest", "seal"}


@dataclass(frozen=True, slots=True)
class AuditFile:
    """A parsed export: its rows in order and the members of its last line; nothing is judged."""

    rows: tuple[Mapping[str, Any], ...]
    last: Mapping[str, Any]
    above: bytes
    last_line: bytes


@dataclass(slots=True)
class _Told:
    count: int = 0
    head: str = ""
    digest: Any = field(default_factory=sha256)


def sealed_lines(
    rows: Iterable[Mapping[str, Any]], key: ed25519.Ed25519PrivateKey
) -> Iterator[bytes]:
    """Yield the lines of an export, its seal last; one row is held in memory."""
    told = _Told()
    for row in rows:
        line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
        told.count, told.head = told.count + 1, row["hash"]
        told.digest.update(line)
        yield line
    digest = told.digest.hexdigest()
    last = {"rows": told.count, "head": told.head, "digest": digest}
    yield canonical({**last, "seal": seal(KIND, _covered(last), key)}) + b"\n"


def read_audit_file(data: bytes) -> AuditFile:
    """Take an export apart, so that the chain of its rows can be walked first: it says where.

    Without a seal, rows has all lines and last is empty. Raises TableError audit_malformed
    (``row``: a line that is no JSON object).
    """
    at = data.rstrip(b"\n").rfind(b"\n") + 1
    above, last_line = data[:at], data[at:]
    rows = [_object(line, row) for row, line in enumerate(above.split(b"\n")[:-1], start=1)]
    last = _object(last_line, len(rows) + 1)
    if last.keys() != LAST:
        return AuditFile((*rows, last), {}, data, b"")
    return AuditFile(tuple(rows), last, above, last_line)


def check_audit_seal(found: AuditFile, issuer: Issuer) -> None:
    """Return if the export ends with a seal of the issuer that covers every byte above it.

    Raises ExportError audit_unsealed (the seal is missing, so the end may have been cut off),
    audit_changed (the bytes above are not those it covers), SignatureError as ``check_seal``.
    """
    if not found.last:
        raise ExportError("audit_unsealed")
    counted = {name: found.last[name] for name in ("rows", "head", "digest")}
    true = {
        "rows": len(found.rows),
        "head": found.rows[-1].get("hash") if found.rows else "",
        "digest": sha256(found.above).hexdigest(),
    }
    if counted != true or canonical(found.last) + b"\n" != found.last_line:
        raise ExportError("audit_changed")
    check_seal(KIND, _covered(counted), found.last["seal"], issuer)


def is_audit_line(value: Any) -> bool:
    """Whether a parsed line is a row or the seal of an audit export."""
    return isinstance(value, dict) and (
        value.keys() == LAST or {"previous_hash", "hash", "id"} <= value.keys()
    )


def _covered(last: Mapping[str, Any]) -> str:
    return sha256(canonical(last)).hexdigest()


def _object(line: bytes, row: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise TableError("audit_malformed", row=row) from None
    if not isinstance(value, dict):
        raise TableError("audit_malformed", row=row)
    return value
