"""How a stored file leaves the house: as an attachment that no browser runs."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Response, current_app, make_response, request

from award.entries.files.neutral import neutral as without_names
from award.errors import NotFoundError
from award.models.entries import StoredFile

SANDBOX = "sandbox; default-src 'none'"


def attachment(name: str) -> str:
    """Return the header for a name in any script: RFC 6266, with a plain name for old browsers."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in plain)
    encoded = quote(name, safe="")
    return f"attachment; filename=\"{safe.strip() or 'file'}\"; filename*=UTF-8''{encoded}"


def send_stored(file: StoredFile, *, name: str | None = None, neutral: bool = False) -> Response:
    """Return a stored file, or the part of it that was asked for, as an attachment.

    name: shown instead of the file's own. neutral: without the names that its metadata tells,
    for who judges blind. NotFoundError where the bytes are gone, RuleError as ``neutral``.
    """
    try:
        content = current_app.extensions["storage"].read(file.storage_name)
    except FileNotFoundError as error:
        raise NotFoundError from error
    if neutral:
        content = without_names(content, file.name.rpartition(".")[2])
    return send_content(content, file.media_type, name or file.name)


def send_content(content: bytes, media_type: str, name: str) -> Response:
    """Return bytes of a team, or the part of them that was asked for, as an attachment."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    # Without parts of a file no browser can wind a video.
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response
