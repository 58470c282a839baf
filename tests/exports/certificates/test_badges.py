"""Open Badges: whoever pins the issuer's key can check one without a network."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from exports.certificates.badges import (
    check_status,
    did_of,
    revocation_list,
    sign_badge,
    status_address,
    status_of,
    verify_badge,
)
from exports.signing.keys import Issuer, SignatureError, from_base64, spki, to_base64
from tests.exports.printing import certificate, english

KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
THEIRS = did_of(OTHER.public_key())
ISSUER = Issuer(frozenset({spki(KEY.public_key())}))
TOKEN = sign_badge(
    certificate(prize="A grant"),
    KEY,
    english,
    base_url="https://award.example/",
    email="Aglaya@example.com",
)


def resigned(
    changes: dict[str, Any], header: dict[str, Any], key: ed25519.Ed25519PrivateKey
) -> str:
    head, body, _ = TOKEN.split(".")
    parts = (json.loads(from_base64(head)) | header, json.loads(from_base64(body)) | changes)
    signed = ".".join(to_base64(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{to_base64(key.sign(signed.encode()))}"


def test_a_badge_says_who_got_what_from_whom() -> None:
    said = verify_badge(TOKEN, ISSUER)
    assert said["id"] == "https://award.example/c/0123456789ABCD"
    assert said["issuer"] == {
        "id": did_of(KEY.public_key()),
        "type": ["Profile"],
        "name": "Social Impact Award Russia",
    }
    named, mailed = said["credentialSubject"]["identifier"]
    assert named["identityHash"] == "Аглая Верхотурова"
    assert mailed["hashed"] is True
    assert "Aglaya@example.com" not in json.dumps(said)
    assert said["credentialSubject"]["achievement"]["achievementType"] == "Award"


def test_the_name_of_a_key_is_as_the_registry_of_methods_gives_it() -> None:
    """The test vector of the did:key method (W3C CCG, section 5.1, Ed25519)."""
    raw = bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")
    key = ed25519.Ed25519PublicKey.from_public_bytes(raw)
    assert did_of(key) == "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


@pytest.mark.parametrize("at", range(0, len(TOKEN), 97))
def test_a_changed_character_is_noticed(at: int) -> None:
    changed = TOKEN[:at] + ("A" if TOKEN[at] != "A" else "B") + TOKEN[at + 1 :]
    with pytest.raises(SignatureError):
        verify_badge(changed, ISSUER)


@pytest.mark.parametrize(
    ("changes", "header", "key", "code"),
    [
        ({"name": "King"}, {}, OTHER, "badge_changed"),
        ({}, {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}, OTHER, "badge_changed"),
        ({"iss": THEIRS, "issuer": {"id": THEIRS}}, {}, OTHER, "badge_unknown_issuer"),
        ({}, {"alg": "none"}, KEY, "badge_malformed"),
        ({"type": ["VerifiableCredential"]}, {}, KEY, "badge_malformed"),
        ({"iss": THEIRS}, {}, KEY, "badge_of_another"),
        ({"issuer": {"id": "https://evil.example"}}, {}, KEY, "badge_of_another"),
    ],
)
def test_what_another_signed_or_renamed_is_refused(
    changes: dict[str, Any], header: dict[str, Any], key: ed25519.Ed25519PrivateKey, code: str
) -> None:
    assert verify_badge(resigned({"name": "Same"}, {}, KEY), ISSUER)["name"] == "Same"
    with pytest.raises(SignatureError, match=code):
        verify_badge(resigned(changes, header, key), ISSUER)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "a.b.c.d", base64.b64encode(b"{}").decode()])
def test_what_is_no_badge_is_called_so(text: str) -> None:
    with pytest.raises(SignatureError, match="badge_malformed"):
        verify_badge(text, ISSUER)


def refusal_of_status(badge: dict[str, Any], said: Any) -> str:
    document = said if isinstance(said, bytes) else json.dumps(said).encode()
    with pytest.raises(SignatureError) as caught:
        check_status(badge, document)
    return caught.value.code


def test_a_badge_names_where_its_status_is_asked_and_believes_no_other_answer() -> None:
    base, number = "https://award.example", "0123456789ABCD"
    address = status_address(base, number)
    token = sign_badge(certificate(), KEY, english, base_url=base, status=address)
    badge = verify_badge(token, ISSUER)
    assert badge["credentialStatus"] == {"id": address, "type": "1EdTechRevocationList"}
    assert (status_of(badge), status_of(verify_badge(TOKEN, ISSUER))) == (address, "")
    valid, revoked = (
        revocation_list(KEY.public_key(), base, number, revoked=said) for said in (False, True)
    )
    check_status(badge, json.dumps(valid).encode())
    assert refusal_of_status(badge, revoked) == "badge_revoked"
    for odd in (
        b"<html>",
        b"[]",
        b"{}",
        valid | {"id": address + "x"},
        {**valid, "revokedCredential": 1},
    ):
        assert refusal_of_status(badge, odd) == "badge_status_malformed"
