"""Keys, payloads and signed certificates: genuine ones hold, all others are refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exports.certificates.issuing import issue
from exports.certificates.verifying import verify_certificate
from exports.signing.keys import (
    Issuer,
    SignatureError,
    SigningKeys,
    installation_issuer,
    installation_keys,
    parse_issuer,
    sign_payload,
    signing_keys,
    verify_payload,
)
from exports.signing.pades import sign_pdf
from exports.signing.selfsigned import self_signed
from tests.exports.printing import certificate, english, faults_of

NUMBER = (
    "0123456789ABC"
    + "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[
        sum("0123456789ABC".index(d) * 32**i for i, d in enumerate(reversed("0123456789ABC"))) % 37
    ]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def keys(folder: Path) -> SigningKeys:
    return installation_keys(folder, "Social Impact Award Russia")


@pytest.fixture(scope="module")
def issuer(keys: SigningKeys, folder: Path) -> Issuer:
    return installation_issuer(folder)


@pytest.fixture(scope="module")
def genuine(keys: SigningKeys) -> bytes:
    return issue(certificate(number=NUMBER), keys, english, base_url="https://award.example/")


def pem(key: Any) -> bytes:
    private: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private


def public_pem(key: Any) -> bytes:
    encoded: bytes = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded


def refusal(pdf: bytes, issuer: Issuer) -> str:
    with pytest.raises(SignatureError) as caught:
        verify_certificate(pdf, issuer)
    return caught.value.code


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = installation_keys(tmp_path / "keys", "A")
    again = installation_keys(tmp_path / "keys", "B")
    assert public_pem(first.payload) == public_pem(again.payload)
    assert first.pdf.certificate == again.pdf.certificate
    files = sorted((tmp_path / "keys").iterdir())
    assert [(file.name, oct(file.stat().st_mode & 0o777)) for file in files] == [
        ("certificates-payload.pem", "0o600"),
        ("certificates-pdf.pem", "0o600"),
    ]


def test_a_payload_is_read_back_under_its_key_only() -> None:
    key, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
    signed = sign_payload({"name": "Ёлка", "no": "1"}, key)
    assert verify_payload(signed, [other.public_key(), key.public_key()]) == {
        "name": "Ёлка",
        "no": "1",
    }
    with pytest.raises(SignatureError, match="payload_unknown_issuer"):
        verify_payload(signed, [other.public_key()])
    forged = sign_payload({"name": "Иная", "no": "1"}, other).split(".")[0]
    with pytest.raises(SignatureError, match="payload_unknown_issuer"):
        verify_payload(f"{forged}.{signed.split('.')[1]}", [key.public_key()])


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "e30.!!", "W10.AA", "é.é", "." * 9])
def test_a_damaged_payload_is_called_damaged(text: str) -> None:
    with pytest.raises(SignatureError, match="payload_malformed"):
        verify_payload(text, [])


def test_a_genuine_certificate_holds(genuine: bytes, issuer: Issuer) -> None:
    found = verify_certificate(genuine, issuer)
    assert (found.payload["name"], found.payload["no"]) == ("Аглая Верхотурова", NUMBER)
    assert (found.payload_by, found.pdf_by) == ("key", "key")


def test_either_key_of_the_issuer_is_enough(genuine: bytes, keys: SigningKeys) -> None:
    only_pdf = parse_issuer(keys.pdf.certificate.public_bytes(serialization.Encoding.PEM))
    found = verify_certificate(genuine, only_pdf)
    assert (found.payload_by, found.pdf_by) == ("other", "key")
    found = verify_certificate(genuine, parse_issuer(public_pem(keys.payload)))
    assert (found.payload_by, found.pdf_by) == ("key", "other")


def test_a_strangers_certificate_is_refused(genuine: bytes, issuer: Issuer, tmp_path: Path) -> None:
    stranger = installation_keys(tmp_path, "Social Impact Award Russia")
    forged = issue(certificate(number=NUMBER), stranger, english)
    assert refusal(forged, issuer) == "unknown_issuer"
    assert refusal(genuine, installation_issuer(tmp_path)) == "unknown_issuer"
    assert refusal(genuine, installation_issuer(tmp_path / "nowhere")) == "unknown_issuer"


def test_a_changed_byte_is_noticed_wherever_it_is(genuine: bytes, issuer: Issuer) -> None:
    for position in range(200, len(genuine) - 20, len(genuine) // 40):
        changed = bytearray(genuine)
        changed[position] ^= 1
        assert refusal(bytes(changed), issuer)


def test_a_changed_byte_in_the_signature_itself_is_noticed(genuine: bytes, issuer: Issuer) -> None:
    start = genuine.index(b"/Contents <") + 10
    for position in range(start, genuine.index(b">", start), 41):
        changed = bytearray(genuine)
        changed[position] ^= 1
        assert refusal(bytes(changed), issuer)


def test_a_certificate_still_verifies_when_its_key_has_long_expired(
    genuine: bytes, issuer: Issuer
) -> None:
    with time_machine.travel("2095-01-01"):
        assert verify_certificate(genuine, issuer).pdf_by == "key"


def test_an_appended_revision_is_noticed(genuine: bytes, issuer: Issuer) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(genuine))
    writer.root["/Note"] = TextStringObject("added later")
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert output.getvalue().startswith(genuine)
    assert refusal(output.getvalue(), issuer) == "pdf_changed"


def test_a_payload_does_not_vouch_for_another_file(
    keys: SigningKeys, issuer: Issuer, tmp_path: Path
) -> None:
    """A thief signs a page of his own with his own key and a payload that is genuine."""
    thief = installation_keys(tmp_path, "Thief")
    page = issue(certificate(number=NUMBER, name="Вор"), thief, english)
    real = issue(certificate(number=NUMBER), keys, english)
    with pikepdf.open(io.BytesIO(real)) as opened:
        payload = str(opened.docinfo["/awardcertificate"])
    with pikepdf.open(io.BytesIO(page)) as opened:
        del opened.Root["/AcroForm"]
        del opened.Root["/Perms"]
        del opened.pages[0]["/Annots"]
        opened.docinfo["/awardcertificate"] = payload
        output = io.BytesIO()
        opened.save(output)
    assert refusal(output.getvalue(), issuer) == "pdf_unsigned"
    assert refusal(sign_pdf(output.getvalue(), thief.pdf), issuer) == "pdf_not_of_payload"


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing", b"%PDF-1.7\n" + b"x" * 500])
def test_a_damaged_file_is_called_damaged(content: bytes, issuer: Issuer) -> None:
    assert refusal(content, issuer) == "pdf_unreadable"


@pytest.mark.parametrize(
    "made",
    [
        lambda: ec.generate_private_key(ec.SECP256R1()),
        lambda: rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-256", "RSA"],
)
@pytest.mark.parametrize("form", ["pem", "pem with certificate", "p12"])
def test_organisers_sign_with_a_key_of_their_own(
    made: Any, form: str, keys: SigningKeys, issuer: Issuer, tmp_path: Path
) -> None:
    key = made()
    own = self_signed(key, "Фонд")
    file = tmp_path / "key"
    cert_pem = own.public_bytes(serialization.Encoding.PEM)
    if form == "p12":
        locked = serialization.BestAvailableEncryption(b"geheim")
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, own, None, locked))
        with pytest.raises(SignatureError, match="key_passphrase"):
            signing_keys(file, "wrong", keys)
    else:
        file.write_bytes(pem(key) + (cert_pem if "certificate" in form else b""))
    chosen = signing_keys(file, "geheim", keys)
    pdf = issue(certificate(number=NUMBER), chosen, english)
    assert verify_certificate(pdf, parse_issuer(cert_pem)).pdf_by == "key"
    assert verify_certificate(pdf, parse_issuer(public_pem(key))).pdf_by == "key"
    assert verify_certificate(pdf, issuer).pdf_by == "other"


def test_an_ed25519_key_signs_the_payload(keys: SigningKeys, tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    file = tmp_path / "key.pem"
    file.write_bytes(pem(key))
    pdf = issue(certificate(number=NUMBER), signing_keys(file, "", keys), english)
    assert verify_certificate(pdf, parse_issuer(public_pem(key))).payload_by == "key"


@pytest.mark.parametrize("content", [b"", b"rubbish", b"-----BEGIN RUBBISH-----\n"])
def test_a_file_that_is_no_key_is_refused(
    content: bytes, keys: SigningKeys, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(SignatureError, match="key_unusable"):
        signing_keys(file, "", keys)
    with pytest.raises(SignatureError, match="issuer_unusable"):
        parse_issuer(content)
    with pytest.raises(SignatureError, match="key_missing"):
        signing_keys(tmp_path / "none", "", keys)


def test_a_signature_takes_nothing_from_what_makes_the_file_archival(genuine: bytes) -> None:
    with pikepdf.open(io.BytesIO(genuine)) as signed:
        said = signed.Root.Metadata.read_bytes().decode()
        assert "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/<" in said
        assert f"<pdf:Producer>{signed.docinfo.Producer}</pdf:Producer>" in said
        (widget,) = signed.pages[0].Annots
        assert int(widget.F) & 4
        assert float(widget.Rect[2]) < 0
    assert faults_of(genuine) == []
