"""What ``award verify`` says of result bundles and audit exports."""

from __future__ import annotations

import json
from typing import Any

from award.commands.language import system_language
from award.texts import say
from exports.errors import ExportError, TableError
from exports.records.audit_files import AuditFile, check_audit_seal, is_audit_line, read_audit_file
from exports.records.bundles import is_bundle, verify_bundle
from exports.signing.keys import Issuer


def record_lines(content: bytes, issuer: Issuer) -> list[str]:
    """Return what holds of a JSON file, a sentence each; raises ExportError with what does not."""
    first = _parsed(content.lstrip().split(b"\n", 1)[0])
    if is_audit_line(first):
        return _audit(content, issuer)
    if is_bundle(first) or is_bundle(_parsed(content)) or content.startswith(b'{"bundle":'):
        return _bundle(content, issuer)
    raise ExportError("file_kind_unknown")


def _bundle(content: bytes, issuer: Issuer) -> list[str]:
    found = verify_bundle(content, issuer)
    language = system_language()
    said = {
        "season": f"{found.content['programme']}/{found.content['season']}",
        "round": found.content["round"],
        "digest": found.digest,
    }
    return [say("verified_bundle", language, said), say("verified_bundle_replay", language)]


def _audit(content: bytes, issuer: Issuer) -> list[str]:
    found = read_audit_file(content)
    _check_chain(found)
    check_audit_seal(found, issuer)
    seen = {"rows": len(found.rows), "head": found.last["head"]}
    return [say("verified_audit", system_language(), seen)]


def _check_chain(found: AuditFile) -> None:
    from award.audit import HASHED, SEALED, breaks

    for number, row in enumerate(found.rows, start=1):
        if not ({*HASHED, "hash"} <= row.keys() or row.keys() == set(SEALED)):
            raise TableError("audit_malformed", row=number)
    for one in breaks(found.rows):
        raise ExportError(f"audit_{one.code}", row_id=one.row_id)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
