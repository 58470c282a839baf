"""Checking a certificate file: offline, without a store, against an issuer's keys."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from cryptography import x509

from exports.certificates.numbers import NumberError, parse_number
from exports.signing.keys import (
    Issuer,
    SignatureError,
    fingerprint,
    read_payload,
    spki,
    verify_payload,
)
from exports.signing.pades import signer_of, verify_pdf

# WeasyPrint keeps only letters and digits of a metadata name.
PAYLOAD_KEY = "/awardcertificate"


@dataclass(frozen=True, slots=True)
class VerifiedCertificate:
    """What holds: the payload, and how each of the two signatures is known to be the issuer's.

    payload_by and pdf_by are "key" (signed by a key of the issuer) or "other" (vouched for by the
    other signature, which a key of the issuer made).
    """

    payload: Mapping[str, Any]
    payload_by: str
    pdf_by: str


def verify_certificate(pdf: bytes, issuer: Issuer) -> VerifiedCertificate:
    """Return what the certificate says if all holds.

    All means: the file is unchanged since it was signed and nothing was appended; it carries a
    payload with a well-formed number; and of the two signatures at least one was made by a key of
    the issuer and covers or names the other. Raises SignatureError: pdf_unreadable, pdf_unsigned,
    pdf_several_signatures, pdf_changed, payload_missing, payload_malformed, number_malformed,
    number_mistyped, pdf_not_of_payload, unknown_issuer.
    """
    certificate = signer_of(pdf)
    signed = _payload_text(pdf)
    payload = read_payload(signed)
    _check_number(payload)
    known_payload = _is_payload_known(signed, issuer)
    known_pdf = spki(certificate.public_key()) in issuer.keys
    if known_payload and payload.get("pdf") != _named(certificate):
        raise SignatureError("pdf_not_of_payload")
    roots = (certificate,) if known_pdf or known_payload else issuer.certificates
    _check_file(pdf, certificate, roots)
    payload_by = "key" if known_payload else "other"
    pdf_by = "other" if known_payload and not known_pdf else "key"
    return VerifiedCertificate(payload, payload_by, pdf_by)


def _check_file(
    pdf: bytes, certificate: x509.Certificate, roots: tuple[x509.Certificate, ...]
) -> None:
    """Tell a changed file from a stranger's: a stranger's own file is whole under its own root."""
    try:
        verify_pdf(pdf, roots)
    except SignatureError as error:
        if error.code != "pdf_unknown_issuer":
            raise
        verify_pdf(pdf, (certificate,))
        raise SignatureError("unknown_issuer") from None


def _is_payload_known(signed: str, issuer: Issuer) -> bool:
    try:
        verify_payload(signed, issuer.payload_keys())
    except SignatureError as error:
        if error.code != "payload_unknown_issuer":
            raise
        return False
    return True


def _payload_text(pdf: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return str(opened.docinfo[PAYLOAD_KEY])
    except (KeyError, pikepdf.PdfError):
        raise SignatureError("payload_missing") from None


def _check_number(payload: Mapping[str, Any]) -> None:
    try:
        parse_number(str(payload.get("no", "")))
    except NumberError as error:
        raise SignatureError(error.code, **error.params) from None


def _named(certificate: x509.Certificate) -> str:
    return base64.urlsafe_b64encode(fingerprint(certificate)).decode().rstrip("=")
