"""Backup and restore: the store and its files in one ZIP, taken while people work.

The store is copied first and the files after it: a file that a row names is on the disk before
the row commits, so every row of the copy finds its file.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import create_engine, inspect, make_url

from award.errors import InputError, RuleError
from config import Settings

MANIFEST = "backup.json"
SQLITE_NAME, POSTGRES_NAME = "store.sqlite3", "store.dump"
FORMAT = 1
WORKING = ".award-backup-"
"""How the folder begins that a backup is made in, with the number of its process."""
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""What zipfile raises on bytes that no longer are what was written."""


def backup(settings: Settings, target: Path) -> int:
    """Write a backup of store and files to ``target`` and return how many files it holds.

    The archive appears whole or not at all. RuleError("backup_tool_missing") where PostgreSQL's
    pg_dump is not installed, ("backup_tool_failed") where it gave up; InputError
    ("backup_folder_missing") where there is no folder to write into, RuleError("store_missing")
    where there is nothing to copy. Signing keys and the secret
    key are not part of it.
    """
    if not target.parent.is_dir():
        raise InputError("backup_folder_missing", folder=target.parent)
    if not os.access(target.parent, os.W_OK):
        raise InputError("backup_folder_closed", folder=target.parent)
    if not _has_tables(settings):
        raise RuleError("store_missing", place=_place(settings))
    _clear_killed(target.parent)
    with tempfile.TemporaryDirectory(prefix=f"{WORKING}{os.getpid()}-", dir=target.parent) as name:
        folder = Path(name)
        copy, partial = _copy_store(settings, folder), folder / target.name
        with _private(partial) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, copy.name)
            count = _add_files(archive, settings.files)
            archive.writestr(MANIFEST, json.dumps({"format": FORMAT, "store": copy.name}))
        partial.replace(target)
    return count


def _clear_killed(folder: Path) -> None:
    """Remove what a backup that was killed left behind: it holds everybody's data."""
    for left in folder.glob(f"{WORKING}*"):
        owner = left.name.removeprefix(WORKING).partition("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _private(path: Path) -> IO[bytes]:
    """Open a file to write that nobody else on the machine may read: it holds everybody's data."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _copy_store(settings: Settings, folder: Path) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        copy = folder / SQLITE_NAME
        with (
            closing(sqlite3.connect(str(url.database))) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return copy
    copy = folder / POSTGRES_NAME
    _run_tool(settings, "pg_dump", "--format=custom", f"--file={copy}")
    return copy


def _run_tool(settings: Settings, *command: str) -> None:
    """Run a tool of PostgreSQL; its password goes by the environment: all see a command's words."""
    if shutil.which(command[0]) is None:
        raise RuleError("backup_tool_missing", tool=command[0])
    url = make_url(settings.database_url)
    address = url._replace(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": url.password} if url.password else {}
    done = subprocess.run(  # noqa: S603 - fixed commands
        [*command, f"--dbname={address}"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **secret},
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [""]
        reason = next((line for line in said if "error:" in line), said[-1])
        raise RuleError("backup_tool_failed", tool=command[0], reason=reason)


def _add_files(archive: zipfile.ZipFile, root: Path) -> int:
    count = 0
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".part":
            # Between listing and reading it may have been replaced: then no row names it any more.
            with suppress(FileNotFoundError):
                archive.write(path, f"files/{path.relative_to(root)}")
                count += 1
    return count


def restore(settings: Settings, source: Path) -> int:
    """Bring a backup back into an empty installation and return how many files it held.

    The whole archive is read once before anything is written. RuleError("restore_not_empty") where
    a store is already there, ("restore_other_store") for a backup of PostgreSQL into SQLite and the
    reverse; InputError("backup_unreadable") for anything but a backup of ours,
    InputError("backup_damaged") for one that has lost or changed a byte.
    """
    url = make_url(settings.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and _has_tables(settings):
        raise RuleError("restore_not_empty")
    with _opened(source) as archive, tempfile.TemporaryDirectory() as folder:
        store = _store_in(archive, source)
        if (store == SQLITE_NAME) is not sqlite:
            raise RuleError("restore_other_store")
        if not sqlite and _has_tables(settings):
            raise RuleError("restore_not_empty")
        _check_whole(archive, source)
        extracted = Path(archive.extract(store, folder))
        if sqlite:
            _check_sqlite(extracted, source)
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        count = _extract_files(archive, settings.files)
        if sqlite:
            shutil.move(extracted, str(url.database))
        else:
            _run_tool(settings, "pg_restore", "--no-owner", str(extracted))
    return count


def _store_in(archive: zipfile.ZipFile, source: Path) -> str:
    """Return which store the manifest names; InputError("backup_unreadable") for none of ours."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        known = manifest["format"] == FORMAT and manifest["store"] in (SQLITE_NAME, POSTGRES_NAME)
        archive.getinfo(manifest["store"])
    except (ValueError, KeyError, TypeError, *DAMAGE) as error:
        raise InputError("backup_unreadable", file=source.name) from error
    if not known:
        raise InputError("backup_unreadable", file=source.name)
    return str(manifest["store"])


def _check_whole(archive: zipfile.ZipFile, source: Path) -> None:
    try:
        broken = archive.testzip()
    except DAMAGE as error:
        raise InputError("backup_damaged", file=source.name, part=MANIFEST) from error
    if broken is not None:
        raise InputError("backup_damaged", file=source.name, part=broken)


def _check_sqlite(store: Path, source: Path) -> None:
    try:
        with closing(sqlite3.connect(store)) as opened:
            sound = opened.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise InputError("backup_damaged", file=source.name, part=store.name)


def _place(settings: Settings) -> str:
    return make_url(settings.database_url).render_as_string()


def _has_tables(settings: Settings) -> bool:
    """Whether there is a store. A command that met none may have left SQLite's empty file."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return False
    engine = create_engine(settings.database_url)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile as error:
        raise InputError("backup_unreadable", file=source.name) from error
    names = set(archive.namelist())
    if MANIFEST not in names or not names & {SQLITE_NAME, POSTGRES_NAME}:
        archive.close()
        raise InputError("backup_unreadable", file=source.name)
    return archive


def _extract_files(archive: zipfile.ZipFile, root: Path) -> int:
    count = 0
    for name in archive.namelist():
        parts = Path(name).parts
        if len(parts) != 3 or parts[0] != "files" or not all(map(str.isalnum, parts[1:])):
            continue
        target = root.joinpath(*parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
        count += 1
    return count
