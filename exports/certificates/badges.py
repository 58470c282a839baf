"""Open Badges 3.0: the certificate as a credential for digital wallets, signed as a VC-JWT.

1EdTech, Open Badges Specification 3.0; the proof is a compact JWS with EdDSA (RFC 7515, RFC 8037),
the issuer a ``did:key`` made of the payload's key. So a wallet checks it without a network, and
``verify_badge`` checks it against the pinned key alone: no key that a credential brings is trusted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from exports.certificates.page import CertificateData
from exports.certificates.texts import wording
from exports.pdf.rendering import Translate
from exports.signing.keys import Issuer, SignatureError, from_base64, to_base64

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
REVOCATION = "1EdTechRevocationList"
ED25519_KEY = b"\xed\x01"
AWARDED = frozenset({"winner", "community_award", "finalist"})


def sign_badge(
    data: CertificateData,
    key: ed25519.Ed25519PrivateKey,
    translate: Translate,
    *,
    base_url: str = "",
    email: str = "",
    status: str = "",
) -> str:
    """Return the credential as a compact JWT; equal certificates give equal text.

    With base_url its id is the public page of the certificate, else a URN of its number. The
    holder is named as on the certificate; an e-mail address goes in as a salted hash only. status
    is the address of ``revocation_list``, "" where nobody keeps one.
    """
    issuer = did_of(key.public_key())
    header = {"alg": "EdDSA", "typ": "JWT", "kid": f"{issuer}#{issuer.removeprefix('did:key:')}"}
    credential = _credential(data, issuer, translate, base_url, email)
    if status:
        credential["credentialStatus"] = {"id": status, "type": REVOCATION}
    signed = f"{_packed(header)}.{_packed(credential)}"
    return f"{signed}.{to_base64(key.sign(signed.encode()))}"


def verify_badge(token: str, issuer: Issuer) -> dict[str, Any]:
    """Return the credential if a key of the issuer signed it.

    Raises SignatureError ``badge_malformed`` (no JWT, another algorithm than EdDSA, no Open
    Badge), ``badge_unknown_issuer``, ``badge_changed`` where it names this issuer and its signature
    does not fit, or ``badge_of_another`` where the signed text names another issuer than the key
    that signed it.
    """
    header, credential, signature = _unpacked(token)
    signed = token.strip().rpartition(".")[0].encode()
    named = {credential.get("iss"), _id_of(credential.get("issuer"))}
    for key in issuer.payload_keys():
        try:
            key.verify(signature, signed)
        except InvalidSignature:
            continue
        if named != {did_of(key)} or not str(header.get("kid", "")).startswith(did_of(key)):
            raise SignatureError("badge_of_another")
        return credential
    if named & {did_of(key) for key in issuer.payload_keys()}:
        raise SignatureError("badge_changed")
    raise SignatureError("badge_unknown_issuer")


def status_address(base_url: str, number: str) -> str:
    """Return where the status of a certificate's badge is asked for."""
    return f"{base_url.rstrip('/')}/c/{number}/status.json"


def revocation_list(
    key: ed25519.Ed25519PublicKey, base_url: str, number: str, *, revoked: bool
) -> dict[str, Any]:
    """Return the status document of one badge, in the form of 1EdTech's revocation list."""
    named = {"id": f"{base_url.rstrip('/')}/c/{number}", "revoked": True}
    return {
        "id": status_address(base_url, number),
        "issuer": did_of(key),
        "revokedCredential": [named] if revoked else [],
    }


def status_of(credential: Mapping[str, Any]) -> str:
    """Return the address that a badge gives for its status, "" where it gives none of ours."""
    named = credential.get("credentialStatus")
    if not isinstance(named, dict) or named.get("type") != REVOCATION:
        return ""
    return str(named.get("id", ""))


def check_status(credential: Mapping[str, Any], document: bytes) -> None:
    """Return if a status document, as it was fetched, does not revoke the badge.

    Raises SignatureError ``badge_revoked``, or ``badge_status_malformed`` for anything that is
    not the revocation list of the badge's own address.
    """
    try:
        said = json.loads(document)
        revoked = {_id_of(one) for one in said["revokedCredential"] if one.get("revoked", True)}
        asked = said["id"] == status_of(credential)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SignatureError("badge_status_malformed") from None
    if not asked:
        raise SignatureError("badge_status_malformed")
    if credential.get("id") in revoked:
        raise SignatureError("badge_revoked")


def did_of(key: ed25519.Ed25519PublicKey) -> str:
    """Return the key as ``did:key`` (W3C CCG, multicodec 0xed01 in base58btc)."""
    raw = ED25519_KEY + key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return f"did:key:z{digits}"


def _credential(
    data: CertificateData, issuer: str, translate: Translate, base_url: str, email: str
) -> dict[str, Any]:
    name = f"urn:award:certificate:{data.number}"
    address = f"{base_url.rstrip('/')}/c/{data.number}" if base_url else name
    words = wording(data, translate)
    told = " ".join(filter(None, (words.sentence, words.project)))
    return {
        "@context": list(CONTEXT),
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "iss": issuer,
        "jti": address,
        "issuer": {"id": issuer, "type": ["Profile"], "name": data.programme},
        "validFrom": f"{data.issued_on.isoformat()}T00:00:00Z",
        "name": words.title,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": _identities(data, email),
            "achievement": {
                "id": f"{name}:achievement",
                "type": ["Achievement"],
                "achievementType": "Award" if data.kind in AWARDED else "Certificate",
                "name": words.title,
                "description": f"{data.programme}, {data.season}: {told}",
                "criteria": {"narrative": " · ".join(filter(None, (told, words.prize)))},
                "inLanguage": data.language,
            },
        },
    }


def _identities(data: CertificateData, email: str) -> list[dict[str, Any]]:
    named = {"identityHash": data.name, "identityType": "name", "hashed": False}
    found = [{"type": "IdentityObject", **named}]
    if email:
        digest = hashlib.sha256(f"{email.casefold()}{data.number}".encode()).hexdigest()
        hashed = {"identityHash": f"sha256${digest}", "identityType": "emailAddress"}
        found.append({"type": "IdentityObject", **hashed, "hashed": True, "salt": data.number})
    return found


def _unpacked(token: str) -> tuple[Mapping[str, Any], dict[str, Any], bytes]:
    try:
        head, body, signature = token.strip().split(".")
        header, credential = json.loads(from_base64(head)), json.loads(from_base64(body))
        ours = header["alg"] == "EdDSA" and "OpenBadgeCredential" in credential["type"]
        raw = from_base64(signature)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SignatureError("badge_malformed") from None
    if not ours:
        raise SignatureError("badge_malformed")
    return header, credential, raw


def _packed(value: Mapping[str, Any]) -> str:
    return to_base64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _id_of(issuer: Any) -> Any:
    return issuer.get("id") if isinstance(issuer, dict) else issuer
