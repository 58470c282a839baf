"""The store's engine as installations open it."""

from __future__ import annotations

import sqlalchemy as sa

from award import db
from tests.compiled import OF_INSTALLATIONS


def test_what_an_installation_acknowledged_survives_a_power_cut(tmp_path, monkeypatch):
    """The tests' own stores do not wait for the disk."""
    for durability, level in ((db.DURABILITY, 0), (OF_INSTALLATIONS, 2)):
        monkeypatch.setattr(db, "DURABILITY", durability)
        engine = sa.create_engine(f"sqlite:///{tmp_path}/store.sqlite3")
        db.install_engine_hooks(engine)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
        engine.dispose()
