"""What every request meets before its view, and every answer after it: limits and headers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, abort, g, request

from award.assets import file_version
from award.db import read_only
from award.errors import InputError

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
TYPED_LIMIT = 4 * 1024 * 1024
YEAR = 365 * 24 * 3600
BRAND = frozenset({"seasons.brand", "seasons.logo"})
KEPT_A_DAY = frozenset(
    {
        "results.picture",
        "results.work_file",
        "home.share",
        "results.share",
        "results.share_finalists",
        "results.share_winners",
    }
)
FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})


def install(app: Flask) -> None:
    """Bound what comes in, and say with each answer what browsers may do with it and keep."""

    @app.before_request
    def begin() -> None:
        g.now = datetime.now(UTC)
        if request.endpoint != "static":
            read_only()
            _bound_the_body()
            _refuse_nul()

    @app.after_request
    def send_headers(response: Any) -> Any:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
        response.headers["Cache-Control"] = _how_to_keep(response)
        return response


def _how_to_keep(response: Any) -> str:
    """Return what browsers may keep: static files and a brand, each by what its address names.

    Finalists' pictures and files for a day, for their team may withdraw what it agreed to.

    Anything else may hold somebody's name. send_file writes a weaker rule of its own.
    """
    if request.endpoint in BRAND and response.status_code == 200:
        return f"public, max-age={YEAR}, immutable"
    if request.endpoint in KEPT_A_DAY and response.status_code in (200, 206):
        return "public, max-age=86400"
    if request.endpoint != "static":
        return "private, no-store"
    asked_for = (request.view_args or {}).get("filename", "")
    found = response.status_code in {200, 206, 304}
    if found and request.args.get("v") == file_version(asked_for):
        return f"public, max-age={YEAR}, immutable"
    return "no-cache"


def _bound_the_body() -> None:
    """Refuse a POST that is no form, and let only uploads be large.

    Flask-WTF would read JSON of any shape as a form, and fail.
    """
    if request.method == "POST" and request.mimetype not in FORMS:
        abort(415)
    if request.mimetype != "multipart/form-data":
        request.max_content_length = TYPED_LIMIT


def _refuse_nul() -> None:
    """Refuse the one letter that no browser sends and PostgreSQL keeps nowhere."""
    sent = [*(request.view_args or {}).values()]
    for name, values in (*request.args.lists(), *request.form.lists()):
        sent += [name, *values]
    if any("\0" in value for value in sent if isinstance(value, str)):
        raise InputError("bad_request")
