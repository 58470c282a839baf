"""Keys, and the signed payload that a certificate's QR code carries.

A payload is JSON with sorted keys, base64url without padding, a point, and the Ed25519 signature
of those base64url characters: an outsider checks it with any library and the published key.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from exports.errors import ExportError
from exports.signing.selfsigned import self_signed

PdfKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
MARKER = "-----BEGIN "
PAYLOAD_FILE = "certificates-payload.pem"
PDF_FILE = "certificates-pdf.pem"
KINDS = ("*-payload.pem", "*-pdf.pem")


class SignatureError(ExportError):
    """A key that cannot be used, or a signature that does not hold."""


@dataclass(frozen=True, slots=True)
class PdfIdentity:
    """What signs a PDF: a P-256 or RSA key with its certificate and the chain above it."""

    key: PdfKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Issuer:
    """What is trusted: public keys (SubjectPublicKeyInfo, DER) and certificates."""

    keys: frozenset[bytes]
    certificates: tuple[x509.Certificate, ...] = ()

    def payload_keys(self) -> tuple[ed25519.Ed25519PublicKey, ...]:
        """Return the Ed25519 keys among the trusted ones."""
        loaded = (serialization.load_der_public_key(key) for key in sorted(self.keys))
        return tuple(key for key in loaded if isinstance(key, ed25519.Ed25519PublicKey))


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The two keys of an issuer: one for the payload, one for the PDF."""

    payload: ed25519.Ed25519PrivateKey
    pdf: PdfIdentity


def sign_payload(payload: Mapping[str, Any], key: ed25519.Ed25519PrivateKey) -> str:
    """Return ``base64url(JSON) + "." + base64url(signature)``; equal payloads give equal text."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body = to_base64(text.encode())
    return f"{body}.{to_base64(key.sign(body.encode()))}"


def verify_payload(signed: str, keys: Iterable[ed25519.Ed25519PublicKey]) -> dict[str, Any]:
    """Return the payload if one of ``keys`` signed it.

    Raises SignatureError ``payload_malformed``, or ``payload_unknown_issuer`` where none did.
    """
    payload = read_payload(signed)
    body, _, signature = signed.partition(".")
    for key in keys:
        try:
            key.verify(from_base64(signature), body.encode())
        except InvalidSignature:
            continue
        return payload
    raise SignatureError("payload_unknown_issuer")


def read_payload(signed: str) -> dict[str, Any]:
    """Return the payload without looking at its signature; for display and for ``verify`` only."""
    try:
        body, signature = signed.split(".")
        from_base64(signature)
        payload = json.loads(from_base64(body))
    except (ValueError, UnicodeError, RecursionError):
        raise SignatureError("payload_malformed") from None
    if not isinstance(payload, dict):
        raise SignatureError("payload_malformed")
    return payload


def installation_keys(folder: Path, name: str) -> SigningKeys:
    """Return the installation's own keys from ``folder``, made there on first use with mode 0600.

    name is written into the certificate of the PDF key as its holder.
    """
    payload = load_or_make(folder / PAYLOAD_FILE, new_payload_pem)
    pdf = load_or_make(folder / PDF_FILE, lambda: new_pdf_pem(name))
    payload_key, _ = parse_keys(payload)
    _, identity = parse_keys(pdf)
    if payload_key is None or identity is None:
        raise SignatureError("key_unusable", file=str(folder))
    return SigningKeys(payload_key, identity)


def installation_seal_key(folder: Path) -> ed25519.Ed25519PrivateKey:
    """Return the installation's Ed25519 key from ``folder``, made there on first use."""
    key, _ = parse_keys(load_or_make(folder / PAYLOAD_FILE, new_payload_pem))
    if key is None:
        raise SignatureError("key_unusable", file=str(folder))
    return key


def installation_issuer(folder: Path) -> Issuer:
    """Return what the keys made here stand for, the installation's and those of its programmes.

    Without keys it is an issuer of nothing. An organiser's P12 is not among them: the payload's key
    vouches for it, file by file.
    """
    files = [file for kind in KINDS for file in sorted(folder.glob(kind))]
    parts = [parse_issuer(file.read_bytes()) for file in files]
    keys = frozenset(key for part in parts for key in part.keys)
    return Issuer(keys, tuple(found for part in parts for found in part.certificates))


def signing_keys(path: Path, passphrase: str, own: SigningKeys) -> SigningKeys:
    """Return the keys of a PEM or P12 file; the kind it does not hold is taken from ``own``.

    Raises SignatureError key_missing, key_passphrase or key_unusable (``file``).
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise SignatureError("key_missing", file=str(path)) from None
    try:
        payload, identity = parse_keys(content, passphrase)
    except (ValueError, TypeError) as error:
        code = "key_passphrase" if "assword" in str(error) else "key_unusable"
        raise SignatureError(code, file=path.name) from None
    if payload is None and identity is None:
        raise SignatureError("key_unusable", file=path.name)
    return SigningKeys(payload or own.payload, identity or own.pdf)


def parse_keys(
    content: bytes, passphrase: str = ""
) -> tuple[ed25519.Ed25519PrivateKey | None, PdfIdentity | None]:
    """Return the Ed25519 key and the PDF identity that a PEM or P12 file holds, None for neither.

    A P-256 or RSA key without a certificate gets a self-signed one. Raises what ``cryptography``
    raises for a file that is no key or a wrong passphrase (ValueError, TypeError).
    """
    secret = passphrase.encode() or None
    certificates: list[x509.Certificate]
    if content.lstrip().startswith(MARKER.encode()):
        blocks = _blocks(content)
        keys = [_private(block, secret) for block in blocks if b"PRIVATE KEY" in block]
        certificates = [x509.load_pem_x509_certificate(b) for b in blocks if b"CERTIFICATE" in b]
    else:
        key, certificate, above = pkcs12.load_key_and_certificates(content, secret)
        keys, certificates = [key], [*([certificate] if certificate else []), *above]
    payload = next((key for key in keys if isinstance(key, ed25519.Ed25519PrivateKey)), None)
    pdf = next((key for key in keys if isinstance(key, PdfKey)), None)
    return payload, _identity(pdf, certificates) if pdf else None


def parse_issuer(content: bytes) -> Issuer:
    """Return the issuer that a file describes: PEM blocks of certificates and keys, or a DER one.

    Raises SignatureError ``issuer_unusable``.
    """
    try:
        if not content.lstrip().startswith(MARKER.encode()):
            certificate = x509.load_der_x509_certificate(content)
            return Issuer(frozenset({spki(certificate.public_key())}), (certificate,))
        blocks = _blocks(content)
        certificates = tuple(
            x509.load_pem_x509_certificate(block) for block in blocks if b"CERTIFICATE" in block
        )
        public = [
            serialization.load_pem_public_key(block) for block in blocks if b"PUBLIC KEY" in block
        ]
        private = [_private(block, None).public_key() for block in blocks if b"PRIVATE" in block]
    except (ValueError, TypeError):
        raise SignatureError("issuer_unusable") from None
    found = [*(one.public_key() for one in certificates), *public, *private]
    if not found:
        raise SignatureError("issuer_unusable")
    return Issuer(frozenset(spki(key) for key in found), certificates)


def spki(key: Any) -> bytes:
    """Return a public key as DER SubjectPublicKeyInfo, the form in which keys are compared."""
    encoded: bytes = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded


def _identity(key: PdfKey, certificates: list[x509.Certificate]) -> PdfIdentity:
    mine = spki(key.public_key())
    own = [one for one in certificates if spki(one.public_key()) == mine]
    chain = tuple(one for one in certificates if spki(one.public_key()) != mine)
    return PdfIdentity(key, own[0] if own else self_signed(key, "award"), chain)


def _private(block: bytes, secret: bytes | None) -> Any:
    encrypted = b"ENCRYPTED" in block
    return serialization.load_pem_private_key(block, secret if encrypted else None)


def _blocks(content: bytes) -> list[bytes]:
    parts = content.decode("ascii", "replace").split(MARKER)[1:]
    return [(MARKER + part).encode() for part in parts]


def new_payload_pem() -> bytes:
    """Return a fresh Ed25519 key, PEM."""
    return _pem(ed25519.Ed25519PrivateKey.generate())


def new_pdf_pem(name: str) -> bytes:
    """Return a fresh P-256 key with its self-signed certificate of ``name``, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _pem(key) + self_signed(key, name).public_bytes(serialization.Encoding.PEM)


def _pem(key: ed25519.Ed25519PrivateKey | PdfKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def load_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read the file, or make it; of two processes that make it at once, both get the first's."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(make())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            Path(temporary).unlink()
    return path.read_bytes()


def to_base64(data: bytes) -> str:
    """Return base64url without padding, as payloads and credentials are written."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    """Return the bytes of base64url without padding; ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def fingerprint(certificate: x509.Certificate) -> bytes:
    """Return the first 16 bytes of the certificate's SHA-256, as the payload names its signer."""
    return certificate.fingerprint(hashes.SHA256())[:16]
