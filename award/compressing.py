"""Texts travel compressed: pages each time, a static file once as long as it stays the same."""

from __future__ import annotations

import gzip
import io
import re
import secrets
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, request

from config import ROOT

TEXTS = frozenset(
    {
        "application/atom+xml",
        "application/json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
CODINGS = ("br", "gzip")
"""For files that are packed once: Brotli takes its time and saves a sixth more."""
LONG = 200_000
"""Bytes of a file that somebody would wait seconds for, were it packed as well as can be."""
READ_AT_HOME = re.compile(rb"/\*.*?\*/|^\s+", re.DOTALL | re.MULTILINE)
"""Comments and indents of a style sheet: a twelfth of what would travel."""
LEAST = 500
LONGEST_PADDING = 100


def install(app: Flask) -> None:
    """Compress what browsers read as text and ask for compressed."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in TEXTS or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code in {204, 206, 304}:
            return response
        # Only an answer that found the file may be exchanged for it: Flask has checked its path.
        found = request.endpoint == "static" and response.status_code == 200
        coding = _coding(CODINGS if found else ("gzip",))
        content = None
        if coding:
            content = _static_file(coding) if found else _page(response)
        if content is not None:
            _replace(response, coding, content)
        return response


def _coding(known: tuple[str, ...]) -> str:
    """Return the first coding that the browser takes, "" for none."""
    return next((one for one in known if request.accept_encodings[one]), "")


def _replace(response: Response, coding: str, content: bytes) -> None:
    etag, _weak = response.get_etag()
    response.direct_passthrough = False
    response.close()
    response.data = content
    response.headers["Content-Encoding"] = coding
    response.headers.pop("Accept-Ranges", None)
    if etag:  # the same content in other bytes
        response.set_etag(etag, weak=True)


def _page(response: Response) -> bytes | None:
    """Return a page compressed, of a length that a guess at its secrets does not betray.

    A page holds secrets beside what its address put there, so that its compressed length would
    tell how much of a secret was guessed (BREACH). The random length of a name in gzip's header
    drowns that, as in Django's GZipMiddleware; Palacios et al., "Heal the Breach", 2022.
    """
    if response.is_streamed or response.direct_passthrough:
        return None
    content = response.get_data()
    if len(content) < LEAST:
        return None
    return packed(content, "a" * secrets.randbelow(LONGEST_PADDING))


def _static_file(coding: str) -> bytes:
    path = ROOT / "static" / (request.view_args or {})["filename"]
    return _packed_file(path, coding, path.stat().st_mtime)


@lru_cache(maxsize=256)
def _packed_file(path: Path, coding: str, _modified: float) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".css":
        content = READ_AT_HOME.sub(b"", content)
    if coding == "br":
        return brotli.compress(content, quality=9 if len(content) > LONG else 11)
    return packed(content, "", level=9)


def packed(content: bytes, name: str, *, level: int = 6) -> bytes:
    """Return bytes as a gzip file that holds no moment, with a name in its header."""
    written = io.BytesIO()
    with gzip.GzipFile(name, "wb", level, written, mtime=0) as file:
        file.write(content)
    return written.getvalue()
