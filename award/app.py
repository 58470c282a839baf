"""The application factory: extensions, areas, error pages and start-up checks."""

from __future__ import annotations

import hashlib
import stat
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, abort, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from award import compressing, i18n, readiness, refusals, throttle
from award.addresses import asked
from award.areas import BLUEPRINTS
from award.db import LANGUAGES, db, install_engine_hooks, pick_text, read_only
from award.errors import InputError
from award.home.news_routes import robots, sitemap
from award.languages import current_language
from award.navigation import help_url, organiser_nav
from award.permissions import can, check_declared, public
from award.results.public.routes import badge_status
from award.storage import Cache, Storage
from config import ROOT, Settings, from_environment

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
TYPED_LIMIT = 4 * 1024 * 1024
STATIC = ROOT / "static"
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
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application of one installation; refuses to start where a view is undeclared."""
    settings = settings or from_environment()
    app = Flask(
        "award", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates")
    )
    _configure(app, settings)
    _install_extensions(app, settings)
    _install_languages(app)
    _install_guards(app)
    compressing.install(app)
    _install_template_globals(app)
    refusals.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=f"/<any({','.join(LANGUAGES)}):lang>")
    _install_short_addresses(app)
    check_declared(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    https = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        MAX_CONTENT_LENGTH=settings.upload_limit + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=TYPED_LIMIT,
        SESSION_COOKIE_NAME="__Host-form" if https else "form",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        BABEL_TRANSLATION_DIRECTORIES=str(i18n.CATALOGUES),
        BABEL_DEFAULT_TIMEZONE="UTC",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=True,
        TESTING=settings.testing,
        PREFERRED_URL_SCHEME="https" if https else "http",
    )
    app.extensions["settings"] = settings
    app.extensions["storage"] = Storage(settings.files)
    app.extensions["cache"] = Cache(settings.cache)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _install_extensions(app: Flask, settings: Settings) -> None:
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        install_engine_hooks(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    CSRFProtect(app)
    throttle.install(app)
    login = LoginManager(app)
    login.session_protection = None

    from award.accounts.session import user_of_request  # noqa: PLC0415 - needs the request

    login.request_loader(user_of_request)


def _install_languages(app: Flask) -> None:
    Babel(app, locale_selector=current_language)
    # Pages get their texts with the blanks that no line may break at; mails and tables plain ones.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: i18n.held_text(current_language(), text),
        lambda one, many, count: i18n.held_texts(current_language(), one, many, count),
        newstyle=True,
    )

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "lang" in values:
            g.language = values.pop("lang")

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", current_language())


def _install_guards(app: Flask) -> None:
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


@lru_cache(maxsize=512)
def _static_path(filename: str) -> Path:
    return STATIC / filename


@lru_cache(maxsize=256)
def _file_version(path: Path, _modified: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def file_version(filename: str) -> str | None:
    """Return the content hash of a static file, None where there is none."""
    path = _static_path(filename)
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return _file_version(path, found.st_mtime) if stat.S_ISREG(found.st_mode) else None


@lru_cache(maxsize=512)
def _asset(_root: str, filename: str, version: str | None) -> str:
    return url_for("static", filename=filename, v=version)


def asset(filename: str) -> str:
    """Return a static file's address with its content hash, so that it can be kept for a year.

    A page has a dozen of them, and they only change with their file and where it is served.
    """
    return _asset(request.script_root, filename, file_version(filename))


def language_links() -> list[tuple[str, str, bool]]:
    """Return (code, address of this page in it, whether it is current) for each language."""
    endpoint = request.endpoint
    expects = endpoint and request.method in SAFE_METHODS and endpoint != "static"
    links = []
    for code in LANGUAGES:
        if expects and endpoint is not None:
            values = {**asked(), **(request.view_args or {}), "lang": code}
            address = url_for(endpoint, **values)
        else:
            address = url_for("home.index", lang=code)
        links.append((code, address, code == current_language()))
    return links


def _install_template_globals(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=asset,
        language_links=language_links,
        language_names=i18n.LANGUAGE_NAMES,
        can=can,
        current_language=current_language,
        organiser_nav=organiser_nav,
        help_url=help_url,
    )

    def localized(value: dict[str, str] | None) -> str:
        return pick_text(value, current_language())

    app.jinja_env.filters.update(
        localized=localized,
        moment=lambda value, zone="Europe/Moscow": i18n.format_moment(
            value, current_language(), zone
        ),
        short_moment=lambda value, zone="Europe/Moscow": i18n.format_short_moment(
            value, current_language(), zone
        ),
        ahead=lambda value: i18n.format_ahead(value, current_language(), g.now),
        day=lambda value, zone="Europe/Moscow": i18n.format_day(value, current_language(), zone),
        # English dates hold by themselves; its short words may stand at the end of a line.
        held=lambda text: text if current_language() == "en" else i18n.hold_together(text),
        figure=lambda value: i18n.format_figure(value, current_language()),
        points=lambda value, digits=2: i18n.format_points(value, current_language(), digits),
    )

    @app.context_processor
    def settings_for_templates() -> dict[str, Any]:
        return {"settings": app.extensions["settings"], "now": g.get("now")}


def _install_short_addresses(app: Flask) -> None:
    """Add the addresses without a language: the root, printed certificate links, health checks."""

    @app.get("/")
    @public
    def root() -> ResponseReturnValue:
        return redirect(url_for("home.index", lang=current_language()), code=303)

    @app.get("/c/<number>")
    @public
    def certificate_link(number: str) -> ResponseReturnValue:
        return redirect(url_for("results.verify_certificate", number=number), code=303)

    app.add_url_rule("/c/<number>/status.json", view_func=badge_status)
    app.add_url_rule("/robots.txt", view_func=robots)
    app.add_url_rule("/sitemap.xml", view_func=sitemap)

    @app.get("/service-worker.js")
    @public
    def service_worker() -> ResponseReturnValue:
        # Its address decides what it may serve: from the folder of the scripts only those.
        script = (ROOT / "static" / "js" / "service-worker.js").read_bytes()
        return script, {"Content-Type": "text/javascript; charset=utf-8"}

    @app.get("/healthz")
    @public
    def healthz() -> ResponseReturnValue:
        return jsonify(status="ok")

    @app.get("/readyz")
    @public
    def readyz() -> ResponseReturnValue:
        waiting = readiness.overdue_work(db.session(), now=g.now)
        state = "ready" if waiting is None else "worker_is_late"
        return jsonify(status=state), 200 if waiting is None else 503
