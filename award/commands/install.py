"""Setting an installation up: the store, the first owner."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect, select, text

from award import audit
from award.accounts.service import make_owner
from award.app import create_app
from award.commands.failing import readable_errors
from award.commands.language import system_language
from award.db import LANGUAGES, db, unit_of_work
from award.errors import RuleError
from award.models.seasons import Programme
from award.texts import say
from config import ROOT

VERSIONS = ROOT / "migrations" / "versions"


def migrate_store(app: Flask) -> None:
    """Bring the store to the newest schema."""
    with app.app_context():
        upgrade()
        db.session.remove()


def newest_revision() -> str:
    """Return the revision that the last migration leads to, read without loading alembic."""
    last = max(VERSIONS.glob("[0-9]*.py"))
    found = re.search(r'^revision = "(.+)"', last.read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{last.name} names no revision")
    return found[1]


def is_current(app: Flask) -> bool:
    """Whether the store has the newest schema already; quicker than asking alembic to upgrade."""
    newest = newest_revision()
    with app.app_context(), db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.scalar(text("SELECT version_num FROM alembic_version")) == newest


@click.command()
@readable_errors
def migrate() -> None:
    """Bring the store to the newest schema."""
    migrate_store(create_app())
    click.echo(say("migrate.done", system_language()), err=True)


@click.command()
@click.argument("name")
@click.option("--slug", help="The programme's part of addresses; made from the name otherwise.")
@click.option("--owner", "email", help="The first owner's e-mail address.")
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    help="A language of the programme, once for each; NAME is in the first. "
    "Otherwise AWARD_DEFAULT_LANGUAGE.",
)
@readable_errors
def init(name: str, slug: str | None, email: str | None, languages: tuple[str, ...]) -> None:
    """Make the store and a programme called NAME."""
    app = create_app()
    migrate_store(app)
    spoken = list(dict.fromkeys(languages)) or [app.extensions["settings"].default_language]
    slug = slug or _slug(name)
    with app.app_context(), unit_of_work() as session:
        if session.scalar(select(Programme.id).where(Programme.slug == slug)):
            raise RuleError("programme_slug_taken", slug=slug)
        programme = Programme(slug=slug, name={spoken[0]: name}, languages=spoken)
        session.add(programme)
        session.flush()
        now = datetime.now(UTC)
        audit.record(
            session,
            "programme.created",
            programme,
            actor_id=None,
            now=now,
            after={"slug": slug, "languages": spoken},
            programme_id=programme.id,
        )
        if email:
            make_owner(session, email, programme_id=programme.id, now=now)
    click.echo(say("init.done", system_language(), {"name": name}))


@click.command()
@click.argument("email")
@click.option(
    "--programme", "slug", help="Which programme, by its slug; needed if there are several."
)
@readable_errors
def owner(email: str, slug: str | None) -> None:
    """Make EMAIL an owner of the programme; she chooses a password by "I forgot my password"."""
    app = create_app()
    with app.app_context(), unit_of_work() as session:
        wanted = select(Programme).where(Programme.is_demo.is_(False))
        programmes = session.scalars(wanted.where(Programme.slug == slug) if slug else wanted).all()
        if not programmes:
            programme = Programme(
                slug=slug or "award",
                name={"ru": "Премия", "en": "Award", "de": "Preis"},
                languages=[app.extensions["settings"].default_language],
            )
            session.add(programme)
            session.flush()
        elif len(programmes) > 1:
            known = ", ".join(sorted(item.slug for item in programmes))
            raise click.UsageError(f"Say which programme with --programme: {known}")
        else:
            programme = programmes[0]
        make_owner(session, email, programme_id=programme.id, now=datetime.now(UTC))
    language = system_language()
    url = f"{app.extensions['settings'].base_url}/{language}/forgot"
    told = {"email": email, "programme": programme.slug, "url": url}
    click.echo(say("owner.done", language, told))


def _slug(name: str) -> str:
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    return "-".join(filter(None, letters.casefold().split("-"))) or "award"
