"""A programme's own keys, and an organiser's P12 in place of one of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from exports.certificates.issuing import issue
from exports.certificates.numbers import new_number
from exports.certificates.verifying import verify_certificate
from exports.signing.keyring import Keyring
from exports.signing.keys import (
    Issuer,
    SignatureError,
    installation_issuer,
    installation_keys,
    parse_issuer,
    parse_keys,
    sign_payload,
)
from tests.exports.printing import certificate, english

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PHRASE = "ключ под ковриком"
ONE, OTHER = "programme-one", "programme-other"


def signed_by(key: Any, *, usage: str = "digital_signature", **days: timedelta) -> x509.Certificate:
    """A certificate of a trust service's customer; valid a year around NOW unless days differ."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Foundation Trust")])
    allowed = dict.fromkeys(inspect.signature(x509.KeyUsage).parameters, False)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(NOW - days.get("since", timedelta(200)))
    made = made.not_valid_after(NOW + days.get("until", timedelta(200)))
    made = made.add_extension(x509.KeyUsage(**allowed | {usage: True}), critical=True)
    return made.sign(key, hashes.SHA256())


def p12(
    key: Any, held: x509.Certificate | None, *, phrase: str = PHRASE, extra: Any = None
) -> bytes:
    lock: Any = serialization.NoEncryption()
    if phrase:
        lock = serialization.BestAvailableEncryption(phrase.encode())
    return pkcs12.serialize_key_and_certificates(b"seal", key, held, extra, lock)


P256 = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """A signature bears the moment at which it is made."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys", "the installation's secret")


def issued(keyring: Keyring, programme: str, now: datetime = NOW) -> bytes:
    keys = keyring.keys(programme, "Impact Award", now=now)
    return issue(certificate(number=new_number()), keys, english)


def refusal(keyring: Keyring, content: bytes, phrase: str = PHRASE) -> str:
    with pytest.raises(SignatureError) as caught:
        keyring.wrap(content, phrase, now=NOW)
    return caught.value.code


def test_each_programme_has_keys_of_its_own_that_its_owner_alone_reads(keyring: Keyring) -> None:
    one, other = (keyring.keys(name, "Impact Award", now=NOW) for name in (ONE, OTHER))
    assert one.payload.public_key() != other.payload.public_key()
    assert one.pdf.certificate != other.pdf.certificate
    assert keyring.certificate(ONE, "Renamed") == (one.pdf.certificate, False)
    assert one.pdf.certificate.subject.rfc4514_string() == "CN=Impact Award"
    files = {file.name: oct(file.stat().st_mode & 0o777) for file in keyring.folder.iterdir()}
    kinds = [f"{name}-{kind}.pem" for name in (ONE, OTHER) for kind in ("payload", "pdf")]
    assert files == dict.fromkeys(kinds, "0o600")


def test_the_published_keys_confirm_this_programme_and_what_the_installation_signed_before(
    keyring: Keyring,
) -> None:
    before = issue(
        certificate(number=new_number()), installation_keys(keyring.folder, "A"), english
    )
    mine, others = issued(keyring, ONE), issued(keyring, OTHER)
    published = keyring.public_pem(ONE, "Impact Award")
    assert b"PRIVATE" not in published
    issuer = parse_issuer(published)
    for pdf in (before, mine):
        assert verify_certificate(pdf, issuer).pdf_by == "key"
    with pytest.raises(SignatureError, match="unknown_issuer"):
        verify_certificate(others, issuer)
    for pdf in (before, mine, others):
        assert verify_certificate(pdf, installation_issuer(keyring.folder)).payload_by == "key"


@pytest.mark.parametrize("key", [P256, RSA], ids=["P-256", "RSA"])
def test_a_p12_signs_in_place_of_the_own_key_and_what_it_signed_stays_valid(
    keyring: Keyring, key: Any
) -> None:
    held = signed_by(key)
    keyring.put(ONE, keyring.wrap(p12(key, held), PHRASE, now=NOW))
    kept = (keyring.folder / f"{ONE}-p12.pem").read_bytes()
    assert b"ENCRYPTED PRIVATE KEY" in kept
    assert PHRASE.encode() not in kept
    with pytest.raises((ValueError, TypeError)):
        parse_keys(kept, PHRASE)
    assert keyring.certificate(ONE, "x") == (held, True)
    pdf = issued(keyring, ONE)
    assert keyring.drop(ONE)
    assert not keyring.drop(ONE)
    assert not keyring.certificate(ONE, "x")[1]
    found = verify_certificate(pdf, installation_issuer(keyring.folder))
    assert (found.payload_by, found.pdf_by) == ("key", "other")


def test_a_p12_alone_forges_nothing(keyring: Keyring) -> None:
    """Its holder signs a page with it, with a payload of a key that she made herself."""
    held = signed_by(P256)
    keyring.put(ONE, keyring.wrap(p12(P256, held), PHRASE, now=NOW))
    genuine = keyring.keys(ONE, "Impact Award", now=NOW)
    forged = type(genuine)(ed25519.Ed25519PrivateKey.generate(), genuine.pdf)
    pdf = issue(certificate(number=new_number()), forged, english)
    for issuer in (
        installation_issuer(keyring.folder),
        parse_issuer(keyring.public_pem(ONE, "Impact Award")),
    ):
        with pytest.raises(SignatureError, match="unknown_issuer"):
            verify_certificate(pdf, issuer)


def test_what_cannot_sign_is_refused_in_words(keyring: Keyring) -> None:
    good = p12(P256, signed_by(P256))
    assert keyring.wrap(good, PHRASE, now=NOW).certificate.serial_number == 7
    assert refusal(keyring, good, "wrong") == "p12_passphrase"
    assert refusal(keyring, good, "") == "p12_passphrase"
    assert refusal(keyring, b"%PDF-1.7 no key at all") == "p12_unreadable"
    assert refusal(keyring, b"") == "p12_unreadable"
    assert refusal(keyring, b"x" * 70_000) == "p12_too_large"
    assert refusal(keyring, p12(None, None, extra=[signed_by(P256)])) == "p12_no_key"
    assert refusal(keyring, p12(P256, None)) == "p12_no_certificate"
    for odd in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)):
        assert refusal(keyring, p12(odd, signed_by(odd))) == "p12_kind_of_key"
    late = signed_by(P256, until=timedelta(-1))
    assert refusal(keyring, p12(P256, late)) == "p12_expired"
    early = signed_by(P256, since=timedelta(-1))
    assert refusal(keyring, p12(P256, early)) == "p12_early"
    for_mail = signed_by(P256, usage="key_encipherment")
    assert refusal(keyring, p12(P256, for_mail)) == "p12_not_for_signing"
    assert not keyring.folder.exists()


def test_a_file_without_a_passphrase_is_taken(keyring: Keyring) -> None:
    held = signed_by(P256)
    assert keyring.wrap(p12(P256, held, phrase=""), "", now=NOW).certificate == held


def test_an_expired_p12_or_another_secret_signs_nothing(keyring: Keyring) -> None:
    keyring.put(ONE, keyring.wrap(p12(P256, signed_by(P256)), PHRASE, now=NOW))
    with pytest.raises(SignatureError, match="p12_expired"):
        keyring.keys(ONE, "Impact Award", now=NOW + timedelta(201))
    moved = Keyring(keyring.folder, "another secret")
    with pytest.raises(SignatureError, match="p12_locked"):
        moved.keys(ONE, "Impact Award", now=NOW)
    assert sign_payload({}, moved.payload_key(ONE)) == sign_payload({}, keyring.payload_key(ONE))
    assert isinstance(installation_issuer(keyring.folder), Issuer)
