"""The migrations lead to the tables of the models."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from award.app import create_app
from award.commands.install import newest_revision
from award.db import Base, db
from config import for_tests


def test_the_last_file_leads_to_the_only_head(app) -> None:
    with app.app_context():
        scripts = ScriptDirectory(app.extensions["migrate"].migrate.directory)
    assert scripts.get_heads() == [newest_revision()]


@pytest.fixture
def empty_postgres(postgres_url: str) -> str:
    """A PostgreSQL database without any table; it goes with the server."""
    name = f"empty_{secrets.token_hex(6)}"
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # Nobody is ever connected to template0; who just left template1 would be in the way.
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    admin.dispose()
    return sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_an_empty_store_migrates_to_the_models(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("empty_postgres") if store == "postgres" else None
    app = create_app(for_tests(tmp_path, url))

    with app.app_context():
        upgrade()
        fresh = sa.create_engine(db.engine.url)
        with fresh.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            differences = compare_metadata(context, Base.metadata)
        fresh.dispose()
        tables = set(sa.inspect(db.engine).get_table_names())
        db.engine.dispose()

    assert differences == []
    assert set(Base.metadata.tables) < tables
