"""The store: declarative base, column types, engine set-up and the unit of work."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError

from award.errors import EditConflictError, NotFoundError, StoreBusyError
from award.folding import teach
from exports.languages import LANGUAGES as LANGUAGES

Row = TypeVar("Row")
DURABILITY = "FULL"
"""How SQLite waits for the disk: what was acknowledged survives a power cut."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC moment: a naive one is refused on the way in, never guessed."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert to UTC; SQLite stores it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class LocalizedText(sa.types.TypeDecorator[dict[str, str]]):
    """A text that organisers wrote, one version a language: {"ru": …, "en": …, "de": …}."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> dict[str, str]:
        """Drop empty versions, so that a fallback is found by presence."""
        return {key: text for key, text in (value or {}).items() if text and text.strip()}

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dict[str, str]:
        """Read an absent text as one without versions."""
        return dict(value or {})


class Choice(sa.types.TypeDecorator[Any]):
    """A StrEnum kept as its value, so that a new member needs no migration."""

    impl = sa.String(24)
    cache_ok = True

    def __init__(self, members: type[Enum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Store the value of a member of the enumeration; anything else is a mistake of ours."""
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        """Return the member."""
        return None if value is None else self.members(value)


class Base(DeclarativeBase):
    """Base of all models."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        dict[str, str]: LocalizedText(),
        dict[str, Any]: MutableDict.as_mutable(sa.JSON()),
        list[Any]: sa.JSON(),
        list[str]: sa.JSON(),
    }


db = SQLAlchemy(metadata=Base.metadata)


def new_public_id() -> str:
    """Return an id that may leave the store: 80 random bits, safe in an address."""
    return secrets.token_hex(10)


def new_secret() -> str:
    """Return 192 random bits for a link that is a key by itself."""
    return secrets.token_urlsafe(24)


def pick_text(texts: Mapping[str, str] | None, language: str, fallback: str = "ru") -> str:
    """Return the version in ``language``, else in ``fallback``, else any, else "".

    The order is ``language``, ``fallback``, then LANGUAGES, so that everyone sees the same one.
    """
    for key in (language, fallback, *LANGUAGES):
        if texts and texts.get(key):
            return texts[key]
    return ""


def install_engine_hooks(engine: sa.Engine) -> None:
    """Make SQLite keep foreign keys, wait for the lock and never lose a concurrent edit.

    Python's own transaction mode begins deferred and loses acknowledged writes; here every
    transaction begins IMMEDIATE, but for those that declare themselves read-only.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "busy_timeout=15000",
            f"synchronous={DURABILITY}",
            "foreign_keys=ON",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        teach(connection)

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        read_only = bool(connection.get_execution_options().get("read_only"))
        connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
        deferred = read_only or connection.get_execution_options().get("deferred")
        connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


def _nobody_to_wake() -> None:
    """Stand in until a server names its worker."""


_wake: Callable[[], None] = _nobody_to_wake


def on_wake(hook: Callable[[], None]) -> None:
    """Have ``hook`` called after each commit that left work for the worker."""
    global _wake  # noqa: PLW0603 - one worker an installation
    _wake = hook


def locked(session: Session, model: type[Row], row_id: int) -> Row:
    """Load a row for changing it, locked where the store locks rows; NotFoundError if gone."""
    row = session.get(model, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError
    return row


def read_only() -> None:
    """Keep the request's session to reading: what writes opens a unit of work, also in a POST."""
    db.session.connection(execution_options={"read_only": True, "postgresql_readonly": True})


def read_afresh() -> None:
    """Let the request's session see what a unit of work committed meanwhile, still only reading.

    A bare rollback would let the next statement open a writing transaction.
    """
    db.session.rollback()
    read_only()


def _is_duplicate(error: IntegrityError) -> bool:
    """Whether somebody else made the same thing a moment ago: the same key, slug or address."""
    return getattr(error.orig, "sqlstate", "") == "23505" or "UNIQUE" in str(error.orig)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Open the one writing transaction of a request, job or command; roll back on any error.

    It uses a session of its own, for the request's session only reads. The only place that
    commits. Rows of ``job`` and ``mail`` wake the worker afterwards. Raises EditConflictError
    where a row changed meanwhile or somebody made the same one, and StoreBusyError where the
    store's lock did not come free.
    """
    with Session(db.engine, expire_on_commit=False) as session:
        try:
            yield session
            session.commit()
            if session.info.pop("wake", False):
                _wake()
        except StaleDataError as error:
            raise EditConflictError from error
        except IntegrityError as error:
            if _is_duplicate(error):
                raise EditConflictError from error
            raise
        except OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise StoreBusyError from error
            raise
