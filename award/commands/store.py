"""Looking after the store: its invariants, backup, restore and the audit log."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from award import audit, backups, texts
from award.app import create_app
from award.commands.failing import readable_errors
from award.commands.install import migrate_store
from award.commands.language import system_language
from award.db import db
from award.invariants import breaches
from config import from_environment


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@readable_errors
def check(as_json: bool) -> None:
    """Check what must always hold in the store; exit 1 and a line for each breach."""
    app = create_app()
    with app.app_context():
        found = list(breaches(db.session(), app.extensions["storage"]))
        db.session.remove()
    if as_json:
        click.echo(json.dumps({"breaches": found}))
    for line in found:
        click.echo(line, err=True)
    if found:
        sys.exit(1)
    if not as_json:
        click.echo(texts.say("check.holds", system_language()))


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), required=False)
@readable_errors
def backup(target: Path | None) -> None:
    """Copy the store and all files into one ZIP, TARGET or backup-<moment>.zip."""
    target = target or Path(f"backup-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip")
    count = backups.backup(from_environment(), target)
    told = {"file": target, "count": count}
    click.echo(texts.say("backup.done", system_language(), told))


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@readable_errors
def restore(source: Path) -> None:
    """Bring a backup back into an empty installation."""
    settings = from_environment()
    count = backups.restore(settings, source)
    app = create_app(settings)
    migrate_store(app)
    with app.app_context():
        found = list(breaches(db.session(), app.extensions["storage"]))
        db.session.remove()
    for line in found:
        click.echo(line, err=True)
    told = {"count": count, "breaches": len(found)}
    click.echo(texts.say("restore.done", system_language(), told))
    if found:
        sys.exit(1)


@click.group(name="audit")
def audit_group() -> None:
    """The tamper-evident log."""


@audit_group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@readable_errors
def audit_verify(as_json: bool) -> None:
    """Walk the chain; exit 1 and a line for each place where it does not hold."""
    app = create_app()
    with app.app_context():
        found = audit.verify(db.session())
        db.session.remove()
    if as_json:
        click.echo(json.dumps({"breaks": [{"row": one.row_id, "code": one.code} for one in found]}))
    for one in found:
        code = f"audit_{one.code}"
        click.echo(texts.say(code, system_language(), {"row_id": one.row_id}), err=True)
    if found:
        sys.exit(1)
    if not as_json:
        click.echo(texts.say("audit.holds", system_language()))


audit_ = audit_group
