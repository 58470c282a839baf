"""The one question of ``award verify`` that leaves this machine: was this badge revoked?"""

from __future__ import annotations

from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from exports.signing.keys import SignatureError

MOST_BYTES = 64 * 1024
SECONDS = 10


class _NoRedirects(HTTPRedirectHandler):
    """Asks where the signed badge says, and nowhere else."""

    def redirect_request(self, *_arguments: object, **_named: object) -> None:
        return None


def fetch_status(address: str) -> bytes:
    """Return the document at an address, at most MOST_BYTES of it.

    Raises SignatureError ``badge_status_unreachable`` (``address``, ``why``) where nobody answers,
    the answer is no 200, or the address is not on the web.
    """
    if urlsplit(address).scheme not in {"http", "https"}:
        raise SignatureError("badge_status_unreachable", address=address, why="http, https")
    asked = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - checked above
    try:
        with build_opener(_NoRedirects).open(asked, timeout=SECONDS) as answer:
            document: bytes = answer.read(MOST_BYTES)
            return document
    except (OSError, ValueError, HTTPException) as error:
        why = str(getattr(error, "reason", "") or error)
        raise SignatureError("badge_status_unreachable", address=address, why=why) from None
