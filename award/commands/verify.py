"""``award verify``: certificates, result bundles and audit exports, with no network and no store.

Only ``--status`` asks the network, and only for a badge.

What is checked of a kind of file is in ``verify_certificates`` and ``verify_records``.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from award.commands.console import complain, problem, refuse
from award.commands.evidence import content_of, own_issuer
from award.commands.verify_certificates import Ask, certificate_lines, text_lines
from award.commands.verify_records import record_lines
from award.commands.verify_status import fetch_status
from exports.errors import ExportError
from exports.signing.keys import Issuer, parse_issuer

# A badge, or what a telephone reads off a certificate: no blanks, nothing but parts of base64url.
TEXT = re.compile(rb"(?:[\x21-\x7e]*#)?[\w-]+(?:\.[\w-]+){1,2}")

JWT = b"eyJ"
"""How a badge begins: the brace and the quotation mark of its header."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--issuer",
    "issuer_file",
    type=click.Path(path_type=Path),
    metavar="CERT",
    help="Certificate or public key of the issuer, PEM or DER; else the installation's own.",
)
@click.option(
    "--status",
    "ask_status",
    is_flag=True,
    help="Ask the issuer's site whether a badge was revoked; this alone needs the network.",
)
def verify(files: tuple[Path, ...], issuer_file: Path | None, ask_status: bool) -> None:
    """Check certificates, badges, result bundles and audit exports, and say what was checked.

    A text file with what a telephone reads off a certificate's page is checked, too.

    Ends with 0 only if everything holds.
    """
    issuer = _issuer(issuer_file)
    failed = False
    for path in files:
        try:
            for line in _checked(path, issuer, fetch_status if ask_status else None):
                click.echo(f"{path}: {line}")
        except ExportError as error:
            complain(problem(error, str(path)))
            failed = True
    raise SystemExit(int(failed))


def _issuer(path: Path | None) -> Issuer:
    try:
        return own_issuer() if path is None else parse_issuer(content_of(path))
    except ExportError as error:
        refuse(error, str(path or ""))


def _checked(path: Path, issuer: Issuer, ask: Ask | None) -> list[str]:
    content = content_of(path)
    if content.lstrip()[:5] == b"%PDF-":
        return certificate_lines(content, issuer)
    if content.lstrip().startswith(b"{"):
        return record_lines(content, issuer)
    if TEXT.fullmatch(content.strip()):
        return text_lines(content.strip().decode(), issuer, ask)
    if content.lstrip().startswith(JWT):
        raise ExportError("badge_malformed")
    raise ExportError("file_kind_unknown")
