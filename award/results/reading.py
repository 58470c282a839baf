"""A short look into the store for jobs, without taking its one writing lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from award.db import db


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that can only read, and closes before anything slow begins."""
    engine = db.engine.execution_options(read_only=True, postgresql_readonly=True)
    with Session(engine) as session:
        yield session
