"""``award verify``: certificates and audit exports, checked with no network and no store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

import config
from award.commands.console import complain, problem, refuse
from award.commands.language import system_language
from award.texts import say
from exports.errors import ExportError, TableError
from exports.numbers import format_number
from exports.signing import Issuer, installation_issuer, parse_issuer
from exports.verifying import verify_certificate


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--issuer",
    "issuer_file",
    type=click.Path(path_type=Path),
    metavar="CERT",
    help="Certificate or public key of the issuer, PEM or DER; else the installation's own.",
)
def verify(files: tuple[Path, ...], issuer_file: Path | None) -> None:
    """Check certificates and audit exports, and say what was checked.

    Ends with 0 only if everything holds.
    """
    issuer = _issuer(issuer_file)
    failed = False
    for path in files:
        try:
            for line in _checked(path, issuer):
                click.echo(f"{path}: {line}")
        except ExportError as error:
            complain(problem(error, str(path)))
            failed = True
    raise SystemExit(int(failed))


def _issuer(path: Path | None) -> Issuer:
    if path is None:
        return installation_issuer(config.from_environment().keys)
    try:
        return parse_issuer(path.read_bytes())
    except OSError:
        refuse(ExportError("file_missing", file=str(path)))
    except ExportError as error:
        refuse(error, str(path))


def _checked(path: Path, issuer: Issuer) -> list[str]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ExportError("file_missing") from None
    except OSError as error:
        raise ExportError("file_unreadable", why=error.strerror) from None
    if content.lstrip()[:5] == b"%PDF-":
        return _certificate(content, issuer)
    if content.startswith(b"PK\x03\x04"):
        raise ExportError("bundle_unsupported")
    if content.lstrip().startswith(b"{"):
        return _json(content)
    raise ExportError("file_kind_unknown")


def _certificate(content: bytes, issuer: Issuer) -> list[str]:
    found = verify_certificate(content, issuer)
    said = {key: str(found.payload.get(key, "")) for key in ("name", "kind", "season", "by", "on")}
    number = format_number(str(found.payload["no"]))
    tongue = system_language()
    return [
        say("verified_certificate", tongue, {**said, "number": number}),
        say(f"verified_pdf_by_{found.pdf_by}", tongue),
        say(f"verified_payload_by_{found.payload_by}", tongue),
    ]


def _json(content: bytes) -> list[str]:
    first = content.lstrip().splitlines()[0]
    try:
        keys = set(json.loads(first))
    except ValueError:
        raise ExportError("bundle_unsupported") from None
    if not {"previous_hash", "hash", "id"} <= keys:
        raise ExportError("file_kind_unknown")
    return _audit(content)


def _audit(content: bytes) -> list[str]:
    from award.audit import breaks

    rows = list(_audit_rows(content))
    for found in breaks(rows):
        raise ExportError(f"audit_{found.code}", row_id=found.row_id)
    seen = {"rows": len(rows), "head": rows[-1]["hash"]}
    return [say("verified_audit", system_language(), seen)]


def _audit_rows(content: bytes) -> Iterator[Mapping[str, Any]]:
    from award.audit import HASHED, SEALED

    expected = {*HASHED, "hash"}
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise TableError("audit_malformed", row=number) from None
        if not isinstance(row, dict) or not (expected <= set(row) or set(row) == set(SEALED)):
            raise TableError("audit_malformed", row=number)
        yield row
