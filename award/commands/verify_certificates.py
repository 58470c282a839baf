"""What ``award verify`` says of a certificate: its PDF, its badge, the code on its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from award.commands.language import system_language
from award.texts import say
from exports.certificates.badges import check_status, status_of, verify_badge
from exports.certificates.numbers import format_number, parse_number
from exports.certificates.verifying import verify_certificate
from exports.signing.keys import Issuer, verify_payload

Ask = Callable[[str], bytes]


def certificate_lines(content: bytes, issuer: Issuer) -> list[str]:
    """Return what holds, a sentence each; raises ExportError with what does not."""
    found = verify_certificate(content, issuer)
    tongue = system_language()
    return [
        _genuine(found.payload),
        say(f"verified_pdf_by_{found.pdf_by}", tongue),
        say(f"verified_payload_by_{found.payload_by}", tongue),
    ]


def text_lines(content: str, issuer: Issuer, ask: Ask | None) -> list[str]:
    """Return what holds of a badge (three parts), or of a code as it was scanned from the page.

    A scanned code is the signed payload alone, or an address with the payload behind its "#".
    ask fetches a badge's status; without it nothing leaves this machine. Raises what
    ``verify_badge``, ``verify_payload``, ``parse_number``, ``check_status`` and ask raise.
    """
    tongue = system_language()
    if content.count(".") == 2 and "#" not in content:
        credential = verify_badge(content, issuer)
        subject = credential["credentialSubject"]
        said = {
            "name": str(subject["identifier"][0]["identityHash"]),
            "title": str(credential.get("name", "")),
            "by": str(credential["issuer"]["name"]),
        }
        holds = [say("verified_badge", tongue, said), say("verified_badge_by_key", tongue)]
        return [*holds, _status_line(credential, ask)]
    payload = verify_payload(content.rpartition("#")[2], issuer.payload_keys())
    parse_number(str(payload.get("no", "")))
    return [_genuine(payload), say("verified_code_by_key", tongue)]


def _status_line(credential: Mapping[str, Any], ask: Ask | None) -> str:
    address, tongue = status_of(credential), system_language()
    if not address:
        return say("verified_badge_without_status", tongue)
    if ask is None:
        return say("verified_badge_status_unasked", tongue)
    check_status(credential, ask(address))
    return say("verified_badge_not_revoked", tongue, {"address": address})


def _genuine(payload: Mapping[str, Any]) -> str:
    said = {key: str(payload.get(key, "")) for key in ("name", "kind", "season", "by", "on")}
    number = format_number(str(payload["no"]))
    return say("verified_certificate", system_language(), {**said, "number": number})
