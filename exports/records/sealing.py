"""Ed25519 seals of text files: what a result bundle and an audit export end with.

A seal signs ``award KIND``, a line feed and the SHA-256 (hex) of what it covers, so that no seal
of one kind of file can be moved to another.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from exports.signing.keys import Issuer, SignatureError

Seal = Mapping[str, Any]


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8, no NaN."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def sha256(content: bytes) -> str:
    """Return the SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def seal(kind: str, digest: str, key: ed25519.Ed25519PrivateKey) -> dict[str, str]:
    """Return the seal of a digest: the public key and the signature, both base64url."""
    public = key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    return {"key": _text(public), "signature": _text(key.sign(_statement(kind, digest)))}


def check_seal(kind: str, digest: str, found: Any, issuer: Issuer) -> None:
    """Return if a key of the issuer made this seal for this digest.

    Raises SignatureError: seal_malformed (not the two base64url texts), seal_broken (it belongs to
    other content), unknown_issuer (whole, but made by somebody else's key).
    """
    if not isinstance(found, dict) or found.keys() != {"key", "signature"}:
        raise SignatureError("seal_malformed")
    public, signature = _bytes(found["key"], 32), _bytes(found["signature"], 64)
    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, _statement(kind, digest))
    except (InvalidSignature, ValueError):
        raise SignatureError("seal_broken") from None
    known = {
        one.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        for one in issuer.payload_keys()
    }
    if public not in known:
        raise SignatureError("unknown_issuer")


def _statement(kind: str, digest: str) -> bytes:
    return f"award {kind}\n{digest}".encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: Any, size: int) -> bytes:
    """Decode strictly: of the texts that stand for the same bytes only the one that we write."""
    try:
        data = base64.b64decode(f"{text}{'=' * (-len(text) % 4)}", altchars=b"-_", validate=True)
    except (TypeError, ValueError):
        raise SignatureError("seal_malformed") from None
    if len(data) != size or _text(data) != text:
        raise SignatureError("seal_malformed")
    return data
