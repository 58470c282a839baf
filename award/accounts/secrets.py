"""What the store keeps of a secret: its hash."""

from __future__ import annotations

import hashlib


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret; secrets are random, so no salt and no slowness is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
