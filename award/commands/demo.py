"""The demo: made where the store is empty, removed when it gets serious."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.app import create_app
from award.commands.failing import readable_errors
from award.commands.install import migrate_store
from award.commands.language import system_language
from award.db import unit_of_work
from award.demo import build
from award.demo.removing import remove_demo
from award.errors import RuleError
from award.models.operations import Mail, MailState
from award.models.seasons import Programme
from award.results.announcement.announcing import announce_due
from award.storage import Storage
from award.texts import say
from award.worker import sweep


@click.command()
@click.option("--remove", is_flag=True, help="Remove the demo's programme and people instead.")
@readable_errors
def demo(remove: bool) -> None:
    """Fill an empty store with four seasons of an invented programme."""
    app = create_app()
    migrate_store(app)
    with app.app_context():
        if remove:
            _remove(app)
            return
    fill(app)
    click.echo(say("demo.ready", system_language()), err=True)


def _remove(app: Flask) -> None:
    with unit_of_work() as session:
        removed = remove_demo(session, now=datetime.now(UTC))
    for name in removed.files:
        app.extensions["storage"].remove(name)
    language = system_language()
    if not removed.seasons:
        click.echo(say("demo.none", language))
        return
    click.echo(say("demo.log_new" if removed.log_is_new else "demo.log_kept", language), err=True)
    click.echo(say("demo.gone", language, {"seasons": removed.seasons}))


def fill(app: Flask) -> None:
    """Make the demo in an empty store and carry out what it leaves for the worker."""
    with app.app_context():
        _make(app.extensions["storage"])
        announce_due()
        sweep(app)


def _make(storage: Storage) -> None:
    now = datetime.now(UTC)
    with unit_of_work() as session:
        if session.scalar(select(Programme.id).limit(1)):
            raise RuleError("demo_not_empty")
        programme, organiser_id = build.programme_and_staff(session, now=now)
        build.build_announced(session, programme, organiser_id, storage=storage, now=now, say=_say)
        build.build_judging(session, programme, organiser_id, now=now, say=_say)
        build.build_final(session, programme, organiser_id, now=now, say=_say)
        build.build_open(session, programme, now=now, say=_say)
        _sent_long_ago(session, now)


def _sent_long_ago(session: Session, now: datetime) -> None:
    """Mark the demo's mails as sent: they are history, and nobody waits for them."""
    for mail in session.scalars(select(Mail).where(Mail.state == MailState.QUEUED)):
        mail.state, mail.sent_at = MailState.SENT, min(mail.send_after, now)


def _say(step: str) -> None:
    click.echo(f"demo: {step}", err=True)
