"""The result bundle: one JSON file from which anybody can recompute a round's result.

The file is one line, ``{"bundle":BODY,"digest":"…","seal":{…}}``, in canonical JSON (sorted keys,
no spaces, UTF-8). digest is the SHA-256 of BODY's bytes; seal is the issuer's over that digest.
docs/result-bundle.schema.json describes BODY, docs/formats.md what it means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from exports.errors import ExportError
from exports.records.sealing import canonical, check_seal, seal, sha256
from exports.signing.keys import Issuer

FORMAT = "award result bundle"
VERSION = 1
KIND = "result bundle"
PARTS = {
    "format": str,
    "version": int,
    "programme": str,
    "season": str,
    "round": int,
    "tabulation": dict,
    "libraries": dict,
    "rules": dict,
    "scores": dict,
    "assignment": list,
    "result": dict,
    "decisions": list,
}


class BundleError(ExportError):
    """What of a result bundle does not hold."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose digest holds. content is BODY; seal is not judged yet."""

    content: Mapping[str, Any]
    digest: str
    seal: Any


def write_bundle(content: Mapping[str, Any], key: ed25519.Ed25519PrivateKey) -> bytes:
    """Return the file; the same content and key give the same bytes. content has all PARTS but
    format and version.
    """
    body = {"format": FORMAT, "version": VERSION, **content}
    digest = bundle_digest(content)
    whole = {"bundle": body, "digest": digest, "seal": seal(KIND, digest, key)}
    return canonical(whole) + b"\n"


def bundle_digest(content: Mapping[str, Any]) -> str:
    """Return the digest that the bundle of this content has, whoever signs it."""
    return sha256(canonical({"format": FORMAT, "version": VERSION, **content}))


def read_bundle(data: bytes) -> Bundle:
    """Return the bundle if the file is whole and its digest holds; the seal is not looked at.

    Raises BundleError: bundle_unreadable (cut or no JSON), bundle_malformed (JSON, but no bundle),
    bundle_version (``version``: a later one than this program knows), bundle_rewritten (another
    spelling than the one it was written in, or something behind it), bundle_changed (the
    digest does not fit).
    """
    try:
        whole = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        after = getattr(error, "msg", "") == "Extra data"
        raise BundleError("bundle_rewritten" if after else "bundle_unreadable") from None
    if not is_bundle(whole):
        raise BundleError("bundle_malformed")
    body = whole["bundle"]
    if body.get("version") != VERSION:
        raise BundleError("bundle_version", version=str(body.get("version")))
    if whole.keys() != {"bundle", "digest", "seal"} or not _has_parts(body):
        raise BundleError("bundle_malformed")
    if _spelled(whole) != data:
        raise BundleError("bundle_rewritten")
    if sha256(canonical(body)) != whole["digest"]:
        raise BundleError("bundle_changed")
    return Bundle(body, whole["digest"], whole["seal"])


def verify_bundle(data: bytes, issuer: Issuer) -> Bundle:
    """Return the bundle if it is whole and a key of the issuer sealed it.

    Raises what ``read_bundle`` and ``exports.records.sealing.check_seal`` raise.
    """
    found = read_bundle(data)
    check_seal(KIND, found.digest, found.seal, issuer)
    return found


def is_bundle(value: Any) -> bool:
    """Whether parsed JSON claims to be a result bundle, of whatever version."""
    body = value.get("bundle") if isinstance(value, dict) else None
    return isinstance(body, dict) and body.get("format") == FORMAT


def _has_parts(body: Mapping[str, Any]) -> bool:
    return body.keys() == PARTS.keys() and all(
        isinstance(body[name], kind) for name, kind in PARTS.items()
    )


def _spelled(whole: Any) -> bytes:
    try:
        return canonical(whole) + b"\n"
    except ValueError:
        return b""
