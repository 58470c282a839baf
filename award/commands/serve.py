"""Serving pages and doing the work behind them."""

from __future__ import annotations

import atexit
import os
import signal
import socket
from contextlib import suppress
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import select

from award import worker as work
from award.accounts.queries import demo_people
from award.app import create_app
from award.commands.demo import fill
from award.commands.failing import readable_errors
from award.commands.install import is_current, migrate_store
from award.commands.language import system_language
from award.db import db
from award.errors import RuleError
from award.models.operations import AuditRow
from award.models.seasons import Programme
from award.texts import say
from config import from_environment

LOOPBACK = "127.0.0.1"


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our application and options, without a configuration file."""

    def __init__(self, options: dict[str, Any], app: Flask | None = None) -> None:
        self.options = options
        self.app = app
        super().__init__()

    def load_config(self) -> None:
        """Take the options as they are."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application that was built before the fork, else build it here."""
        app = self.app or create_app()
        work.install_wake(app, work.make_huey(app.extensions["settings"]))
        return app


def _options(bind: str, workers: int, threads: int) -> dict[str, Any]:
    return {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "timeout": 60,
        "graceful_timeout": 3,
    }


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=4, show_default=True)
@readable_errors
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages. Development (AWARD_ENVIRONMENT unset) listens on this computer only."""
    settings = from_environment()
    if settings.development and host != LOOPBACK:
        raise click.UsageError(
            "A development installation lets anybody in as the demo's people, so it listens on "
            f"{LOOPBACK} only. Set AWARD_ENVIRONMENT=production to serve others."
        )
    Server(_options(f"{host}:{port}", workers, threads)).run()


@click.command()
@click.option("--threads", default=1, show_default=True, help="How many for each lane of work.")
@readable_errors
def worker(threads: int) -> None:
    """Carry out jobs, send mails, announce at the set minute."""
    work.run(create_app(), threads=threads)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@readable_errors
def run(port: int) -> None:
    """Start everything on this computer: store, demo where it is empty, pages and worker."""
    os.environ.setdefault("AWARD_BASE_URL", f"http://{LOOPBACK}:{port}")
    _check_free(port)
    app = create_app()
    if not is_current(app):
        migrate_store(app)
    if _is_new(app):
        fill(app)
    _greet(app, port)
    _run_both(app, port)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((LOOPBACK, port)) == 0:
            raise RuleError("run.port_taken", port=port)


def _is_new(app: Flask) -> bool:
    """Whether nothing ever happened in the store: a demo that was removed does not come back."""
    with app.app_context():
        used = db.session.scalar(select(Programme.id).limit(1)) or db.session.scalar(
            select(AuditRow.id).limit(1)
        )
        db.session.remove()
    return used is None


def _greet(app: Flask, port: int) -> None:
    with app.app_context():
        people = demo_people(db.session())
        db.session.remove()
    click.echo(f"\n  http://{LOOPBACK}:{port}/\n")
    language = system_language()
    told = {"host": LOOPBACK, "url": f"http://{LOOPBACK}:{port}/{language}/dev/mail"}
    click.echo(f"  {say('run.local', language, told)}")
    if people:
        click.echo(f"  {say('run.people', language)}\n")
    for person in people:
        role = say(f"demo.{person.role}", language)
        click.echo(f"    {person.email:40} {person.name}, {role}")
    click.echo(f"\n  {say('run.stop', language)}\n")


def _run_both(app: Flask, port: int) -> None:
    """Serve from this process and work in a child: the application is loaded only once.

    Both forks begin without open connections: a connection shared between processes breaks.
    """
    with app.app_context():
        db.engine.dispose()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work.run(app)
        os._exit(0)
    atexit.register(_stop_child, child, os.getpid())
    Server(_options(f"{LOOPBACK}:{port}", 1, 8), app).run()


def _stop_child(child: int, parent: int) -> None:
    """End the worker with its server; the server's own children inherit this call and must not."""
    if os.getpid() == parent:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
