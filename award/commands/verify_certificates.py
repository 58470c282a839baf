"""What ``award verify`` says of a certificate."""

from __future__ import annotations

from award.commands.language import system_language
from award.texts import say
from exports.numbers import format_number
from exports.signing import Issuer
from exports.verifying import verify_certificate


def certificate_lines(content: bytes, issuer: Issuer) -> list[str]:
    """Return what holds, a sentence each; raises ExportError with what does not."""
    found = verify_certificate(content, issuer)
    said = {key: str(found.payload.get(key, "")) for key in ("name", "kind", "season", "by", "on")}
    number = format_number(str(found.payload["no"]))
    tongue = system_language()
    return [
        say("verified_certificate", tongue, {**said, "number": number}),
        say(f"verified_pdf_by_{found.pdf_by}", tongue),
        say(f"verified_payload_by_{found.payload_by}", tongue),
    ]
