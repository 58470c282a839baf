"""Issuing a certificate: signed payload, page, signed file, in that order."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from exports.certificates.page import CertificateData, render_certificate
from exports.pdf.rendering import Translate
from exports.signing.keys import SigningKeys, fingerprint, sign_payload

VERSION = 1


def payload_of(data: CertificateData, keys: SigningKeys) -> dict[str, Any]:
    """Return what the payload says; docs/formats.md describes each key. Empty texts are left out.

    ``pdf`` names the certificate that signs the file, so that whoever trusts the payload's key can
    trust the file, too.
    """
    said = {
        "no": data.number,
        "kind": data.kind,
        "name": data.name,
        "project": data.project,
        "place": data.place,
        "season": data.season,
        "by": data.programme,
        "on": data.issued_on.isoformat(),
        "pdf": base64.urlsafe_b64encode(fingerprint(keys.pdf.certificate)).decode().rstrip("="),
    }
    return {"v": VERSION} | {key: value for key, value in said.items() if value}


def issue(
    data: CertificateData,
    keys: SigningKeys,
    translate: Translate,
    *,
    base_url: str = "",
    template: str = "classic",
    orientation: str = "landscape",
) -> bytes:
    """Return the finished, signed certificate.

    ``data.payload`` and ``data.verify_url`` are filled in here: with base_url the QR code holds
    ``BASE/c/NUMBER#payload.signature``, without it the signed payload alone. Raises what
    ``render_certificate`` and ``sign_pdf`` raise.
    """
    from exports.signing.pades import sign_pdf

    signed = sign_payload(payload_of(data, keys), keys.payload)
    address = f"{base_url.rstrip('/')}/c/{data.number}#{signed}" if base_url else signed
    page = replace(data, payload=signed, verify_url=address)
    return sign_pdf(render_certificate(page, translate, template, orientation), keys.pdf)
