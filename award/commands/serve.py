"""Serving pages and doing the work behind them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from sqlalchemy import func, select

from award import worker as work
from award.accounts.queries import demo_people
from award.app import create_app
from award.commands.failing import readable_errors
from award.commands.install import migrate_store
from award.db import db
from award.models.seasons import Programme
from config import from_environment

LOOPBACK = "127.0.0.1"


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our application and options, without a configuration file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options as they are."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application in each process; a shared connection would be a fault."""
        app = create_app()
        work.install_wake(app, work.make_huey(app.extensions["settings"]))
        return app


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=4, show_default=True)
@readable_errors
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages. Development (AWARD_ENVIRONMENT unset) listens on this computer only."""
    settings = from_environment()
    if settings.development and host != LOOPBACK:
        raise click.UsageError(
            "A development installation lets anybody in as the demo's people, so it listens on "
            f"{LOOPBACK} only. Set AWARD_ENVIRONMENT=production to serve others."
        )
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "timeout": 60,
        "preload_app": False,
    }
    Server(options).run()


@click.command()
@click.option("--threads", default=1, show_default=True)
@readable_errors
def worker(threads: int) -> None:
    """Carry out jobs, send mails, announce at the set minute."""
    work.run(create_app(), threads=threads)


@click.command()
@click.option("--port", default=8000, show_default=True)
@readable_errors
def run(port: int) -> None:
    """Start everything on this computer: store, demo where it is empty, pages and worker."""
    os.environ.setdefault("AWARD_BASE_URL", f"http://{LOOPBACK}:{port}")
    app = create_app()
    migrate_store(app)
    with app.app_context():
        empty = not db.session.scalar(select(func.count()).select_from(Programme))
        db.session.remove()
    if empty:
        _award("demo")
    _greet(app, port)
    _run_both(port)


def _award(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "award.cli", *arguments], check=True)  # noqa: S603 - our own


def _greet(app: Any, port: int) -> None:
    with app.app_context():
        people = demo_people(db.session())
        db.session.remove()
    click.echo(f"\n  http://{LOOPBACK}:{port}/\n")
    click.echo(
        f"  It listens on {LOOPBACK} only. All mail stays at http://{LOOPBACK}:{port}/en/dev/mail"
    )
    if people:
        click.echo("  Sign in as one of these by a click on the sign-in page:\n")
    for person in people:
        click.echo(f"    {person.email:36}{person.name}")
    click.echo("\n  Ctrl-C stops it; everything is kept.\n")


def _run_both(port: int) -> None:
    command = [sys.executable, "-m", "award.cli"]
    parts = [
        subprocess.Popen([*command, "serve", "--port", str(port)]),  # noqa: S603 - our own
        subprocess.Popen([*command, "worker"]),  # noqa: S603 - our own
    ]

    def stop(_number: int, _frame: FrameType | None) -> None:
        for part in parts:
            part.terminate()

    signal.signal(signal.SIGTERM, stop)
    try:
        while all(part.poll() is None for part in parts):
            time.sleep(0.3)
    except KeyboardInterrupt:
        pass
    for part in parts:
        part.terminate()
    for part in parts:
        part.wait(timeout=20)
