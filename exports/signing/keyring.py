"""The keys of programmes: a pair of its own each, an organiser's P12 in place of the PDF's key.

They lie in one folder outside the store, named by the programme's public id and readable by their
owner only. The key of the payload is never replaced, and the payload names the certificate that
signs the file. So what was signed with an earlier P12 stays valid, and a P12 vouches for nothing by
itself: whoever holds one forges neither another programme's certificates nor her own programme's.
"""

from __future__ import annotations

import base64
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import pkcs12

from exports.signing.keys import (
    PAYLOAD_FILE,
    PDF_FILE,
    PdfIdentity,
    PdfKey,
    SignatureError,
    SigningKeys,
    load_or_make,
    new_payload_pem,
    new_pdf_pem,
    parse_keys,
    spki,
)

MOST_BYTES = 64 * 1024
RSA_BITS = 2048
PURPOSE = b"award: signing keys that organisers uploaded"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """An organiser's P12 as it is kept: its key locked under the installation's secret."""

    pem: bytes
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Keyring:
    """The folder of keys, and the installation's secret that locks those of organisers."""

    folder: Path
    secret: str

    def keys(self, programme: str, name: str, *, now: datetime) -> SigningKeys:
        """Return what signs for a programme; its own pair is made on first use, mode 0600.

        programme is its public id; name becomes the holder of its own certificate. Where a P12 was
        uploaded, that one signs the PDF. Raises SignatureError p12_locked where the installation's
        secret is another than when it was uploaded, p12_expired (``holder``, ``day``).
        """
        uploaded = self._file(programme, "p12")
        pdf = self._unlocked(uploaded, now) if uploaded.exists() else self._own(programme, name)
        return SigningKeys(self.payload_key(programme), pdf)

    def payload_key(self, programme: str) -> ed25519.Ed25519PrivateKey:
        """Return the Ed25519 key of a programme, made on first use."""
        file = self._file(programme, "payload")
        key, _ = parse_keys(load_or_make(file, new_payload_pem))
        if key is None:
            raise SignatureError("key_unusable", file=file.name)
        return key

    def certificate(self, programme: str, name: str) -> tuple[x509.Certificate, bool]:
        """Return the certificate that signs PDFs now, and whether it is of an uploaded P12."""
        uploaded = self._file(programme, "p12")
        if uploaded.exists():
            return x509.load_pem_x509_certificates(uploaded.read_bytes())[0], True
        return self._own(programme, name).certificate, False

    def public_pem(self, programme: str, name: str) -> bytes:
        """Return what ``award verify --issuer`` takes: the public keys of the programme, PEM.

        The installation's own are among them where there are any: they signed for all programmes
        before each had a pair.
        """
        shared = [self.folder / one for one in (PAYLOAD_FILE, PDF_FILE)]
        files = [file.read_bytes() for file in shared if file.exists()]
        found = [parse_keys(content) for content in files]
        payloads = [self.payload_key(programme), *(key for key, _ in found if key)]
        pdfs = [self._own(programme, name), *(one for _, one in found if one)]
        return b"".join(
            [
                *(_public_pem(key) for key in payloads),
                *(one.certificate.public_bytes(serialization.Encoding.PEM) for one in pdfs),
            ]
        )

    def wrap(self, content: bytes, passphrase: str, *, now: datetime) -> Wrapped:
        """Check an organiser's P12 and return it as it is kept; slow, for its key is locked anew.

        Raises SignatureError: p12_too_large, p12_unreadable, p12_passphrase, p12_no_key,
        p12_kind_of_key, p12_no_certificate, p12_early (``day``), p12_expired (``holder``,
        ``day``), p12_not_for_signing.
        """
        if len(content) > MOST_BYTES:
            raise SignatureError("p12_too_large", kilobytes=MOST_BYTES // 1024)
        identity = _opened(content, passphrase)
        _check_days(identity.certificate, now)
        _check_usage(identity.certificate)
        locked = identity.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._phrase()),
        )
        chain = (identity.certificate, *identity.chain)
        public = (one.public_bytes(serialization.Encoding.PEM) for one in chain)
        return Wrapped(locked + b"".join(public), identity.certificate)

    def put(self, programme: str, wrapped: Wrapped) -> None:
        """Let a P12 sign for the programme from now on, in place of any other."""
        file = self._file(programme, "p12")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "wb") as written:
            written.write(wrapped.pem)
        Path(temporary).replace(file)

    def drop(self, programme: str) -> bool:
        """Remove the programme's P12, so that its own key signs; whether there was one."""
        file = self._file(programme, "p12")
        found = file.exists()
        file.unlink(missing_ok=True)
        return found

    def _file(self, programme: str, kind: str) -> Path:
        return self.folder / f"{programme}-{kind}.pem"

    def _own(self, programme: str, name: str) -> PdfIdentity:
        file = self._file(programme, "pdf")
        _, identity = parse_keys(load_or_make(file, lambda: new_pdf_pem(name)))
        if identity is None:
            raise SignatureError("key_unusable", file=file.name)
        return identity

    def _unlocked(self, file: Path, now: datetime) -> PdfIdentity:
        try:
            _, identity = parse_keys(file.read_bytes(), self._phrase().decode())
        except (ValueError, TypeError):
            identity = None
        if identity is None:
            raise SignatureError("p12_locked")
        _check_days(identity.certificate, now)
        return identity

    def _phrase(self) -> bytes:
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=PURPOSE).derive(self.secret.encode())
        return base64.urlsafe_b64encode(derived)


def holder_of(name: x509.Name) -> str:
    """Return whom a name of a certificate means: its common name, else the whole of it."""
    common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def _opened(content: bytes, passphrase: str) -> PdfIdentity:
    key, certificate, above = _loaded(content, passphrase)
    if key is None:
        raise SignatureError("p12_no_key")
    if not isinstance(key, PdfKey) or not _is_accepted(key):
        raise SignatureError("p12_kind_of_key", bits=RSA_BITS)
    if certificate is None or spki(certificate.public_key()) != spki(key.public_key()):
        raise SignatureError("p12_no_certificate")
    return PdfIdentity(key, certificate, tuple(above))


def _loaded(content: bytes, passphrase: str):  # type: ignore[no-untyped-def]  # cryptography's own
    # A file without a passphrase may have been written with none or with an empty one.
    wrong = False
    for secret in (passphrase.encode(),) if passphrase else (None, b""):
        try:
            return pkcs12.load_key_and_certificates(content, secret)
        except UnsupportedAlgorithm:
            raise SignatureError("p12_unreadable") from None
        except (ValueError, TypeError) as error:
            wrong = "assword" in str(error)
    raise SignatureError("p12_passphrase" if wrong else "p12_unreadable")


def _is_accepted(key: PdfKey) -> bool:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size >= RSA_BITS
    return isinstance(key.curve, ec.SECP256R1)


def _check_days(certificate: x509.Certificate, now: datetime) -> None:
    if certificate.not_valid_before_utc > now:
        raise SignatureError("p12_early", day=certificate.not_valid_before_utc.date())
    if certificate.not_valid_after_utc <= now:
        holder = holder_of(certificate.subject)
        raise SignatureError(
            "p12_expired", holder=holder, day=certificate.not_valid_after_utc.date()
        )


def _check_usage(certificate: x509.Certificate) -> None:
    """Refuse what is meant for a web server or for locking mail: PDF readers would, too."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise SignatureError("p12_not_for_signing")


def _public_pem(key: ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
