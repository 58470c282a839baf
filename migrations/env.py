"""How migrations run: on the application's own store, on SQLite with foreign keys off.

SQLite changes a table by copying, dropping and renaming it; with foreign keys on, dropping the
old table would cascade into its children.
"""

from __future__ import annotations

import logging
from logging.config import fileConfig

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import NullPool, create_engine, event

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)
database = current_app.extensions["migrate"].db
log = logging.getLogger("alembic.env")


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | bool:
    """Write our own column types as the plain types they are stored as."""
    impl = getattr(item, "impl", None)
    if kind == "type" and type(item).__module__ == "award.db" and impl is not None:
        autogen.imports.add("import sqlalchemy as sa")
        return f"sa.{impl!r}"
    return False


def run() -> None:
    """Run the migrations in one transaction on a connection of their own."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def on_connect(connection, _record):  # type: ignore[no-untyped-def]
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA busy_timeout=15000")
            connection.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def on_begin(connection):  # type: ignore[no-untyped-def]
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if engine.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(
                        f"the migration left rows without their parents: {broken[:5]}"
                    )


run()
