"""The application factory: extensions, areas, error pages and start-up checks."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from award import compressing, guards, i18n, readiness, refusals, throttle
from award.addresses import asked
from award.areas import BLUEPRINTS
from award.assets import asset
from award.db import LANGUAGES, db, install_engine_hooks, pick_text
from award.home.public.news_routes import robots, sitemap
from award.languages import current_language
from award.navigation import help_url, organiser_nav
from award.permissions import can, check_declared, public
from award.results.public.routes import badge_status
from award.storage import Cache, Storage
from config import ROOT, Settings, from_environment

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
    guards.install(app)
    compressing.install(app)
    _install_template_globals(app)
    refusals.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=f"/<any({','.join(LANGUAGES)}):lang>")
    _install_short_addresses(app)
    _install_health_checks(app)
    check_declared(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    https = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        MAX_CONTENT_LENGTH=settings.upload_limit + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=guards.TYPED_LIMIT,
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
    """Add the addresses without a language: the root and printed certificate links."""

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


def _install_health_checks(app: Flask) -> None:
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
