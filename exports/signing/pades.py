"""PAdES: signing a PDF, and checking offline that nothing was changed or added since."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from asn1crypto.core import Null
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exports.signing.keys import PdfIdentity, SignatureError

FIELD = "Issuer"
# Nothing to see, and nothing that PDF/UA would want a tag for; PDF/A wants it printable.
PLACE = fields.SigFieldSpec(
    FIELD, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True)
)
SHA256_FORMS = ({"algorithm": "sha256"}, {"algorithm": "sha256", "parameters": Null()})


class _Writer(IncrementalPdfFileWriter):
    """Leaves the file's description alone: written anew, it loses what PDF/A asks of it."""

    def _update_meta(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """A PDF signature that holds: who signed, and that it covers the entire file."""

    certificate: x509.Certificate


def sign_pdf(pdf: bytes, identity: PdfIdentity, *, reason: str = "") -> bytes:
    """Return the PDF with a certifying PAdES signature that allows no later change.

    It has to be the last step: whatever is written afterwards breaks it. Raises SignatureError
    ``pdf_unsignable`` for a file that is no PDF or is certified already.
    """
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason or None,
    )
    output = io.BytesIO()
    try:
        signer = signers.PdfSigner(metadata, signer=_signer(identity), new_field_spec=PLACE)
        signer.sign_pdf(_Writer(io.BytesIO(pdf)), output=output)
    except (PdfReadError, SigningError) as error:
        raise SignatureError("pdf_unsignable", why=str(error)) from None
    return output.getvalue()


def signer_of(pdf: bytes) -> x509.Certificate:
    """Return the certificate of the one signature in the PDF, without judging it.

    Raises SignatureError ``pdf_unreadable``, ``pdf_unsigned``, ``pdf_several_signatures`` or
    ``pdf_changed``.
    """
    embedded = _embedded(pdf)
    try:
        return x509.load_der_x509_certificate(embedded.signer_cert.dump())
    except Exception:  # as in verify_pdf
        raise SignatureError("pdf_changed") from None


def verify_pdf(pdf: bytes, trusted: tuple[x509.Certificate, ...]) -> PdfSignature:
    """Return the signature if it holds under ``trusted`` roots, without any network.

    Holds means: the digest fits, the signer's certificate leads to a trusted one, and the
    signature covers the entire file with nothing appended. Raises SignatureError ``pdf_changed``
    or ``pdf_unknown_issuer``, and what ``signer_of`` raises.
    """
    embedded = _embedded(pdf)
    try:
        status = _status(embedded, trusted)
        whole = _is_gap_clean(embedded, pdf) and _is_as_written(embedded.signed_data)
    except Exception:  # a damaged signature makes the parser fail in any way it likes
        raise SignatureError("pdf_changed") from None
    entire = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and entire and whole):
        raise SignatureError("pdf_changed")
    if not status.trusted:
        raise SignatureError("pdf_unknown_issuer")
    if not status.bottom_line:
        raise SignatureError("pdf_changed")
    return PdfSignature(x509.load_der_x509_certificate(status.signing_cert.dump()))


def _status(embedded: Any, trusted: tuple[x509.Certificate, ...]) -> Any:
    """Validate as of the day of signing: a certificate hangs on a wall longer than a key lives."""
    context = ValidationContext(
        trust_roots=[_asn1(certificate) for certificate in trusted],
        allow_fetching=False,
        moment=embedded.self_reported_timestamp,
    )
    usage = KeyUsageConstraints(
        key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
    )
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    return validate_pdf_signature(
        embedded, signer_validation_context=context, key_usage_settings=usage
    )


def _is_gap_clean(embedded: Any, pdf: bytes) -> bool:
    """Whether the one place that no signature covers, its own, holds nothing but the signature.

    There is room left behind the signature; a hidden text, or merely another byte, would fit.
    """
    _, start, end, _ = (int(number) for number in embedded.byte_range)
    gap = pdf[start:end]
    signature = cms.ContentInfo({"content_type": "signed_data", "content": embedded.signed_data})
    room = (len(gap) - 2) // 2
    return gap == b"<" + signature.dump().ljust(room, b"\0").hex().upper().encode() + b">"


def _is_as_written(signed: cms.SignedData) -> bool:
    """Whether the few bytes of a CMS that its own signature does not cover are those we write."""
    signer = signed["signer_infos"][0]
    sha256 = [cms.DigestAlgorithm(one).dump() for one in SHA256_FORMS]
    named = [one.dump() for one in signed["digest_algorithms"]]
    return (
        len(signed["signer_infos"]) == 1
        and signed["version"].native == "v1"
        and signer["version"].native == "v1"
        and signer["digest_algorithm"].dump() in sha256
        and len(named) == 1
        and named[0] in sha256
    )


def _embedded(pdf: bytes):  # type: ignore[no-untyped-def]  # pyHanko's own classes are untyped here
    try:
        signatures = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
    except Exception:  # a damaged PDF makes the parser fail in any way it likes
        raise SignatureError("pdf_unreadable") from None
    if not signatures:
        raise SignatureError("pdf_unsigned")
    if len(signatures) > 1:
        raise SignatureError("pdf_several_signatures")
    return signatures[0]


def _signer(identity: PdfIdentity) -> signers.SimpleSigner:
    key = identity.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple([_asn1(certificate) for certificate in identity.chain])
    return signers.SimpleSigner(
        signing_cert=_asn1(identity.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=registry,
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
